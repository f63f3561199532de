import { assert, assertEquals } from "@std/assert";
import { openSite, type SiteBench } from "./site_bench.ts";

const faults = ({ gateway }: SiteBench) =>
  gateway().web.views.faults().map(({ kind, subject, state }) => `${kind} ${subject} ${state}`);

// Second connections (ruling 13)

Deno.test("who comes with the identity of a charger that is there is turned away, and the session is not touched", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  const { number } = await charger.start("ASHA");
  const thief = await site.connect("CP1");
  await site.clock.advance(5_000);
  assertEquals(thief.closed(), "1008 identity is in use");
  assert(faults(site).includes("second-connection CP1 raised"));
  await charger.stop(number, 1_500);
  await site.clock.advance(2_000);
  assertEquals(site.csms.heard("StopTransaction").length, 1);
  await site.stop();
});

Deno.test("a charger whose old connection is dead goes on over the new one, and the CSMS hears of no break", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await charger.status("Charging");
  const { number } = await charger.start("ASHA");
  await site.clock.advance(2_000);
  const before = site.csms.heard("StatusNotification").length;
  charger.pair.cut();
  const back = await site.connect("CP1");
  await site.clock.advance(5_000);
  await back.stop(number, 1_500);
  await site.clock.advance(180_000);
  assertEquals(site.csms.heard("StopTransaction").length, 1);
  const states = site.csms.heard("StatusNotification").slice(before).map(({ payload }) => payload);
  assertEquals(states.filter(({ status }) => status === "Faulted" || status === "Unavailable"), []);
  assertEquals(site.gateway().web.views.charger("CP1")?.connected, true);
  await site.stop();
});

// Bad frames

const NONSENSE = [
  "",
  "{",
  "null",
  "[]",
  "[2]",
  '[2,"x"]',
  '[2,7,"Heartbeat",{}]',
  '[2,"x","Heartbeat",[]]',
  '[2,"x","Heartbeat",null]',
  '[2,"x","Fly",{}]',
  '[2,"x","StartTransaction",{"connectorId":"one"}]',
  '[2,"x","MeterValues",{"connectorId":1,"meterValue":[{"timestamp":"soon","sampledValue":[{"value":{}}]}]}]',
  '[3,"nobody asked",{}]',
  '[4,"nobody asked","GenericError","",{}]',
  '[5,"x",{}]',
  '[99,"x",{}]',
  `[2,"x","Heartbeat",{"deep":${"[".repeat(100)}${"]".repeat(100)}}]`,
  '[2,"x","DataTransfer",{"__proto__":{"polluted":true},"vendorId":"v"}]',
  `[2,"x","Authorize",{"idTag":"${"a".repeat(5_000)}"}]`,
  `[2,"${"i".repeat(5_000)}","Heartbeat",{}]`,
];

Deno.test("nonsense at either edge hurts nobody: the others charge, and so does who sent it", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  const neighbour = await site.arrive("CP2");
  for (const text of NONSENSE) {
    charger.socket.send(text);
    site.csms.now().socket.send(text);
    await site.clock.advance(0);
  }
  assertEquals(Object(Object.prototype)["polluted"], undefined);
  for (const [each, idTag] of [[charger, "ASHA"], [neighbour, "BEN"]] as const) {
    const { number, status } = await each.start(idTag);
    assertEquals(status, "Accepted");
    await each.stop(number, 1_500);
  }
  await site.clock.advance(2_000);
  assertEquals(site.csms.heard("StopTransaction").length, 2);
  assertEquals(site.logged.filter(({ level }) => level === "error"), []);
  await site.stop();
});

Deno.test("a frame that is too long costs a charger its connection, and nobody else's (ruling 15)", async () => {
  const site = await openSite();
  const charger = await site.connect("CP1");
  const neighbour = await site.arrive("CP2");
  charger.socket.send(`[2,"x","BootNotification",{"pad":"${"a".repeat(20_000)}"}]`);
  await site.clock.advance(0);
  assertEquals(charger.closed(), "1009 message too big before boot");
  await neighbour.result("Heartbeat", {});
  await site.stop();
});

Deno.test("an answer of the CSMS that nobody can read is no answer: the record stays and is said again", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  site.csms.answer("StartTransaction", { transactionId: "many" });
  await charger.start("ASHA");
  await site.clock.advance(2_000);
  assertEquals((await site.store.load(0)).outbox.length, 1);
  site.csms.answer("StartTransaction", {
    transactionId: 815,
    idTagInfo: { status: "Accepted" },
  });
  await site.clock.advance(15_000);
  assertEquals((await site.store.load(0)).outbox, []);
  const texts = site.csms.heard("StartTransaction").map(({ text }) => text);
  assertEquals([texts.length, new Set(texts).size], [2, 1]);
  await site.stop();
});

// Who may come in

Deno.test("an unknown charger waits, is let in by an operator, and gets the next slot for life", async () => {
  const site = await openSite();
  const { web } = site.gateway();
  await site.connect("CP9").then(() => {}, () => {});
  assertEquals(web.views.waiting().map(({ id, knocks }) => [id, knocks]), [["CP9", 1]]);
  assertEquals((await web.commands.adopt("CP8", "priya")).kind, "refused");
  assertEquals((await web.commands.adopt("CP9", "priya")).kind, "accepted");
  const charger = await site.arrive("CP9");
  await site.clock.advance(1_000);
  assertEquals(web.views.evse(4)?.chargerId, "CP9");
  assertEquals((await charger.start("ASHA")).status, "Accepted");
  await site.clock.advance(2_000);
  assertEquals(site.csms.heard("StartTransaction").at(-1)?.payload["connectorId"], 4);
  const profiles = charger.payloads("SetChargingProfile")
    .map(({ csChargingProfiles }) => Object(csChargingProfiles)["chargingProfilePurpose"]);
  assertEquals(profiles[0], "TxDefaultProfile", "its fail-safe current came first");
  await site.stop();
});

// Two EVSEs, one bus of events

Deno.test("what a charger says changes nothing that belongs to another (I11)", async () => {
  const site = await openSite();
  const first = await site.arrive("CP1");
  const second = await site.arrive("CP2");
  const { number } = await first.start("ASHA");
  await second.stop(number, 99_999);
  await second.meter(number, 88_888, 30);
  await second.status("Faulted");
  await site.clock.advance(70_000);
  const { views } = site.gateway().web;
  assertEquals(views.evse(1)?.transaction?.stoppedAt, null);
  // Its charger has not said that it charges; but a session runs there, so it is not free.
  assertEquals([views.evse(1)?.energyWh, views.evse(1)?.state], [0, "suspended-by-ev"]);
  assertEquals(site.csms.heard("StopTransaction"), []);
  await site.stop();
});

// What others see

Deno.test("the message log shows both edges, and the metrics count them", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await charger.authorize("ASHA");
  const { views, metrics } = site.gateway().web;
  const shown = (peer: string) =>
    views.messages({ charger: peer, action: "Authorize", limit: 10 }).map(({ direction }) =>
      direction
    );
  assertEquals([shown("CP1"), shown("csms")], [["in"], ["out"]]);
  const text = await metrics();
  assert(/^sangam_chargers_connected 1$/m.test(text), text);
  assert(/^sangam_messages_total\{side="csms",direction="out"\} \d+$/m.test(text), text);
  await site.stop();
});

/** What a metric of the running gateway says. */
async function told(site: SiteBench, sample: string): Promise<number | null> {
  const line = (await site.gateway().web.metrics()).split("\n")
    .find((each) => each.startsWith(`sangam_${sample} `));
  return line === undefined ? null : Number(line.split(" ").at(-1));
}

Deno.test("the metrics tell which slots' chargers are there, what is sent twice and what was not taken", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  assertEquals(await told(site, 'charger_connected{slot="1"}'), 1);
  assertEquals(await told(site, 'duplicate_connections_total{kept="old"}'), 0);
  await site.connect("CP1");
  await site.clock.advance(5_000);
  assertEquals(await told(site, 'duplicate_connections_total{kept="old"}'), 1);
  charger.pair.cut();
  await site.connect("CP1");
  await site.clock.advance(5_000);
  assertEquals(await told(site, 'duplicate_connections_total{kept="new"}'), 1);
  const newcomer = await site.connect("CP2");
  newcomer.socket.send("{");
  await site.clock.advance(0);
  newcomer.socket.send(`[2,"x","BootNotification",{"pad":"${"a".repeat(20_000)}"}]`);
  site.csms.now().socket.send('[2,"x","Fly",{}]');
  await site.clock.advance(1_000);
  const rejected = (side: string, reason: string) =>
    told(site, `rejected_frames_total{side="${side}",reason="${reason}"}`);
  assertEquals(await rejected("chargers", "unreadable"), 1);
  assertEquals(await rejected("chargers", "too-long"), 1);
  assertEquals(await rejected("csms", "invalid-call"), 1);
  await site.stop();
});

Deno.test("the metrics tell how fast the disk and the CSMS are, and who does not answer", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  const { number } = await charger.start("ASHA");
  await charger.stop(number, 1_500);
  await site.clock.advance(2_000);
  assert((await told(site, "commit_seconds_count") ?? 0) > 1);
  assert((await told(site, "upstream_rtt_seconds_count") ?? 0) > 1);
  assertEquals(await told(site, 'call_timeouts_total{side="csms"}'), 0);
  assertEquals(await told(site, "event_loop_lag_seconds"), 0);
  site.csms.answer("Authorize", "silence");
  await charger.authorize("BEN", 120_000);
  assert((await told(site, 'call_timeouts_total{side="csms"}') ?? 0) > 0);
  await site.stop();
});
