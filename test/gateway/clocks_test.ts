import { assert, assertEquals } from "@std/assert";
import { isoTime } from "../../src/lib/clock.ts";
import { exportSessions } from "../../src/operations/mod.ts";
import type { Payload } from "../support/frame_peer.ts";
import type { PlayedCharger } from "./played.ts";
import { openSite, type SiteBench, type SiteFacts } from "./site_bench.ts";

const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;
/** The bench begins on 2026-01-05; a machine that is so far behind is in 1970. */
const IN_1970 = -Date.UTC(2026, 0, 5, 5);

const siteTimeMs = (site: SiteBench) => site.gateway().web.clock.wallMs();
const viewOf = (site: SiteBench) => site.gateway().web.views.site();
const sessionsOf = (site: SiteBench) => site.gateway().web.views.transactions({ limit: 50 });

/** What is said of its clocks; a test that is short of time makes registers jump. */
const clockFlags = (session: { readonly flags: readonly string[] } | undefined) =>
  session?.flags.filter((flag) => flag.startsWith("clock-"));

/** Times of what the CSMS was told, as far as they are off the truth, in seconds. */
function toldOffS(site: SiteBench, action: string, truthMs: number): number[] {
  return site.csms.heard(action).map(({ payload }) =>
    Math.round((Date.parse(String(payload["timestamp"])) - truthMs) / 1_000)
  );
}

/** A charger that goes by the time that the gateway tells. */
async function obedient(site: SiteBench, chargerId: string) {
  const charger = await site.arrive(chargerId);
  return {
    charger,
    start: (idTag: string) => charger.start(idTag, { timestamp: isoTime(siteTimeMs(site)) }),
    stop: (number: number, meterStop: number) =>
      charger.stop(number, meterStop, { timestamp: isoTime(siteTimeMs(site)) }),
  };
}

/** A site whose gateway has been there for a while, and then boots in 1970 without a network. */
async function bootedIn1970(facts: Partial<SiteFacts> = {}): Promise<SiteBench> {
  const site = await openSite({ unknownOffline: true, ...facts });
  const charger = await site.arrive("CP3");
  const { number } = await charger.start("PRIYA");
  await charger.stop(number, 2_000);
  await site.clock.advance(10_000);
  await site.loseCsms();
  site.kill();
  site.setMachineClock(IN_1970);
  await site.clock.advance(2 * HOUR_MS);
  await site.start();
  return site;
}

Deno.test("a gateway that boots in 1970 knows that it does not know the time, and chargers are not sent back", async () => {
  const site = await bootedIn1970();
  assertEquals(viewOf(site).clock, "untrusted");
  assertEquals(site.gateway().web.health(), {
    alive: true,
    ready: true,
    problems: ["The clock is untrusted"],
  });
  const [fault] = site.gateway().web.views.faults();
  assertEquals([fault?.kind, fault?.state], ["clock-untrusted", "raised"]);
  const charger = await site.arrive("CP1");
  const { currentTime } = await charger.result("Heartbeat", {});
  const behindMs = site.clock.wallMs() - Date.parse(String(currentTime));
  assert(behindMs > 0 && behindMs < 2.1 * HOUR_MS, `${behindMs} ms behind`);
  await site.stop();
});

Deno.test("sessions of hours without the time go up with the right times when the CSMS has told it", async () => {
  const site = await bootedIn1970();
  const { start, stop } = await obedient(site, "CP1");
  const startedMs = site.clock.wallMs();
  const { number, status } = await start("ASHA");
  assertEquals(status, "Accepted");
  await site.clock.advance(HOUR_MS);
  const stoppedMs = site.clock.wallMs();
  await stop(number, 8_000);
  const [marked] = await sessionsOf(site);
  assertEquals(clockFlags(marked), ["clock-untrusted"]);
  await site.clock.advance(HOUR_MS);
  await site.restoreCsms();
  await site.clock.advance(10_000);
  assertEquals(toldOffS(site, "StartTransaction", startedMs).at(-1), 0);
  assertEquals(toldOffS(site, "StopTransaction", stoppedMs).at(-1), 0);
  const [session] = await sessionsOf(site);
  assertEquals(clockFlags(session), ["clock-corrected"]);
  assertEquals([session?.startedAt, session?.stoppedAt].map((text) => Date.parse(text ?? "")), [
    startedMs,
    stoppedMs,
  ]);
  assertEquals(viewOf(site).clock, "known");
  const states = site.gateway().web.views.faults().map(({ kind, state }) => [kind, state]);
  assertEquals(states.filter(([kind]) => kind?.startsWith("clock")).toSorted(), [
    ["clock-corrected", "over"],
    ["clock-untrusted", "over"],
  ]);
  await site.stop();
});

Deno.test("what went up with the right time, and what is exported, is the same after a restart", async () => {
  const site = await bootedIn1970();
  const { start, stop } = await obedient(site, "CP1");
  const startedMs = site.clock.wallMs();
  const { number } = await start("ASHA");
  await stop(number, 1_500);
  await site.restoreCsms();
  await site.clock.advance(5_000);
  site.kill();
  await site.clock.advance(1_000);
  await site.start();
  const [session] = await sessionsOf(site);
  assertEquals(Date.parse(session?.startedAt ?? ""), startedMs);
  let text = "";
  for await (const part of exportSessions(site.store.transactions, {}, "json")) text += part;
  const [exported] = JSON.parse(text) as { startedAt: string; flags: string }[];
  assertEquals(Date.parse(exported?.startedAt ?? ""), startedMs);
  assert(exported?.flags.includes("clock-corrected"), exported?.flags);
  const [stored] = await site.store.transactions({ limit: 1 });
  assert(Date.parse(stored?.startedAt ?? "") < startedMs - HOUR_MS, "the charger's text stays");
  await site.stop();
});

Deno.test("a session that goes on when the time is learnt keeps its length, though the charger hears of it later", async () => {
  const site = await bootedIn1970();
  const { charger, start } = await obedient(site, "CP1");
  const startedMs = site.clock.wallMs();
  const behindMs = startedMs - siteTimeMs(site);
  const { number } = await start("ASHA");
  await site.clock.advance(60_000);
  await site.restoreCsms();
  // Its next heartbeat is minutes away: it still goes by the old time.
  const stoppedMs = site.clock.wallMs();
  await charger.stop(number, 1_500, { timestamp: isoTime(stoppedMs - behindMs) });
  await site.clock.advance(5_000);
  assertEquals(toldOffS(site, "StartTransaction", startedMs).at(-1), 0);
  assertEquals(toldOffS(site, "StopTransaction", stoppedMs).at(-1), 0);
  await site.stop();
});

Deno.test("a run that ended before it learnt the time leaves its sessions marked and in their order", async () => {
  const site = await bootedIn1970();
  const first = await obedient(site, "CP1");
  const { number } = await first.start("ASHA");
  await first.stop(number, 1_500);
  site.kill();
  site.setMachineClock(0);
  await site.clock.advance(HOUR_MS);
  await site.start();
  const second = await obedient(site, "CP1");
  const startedMs = site.clock.wallMs();
  await second.start("BEN");
  await site.restoreCsms();
  await site.clock.advance(5_000);
  const [ben, asha, priya] = await sessionsOf(site);
  assertEquals([clockFlags(ben), clockFlags(asha), clockFlags(priya)], [
    [],
    ["clock-untrusted"],
    [],
  ]);
  const times = [priya, asha, ben].map((each) => Date.parse(each?.startedAt ?? ""));
  assertEquals(times.toSorted((a, b) => a - b), times);
  assertEquals(toldOffS(site, "StartTransaction", startedMs).at(-1), 0);
  assertEquals(site.csms.heard("StopTransaction").length, 2, "nothing is held for ever");
  await site.stop();
});

Deno.test("a site that stands alone learns the time when its clock is set, also for sessions long ended", async () => {
  const site = await bootedIn1970({ hasCsms: false });
  const { start, stop } = await obedient(site, "CP1");
  const startedMs = site.clock.wallMs();
  const { number } = await start("ASHA");
  await stop(number, 1_500);
  await site.clock.advance(26 * HOUR_MS);
  site.setMachineClock(0);
  await site.clock.advance(5_000);
  assertEquals(viewOf(site).clock, "presumed");
  const [session] = await sessionsOf(site);
  assertEquals([Date.parse(session?.startedAt ?? ""), clockFlags(session)], [
    startedMs,
    ["clock-corrected"],
  ]);
  await site.stop();
});

Deno.test("a clock that jumps by years either way moves no label, no order and no waiting once the CSMS has told the time", async () => {
  for (const jumpMs of [YEAR_MS, -YEAR_MS]) {
    const site = await openSite({ unknownOffline: true });
    const charger = await site.arrive("CP1");
    await site.arrive("CP2");
    await site.csms.now().result("ReserveNow", {
      connectorId: 2,
      expiryDate: isoTime(site.clock.wallMs() + 3 * HOUR_MS),
      idTag: "ASHA",
      reservationId: 7,
    });
    await site.loseCsms();
    const { number } = await charger.start("ASHA");
    site.setMachineClock(jumpMs);
    await site.clock.advance(HOUR_MS);
    await charger.stop(number, 4_000);
    assertEquals(siteTimeMs(site), site.clock.wallMs());
    assertEquals((await site.store.load(0)).reservations.size, 1, "the reservation stands");
    await site.restoreCsms();
    await site.clock.advance(5_000);
    assertEquals(viewOf(site).clock, "known");
    const [session] = await sessionsOf(site);
    const lastedMs = Date.parse(session?.stoppedAt ?? "") - Date.parse(session?.startedAt ?? "");
    assertEquals([lastedMs, clockFlags(session)], [HOUR_MS, []]);
    await site.stop();
  }
});

Deno.test("an order to start lasts as long as it was meant to, though the time is learnt meanwhile", async () => {
  for (const offsetMs of [YEAR_MS, -2 * HOUR_MS]) {
    const site = await openSite({ isOffline: true, machineOffsetMs: offsetMs });
    const charger = await site.arrive("CP1");
    const ordering = site.gateway().web.commands.start(1, "APP", "priya");
    await site.clock.advance(1_000);
    await ordering;
    await site.restoreCsms();
    assertEquals(siteTimeMs(site), site.clock.wallMs());
    assertEquals((await charger.start("APP")).status, "Accepted");
    const [session] = await sessionsOf(site);
    assertEquals(session?.authorizationSource, "remote");
    await site.stop();
  }
});

Deno.test("an order to start does not stand for years when the time turns out to be earlier", async () => {
  const site = await openSite({ isOffline: true, machineOffsetMs: YEAR_MS });
  const charger = await site.arrive("CP1");
  const ordering = site.gateway().web.commands.start(1, "APP", "priya");
  await site.clock.advance(1_000);
  await ordering;
  await site.restoreCsms();
  await site.clock.advance(200_000);
  await charger.start("APP");
  const [session] = await sessionsOf(site);
  assertEquals(session?.authorizationSource, "csms");
  await site.stop();
});

Deno.test("a CSMS that never says a time that can be is sent everything all the same", async () => {
  const site = await openSite();
  await site.loseCsms();
  const charger = await site.arrive("CP1");
  const lost = { currentTime: "1970-01-01T00:00:00Z" };
  site.csms.answer("BootNotification", { status: "Accepted", interval: 300, ...lost });
  site.csms.answer("Heartbeat", lost);
  site.setMachineClock(HOUR_MS);
  const { number } = await charger.start("PRIYA");
  await charger.stop(number, 1_500);
  await site.restoreCsms();
  await site.clock.advance(30_000);
  const actions = site.csms.heard("StartTransaction", "StopTransaction").map(({ action }) =>
    action
  );
  assertEquals(actions, ["StartTransaction", "StopTransaction"]);
  await site.stop();
});

// A charger's own clock

/** Sends readings every 10 seconds by a clock that is off by so much. */
async function meterBy(
  site: SiteBench,
  charger: PlayedCharger,
  number: number,
  offMs: number,
  count: number,
): Promise<void> {
  for (let index = 0; index < count; index++) {
    await site.clock.advance(10_000);
    const timestamp = isoTime(site.clock.wallMs() + offMs);
    const sampledValue: Payload[] = [{ value: String(1_100 + index) }];
    await charger.ask("MeterValues", {
      connectorId: 1,
      transactionId: number,
      meterValue: [{ timestamp, sampledValue }],
    });
  }
}

for (
  const [what, offMs] of [
    ["writes local time as Z", 5.5 * HOUR_MS],
    ["writes the time of a zone in the west as Z", -5 * HOUR_MS],
    ["was never set", IN_1970],
  ] as const
) {
  Deno.test(`a charger whose clock ${what} has its sessions told at the right time`, async () => {
    const site = await openSite({ unknownOffline: true });
    const charger = await site.arrive("CP1");
    await site.loseCsms();
    const startedMs = site.clock.wallMs();
    const { number } = await charger.start("ASHA", { timestamp: isoTime(startedMs + offMs) });
    await meterBy(site, charger, number, offMs, 6);
    const stoppedMs = site.clock.wallMs();
    await charger.stop(number, 2_000, { timestamp: isoTime(stoppedMs + offMs) });
    await site.restoreCsms();
    await site.clock.advance(5_000);
    assertEquals(toldOffS(site, "StartTransaction", startedMs), [0]);
    assertEquals(toldOffS(site, "StopTransaction", stoppedMs), [0]);
    const [session] = await sessionsOf(site);
    assert(session?.flags.some((flag) => flag.startsWith("clock-")), String(session?.flags));
    await site.stop();
  });
}

Deno.test("a charger that was offline tells an old session at the time at which it was", async () => {
  const site = await openSite({ unknownOffline: true });
  const charger = await site.arrive("CP1");
  const timestamp = isoTime(site.clock.wallMs() - 5 * HOUR_MS);
  const { number } = await charger.start("ASHA", { timestamp });
  await charger.stop(number, 2_000, { timestamp: isoTime(site.clock.wallMs() - HOUR_MS) });
  await site.clock.advance(5_000);
  assertEquals(site.csms.heard("StartTransaction").map(({ payload }) => payload["timestamp"]), [
    timestamp,
  ]);
  assertEquals((await sessionsOf(site))[0]?.flags.filter((flag) => flag.startsWith("clock-")), []);
  await site.stop();
});

/** Twice in a row a gateway without its CSMS goes by a machine that is so far ahead. */
async function twoRunsAhead(aheadMs: number, darkMs: number) {
  const site = await openSite({ unknownOffline: true });
  await site.loseCsms();
  site.kill();
  site.setMachineClock(aheadMs);
  await site.start();
  const { start } = await obedient(site, "CP1");
  const startedMs = site.clock.wallMs();
  const { number } = await start("ASHA");
  await site.clock.advance(120_000);
  site.kill();
  await site.clock.advance(darkMs);
  return { site, number, startedMs };
}

Deno.test("a start that a run before the last heard by a clock that was ahead is put right as well", async () => {
  const { site, startedMs } = await twoRunsAhead(HOUR_MS, 60_000);
  await site.start();
  await site.clock.advance(60_000);
  site.kill();
  await site.clock.advance(5_000);
  await site.start();
  await site.restoreCsms();
  await site.clock.advance(70_000);
  assertEquals(toldOffS(site, "StartTransaction", startedMs), [0]);
  const [session] = await sessionsOf(site);
  assertEquals(Date.parse(session?.startedAt ?? ""), startedMs);
  await site.stop();
});

Deno.test("a start of a run whose clock nothing contradicts stays as it was told", async () => {
  const { site, startedMs } = await twoRunsAhead(0, 2 * HOUR_MS);
  site.setMachineClock(HOUR_MS);
  await site.start();
  await site.restoreCsms();
  await site.clock.advance(70_000);
  assertEquals(toldOffS(site, "StartTransaction", startedMs), [0]);
  await site.stop();
});
