import { assertEquals } from "@std/assert";
import { UNKNOWN_APPETITE } from "./_appetite.ts";
import {
  type EvseMemory,
  UNKNOWN_EVSE,
  withAccepted,
  withFacts,
  withFailed,
  withSent,
} from "./_evse_memory.ts";
import { possibleLimits } from "./_held_limits.ts";
import { chargingAt, drawnSite, emptyAt } from "./_site_drawing.ts";

const [PLACE] = drawnSite({
  circuits: [{ id: "grid", amps: 63 }],
  evses: [{ slot: 1, on: "grid", max: 32, failSafe: 6 }],
}).places;
if (PLACE === undefined) throw new Error("Cannot draw a place");
const place = PLACE;

/** An EVSE in use since 0 s, under 16 A since 1 s. */
function inUse(): EvseMemory {
  const empty = withFacts(UNKNOWN_EVSE, emptyAt(1), place, 0);
  const started = withFacts(empty, chargingAt(1), place, 0);
  const accepted = withAccepted(withSent(started, 16, 900_000, 0), 16, 1_000);
  return { ...accepted, held: accepted.held.slice(1) };
}

function wanting(wantsAmps: number) {
  return { ...UNKNOWN_APPETITE, wantsAmps };
}

function heldAmps(memory: EvseMemory): readonly number[] {
  return memory.held.map((limit) => limit.limitAmps);
}

Deno.test("withFacts() forgets limits and learning when the transaction ends", () => {
  const learned = { ...inUse(), appetite: wanting(8), failures: 2, waitingSinceMs: 5 };
  const ended = withFacts(learned, chargingAt(1, { transactionId: null }), place, 50_000);
  assertEquals(ended.held, []);
  assertEquals(ended.lastSent, null);
  assertEquals(ended.appetite.wantsAmps, null);
  assertEquals(ended.failures, 0);
  assertEquals(ended.waitingSinceMs, null);
  assertEquals(ended.sessionSinceMs, 50_000);
});

Deno.test("withFacts() forgets them when one transaction follows another at once", () => {
  const next = withFacts(inUse(), chargingAt(1, { transactionId: "next" }), place, 50_000);
  assertEquals(heldAmps(next), [6], "the next begins under the fail-safe current");
});

Deno.test("withFacts() keeps limits while the charger is away, and sends again when it is back", () => {
  const away = withFacts(inUse(), chargingAt(1, { connected: false }), place, 50_000);
  assertEquals(heldAmps(away), [16]);
  assertEquals(away.resend, false);
  const back = withFacts({ ...away, retryAtMs: 99_000 }, chargingAt(1), place, 60_000);
  assertEquals(heldAmps(back), [16]);
  assertEquals(back.resend, true);
  assertEquals(back.retryAtMs, 0);
  assertEquals(back.connectedSinceMs, 60_000);
});

Deno.test("withFacts() expects the maximum from a model that forgets its limits on the way back", () => {
  const away = withFacts(inUse(), chargingAt(1, { connected: false }), place, 50_000);
  const back = withFacts(away, chargingAt(1, { forgetsProfiles: true }), place, 60_000);
  assertEquals(heldAmps(back), [32]);
  assertEquals(back.lastSent, null);
});

Deno.test("withFacts() expects the maximum of a transaction that ran before we started", () => {
  const found = withFacts(UNKNOWN_EVSE, chargingAt(1), place, 0);
  assertEquals(heldAmps(found), [32]);
  const viaAway = withFacts(
    withFacts(UNKNOWN_EVSE, chargingAt(1, { connected: false }), place, 0),
    chargingAt(1),
    place,
    5_000,
  );
  assertEquals(heldAmps(viaAway), [32]);
});

Deno.test("withFacts() expects what is remembered of such a transaction instead", () => {
  const remembered = { ...UNKNOWN_EVSE, held: inUse().held };
  assertEquals(heldAmps(withFacts(remembered, chargingAt(1), place, 0)), [16]);
});

Deno.test("withFacts() expects the fail-safe current of a transaction that begins before our eyes", () => {
  const empty = withFacts(UNKNOWN_EVSE, emptyAt(1), place, 0);
  assertEquals(heldAmps(withFacts(empty, chargingAt(1), place, 5_000)), [6]);
});

Deno.test("withFacts() forgets what an EV was believed to want when it wakes", () => {
  const asleep = withFacts(inUse(), chargingAt(1, { suspendedByEv: true }), place, 2_000);
  const awake = withFacts({ ...asleep, appetite: wanting(6) }, chargingAt(1), place, 3_000);
  assertEquals(awake.appetite.wantsAmps, null);
});

Deno.test("withFacts() forgets which lines an EV draws from when it wakes, and when its charger boots", () => {
  const phases = { lines: ["L1"] as const, candidate: null };
  const learned = { ...withFacts(inUse(), chargingAt(1, { bootedAtMs: 1 }), place, 2_000), phases };
  const linesAfter = (facts: Parameters<typeof chargingAt>[1]) =>
    withFacts(learned, chargingAt(1, { bootedAtMs: 1, ...facts }), place, 3_000).phases.lines;
  assertEquals(linesAfter({ caps: [{ source: "plan", amps: 8 }] }), ["L1"]);
  assertEquals(linesAfter({ suspendedByEv: true }), ["L1"]);
  assertEquals(linesAfter({ bootedAtMs: 2 }), null);
  assertEquals(linesAfter({ transactionId: "next" }), null);
  const asleep = { ...withFacts(learned, chargingAt(1, { suspendedByEv: true }), place, 3_000) };
  assertEquals(withFacts(asleep, chargingAt(1), place, 4_000).phases.lines, null);
});

Deno.test("withAccepted() settles what was asked before it", () => {
  const asked = withSent(withSent(inUse(), 12, 900_000, 2_000), 8, 900_000, 3_000);
  const accepted = withAccepted(asked, 8, 4_000);
  assertEquals(
    accepted.held.map(({ limitAmps, acceptedAtMs, unanswered }) =>
      `${limitAmps} ${acceptedAtMs} ${unanswered}`
    ),
    ["16 1000 false", "12 null true", "8 4000 false"],
  );
});

Deno.test("withAccepted() lets a renewal go on with the obedience of the limit before", () => {
  const renewed = withAccepted(withSent(inUse(), 16, 900_000, 60_000), 16, 61_000);
  const counts = possibleLimits(renewed.held, null, 61_000, 10_000);
  assertEquals(counts.map(({ sentAtMs, followedSinceMs }) => [sentAtMs, followedSinceMs]), [
    [60_000, 1_000],
  ]);
});

Deno.test("withAccepted() starts obedience anew for another limit", () => {
  const lowered = withAccepted(withSent(inUse(), 8, 900_000, 60_000), 8, 61_000);
  assertEquals(lowered.held.at(-1)?.followedSinceMs, 61_000);
});

Deno.test("withAccepted() adds a limit nobody sent, which never proves that a higher one was left", () => {
  const surprised = withAccepted(inUse(), 9, 5_000);
  assertEquals(heldAmps(surprised), [16, 9]);
  assertEquals(heldAmps(withAccepted(surprised, 9, 6_000)).length, 2);
  const counts = possibleLimits(withAccepted(inUse(), 9, 5_000).held, null, 900_000, 10_000);
  assertEquals(counts.map((limit) => limit.limitAmps), [16, 9]);
});

Deno.test("withAccepted() ignores a limit that is no number", () => {
  assertEquals(heldAmps(withAccepted(inUse(), NaN, 5_000)), [16]);
});

Deno.test("withFailed() returns to the limit before a refused one, and waits longer each time", () => {
  let memory = inUse();
  const pauses: number[] = [];
  for (let attempt = 0; attempt < 6; attempt++) {
    const nowMs = 100_000 * (attempt + 1);
    memory = withFailed(withSent(memory, 10, 900_000, nowMs), 10, true, nowMs);
    assertEquals(heldAmps(memory), [16]);
    assertEquals(memory.lastSent?.limitAmps, 16);
    assertEquals(memory.resend, true);
    pauses.push(memory.retryAtMs - nowMs);
  }
  assertEquals(pauses, [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
});

Deno.test("withFailed() counts an unanswered limit as possible", () => {
  const sent = withSent(inUse(), 20, 900_000, 60_000);
  const failed = withFailed(sent, 20, false, 90_000);
  assertEquals(heldAmps(failed), [16, 20]);
  assertEquals(failed.lastSent?.limitAmps, 20);
});

Deno.test("withFailed() keeps one entry for a limit that is never answered", () => {
  let memory = inUse();
  for (let attempt = 1; attempt < 20; attempt++) {
    memory = withFailed(withSent(memory, 20, 900_000, attempt), 20, false, attempt);
  }
  assertEquals(heldAmps(memory), [16, 20]);
});

Deno.test("withFailed() ignores a failure of what was not asked", () => {
  const memory = inUse();
  assertEquals(withFailed(memory, 11, true, 5_000), memory);
});

Deno.test("withFailed() knows no limit before the first one", () => {
  const empty = withFacts(UNKNOWN_EVSE, emptyAt(1), place, 0);
  const started = withFacts(empty, chargingAt(1), place, 0);
  const refused = withFailed(withSent(started, 16, 900_000, 0), 16, true, 1_000);
  assertEquals(refused.lastSent, null);
});

Deno.test("withFacts() keeps a limit that may still be on its way for the next transaction", () => {
  const asked = withSent(inUse(), 20, 900_000, 49_000);
  const next = withFacts(asked, chargingAt(1, { transactionId: "next" }), place, 50_000);
  assertEquals(heldAmps(next), [6, 20], "the charger may take it for the next one's");
});
