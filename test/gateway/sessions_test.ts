import { assert, assertEquals } from "@std/assert";
import { openSite, type SiteBench } from "./site_bench.ts";

const SESSION = ["StartTransaction", "MeterValues", "StopTransaction"] as const;

/** "StartTransaction 1 …": what the CSMS heard of sessions, in its order, each frame once. */
function told({ csms }: SiteBench): readonly string[] {
  const ids = new Set<string>();
  return csms.heard(...SESSION).filter(({ id }) => !ids.has(id) && ids.add(id))
    .map(({ action, payload }) => {
      const { connectorId, transactionId, meterStart, meterStop } = payload;
      return [action, connectorId, transactionId, meterStart ?? meterStop]
        .filter((part) => part !== undefined).join(" ");
    });
}

const messageIds = ({ csms }: SiteBench) => csms.heard(...SESSION).map(({ id }) => id);
const outbox = async ({ store }: SiteBench) => (await store.load(0)).outbox;

// Online

Deno.test("a session from card to bill goes through the gateway to the CSMS, renumbered", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP2");
  assertEquals(await charger.authorize("ASHA"), "Accepted");
  await charger.status("Preparing");
  const { number, status } = await charger.start("ASHA");
  assertEquals(status, "Accepted");
  await charger.status("Charging");
  await site.clock.advance(60_000);
  await charger.meter(number, 1_200, 16);
  await site.clock.advance(60_000);
  await charger.stop(number, 1_500, { idTag: "ASHA", reason: "Local" });
  await charger.status("Finishing");
  await site.clock.advance(2_000);
  assertEquals(told(site), [
    "StartTransaction 2 1000",
    "MeterValues 2 501",
    "StopTransaction 501 1500",
  ]);
  assertEquals(site.csms.heard("Authorize").map(({ payload }) => payload), [{ idTag: "ASHA" }]);
  const states = site.csms.heard("StatusNotification")
    .filter(({ payload }) => payload["connectorId"] === 2).map(({ payload }) => payload["status"]);
  assertEquals(states.slice(-4), ["Available", "Preparing", "Charging", "Finishing"]);
  assertEquals(await outbox(site), []);
  const { transactions } = await site.store.load(site.clock.wallMs());
  assertEquals(
    transactions.map(({ slot, upstreamNumber, stop }) => [slot, upstreamNumber, stop?.meterStopWh]),
    [
      [2, 501, 1_500],
    ],
  );
  await site.stop();
});

Deno.test("the card that was just accepted is not asked about again when the session starts (ruling 1)", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await charger.authorize("ASHA");
  await charger.start("ASHA");
  assertEquals(site.csms.heard("Authorize").length, 1);
  await site.stop();
});

// The CSMS is away

Deno.test("without the CSMS the site decides, and everything goes up later: in order, under its ids, nothing twice", async () => {
  const site = await openSite();
  const first = await site.arrive("CP1");
  const second = await site.arrive("CP2");
  for (const charger of [first, second]) await charger.authorize("ASHA");
  await site.loseCsms();
  const before = site.csms.heard(...SESSION).length;
  // The cache knows ASHA; nobody knows BEN.
  assertEquals(await second.authorize("BEN"), "Invalid");
  const one = await first.start("ASHA", { meterStart: 100 });
  assertEquals(one.status, "Accepted");
  await site.clock.advance(60_000);
  await first.meter(one.number, 200, 10);
  await site.clock.advance(60_000);
  await first.stop(one.number, 300);
  await site.clock.advance(60_000);
  const two = await second.start("ASHA", { meterStart: 1_000 });
  assertEquals(two.status, "Accepted");
  await site.clock.advance(600_000);
  assertEquals(site.csms.heard(...SESSION).length, before);
  assertEquals((await outbox(site)).length, 4);
  await site.restoreCsms();
  await site.clock.advance(60_000);
  assertEquals(told(site), [
    "StartTransaction 1 100",
    "MeterValues 1 501",
    "StopTransaction 501 300",
    "StartTransaction 2 1000",
  ]);
  assertEquals(new Set(messageIds(site)).size, messageIds(site).length, "nothing twice");
  const again = site.csms.now();
  assertEquals(again.heard.map(({ action }) => action).includes("BootNotification"), false);
  assertEquals(
    again.payloads("StatusNotification").map(({ connectorId }) => connectorId).toSorted(),
    [
      0,
      1,
      2,
      3,
    ],
  );
  assertEquals(await outbox(site), []);
  await site.stop();
});

Deno.test("the order of the states that a CSMS hears is the one that it needs: a slot before its start", async () => {
  const site = await openSite({ unknownOffline: true });
  const charger = await site.arrive("CP3");
  await site.loseCsms();
  await charger.start("ASHA");
  await site.restoreCsms();
  const heard = site.csms.now().heard;
  const at = (action: string, connectorId: number) =>
    heard.findIndex((call) =>
      call.action === action && call.payload["connectorId"] === connectorId
    );
  assert(at("StatusNotification", 3) < at("StartTransaction", 3));
  await site.stop();
});

Deno.test("a link that breaks in the middle of a start is no reason to tell it twice: same id, same bytes", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  site.csms.answer("StartTransaction", "silence");
  await charger.start("ASHA");
  await site.clock.advance(100);
  await site.loseCsms();
  site.csms.answer("StartTransaction", {
    transactionId: 815,
    idTagInfo: { status: "Accepted" },
  });
  await site.restoreCsms();
  const [said, again, ...others] = site.csms.heard("StartTransaction");
  assertEquals([again?.text, others], [said?.text, []]);
  await site.stop();
});

Deno.test("a charger that repeats its start after a broken link gets the same answer, and the CSMS hears of one", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await charger.authorize("ASHA");
  const timestamp = new Date(site.clock.wallMs()).toISOString();
  const first = await charger.start("ASHA", { timestamp });
  charger.socket.terminate();
  await site.clock.advance(5_000);
  const back = await site.connect("CP1");
  assertEquals(await back.start("ASHA", { timestamp }), first);
  await site.clock.advance(2_000);
  assertEquals(told(site), ["StartTransaction 1 1000"]);
  await site.stop();
});

// The CSMS is there and says nothing

Deno.test("with a CSMS that is connected and silent a driver has an answer within two seconds", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await charger.authorize("ASHA");
  await site.clock.advance(61_000);
  for (const action of ["Authorize", "StartTransaction", "MeterValues", "StatusNotification"]) {
    site.csms.answer(action, "silence");
  }
  assertEquals(await charger.authorize("ASHA", 2_000), "Accepted", "the cache knows him");
  assertEquals((await charger.start("ASHA", {}, 2_000)).status, "Accepted");
  assertEquals(await charger.authorize("STRANGER", 2_000), "Invalid");
  await site.stop();
});

Deno.test("once it is known to be silent, drivers do not wait for it at all", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await charger.authorize("ASHA");
  site.csms.answer("Authorize", "silence");
  await charger.authorize("BEN", 2_000);
  await site.clock.advance(30_000);
  assertEquals(await charger.authorize("ASHA", 0), "Accepted");
  await site.stop();
});

// The CSMS thinks otherwise

Deno.test("a start that the CSMS refuses later is ended with DeAuthorized, and told so", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  await charger.authorize("ASHA");
  await site.loseCsms();
  const { number, status } = await charger.start("ASHA");
  assertEquals(status, "Accepted");
  site.csms.answer("StartTransaction", {
    transactionId: 815,
    idTagInfo: { status: "Blocked" },
  });
  await site.restoreCsms();
  assertEquals(charger.payloads("RemoteStopTransaction"), [{ transactionId: number }]);
  await charger.stop(number, 1_100, { reason: "Remote" });
  await site.clock.advance(2_000);
  assertEquals(site.csms.heard("StopTransaction").map(({ payload }) => payload["reason"]), [
    "DeAuthorized",
  ]);
  assertEquals(await charger.authorize("ASHA"), "Accepted", "the CSMS is asked about the next one");
  await site.loseCsms();
  await site.clock.advance(61_000);
  await site.stop();
});

Deno.test("a record that the CSMS never takes is set aside; those of others go up, and an alarm stands", async () => {
  const site = await openSite();
  const first = await site.arrive("CP1");
  const second = await site.arrive("CP2");
  site.csms.answer(
    "StartTransaction",
    ({ connectorId }) =>
      connectorId === 1
        ? { callError: "InternalError" }
        : { transactionId: 77, idTagInfo: { status: "Accepted" } },
  );
  const poisoned = await first.start("ASHA");
  const { number } = await second.start("BEN");
  await site.clock.advance(30_000);
  await second.stop(number, 2_000);
  await site.clock.advance(120_000);
  assertEquals(site.csms.heard("StopTransaction").map(({ payload }) => payload["transactionId"]), [
    77,
  ]);
  assertEquals(
    site.csms.heard("StartTransaction").filter(({ payload }) => payload["connectorId"] === 1)
      .length,
    5,
  );
  await first.stop(poisoned.number, 9_000);
  await site.clock.advance(10_000);
  const { views, commands } = site.gateway().web;
  assertEquals(views.outbox().map(({ slot, kind, dead }) => [slot, kind, dead]), [
    [1, "started", true],
    [1, "ended", false],
  ]);
  assertEquals(views.faults().filter(({ kind }) => kind === "dead-letter").length, 1);
  assertEquals(views.site().csms.outbox.deadLetters, 1);
  // An operator has it tried again when the CSMS has been mended.
  site.csms.answer("StartTransaction", { transactionId: 78, idTagInfo: { status: "Accepted" } });
  const [dead] = views.outbox();
  assertEquals((await commands.retryRow(dead?.id ?? 0, "priya")).kind, "accepted");
  await site.clock.advance(5_000);
  assertEquals(site.csms.heard("StopTransaction").at(-1)?.payload["transactionId"], 78);
  assertEquals(await outbox(site), []);
  await site.stop();
});

// Orders

Deno.test("a remote start with a profile starts at its charger without a card, under its profile", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP2");
  const answer = await site.csms.now().result("RemoteStartTransaction", {
    connectorId: 2,
    idTag: "APP",
    chargingProfile: {
      chargingProfileId: 1,
      stackLevel: 1,
      chargingProfilePurpose: "TxProfile",
      chargingProfileKind: "Relative",
      chargingSchedule: {
        chargingRateUnit: "A",
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 9 }],
      },
    },
  });
  assertEquals(answer, { status: "Accepted" });
  assertEquals(charger.payloads("RemoteStartTransaction"), [{ connectorId: 1, idTag: "APP" }]);
  await charger.status("Preparing");
  const { status } = await charger.start("APP");
  assertEquals([status, site.csms.heard("Authorize").length], ["Accepted", 0]);
  await site.clock.advance(6_000);
  assertEquals(charger.limitAmps(), 9);
  await site.stop();
});

Deno.test("a stop that overtakes the answer to its start waits for the number in it", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP2");
  site.csms.answer("StartTransaction", "silence");
  await charger.status("Preparing");
  const { number } = await charger.start("ASHA");
  await site.clock.advance(0);
  const csms = site.csms.now();
  const start = site.csms.heard("StartTransaction").at(-1);
  csms.say("stop", "RemoteStopTransaction", { transactionId: 815 });
  await site.clock.advance(1_000);
  assertEquals(csms.replyTo("stop"), { kind: "none" });
  const given = { transactionId: 815, idTagInfo: { status: "Accepted" } };
  csms.socket.send(JSON.stringify([3, start?.id, given]));
  await site.clock.advance(0);
  assertEquals(csms.replyTo("stop"), { kind: "result", payload: { status: "Accepted" } });
  assertEquals(charger.payloads("RemoteStopTransaction"), [{ transactionId: number }]);
  csms.say("other", "RemoteStopTransaction", { transactionId: 816 });
  await site.clock.advance(0);
  assertEquals(csms.replyTo("other"), { kind: "result", payload: { status: "Rejected" } });
  await site.stop();
});

Deno.test("a reservation keeps others away, shows as Reserved, and is named in the start of its driver", async () => {
  const site = await openSite();
  const charger = await site.arrive("CP1");
  const reservation = {
    connectorId: 1,
    expiryDate: new Date(site.clock.wallMs() + 3_600_000).toISOString(),
    idTag: "ASHA",
    reservationId: 42,
  };
  assertEquals(await site.csms.now().result("ReserveNow", reservation), { status: "Accepted" });
  await site.clock.advance(100);
  const statusOf1 = () =>
    site.csms.heard("StatusNotification").filter(({ payload }) => payload["connectorId"] === 1)
      .at(-1)?.payload["status"];
  assertEquals(statusOf1(), "Reserved");
  const stranger = await charger.start("BEN");
  assertEquals(stranger.status, "Invalid");
  await charger.stop(stranger.number, 1_000, { reason: "DeAuthorized" });
  assertEquals((await charger.start("ASHA")).status, "Accepted");
  await site.clock.advance(2_000);
  assertEquals(site.csms.heard("StartTransaction").at(-1)?.payload["reservationId"], 42);
  await site.stop();
});

Deno.test("a site that stands alone charges, and keeps nothing for a CSMS that does not exist", async () => {
  const site = await openSite({ hasCsms: false, unknownOffline: true });
  const charger = await site.arrive("CP1");
  const { number, status } = await charger.start("ASHA");
  assertEquals(status, "Accepted");
  await charger.meter(number, 1_100, 10);
  await site.clock.advance(1_000);
  await charger.stop(number, 1_200);
  assertEquals(await outbox(site), []);
  assertEquals(site.gateway().web.views.site().csms.configured, false);
  await site.stop();
});
