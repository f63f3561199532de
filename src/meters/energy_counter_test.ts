import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { CounterBreak, EnergyCounter } from "../site/mod.ts";
import { countOn, fusePowerW } from "./energy_counter.ts";

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
/** 63 A on three lines. */
const MAX_W = fusePowerW(63, 230);
/** What the reserve comes to: a minute of it, but for coarse registers at least two kilowatt-hours. */
const SPARE_WH = Math.max(2_000, MAX_W / 60);

/** What a register shows, so long after the reading before. */
type Shown = readonly [registerWh: number, elapsedMs?: number | null];

/** Counts one reading after the other. */
function countAll(
  readings: readonly Shown[],
  from: EnergyCounter | null = null,
  maxPowerW = MAX_W,
) {
  const breaks: CounterBreak["kind"][] = [];
  const totals: number[] = [];
  const counter = readings.reduce((before, [registerWh, elapsedMs = SECOND_MS]) => {
    const reading = { registerWh, elapsedMs, atWallMs: 7, maxPowerW };
    const counted = countOn(before, reading);
    if (counted.broken !== null) breaks.push(counted.broken.kind);
    totals.push(counted.counter.totalWh);
    return counted.counter;
  }, from);
  if (counter === null) throw new Error("Nothing was read");
  return { counter, breaks, totals, totalWh: counter.totalWh };
}

interface Scene {
  readonly name: string;
  readonly shows: readonly Shown[];
  readonly totalWh: number;
  readonly breaks: readonly CounterBreak["kind"][];
}

const SCENES: readonly Scene[] = [
  {
    name: "a register that rises",
    shows: [[5e6], [5e6 + 3], [5e6 + 9]],
    totalWh: 5e6 + 9,
    breaks: [],
  },
  { name: "one that stands still", shows: [[5e6], [5e6], [5e6]], totalWh: 5e6, breaks: [] },
  {
    name: "one that counts in kilowatt-hours",
    shows: [[5e6], [5e6], [5_001_000], [5_001_000, 120_000], [5_002_000]],
    totalWh: 5_002_000,
    breaks: [],
  },
  {
    name: "a meter that was reset",
    shows: [[5e6], [5e6 + 9], [0], [4], [8]],
    totalWh: 5e6 + 17,
    breaks: ["back"],
  },
  {
    name: "another meter in its place, which shows less",
    shows: [[5e6], [5e6 + 9], [120_000, HOUR_MS], [120_005]],
    totalWh: 5e6 + 14,
    breaks: ["back"],
  },
  {
    name: "another meter in its place, which shows more",
    shows: [[5e6], [5e6 + 9], [9e6, HOUR_MS], [9e6 + 5]],
    totalWh: 5e6 + 14,
    breaks: ["jump"],
  },
  {
    name: "32 bits of watt-hours that run over",
    shows: [[2 ** 32 - 10], [2 ** 32 - 4], [3], [7]],
    totalWh: 2 ** 32 + 7,
    breaks: ["wrapped"],
  },
  {
    name: "31 bits of ten watt-hours that run over",
    shows: [[2 ** 31 * 10 - 20], [10]],
    totalWh: 2 ** 31 * 10 + 10,
    breaks: ["wrapped"],
  },
  {
    name: "six digits of kilowatt-hours that run over",
    shows: [[999_999_000], [999_999_900], [200], [300]],
    totalWh: 1_000_000_300,
    breaks: ["wrapped"],
  },
  {
    name: "a register that ran over while nobody read it",
    shows: [[2 ** 32 - 10_000], [20_000, HOUR_MS]],
    totalWh: 2 ** 32 + 20_000,
    breaks: ["wrapped"],
  },
  {
    name: "a meter that shows zero while it starts",
    shows: [[5e6], [5e6 + 9], [0], [0], [5e6 + 15], [5e6 + 16]],
    totalWh: 5e6 + 16,
    breaks: ["back"],
  },
  {
    name: "one torn reading",
    shows: [[65_530], [131_071], [65_537], [65_540]],
    totalWh: 65_540,
    breaks: ["jump"],
  },
  {
    name: "torn readings in a row, each another number",
    shows: [[5e6], [9e6], [2e6], [5e6 + 4]],
    totalWh: 5e6 + 4,
    breaks: ["jump", "back"],
  },
  {
    name: "a reset meter that comes to its old register after years",
    shows: [[5_000], [0], [2_000, HOUR_MS], [4_000, HOUR_MS], [6_000, HOUR_MS]],
    totalWh: 11_000,
    breaks: ["back"],
  },
  {
    name: "claims of a minute's energy each second, once",
    shows: [[0], [0.9 * SPARE_WH], [1.8 * SPARE_WH], [2.7 * SPARE_WH]],
    totalWh: 0.9 * SPARE_WH,
    breaks: ["jump", "jump"],
  },
  {
    name: "what flowed in the five minutes that a meter showed zero",
    shows: [[5e6], [0], [0, 300_000], [5e6 + MAX_W / 13]],
    totalWh: 5e6 + MAX_W / 13,
    breaks: ["back"],
  },
  {
    name: "a minute's energy once, also of a meter that came back",
    shows: [[5e6], [0], [5e6 + 0.9 * SPARE_WH], [5e6 + 1.8 * SPARE_WH]],
    totalWh: 5e6 + 0.9 * SPARE_WH,
    breaks: ["back", "jump"],
  },
  {
    name: "no register of long ago as a meter's own",
    shows: [[5e6], [0], [0, 11 * 60_000], [5e6 + 3]],
    totalWh: 5e6,
    breaks: ["back", "jump"],
  },
  {
    name: "a register near its end that was reset",
    shows: [[2 ** 32 - 4], [20_000_000], [20_000_005]],
    totalWh: 2 ** 32 + 1,
    breaks: ["back"],
  },
  {
    name: "a reckoned register that trembles",
    shows: [[5_000], [4_995], [5_002], [4_998], [5_002]],
    totalWh: 5_002,
    breaks: [],
  },
  {
    name: "a 32-bit float of ten million kilowatt-hours",
    shows: [[1.6777216e10], [1.6777216e10, 10_000], [1.6777217e10, 10_000], [1.6777216e10]],
    totalWh: 1.6777217e10,
    breaks: [],
  },
  {
    name: "a pause of which nobody knows how long it was",
    shows: [[5e6], [5e6 + MAX_W * 20, null], [5e6 + MAX_W * 50, null]],
    totalWh: 5e6 + MAX_W * 20,
    breaks: ["jump"],
  },
];

for (const { name, shows, totalWh, breaks } of SCENES) {
  Deno.test(`countOn() counts ${name}`, () => {
    const counted = countAll(shows);
    assertAlmostEquals(counted.totalWh, totalWh, 1e-6);
    assertEquals(counted.breaks, breaks);
  });
}

Deno.test("a break says from where to where and when, and how often there were any", () => {
  const { counter } = countAll([[5e6], [0], [9e6]]);
  assertEquals(counter.breaks, 2);
  assertEquals(counter.lastBreak, { kind: "jump", atWallMs: 7, fromWh: 0, toWh: 9e6 });
});

Deno.test("what was counted of a stand-in is not counted again on the way back", () => {
  // A meter that counts from zero for a minute, and then shows its true register with that in it.
  const rising = Array.from({ length: 60 }, (_, second): Shown => [10 * second]);
  const { totalWh } = countAll([[5e6], ...rising, [5e6 + 600]]);
  assertAlmostEquals(totalWh, 5e6 + 600, 1e-6);
});

/** A step of a meter's life: so much flows in so long; then perhaps something happens to its register. */
const happening = fc.record({
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  elapsedMs: fc.integer({ min: 200, max: 2 * HOUR_MS }),
  event: fc.constantFrom("none", "none", "none", "reset", "replaced", "glitch", "zero"),
  shown: fc.integer({ min: 0, max: 2_000_000_000 }),
});

interface Life {
  readonly shows: readonly Shown[];
  readonly trueWh: number;
  readonly passedMs: number;
  readonly brokenMs: number;
}

type Happening = Parameters<Parameters<typeof happening.map>[0]>[0];

/** A register that counts what flows, in steps of `resolutionWh`, and what befalls it. */
function liveOn(happenings: readonly Happening[], resolutionWh: number): Life {
  let [registerWh, trueWh, passedMs, brokenMs] = [1_000_000, 0, 0, 0];
  const shows: Shown[] = [[registerWh]];
  for (const { share, elapsedMs, event, shown } of happenings) {
    const flowedWh = share * (MAX_W / 1.5) * elapsedMs / HOUR_MS;
    trueWh += flowedWh;
    passedMs += elapsedMs;
    registerWh += flowedWh;
    if (event === "reset") registerWh = 0;
    if (event === "replaced") registerWh = shown;
    if (event !== "none") brokenMs += elapsedMs;
    const read = event === "glitch" ? shown : event === "zero" ? 0 : registerWh;
    shows.push([Math.floor(read / resolutionWh) * resolutionWh, elapsedMs]);
  }
  return { shows, trueWh, passedMs, brokenMs };
}

const LIVES = fc.tuple(
  fc.array(happening, { maxLength: 60 }),
  fc.constantFrom(0.001, 1, 10, 100, 1_000),
);

Deno.test("whatever befalls a register, the total never goes back nor beyond the fuse's energy", () => {
  fc.assert(fc.property(LIVES, ([happenings, resolutionWh]) => {
    const { shows, passedMs } = liveOn(happenings, resolutionWh);
    const { totals } = countAll(shows);
    let beforeWh = totals[0] ?? 0;
    for (const totalWh of totals) {
      assert(totalWh >= beforeWh, `${totalWh} after ${beforeWh}`);
      beforeWh = totalWh;
    }
    const countedWh = beforeWh - (totals[0] ?? 0);
    assert(countedWh <= MAX_W * passedMs / HOUR_MS + SPARE_WH + 1e-3, `counted ${countedWh} Wh`);
  }));
});

Deno.test("whatever numbers a register shows, the total stays within the fuse's energy", () => {
  const step = fc.tuple(
    fc.double({ min: -3, max: 3, noNaN: true }),
    fc.constantFrom(200, 1_000, 60_000, 300_000),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let registerWh = 0;
      const shows: Shown[] = steps.map(([spares, elapsedMs]) => {
        registerWh = Math.max(0, registerWh + spares * SPARE_WH);
        return [registerWh, elapsedMs];
      });
      const { totalWh } = countAll([[0], ...shows]);
      const passedMs = steps.reduce((sum, [, elapsedMs]) => sum + elapsedMs, 0);
      assert(totalWh <= MAX_W * passedMs / HOUR_MS + SPARE_WH + 1e-3, `counted ${totalWh} Wh`);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("without a break the total is what flowed, to the register's last digit", () => {
  const quiet = LIVES.map(([happenings, resolutionWh]) =>
    [
      happenings.map((each) => ({ ...each, event: "none" as const })),
      resolutionWh,
    ] as const
  );
  fc.assert(fc.property(quiet, ([happenings, resolutionWh]) => {
    const { shows, trueWh } = liveOn(happenings, resolutionWh);
    const { totals, breaks } = countAll(shows);
    assertEquals(breaks, []);
    const countedWh = (totals.at(-1) ?? 0) - (totals[0] ?? 0);
    assertAlmostEquals(countedWh, trueWh, resolutionWh + 1e-3);
  }));
});

Deno.test("a reset or a wrong reading costs at most what flowed around it", () => {
  const lives = fc.array(
    happening.filter(({ event }) => event !== "replaced"),
    { maxLength: 60 },
  );
  fc.assert(fc.property(lives, (happenings) => {
    // A wrong reading far off: one within the fuse's energy nobody can tell from a right one.
    const far = happenings.map((each) => ({ ...each, shown: 1_500_000_000 }));
    const { shows, trueWh } = liveOn(far, 0.001);
    const { totals } = countAll(shows);
    const countedWh = (totals.at(-1) ?? 0) - (totals[0] ?? 0);
    const aroundWh = MAX_W * aroundBreaks(far) / HOUR_MS;
    // One that comes back after a zero, by no more than can have flowed meanwhile, may have gone on.
    assert(
      countedWh <= trueWh + SPARE_WH + aroundWh + 1e-3,
      `counted ${countedWh} of ${trueWh} Wh`,
    );
    assert(
      countedWh >= trueWh - aroundWh - 1,
      `counted ${countedWh} of ${trueWh} Wh`,
    );
  }));
});

/** The time of each break, and of the reading after it. */
function aroundBreaks(happenings: readonly Happening[]): number {
  return happenings.reduce((sum, { event, elapsedMs }, at) => {
    const isNear = event !== "none" || (happenings[at - 1]?.event ?? "none") !== "none";
    return isNear ? sum + elapsedMs : sum;
  }, 0);
}

Deno.test("a counter goes on as it was kept, old ones without what came later too", () => {
  const { counter } = countAll([[5e6], [5e6 + 9], [0], [4]]);
  const kept: EnergyCounter = JSON.parse(JSON.stringify(counter));
  assertAlmostEquals(countAll([[1_004, HOUR_MS]], kept).totalWh, 5e6 + 9 + 4 + 1_000, 1e-6);
  const { left: _, lastBreak: __, ...bare } = kept;
  assertAlmostEquals(countAll([[1_004, HOUR_MS]], bare).totalWh, 5e6 + 1_013, 1e-6);
});
