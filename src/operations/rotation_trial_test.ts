import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Line, LINES, type PerLine, perLine, type RotationOutcome } from "../site/mod.ts";
import { ordersOf } from "./rotation_step.ts";
import {
  beginRotationTrial,
  cancelRotationTrial,
  rotationCaps,
  type RotationSetup,
  type RotationSight,
  type RotationTrial,
  stepRotationTrial,
} from "./rotation_trial.ts";

/** A socket with an EV, and the meter above it. */
interface World {
  readonly told: readonly Line[];
  /** As it is wired in truth. */
  readonly wired: readonly Line[];
  /** On how many phases its EV charges. */
  readonly evPhases: number;
  /** The EV takes no more than this. */
  readonly evMaxAmps?: number;
  /** The charger tells its currents so often; null: never. */
  readonly tellsEveryMs?: number | null;
  /** What else flows, by line, at a time. */
  readonly other?: (nowMs: number) => PerLine;
  readonly edit?: (sight: RotationSight, nowMs: number) => RotationSight;
  /** What the balancer grants at most at a time. */
  readonly grants?: (nowMs: number) => number;
  readonly othersDraw?: (nowMs: number) => number;
}

const SETUP = { slot: 1, lowAmps: 6, highAmps: 16, othersAmps: new Map([[2, 10]]) } as const;
const STILL = perLine((line) => line === "L2" ? 7 : 3);
const MINUTE_MS = 60_000;

interface Played {
  readonly trial: RotationTrial;
  readonly lastedMs: number;
  /** All that it was offered, one each second. */
  readonly offered: readonly number[];
}

/** Plays a test second by second, at most for half an hour. */
function play(world: World, setup: Partial<RotationSetup> = {}): Played {
  let trial = beginRotationTrial({ ...SETUP, toldLines: world.told, ...setup }, 0);
  let drawnAmps = 0;
  let phases: RotationSight["phases"] = null;
  const offered: number[] = [];
  let nowMs = 0;
  for (; trial.outcome === null && nowMs < 30 * MINUTE_MS; nowMs += 1_000) {
    const limitAmps = Math.min(
      rotationCaps(trial).get(1) ?? Infinity,
      world.grants?.(nowMs) ?? Infinity,
    );
    offered.push(limitAmps);
    // It follows within seconds, not at once.
    const wanted = Math.min(limitAmps, world.evMaxAmps ?? 32);
    drawnAmps += Math.max(-3, Math.min(3, wanted - drawnAmps));
    const { tellsEveryMs = null } = world;
    const onPhases = [0, 1, 2].map((phase) => phase < world.evPhases ? drawnAmps : 0);
    if (tellsEveryMs !== null && nowMs % tellsEveryMs === 0) {
      const [first = 0, second = 0, third = 0] = onPhases;
      phases = { amps: [first, second, third], atMs: nowMs };
    }
    const other = world.other?.(nowMs) ?? STILL;
    const amps = perLine((line) => other[line] + (onPhases[world.wired.indexOf(line)] ?? 0));
    const sight: RotationSight = {
      isConnected: true,
      isCharging: true,
      limitAmps,
      phases,
      meter: { amps, atMs: nowMs },
      othersAmps: new Map([[2, world.othersDraw?.(nowMs) ?? 10]]),
    };
    trial = stepRotationTrial(trial, world.edit?.(sight, nowMs) ?? sight, nowMs);
  }
  return { trial, lastedMs: nowMs, offered };
}

function found(lines: readonly Line[], proof: "sure" | "fits" | "by-field"): RotationOutcome {
  return { kind: "found", lines, proof };
}

const RST = ["L1", "L2", "L3"] as const;

const SCENES: readonly (readonly [string, World, RotationOutcome])[] = [
  [
    "one phase, as told: it fits",
    { told: RST, wired: RST, evPhases: 1 },
    found(RST, "fits"),
  ],
  [
    "one phase on another line: the rest follows from a right-handed field",
    { told: RST, wired: ["L3", "L1", "L2"], evPhases: 1 },
    found(["L3", "L1", "L2"], "by-field"),
  ],
  [
    "two phases: which pair they are tells the rest",
    { told: RST, wired: ["L2", "L3", "L1"], evPhases: 2, tellsEveryMs: 10_000 },
    found(["L2", "L3", "L1"], "by-field"),
  ],
  [
    "three phases that draw alike look the same whatever the wiring",
    { told: RST, wired: ["L2", "L3", "L1"], evPhases: 3, tellsEveryMs: 10_000 },
    { kind: "not-sure", why: "all-alike" },
  ],
  [
    "a socket with one phase",
    { told: ["L1"], wired: ["L2"], evPhases: 1 },
    found(["L2"], "sure"),
  ],
  [
    "an EV that takes no more than the lower current",
    { told: RST, wired: RST, evPhases: 1, evMaxAmps: 7 },
    { kind: "not-sure", why: "no-step" },
  ],
  [
    "a socket of one phase behind which three move",
    { told: ["L1"], wired: RST, evPhases: 3 },
    { kind: "not-sure", why: "unlike" },
  ],
  [
    "another charger that moves each time",
    {
      told: RST,
      wired: RST,
      evPhases: 1,
      othersDraw: (nowMs) => nowMs % 40_000 < 20_000 ? 0 : 10,
    },
    { kind: "not-sure", why: "others-moved" },
  ],
  [
    "a house that is never still",
    {
      told: RST,
      wired: RST,
      evPhases: 1,
      other: (nowMs) => perLine(() => nowMs % 2_000 === 0 ? 2 : 9),
    },
    { kind: "not-sure", why: "unsteady" },
  ],
  [
    "no room to raise again",
    { told: RST, wired: RST, evPhases: 1, grants: (nowMs) => nowMs < 30_000 ? 16 : 6 },
    { kind: "not-sure", why: "no-room" },
  ],
  [
    "a charger that keeps its limit",
    {
      told: RST,
      wired: RST,
      evPhases: 1,
      edit: (sight) => ({ ...sight, limitAmps: 16 }),
    },
    { kind: "not-sure", why: "does-not-follow" },
  ],
  [
    "a charger that goes away",
    {
      told: RST,
      wired: RST,
      evPhases: 1,
      edit: (sight, nowMs) => ({ ...sight, isConnected: nowMs < 20_000 }),
    },
    { kind: "not-sure", why: "charger-away" },
  ],
  [
    "an EV that is unplugged",
    {
      told: RST,
      wired: RST,
      evPhases: 1,
      edit: (sight, nowMs) => ({ ...sight, isCharging: nowMs < 20_000 }),
    },
    { kind: "not-sure", why: "session-over" },
  ],
  [
    "a meter that falls silent",
    {
      told: RST,
      wired: RST,
      evPhases: 1,
      edit: (sight, nowMs) => nowMs < 20_000 ? sight : { ...sight, meter: null },
    },
    { kind: "not-sure", why: "meter-silent" },
  ],
];

for (const [name, world, outcome] of SCENES) {
  Deno.test(`a test of the rotation: ${name}`, () => {
    assertEquals(play(world).trial.outcome, outcome);
  });
}

Deno.test("a rotation test takes a few minutes, and its EVSE is never offered more than before", () => {
  const { offered, lastedMs } = play({ told: RST, wired: RST, evPhases: 1 });
  assertEquals(Math.max(...offered), SETUP.highAmps);
  assertEquals(Math.min(...offered), SETUP.lowAmps);
  assert(lastedMs < 3 * MINUTE_MS, `${lastedMs} ms`);
});

Deno.test("while a rotation is tested the others get no more, and after it nobody is held back", () => {
  const begun = beginRotationTrial({ ...SETUP, toldLines: RST }, 0);
  assertEquals([...rotationCaps(begun)], [[2, 10], [1, 16]]);
  const cancelled = cancelRotationTrial(begun);
  assertEquals(cancelled.outcome, { kind: "not-sure", why: "cancelled" });
  assertEquals(rotationCaps(cancelled).size, 0);
});

Deno.test("one kettle during a rotation test changes nothing", () => {
  const kettle = (nowMs: number) =>
    perLine((line) => line === "L3" && nowMs > 25_000 && nowMs < 50_000 ? 12 : 3);
  const { trial } = play({ told: RST, wired: ["L2", "L3", "L1"], evPhases: 1, other: kettle });
  assertEquals(trial.outcome, found(["L2", "L3", "L1"], "by-field"));
});

const anyOrder = fc.constantFrom(...ordersOf(3));
const anyWorld: fc.Arbitrary<World> = fc.record({
  told: anyOrder,
  wired: anyOrder,
  evPhases: fc.integer({ min: 1, max: 3 }),
  evMaxAmps: fc.integer({ min: 6, max: 32 }),
  tellsEveryMs: fc.constantFrom(null, 5_000, 10_000, 60_000),
  switches: fc.array(
    fc.record({
      atMs: fc.nat(10 * MINUTE_MS),
      line: fc.constantFrom(...LINES),
      amps: fc.integer({ min: -8, max: 16 }),
    }),
    { maxLength: 6 },
  ),
}).map(({ switches, ...world }) => ({
  ...world,
  other: (nowMs) =>
    perLine((line) =>
      switches.filter((each) => each.line === line && each.atMs <= nowMs)
        .reduce((sum, { amps }) => sum + amps, 9)
    ),
}));

Deno.test("whatever is switched beside it, a rotation test says the truth or that it is not sure", () => {
  fc.assert(fc.property(anyWorld, (world) => {
    const { trial: { outcome, setup }, offered } = play(world);
    if (outcome === null) throw new Error("it does not end by itself");
    assert(Math.max(...offered) <= setup.highAmps);
    if (outcome.kind === "not-sure") return;
    const { lines, proof } = outcome;
    // What was seen of the phases that its EV uses is true in any case.
    const used = (order: readonly Line[]) => order.slice(0, world.evPhases).toSorted().join();
    assertEquals(used(lines), used(world.wired));
    if (proof === "sure") assertEquals(lines, world.wired);
    if (proof === "fits") assertEquals(lines, world.told);
  }));
});
