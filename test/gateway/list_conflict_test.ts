import { assertEquals } from "@std/assert";
import { openSite, type SiteBench } from "./site_bench.ts";

/** What the CSMS heard of the gateway itself, as "Available LocalListConflict". */
function ofConnector0(site: SiteBench): readonly string[] {
  return site.csms.heard("StatusNotification").map(({ payload }) => payload)
    .filter(({ connectorId }) => connectorId === 0)
    .map(({ status, errorCode }) => `${status} ${errorCode}`);
}

function conflicts(site: SiteBench): readonly string[] {
  return site.gateway().web.views.faults()
    .filter(({ kind }) => kind === "local-list-conflict").map(({ state }) => state);
}

async function listAsha(site: SiteBench, listVersion: number, status: string): Promise<void> {
  assertEquals(
    await site.csms.now().result("SendLocalList", {
      listVersion,
      updateType: listVersion === 1 ? "Full" : "Differential",
      localAuthorizationList: [{ idTag: "ASHA", idTagInfo: { status } }],
    }),
    { status: "Accepted" },
  );
}

Deno.test("a CSMS that answers otherwise than its list is told of the conflict, and that it is over when it settled it", async () => {
  const site = await openSite();
  await listAsha(site, 1, "Accepted");
  site.csms.answer("Authorize", { idTagInfo: { status: "Blocked" } });
  const charger = await site.arrive("CP1");
  await site.clock.advance(2_000);
  assertEquals(ofConnector0(site), ["Available NoError"]);
  assertEquals(await charger.authorize("ASHA"), "Blocked");
  assertEquals(await charger.authorize("ASHA"), "Blocked");
  await site.clock.advance(2_000);
  assertEquals(ofConnector0(site), ["Available NoError", "Available LocalListConflict"]);
  assertEquals(conflicts(site), ["raised"]);
  await listAsha(site, 2, "Blocked");
  await site.clock.advance(2_000);
  assertEquals(ofConnector0(site).slice(2), ["Available NoError"]);
  assertEquals(conflicts(site), ["over"]);
  await site.stop();
});

Deno.test("the answer to a start that was made offline can contradict the list as well", async () => {
  const site = await openSite();
  await listAsha(site, 1, "Accepted");
  const charger = await site.arrive("CP1");
  await site.loseCsms();
  assertEquals((await charger.start("ASHA")).status, "Accepted");
  site.csms.answer("StartTransaction", {
    transactionId: 9,
    idTagInfo: { status: "Expired" },
  });
  await site.restoreCsms();
  await site.clock.advance(5_000);
  assertEquals(ofConnector0(site).at(-1), "Available LocalListConflict");
  site.csms.answer("Authorize", { idTagInfo: { status: "Accepted" } });
  const other = await site.arrive("CP2");
  assertEquals(await other.authorize("ASHA"), "Accepted");
  await site.clock.advance(5_000);
  assertEquals(ofConnector0(site).at(-1), "Available NoError", "it agrees with its list again");
  await site.stop();
});
