import { assert, assertEquals } from "@std/assert";
import { assume } from "../../src/lib/assert.ts";
import { isoTime } from "../../src/lib/clock.ts";
import type { CommandOutcome } from "../../src/site/mod.ts";
import type { WebCommands } from "../../src/web/mod.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

const viewsOf = (site: SiteBench) => site.gateway().web.views;
const commandsOf = (site: SiteBench) => site.gateway().web.commands;

/** Gives a command, and lets time pass until it is answered. */
async function outcomeOf(
  site: SiteBench,
  command: (commands: WebCommands) => Promise<CommandOutcome>,
): Promise<CommandOutcome> {
  let outcome: CommandOutcome | null = null;
  const answered = command(commandsOf(site)).then((each) => outcome = each);
  for (let second = 0; second < 60 && outcome === null; second++) await site.clock.advance(1_000);
  return await answered;
}

const OF_CHARGERS = [
  ["start", "RemoteStartTransaction", (each: WebCommands) => each.start(1, "APP", "priya")],
  ["stop", "RemoteStopTransaction", (each: WebCommands) => each.stop(1, "priya")],
  ["unlock", "UnlockConnector", (each: WebCommands) => each.unlock(1, "priya")],
  ["reset", "Reset", (each: WebCommands) => each.reset("CP1", "soft", "priya")],
  ["availability", "ChangeAvailability", (each: WebCommands) => each.availability(1, false, "p")],
  ["trigger", "TriggerMessage", (each: WebCommands) => each.trigger("CP1", "Heartbeat", 1, "p")],
] as const;

/** CP1, with a session where the command is about one. */
async function siteFor(name: typeof OF_CHARGERS[number][0]) {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  if (name === "stop") await charger.start("ASHA");
  return { site, charger };
}

for (const [name, action, command] of OF_CHARGERS) {
  Deno.test(`${name}: what the charger accepts is accepted`, async () => {
    const { site, charger } = await siteFor(name);
    charger.answer(action, { status: name === "unlock" ? "Unlocked" : "Accepted" });
    const before = charger.payloads(action).length;
    const outcome = await outcomeOf(site, command);
    assertEquals([outcome.kind, charger.payloads(action).length - before], ["accepted", 1]);
    await site.stop();
  });

  Deno.test(`${name}: what the charger rejects is refused in its own word, with advice`, async () => {
    const { site, charger } = await siteFor(name);
    const status = name === "unlock" ? "UnlockFailed" : "Rejected";
    charger.answer(action, { status });
    const outcome = await outcomeOf(site, command);
    assume(outcome.kind === "refused", outcome.kind);
    assertEquals(outcome.reason, `The charger answered ${status}`);
    assert(outcome.advice.length > 10, outcome.advice);
    await site.stop();
  });

  Deno.test(`${name}: an error of the charger is refused with the error, silence has failed`, async () => {
    const { site, charger } = await siteFor(name);
    charger.answer(action, { callError: "NotImplemented" });
    const outcome = await outcomeOf(site, command);
    assume(outcome.kind === "refused", outcome.kind);
    assertEquals(outcome.reason, "The charger answered NotImplemented");
    charger.answer(action, "silence");
    // An order that was refused is no session: it may be given again.
    assertEquals(await outcomeOf(site, command), {
      kind: "failed",
      reason: "The charger did not answer",
      advice: "Check its network connection",
    });
    await site.stop();
  });

  Deno.test(`${name}: a charger that is gone is told nothing, and the operator is told so`, async () => {
    const { site, charger } = await siteFor(name);
    charger.socket.terminate();
    await site.clock.advance(1_000);
    const outcome = await outcomeOf(site, command);
    // Out of service is an order for as long as it stands, not a message.
    if (name === "availability") assertEquals(outcome.kind, "accepted");
    else {
      assume(outcome.kind === "failed", outcome.kind);
      assertEquals(outcome.reason, "The charger is not connected");
    }
    assertEquals(charger.payloads(action).length, 0);
    await site.stop();
  });
}

Deno.test("a session that an operator starts is his: by remote, without a card, under the charger's numbers", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP2");
  assertEquals((await outcomeOf(site, (each) => each.start(2, "APP", "priya"))).kind, "accepted");
  assertEquals(charger.payloads("RemoteStartTransaction"), [{ connectorId: 1, idTag: "APP" }]);
  const { number, status } = await charger.start("APP");
  assertEquals(status, "Accepted");
  const session = viewsOf(site).evse(2)?.transaction;
  assertEquals([session?.token, session?.authorizationSource], ["APP", "remote"]);
  assertEquals(site.csms.heard("Authorize"), []);
  assertEquals((await outcomeOf(site, (each) => each.stop(2, "priya"))).kind, "accepted");
  assertEquals(charger.payloads("RemoteStopTransaction"), [{ transactionId: number }]);
  await charger.stop(number, 1_500, { reason: "Remote" });
  assertEquals(await commandsOf(site).stop(2, "priya"), {
    kind: "refused",
    reason: "No session is running here",
    advice: "Nothing to stop",
  });
  await site.stop();
});

Deno.test("an EVSE that an operator takes out of service refuses drivers, over a restart, until he puts it back", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await charger.authorize("ASHA");
  await outcomeOf(site, (each) => each.availability(1, false, "priya"));
  assertEquals(charger.payloads("ChangeAvailability"), [{ connectorId: 1, type: "Inoperative" }]);
  assertEquals(viewsOf(site).evse(1)?.operative, false);
  site.kill();
  await site.start();
  assertEquals(viewsOf(site).evse(1)?.operative, false);
  const back = await site.arrive("CP1");
  assertEquals(back.payloads("ChangeAvailability"), [{ connectorId: 1, type: "Inoperative" }]);
  const refused = await back.start("ASHA");
  assert(refused.status !== "Accepted", refused.status);
  await back.stop(refused.number, 1_000, { reason: "DeAuthorized" });
  await outcomeOf(site, (each) => each.availability(1, true, "priya"));
  assertEquals(viewsOf(site).evse(1)?.operative, true);
  assertEquals((await back.start("ASHA")).status, "Accepted");
  await site.stop();
});

Deno.test("what takes effect only when the session ends is said so", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await charger.start("ASHA");
  charger.answer("ChangeAvailability", { status: "Scheduled" });
  assertEquals(await outcomeOf(site, (each) => each.availability(1, false, "priya")), {
    kind: "accepted",
    detail: "It takes effect when the session ends",
  });
  await site.stop();
});

Deno.test("a limit for an EVSE that nobody knows is refused, and caps nobody", async () => {
  const site = await openSite();
  const outcome = await outcomeOf(site, (each) => each.limit(9, 6, 60, "priya"));
  assertEquals(outcome.kind, "refused");
  assertEquals((await site.store.load(0))["operator-limits"].size, 0);
  await site.stop();
});

// Who waits to be let in

Deno.test("a charger that knocks again and again waits once, with its first and its last knock", async () => {
  const site = await openSite();
  const firstSeen = isoTime(site.clock.wallMs());
  for (let knock = 0; knock < 3; knock++) {
    await site.connect("CP9").then(() => {}, () => {});
    await site.clock.advance(20_000);
  }
  const lastSeen = isoTime(site.clock.wallMs() - 20_000);
  assertEquals(viewsOf(site).waiting(), [{
    id: "CP9",
    address: "192.168.7.20",
    protocols: ["ocpp1.6"],
    firstSeen,
    lastSeen,
    knocks: 3,
  }]);
  assertEquals(
    viewsOf(site).refusals().map(({ at, chargerId, reason }) => [at, chargerId, reason]),
    [
      [lastSeen, "CP9", "unknown identity"],
      [isoTime(Date.parse(firstSeen) + 20_000), "CP9", "unknown identity"],
      [firstSeen, "CP9", "unknown identity"],
    ],
  );
  await site.stop();
});

Deno.test("who is adopted waits no more, and may come in from then on, after a restart too", async () => {
  const site = await openSite();
  await site.connect("CP9").then(() => {}, () => {});
  assertEquals((await commandsOf(site).adopt("CP9", "priya")).kind, "accepted");
  assertEquals(viewsOf(site).waiting(), []);
  assertEquals((await commandsOf(site).adopt("CP9", "priya")).kind, "refused", "twice");
  assertEquals(viewsOf(site).charger("CP9")?.connected, false);
  site.kill();
  await site.start();
  await site.arrive("CP9");
  assertEquals(viewsOf(site).charger("CP9")?.connected, true);
  assertEquals([viewsOf(site).waiting(), viewsOf(site).refusals()], [[], []]);
  await site.stop();
});

// Tokens

/** A card that is good for ever. */
const OPEN = { type: "Central", status: "Accepted", expires: null, group: null } as const;
const NOTHING_USUAL = { priority: null, departure: null, energyKwh: null };

Deno.test("a private code is listed letter by letter, found by its text and taken off again", async () => {
  const site = await openSite();
  const code = { ...OPEN, type: "KeyCode" };
  await commandsOf(site).putToken("abcd", OPEN, "priya");
  await commandsOf(site).putToken("abcd", code, "priya");
  assertEquals(viewsOf(site).tokens(), [{
    token: "abcd",
    ...code,
    origin: "operator",
    ...NOTHING_USUAL,
  }]);
  const charger = await site.arrive("CP1");
  await site.loseCsms();
  assertEquals([await charger.authorize("abcd"), await charger.authorize("ABCD")], [
    "Accepted",
    "Invalid",
  ]);
  await commandsOf(site).deleteToken("abcd", "priya");
  assertEquals(viewsOf(site).tokens(), []);
  site.kill();
  await site.start();
  assertEquals(viewsOf(site).tokens(), [], "also on disk");
  await site.stop();
});

Deno.test("a token that an operator lists is let in without the CSMS, until it is taken off the list", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await site.loseCsms();
  assertEquals(await charger.authorize("GUEST"), "Invalid");
  const info = { type: "Central", status: "Accepted", expires: null, group: "FLEET" };
  assertEquals((await commandsOf(site).putToken("GUEST", info, "priya")).kind, "accepted");
  assertEquals(viewsOf(site).tokens(), [
    { token: "GUEST", ...info, origin: "operator", ...NOTHING_USUAL },
  ]);
  assertEquals(await charger.authorize("GUEST"), "Accepted");
  assertEquals((await commandsOf(site).deleteToken("guest ", "priya")).kind, "accepted");
  assertEquals([viewsOf(site).tokens(), await charger.authorize("GUEST")], [[], "Invalid"]);
  await site.stop();
});

Deno.test("a listed token is replaced and not doubled, and is still listed after a restart", async () => {
  const site = await openSite();
  const expires = "2026-02-01T00:00:00.000Z";
  const accepted = { type: "Central", status: "Accepted", expires, group: null };
  await commandsOf(site).putToken("GUEST", accepted, "priya");
  await commandsOf(site).putToken("Guest", { ...accepted, status: "Blocked" }, "priya");
  const expected = [
    { token: "Guest", ...accepted, status: "Blocked", origin: "operator", ...NOTHING_USUAL },
  ] as const;
  assertEquals(viewsOf(site).tokens(), expected);
  site.kill();
  await site.start();
  assertEquals(viewsOf(site).tokens(), expected);
  const charger = await site.arrive("CP1");
  await site.loseCsms();
  assertEquals(await charger.authorize("GUEST"), "Blocked");
  await site.stop();
});

Deno.test("a status that no list has is refused with those that there are, and lists nobody", async () => {
  const site = await openSite();
  const info = { type: "Central", status: "ConcurrentTx", expires: null, group: null };
  assertEquals(await commandsOf(site).putToken("GUEST", info, "priya"), {
    kind: "refused",
    reason: '"ConcurrentTx" is no status',
    advice: "Use one of Accepted, Blocked, Expired, Invalid",
  });
  assertEquals(viewsOf(site).tokens(), []);
  await site.stop();
});

Deno.test("the list of the CSMS and that of the operator are one, and each entry says whose it is", async () => {
  const site = await openSite();
  await commandsOf(site).putToken("GUEST", OPEN, "p");
  await site.csms.now().result("ChangeConfiguration", {
    key: "LocalAuthListEnabled",
    value: "true",
  });
  const update = {
    listVersion: 1,
    updateType: "Differential",
    localAuthorizationList: [{ idTag: "ASHA", idTagInfo: { status: "Accepted" } }],
  };
  assertEquals(await site.csms.now().result("SendLocalList", update), { status: "Accepted" });
  assertEquals(viewsOf(site).tokens().map(({ token, origin }) => [token, origin]), [
    ["GUEST", "operator"],
    ["ASHA", "csms"],
  ]);
  await site.stop();
});
