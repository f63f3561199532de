import { assertEquals, assertMatch } from "@std/assert";
import type { Payload } from "../support/frame_peer.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

const LONG = "IN*TAT*E1234567890*CONTRACT*7";
const GROUP = "A-FLEET-WITH-A-NAME-OF-MANY-LETTERS";

function idTag(payload: Payload | undefined): string {
  return String(payload?.["idTag"]);
}

/** What the CSMS calls the long token: the gateway asked about it. */
async function aliasAskedFor(site: SiteBench): Promise<string> {
  const charger = await site.arrive("CP1");
  assertEquals(await charger.authorize(LONG), "Accepted");
  return idTag(site.csms.heard("Authorize").at(-1)?.payload);
}

Deno.test("a token that is too long for 1.6 charges under one alias, over restarts, with nothing set aside", async () => {
  const site = await openSite();
  const alias = await aliasAskedFor(site);
  assertMatch(alias, /^ALIAS[0-9A-V]{15}$/);
  site.kill();
  await site.clock.advance(1_000);
  await site.start();
  const back = await site.connect("CP1");
  const { number, status } = await back.start(LONG);
  await site.clock.advance(5_000);
  await back.stop(number, 1_500, { idTag: LONG });
  await site.clock.advance(5_000);
  assertEquals(status, "Accepted");
  assertEquals(
    site.csms.heard("StartTransaction", "StopTransaction").map(({ payload }) => idTag(payload)),
    [alias, alias],
  );
  const { views } = site.gateway().web;
  const found = await views.transactions({ token: LONG, limit: 5 });
  assertEquals(found.map(({ token, upstream }) => [token, upstream]), [[LONG, "delivered"]]);
  assertEquals(await views.transactions({ token: alias, limit: 5 }), found);
  await site.stop();
});

Deno.test("a CSMS that starts by an alias means the token, and the charger hears what it can say", async () => {
  const site = await openSite();
  const alias = await aliasAskedFor(site);
  const charger = await site.connect("CP2");
  await charger.boot();
  await site.clock.advance(2_000);
  const answer = await site.csms.now().result("RemoteStartTransaction", {
    connectorId: 2,
    idTag: alias,
  });
  assertEquals(answer, { status: "Accepted" });
  assertEquals(charger.payloads("RemoteStartTransaction").map(idTag), [alias]);
  const { number } = await charger.start(alias);
  await site.clock.advance(5_000);
  const { views } = site.gateway().web;
  assertEquals(views.evse(2)?.transaction?.token, LONG);
  assertEquals(site.csms.heard("StartTransaction").map(({ payload }) => idTag(payload)), [alias]);
  await charger.stop(number, 1_200);
  await site.stop();
});

Deno.test("a list that names an alias lists the token", async () => {
  const site = await openSite();
  const alias = await aliasAskedFor(site);
  const update = {
    listVersion: 1,
    updateType: "Full",
    localAuthorizationList: [
      { idTag: alias.toLowerCase(), idTagInfo: { status: "Blocked" } },
      { idTag: "ALIASNEVERGIVEN00000", idTagInfo: { status: "Accepted" } },
    ],
  };
  assertEquals(await site.csms.now().result("SendLocalList", update), { status: "Accepted" });
  const { views } = site.gateway().web;
  assertEquals(views.tokens().map(({ token, status }) => [token, status]), [
    [LONG, "Blocked"],
    ["ALIASNEVERGIVEN00000", "Accepted"],
  ]);
  await site.loseCsms();
  const charger = await site.arrive("CP2");
  assertEquals(await charger.authorize(LONG), "Blocked");
  await site.stop();
});

Deno.test("an operator starts a long token at a 1.6 charger: it is told the alias, and starts with it", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  const { commands, views } = site.gateway().web;
  const starting = commands.start(1, LONG, "ravi");
  await site.clock.advance(0);
  assertEquals((await starting).kind, "accepted");
  const [alias] = charger.payloads("RemoteStartTransaction").map(idTag);
  assertMatch(alias ?? "", /^ALIAS/);
  assertEquals((await charger.start(alias ?? "")).status, "Accepted");
  assertEquals(views.evse(1)?.transaction?.token, LONG);
  assertEquals(views.evse(1)?.transaction?.authorizationSource, "remote");
  await site.clock.advance(2_000);
  assertEquals(site.csms.heard("StartTransaction").map(({ payload }) => idTag(payload)), [alias]);
  await site.stop();
});

Deno.test("a group that is too long for 1.6 reaches chargers under one alias, and ends what its own began", async () => {
  const site = await openSite();
  const { commands } = site.gateway().web;
  const listed = { type: "Central", status: "Accepted", expires: null, group: GROUP };
  await commands.putToken("ASHA", listed, "ravi");
  await commands.putToken("BEN", listed, "ravi");
  await site.loseCsms();
  const charger = await site.arrive("CP1");
  const infoOf = async (tag: string) =>
    Object((await charger.result("Authorize", { idTag: tag }))["idTagInfo"]);
  const [asha, ben] = [await infoOf("ASHA"), await infoOf("BEN")];
  assertMatch(asha.parentIdTag, /^ALIAS/);
  assertEquals(ben.parentIdTag, asha.parentIdTag);
  await site.stop();
});
