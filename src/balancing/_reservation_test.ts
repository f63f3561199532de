import { assertEquals } from "@std/assert";
import { type Amps, bench, currentsOf } from "./_bench.ts";
import type { EvseFacts } from "./facts.ts";
import { type EvseMemory, UNKNOWN_EVSE } from "./_evse_memory.ts";
import type { HeldLimit } from "./_held_limits.ts";
import { mayDraw } from "./_reservation.ts";
import { chargingAt, drawnSite, emptyAt } from "./_site_drawing.ts";

const MINUTE_MS = 60_000;

/** A three-phase socket of 32 A with a fail-safe of 6 A. */
const [SOCKET] = drawnSite({
  circuits: [{ id: "grid", amps: 63 }],
  evses: [{ slot: 1, on: "grid", max: 32, failSafe: 6 }],
}).places;

/** Accepted at 1 s, for 15 minutes. */
function limit(limitAmps: number): HeldLimit {
  return {
    limitAmps,
    sentAtMs: 0,
    acceptedAtMs: 1_000,
    followedSinceMs: 1_000,
    unanswered: false,
    validForMs: 15 * MINUTE_MS,
  };
}

function reading(amps: Amps, atMs: number) {
  return { currentsAmps: currentsOf(amps), atMs, intervalMs: 10_000 };
}

interface Case {
  readonly name: string;
  readonly facts: EvseFacts | null;
  readonly memory?: Partial<EvseMemory>;
  readonly afterMinutes: number;
  readonly reserved: Amps;
  readonly present: Amps;
}

const away = (otherwise: Partial<EvseFacts> = {}) =>
  chargingAt(1, { connected: false, ...otherwise });
const gone = (otherwise: Partial<EvseFacts> = {}) => emptyAt(1, { connected: false, ...otherwise });

const CASES: readonly Case[] = [
  {
    name: "its maximum for a charger that can be told nothing, whatever limit is remembered",
    facts: chargingAt(1, { takesLimits: false }),
    memory: { held: [limit(6)] },
    afterMinutes: 1,
    reserved: 32,
    present: 32,
  },
  {
    name:
      "its maximum for one that can be told nothing, without an EV: the next one takes all at once",
    facts: emptyAt(1, { takesLimits: false }),
    afterMinutes: 1,
    reserved: 32,
    present: 0,
  },
  {
    name: "its maximum for one that can be told nothing and is away",
    facts: gone({ takesLimits: false }),
    afterMinutes: 1,
    reserved: 32,
    present: 32,
  },
  {
    name: "the fail-safe current for a charger nobody heard of",
    facts: null,
    afterMinutes: 1,
    reserved: 6,
    present: 0,
  },
  {
    name: "what is remembered for a charger nobody heard of, without end",
    facts: null,
    memory: { held: [limit(16)] },
    afterMinutes: 60,
    reserved: 16,
    present: 16,
  },
  {
    name: "nothing for an empty socket",
    facts: emptyAt(1),
    afterMinutes: 1,
    reserved: 0,
    present: 0,
  },
  {
    name: "the fail-safe current for an EV that is plugged in",
    facts: emptyAt(1, { plugged: true }),
    afterMinutes: 1,
    reserved: 6,
    present: 0,
  },
  {
    name: "what an idle charger measures all the same",
    facts: emptyAt(1, { plugged: true }),
    memory: { reading: reading([8, 0, 0], MINUTE_MS - 1_000) },
    afterMinutes: 1,
    reserved: [8, 6, 6],
    present: [8, 0, 0],
  },
  {
    name: "the fail-safe current for an idle charger whose reading is old",
    facts: emptyAt(1, { plugged: true }),
    memory: { reading: reading(8, 0) },
    afterMinutes: 1,
    reserved: 6,
    present: 0,
  },
  {
    name: "the fail-safe current for a transaction without a limit yet",
    facts: chargingAt(1),
    afterMinutes: 1,
    reserved: 6,
    present: 6,
  },
  {
    name: "the highest limit that may count",
    facts: chargingAt(1),
    memory: { held: [limit(20), limit(10)] },
    afterMinutes: 1,
    reserved: 20,
    present: 20,
  },
  {
    name: "all lines of the socket while the EV's lines are unknown",
    facts: chargingAt(1, { evLines: null }),
    memory: { held: [limit(20)] },
    afterMinutes: 1,
    reserved: 20,
    present: 20,
  },
  {
    name: "only the EV's lines once they are known",
    facts: chargingAt(1, { evLines: ["L2"] }),
    memory: { held: [limit(20)] },
    afterMinutes: 1,
    reserved: [0, 20, 0],
    present: [0, 20, 0],
  },
  {
    name: "what the EV was seen drawing above its limit",
    facts: chargingAt(1),
    memory: { held: [limit(10)], overdrawAmps: currentsOf([1, 0, 0.5]) },
    afterMinutes: 1,
    reserved: [11, 10, 10.5],
    present: [11, 10, 10.5],
  },
  {
    name: "what an EV draws that ignores limits, however old the reading",
    facts: chargingAt(1),
    memory: {
      held: [limit(10)],
      overdrawAmps: currentsOf(12),
      ignoresLimits: true,
      reading: reading(28, 0),
    },
    afterMinutes: 5,
    reserved: 28,
    present: 28,
  },
  {
    name: "the last limit of a charger that is away",
    facts: away(),
    memory: { held: [limit(16)] },
    afterMinutes: 10,
    reserved: 16,
    present: 16,
  },
  {
    name: "the last limit of a charger on the EV's lines, the fail-safe for another EV on all",
    facts: away({ evLines: ["L1"] }),
    memory: { held: [limit(16)] },
    afterMinutes: 10,
    reserved: [16, 6, 6],
    present: [16, 0, 0],
  },
  {
    name: "the fail-safe current after the limit of a charger that is away has expired",
    facts: away(),
    memory: { held: [limit(16)] },
    afterMinutes: 16,
    reserved: 6,
    present: 6,
  },
  {
    name: "the last limit for ever where its expiry is not trusted",
    facts: away({ expiryTrusted: false }),
    memory: { held: [limit(16)] },
    afterMinutes: 600,
    reserved: 16,
    present: 16,
  },
  {
    name: "the fail-safe current for a paused EV out of reach, which it may come to",
    facts: away(),
    memory: { held: [limit(0)] },
    afterMinutes: 1,
    reserved: 6,
    present: 0,
  },
  {
    name: "the fail-safe current for an empty socket out of reach, where an EV may come",
    facts: gone(),
    afterMinutes: 1,
    reserved: 6,
    present: 0,
  },
  {
    name: "the maximum of a model out of reach that forgets its limits",
    facts: gone({ forgetsProfiles: true }),
    afterMinutes: 1,
    reserved: 32,
    present: 32,
  },
];

for (const { name, facts, memory, afterMinutes, reserved, present } of CASES) {
  Deno.test(`mayDraw() keeps ${name}`, () => {
    if (SOCKET === undefined) throw new Error("Cannot draw a socket");
    const known = { ...UNKNOWN_EVSE, facts, ...memory };
    const { reservedAmps, presentAmps } = mayDraw(SOCKET, known, afterMinutes * MINUTE_MS);
    assertEquals(reservedAmps, currentsOf(reserved));
    assertEquals(presentAmps, currentsOf(present));
  });
}

Deno.test("mayDraw() keeps nothing on lines that the socket does not have", () => {
  const site = bench({
    circuits: [{ id: "grid", amps: 63 }],
    evses: [{ slot: 1, on: "grid", lines: "L3", failSafe: 6 }],
  });
  assertEquals(site.load("grid").reservedAmps, currentsOf([0, 0, 6]));
});
