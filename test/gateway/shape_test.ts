import { assert, assertEquals } from "@std/assert";
import { assume } from "../../src/lib/assert.ts";
import type { CommandOutcome } from "../../src/site/mod.ts";
import type { PlayedCharger } from "./played.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

const MINUTE_MS = 60_000;

const status = (charger: PlayedCharger, connectorId: number, word = "Available") =>
  charger.result("StatusNotification", { connectorId, errorCode: "NoError", status: word });

/** CP1 comes (back) with so many connectors, and tells of each. `counted`: how many it says it has. */
async function come(
  site: SiteBench,
  connectors: number,
  counted: number | null = connectors,
): Promise<PlayedCharger> {
  const charger = await site.connect("CP1");
  charger.counts(counted);
  await charger.boot();
  for (let each = 2; each <= connectors; each++) await status(charger, each);
  await site.clock.advance(MINUTE_MS);
  return charger;
}

async function leave(site: SiteBench, charger: PlayedCharger): Promise<void> {
  charger.socket.terminate();
  await site.clock.advance(MINUTE_MS);
}

/** CP1 was there with some connectors, went, and is back with others. */
async function comeBack(site: SiteBench, before: number, after: number): Promise<PlayedCharger> {
  await leave(site, await come(site, before));
  return await come(site, after);
}

const viewOf = (site: SiteBench) => {
  const view = site.gateway().web.views.charger("CP1");
  assume(view !== undefined, "no CP1");
  return view;
};

const heldAs = (site: SiteBench) => {
  const { held } = viewOf(site);
  return held === null ? null : [held.was.connectors, held.is.connectors];
};

/** By EVSE of CP1: its slot. */
const boundSlots = (site: SiteBench) =>
  site.gateway().web.views.evses().filter(({ chargerId }) => chargerId === "CP1")
    .map(({ evseId, slot }) => [evseId, slot]);

async function rebind(
  site: SiteBench,
  slots: Readonly<Record<string, number>> = {},
): Promise<CommandOutcome> {
  let outcome: CommandOutcome | null = null;
  const done = site.gateway().web.commands.rebind("CP1", slots, "priya")
    .then((each) => outcome = each);
  for (let second = 0; second < 20 && outcome === null; second++) await site.clock.advance(1_000);
  await done;
  await site.clock.advance(5_000);
  assume(outcome !== null, "no outcome");
  return outcome;
}

/** What the CSMS heard last of a connector. */
const toldOf = ({ csms }: SiteBench, connectorId: number) =>
  csms.heard("StatusNotification").filter(({ payload }) => payload["connectorId"] === connectorId)
    .at(-1)?.payload["status"];

const heldFaults = (site: SiteBench) =>
  site.gateway().web.views.faults().filter(({ kind }) => kind === "charger-held")
    .map(({ state }) => state);

Deno.test("a charger that comes back with two connectors is held, and no slot is given", async () => {
  const site = await openSite();
  const charger = await comeBack(site, 1, 2);
  assertEquals(heldAs(site), [1, 2]);
  assertEquals(boundSlots(site), [[1, 1]]);
  assertEquals(heldFaults(site), ["raised"]);
  assertEquals(toldOf(site, 1), "Unavailable");
  assertEquals(await charger.authorize("ASHA"), "Invalid");
  assertEquals((await charger.start("ASHA")).status, "Invalid");
  const [refusal] = await site.gateway().web.views.decisions({ limit: 1 });
  assertEquals([refusal?.status, refusal?.source], ["Invalid", "site-rule"]);
  const atNew = await charger.ask("StartTransaction", {
    connectorId: 2,
    idTag: "ASHA",
    meterStart: 0,
    timestamp: new Date(site.clock.wallMs()).toISOString(),
  });
  assertEquals(atNew.kind, "error");
  await site.stop();
});

/** A charger of two connectors that has come back 20 s ago and counts one. */
async function backWithOne() {
  const site = await openSite();
  await leave(site, await come(site, 2));
  const charger = await site.connect("CP1");
  charger.counts(1);
  await charger.boot();
  await site.clock.advance(20_000);
  return { site, charger };
}

Deno.test("a charger that comes back with fewer connectors is held when it has said so twice", async () => {
  const { site } = await backWithOne();
  assertEquals(heldAs(site), null, "its second module may still be starting up");
  await site.clock.advance(MINUTE_MS);
  assertEquals(heldAs(site), [2, 1]);
  await site.stop();
});

Deno.test("a charger that counts its connectors late after a boot is not held", async () => {
  const { site, charger } = await backWithOne();
  charger.counts(2);
  await site.clock.advance(MINUTE_MS);
  assertEquals(heldAs(site), null);
  await site.stop();
});

Deno.test("a charger that goes before it has said so twice is asked again when it is back", async () => {
  const { site, charger } = await backWithOne();
  await leave(site, charger);
  const back = await site.connect("CP1");
  back.counts(1);
  await back.ask("Heartbeat", {});
  await site.clock.advance(2 * MINUTE_MS);
  assertEquals(heldAs(site), [2, 1]);
  await site.stop();
});

Deno.test("firmware that tells of a connector late is not held, whether it counts them or not", async () => {
  for (const counted of [2, null]) {
    const site = await openSite();
    const charger = await come(site, 1, counted);
    await site.clock.advance(5 * MINUTE_MS);
    await status(charger, 2);
    await site.clock.advance(MINUTE_MS);
    assertEquals([heldAs(site), boundSlots(site)], [null, [[1, 1], [2, 4]]]);
    await leave(site, charger);
    await come(site, 2, counted);
    assertEquals(heldAs(site), null);
    await site.stop();
  }
});

Deno.test("a charger that never counts its connectors is held when it tells of one that it had not", async () => {
  const site = await openSite();
  await leave(site, await come(site, 1, null));
  await come(site, 2, null);
  assertEquals([heldAs(site), boundSlots(site)], [[1, 2], [[1, 1]]]);
  await site.stop();
});

Deno.test("a charger that babbles of connectors is not held, gains no slots, and is asked now and then", async () => {
  const site = await openSite();
  const charger = await come(site, 1);
  const asked = charger.payloads("GetConfiguration").length;
  for (let each = 2; each < 60; each++) await status(charger, each);
  await site.clock.advance(MINUTE_MS);
  for (let each = 2; each < 60; each++) await status(charger, each, "Faulted");
  await site.clock.advance(MINUTE_MS);
  assertEquals([heldAs(site), boundSlots(site)], [null, [[1, 1]]]);
  assertEquals(charger.payloads("GetConfiguration").length - asked, 2);
  assertEquals(await charger.authorize("ASHA"), "Accepted");
  await site.stop();
});

Deno.test("a charger of another serial number is noted, and not held", async () => {
  const site = await openSite();
  const charger = await come(site, 1);
  await leave(site, charger);
  const back = await site.connect("CP1");
  back.counts(1);
  await back.result("BootNotification", { chargePointVendor: "Vendor", chargePointModel: "New" });
  await site.clock.advance(2 * MINUTE_MS);
  assertEquals([heldAs(site), viewOf(site).formerly?.model], [null, "Model"]);
  assert(site.logged.some(({ event }) => event === "charger_replaced"));
  await site.stop();
});

/** A session of 500 Wh stands open when CP1 comes back with two connectors. */
async function interrupted(site: SiteBench) {
  const charger = await come(site, 1);
  await charger.authorize("ASHA");
  const { number } = await charger.start("ASHA");
  await site.clock.advance(MINUTE_MS);
  await charger.meter(number, 1_500, 16);
  await leave(site, charger);
  return { number, back: await come(site, 2) };
}

const stops = ({ csms }: SiteBench) =>
  csms.heard("StopTransaction").map(({ payload }) => [payload["meterStop"], payload["reason"]]);

const newest = async (site: SiteBench) =>
  (await site.gateway().web.views.transactions({ limit: 1 }))[0];

Deno.test("its open session is closed with the last register and Reboot, and the CSMS is told", async () => {
  const site = await openSite();
  const { number, back } = await interrupted(site);
  assertEquals(stops(site), [[1_500, "Reboot"]]);
  assertEquals((await newest(site))?.flags, ["closed-by-gateway"]);
  const told = back.payloads("RemoteStopTransaction").map(({ transactionId }) => transactionId);
  assertEquals(told, [number], "should it go on all the same");
  assertEquals(toldOf(site, 1), "Unavailable");
  await site.stop();
});

Deno.test("its own Stop, which comes late, follows the rules for guesses", async () => {
  const site = await openSite();
  const { number, back } = await interrupted(site);
  await back.stop(number, 1_700, { reason: "Local" });
  await site.clock.advance(5_000);
  assertEquals(stops(site), [[1_500, "Reboot"]], "the CSMS hears of one end");
  assertEquals((await newest(site))?.correctionWh, 200);
  await site.stop();
});

Deno.test("it may still amend what the CSMS has not heard yet, also after the charger was rebound", async () => {
  const site = await openSite();
  const charger = await come(site, 1);
  await charger.authorize("ASHA");
  const { number } = await charger.start("ASHA");
  await site.clock.advance(MINUTE_MS);
  await leave(site, charger);
  await site.loseCsms();
  const back = await come(site, 2);
  assertEquals(heldAs(site), [1, 2]);
  assertEquals((await rebind(site)).kind, "accepted");
  await back.stop(number, 1_700, { reason: "Local" });
  await site.restoreCsms();
  await site.clock.advance(MINUTE_MS);
  assertEquals(stops(site), [[1_700, "Local"]]);
  await site.stop();
});

Deno.test("nobody is started at a held charger from afar", async () => {
  const site = await openSite();
  const charger = await comeBack(site, 1, 2);
  const answer = await site.csms.now().result("RemoteStartTransaction", {
    connectorId: 1,
    idTag: "APP",
  });
  assertEquals(answer["status"], "Rejected");
  const outcome = await site.gateway().web.commands.start(1, "APP", "priya");
  assertEquals(outcome.kind, "refused");
  assertEquals(charger.payloads("RemoteStartTransaction"), []);
  await site.stop();
});

Deno.test("a site that sells to everybody does not start a held charger", async () => {
  const site = await openSite({ freeVend: { token: "FREE" } });
  const charger = await comeBack(site, 1, 2);
  await charger.status("Preparing");
  await site.clock.advance(MINUTE_MS);
  assertEquals(charger.payloads("RemoteStartTransaction"), []);
  await rebind(site);
  await charger.status("Preparing");
  await site.clock.advance(MINUTE_MS);
  assertEquals(charger.payloads("RemoteStartTransaction").length, 1);
  await site.stop();
});

Deno.test("taken as it is, what was there keeps its slot and what is new gets one; sessions begin again", async () => {
  const site = await openSite();
  const charger = await comeBack(site, 1, 2);
  const outcome = await rebind(site);
  assertEquals(outcome, {
    kind: "accepted",
    detail: "connector 1 is slot 1, connector 2 is slot 4",
  });
  assertEquals([heldAs(site), heldFaults(site)], [null, ["over"]]);
  assertEquals(boundSlots(site), [[1, 1], [2, 4]]);
  assert(site.logged.some(({ event, by }) => event === "operator_rebind" && by === "priya"));
  await status(charger, 2);
  await site.clock.advance(2_000);
  assertEquals([toldOf(site, 1), toldOf(site, 4)], ["Available", "Available"]);
  const placed = charger.payloads("SetChargingProfile").map(({ connectorId }) => connectorId);
  assert(placed.includes(2), "it has a fail-safe current");
  await charger.authorize("ASHA");
  assertEquals((await charger.start("ASHA", { connectorId: 2 })).status, "Accepted");
  await site.stop();
});

Deno.test("taken as it is, what is gone is told Unavailable, and its number is not given again", async () => {
  const site = await openSite();
  await leave(site, await comeBack(site, 2, 1));
  await rebind(site);
  assertEquals(boundSlots(site), [[1, 1]]);
  assertEquals(toldOf(site, 4), "Unavailable");
  await come(site, 3);
  await rebind(site);
  assertEquals(boundSlots(site), [[1, 1], [2, 5], [3, 6]]);
  await site.stop();
});

Deno.test("an operator says which connector is which, also while the charger is away", async () => {
  const site = await openSite();
  await leave(site, await comeBack(site, 1, 2));
  assertEquals((await rebind(site, { 2: 1 })).kind, "accepted");
  assertEquals(boundSlots(site), [[2, 1], [1, 4]]);
  const charger = await come(site, 2);
  assertEquals(heldAs(site), null);
  await charger.authorize("ASHA");
  await charger.start("ASHA", { connectorId: 2 });
  await site.clock.advance(5_000);
  assertEquals(site.csms.heard("StartTransaction").at(-1)?.payload["connectorId"], 1);
  await site.stop();
});

const WRONG: readonly (readonly [Readonly<Record<string, number>>, string, string])[] = [
  [{ 3: 1 }, "slots.3", '"CP1" has connectors 1 to 2'],
  [{ 1: 2 }, "slots.1", 'slot 2 belongs to "CP2"'],
  [{ 1: 9 }, "slots.1", "there is no slot 9"],
];

for (const [slots, path, message] of WRONG) {
  Deno.test(`${JSON.stringify(slots)} is refused: ${message}`, async () => {
    const site = await openSite();
    await comeBack(site, 1, 2);
    const outcome = await rebind(site, slots);
    assume(outcome.kind === "refused", outcome.kind);
    assertEquals(outcome.errors, [{ path, message }]);
    assertEquals(heldAs(site), [1, 2], "nothing has changed");
    await site.stop();
  });
}

Deno.test("a charger that is as it should be is only bound anew where slots are named", async () => {
  const site = await openSite();
  await come(site, 2);
  assertEquals((await rebind(site)).kind, "refused");
  assertEquals((await rebind(site, { 1: 4, 2: 1 })).kind, "accepted");
  assertEquals(boundSlots(site), [[2, 1], [1, 4]]);
  await site.stop();
});

Deno.test("a slot with a session is not bound anew", async () => {
  const site = await openSite();
  const charger = await come(site, 2);
  await charger.authorize("ASHA");
  await charger.start("ASHA");
  const outcome = await rebind(site, { 2: 1 });
  assume(outcome.kind === "refused", outcome.kind);
  assertEquals(outcome.errors?.map(({ path }) => path), ["slots.2"]);
  await site.stop();
});

Deno.test("a restart changes nothing: it stays held, is told of again, and can be rebound before it is back", async () => {
  const site = await openSite();
  await interrupted(site);
  site.kill();
  await site.start();
  assertEquals([heldAs(site), heldFaults(site)], [[1, 2], ["raised"]]);
  assertEquals((await newest(site))?.stopReason, "Reboot");
  assertEquals((await rebind(site)).kind, "accepted");
  site.kill();
  await site.start();
  const charger = await come(site, 2);
  assertEquals([heldAs(site), boundSlots(site)], [null, [[1, 1], [2, 4]]]);
  assertEquals(await charger.authorize("ASHA"), "Accepted");
  await site.stop();
});

Deno.test("a slot that was bound otherwise than site.yaml says is a warning at the next start", async () => {
  const site = await openSite();
  await comeBack(site, 1, 2);
  await rebind(site, { 2: 1 });
  site.kill();
  await site.start();
  assertEquals(boundSlots(site), [[2, 1], [1, 4]]);
  const [fault] = site.gateway().web.views.faults();
  assertEquals(
    [fault?.kind, fault?.text],
    [
      "slot-rebound",
      'site.yaml gives slot 1 to EVSE 1 of "CP1", but slot 4 was bound to EVSE 1 of "CP1" by an ' +
      "operator, which stands. Change site.yaml",
    ],
  );
  await site.stop();
});

Deno.test("a charger that is as it was again is held no more", async () => {
  const site = await openSite();
  await leave(site, await comeBack(site, 1, 2));
  await come(site, 1);
  await site.clock.advance(MINUTE_MS);
  assertEquals([heldAs(site), heldFaults(site)], [null, ["over"]]);
  assertEquals(boundSlots(site), [[1, 1]]);
  await site.stop();
});
