import { assert, assertEquals } from "@std/assert";
import { onEachLine } from "../site/mod.ts";
import { createSunnySite, type SunnyCar, type SunnySecond } from "./_sunny_site.ts";
import { newSurplus, stepSurplus, type SunSeeker } from "./surplus.ts";
import { SURPLUS_DEFAULTS } from "./surplus_options.ts";

const ONE: SunnyCar = { slot: 1, lines: 3 };
const MIN_W = 6 * 3 * 230;
const MINUTE = 60;

/** When, in seconds, what was let in or paused. */
function turns(seconds: readonly SunnySecond[]): string[] {
  let before: readonly number[] = [];
  return seconds.flatMap(({ nowMs, released }) => {
    const said = [
      ...released.filter((slot) => !before.includes(slot)).map((slot) => `+${slot}`),
      ...before.filter((slot) => !released.includes(slot)).map((slot) => `-${slot}`),
    ];
    before = released;
    return said.map((each) => `${nowMs / 1_000} ${each}`);
  });
}

const last = (seconds: readonly SunnySecond[]): SunnySecond => {
  const found = seconds.at(-1);
  if (found === undefined) throw new Error("No second has passed");
  return found;
};

Deno.test("surplus: a car waits until the sun has sufficed for its minimum for a minute, and not a second less", () => {
  const site = createSunnySite([ONE], (nowMs) => nowMs < 30_000 ? MIN_W - 1 : MIN_W + 10);
  const seconds = site.run(3 * MINUTE);
  const [turn = ""] = turns(seconds);
  assert(/^(9[0-9]|1[0-2][0-9]) \+1$/.test(turn), turn);
});

Deno.test("surplus: a car takes what the sun gives, up and down, and no more", () => {
  const site = createSunnySite([ONE], (nowMs) => nowMs < 600_000 ? 7_000 : 5_000);
  const bright = last(site.run(10 * MINUTE));
  assert(bright.drawnW > 6_100 && bright.gridW <= 0, JSON.stringify([bright.drawnW, bright.gridW]));
  const dim = last(site.run(3 * MINUTE));
  assert(dim.drawnW > 4_100 && dim.gridW <= 0, JSON.stringify([dim.drawnW, dim.gridW]));
});

Deno.test("surplus: a cloud of two minutes costs no pause, one of five does, and the grid helps meanwhile", () => {
  const cloud = (from: number, minutes: number) => (nowMs: number) =>
    nowMs >= from && nowMs < from + minutes * 60_000 ? 500 : 6_000;
  const short = createSunnySite([ONE], cloud(600_000, 2)).run(20 * MINUTE);
  assertEquals(turns(short).map((turn) => turn.split(" ")[1]), ["+1"]);
  const long = createSunnySite([ONE], cloud(600_000, 5)).run(30 * MINUTE);
  const [, paused = "", back = ""] = turns(long);
  assert(/^7[89]\d -1$/.test(paused) || /^8[0-4]\d -1$/.test(paused), paused);
  const [pausedAt = 0, backAt = 0] = [paused, back].map((turn) => Number.parseInt(turn));
  assert(backAt - pausedAt >= 300, `${pausedAt} ${backAt}: a pause lasts five minutes`);
  const dark = long.filter(({ nowMs }) => nowMs > 700_000 && nowMs < 770_000);
  assert(dark.every(({ drawnW }) => drawnW === MIN_W), "the minimum goes on");
});

Deno.test("surplus: a silent meter is no sun: down to the minimum at once, paused after three minutes", () => {
  const site = createSunnySite([ONE], (nowMs) => nowMs < 600_000 ? 9_000 : null);
  site.run(10 * MINUTE);
  const first = site.second();
  assertEquals(first.budgetW, MIN_W);
  const rest = site.run(6 * MINUTE);
  assertEquals(last(rest).released, []);
  assertEquals(rest[60]?.released, [1]);
});

Deno.test("surplus: cars come one by one, each seen before the next, and go in the order back", () => {
  const cars: SunnyCar[] = [{ slot: 1, lines: 1 }, { slot: 2, lines: 1 }, { slot: 3, lines: 1 }];
  const site = createSunnySite(cars, (nowMs) => nowMs < 1_800_000 ? 4_500 : 100);
  const seconds = site.run(50 * MINUTE);
  const said = turns(seconds);
  assertEquals(said.map((turn) => turn.split(" ")[1]), ["+1", "+2", "+3", "-3", "-2", "-1"]);
  const at = said.map((turn) => Number.parseInt(turn));
  at.slice(1, 3).forEach((time, index) => assert(time - (at[index] ?? 0) >= 60, said.join()));
  at.slice(4).forEach((time, index) => assert(time - (at[index + 3] ?? 0) >= 180, said.join()));
});

Deno.test("surplus: who is in a higher class goes first, and takes the place of another where there is sun for one", () => {
  const cars: SunnyCar[] = [{ slot: 1, lines: 3, wasRunning: true }, {
    slot: 2,
    lines: 3,
    class: 9,
  }];
  const seconds = createSunnySite(cars, () => 5_000).run(15 * MINUTE);
  assertEquals(turns(seconds).map((turn) => turn.split(" ")[1]), ["+1", "+2", "-1"]);
});

Deno.test("surplus: who leaves first is let in first, within a class", () => {
  const cars: SunnyCar[] = [{ slot: 1, lines: 3, departsAtMs: 9e6 }, {
    slot: 2,
    lines: 3,
    departsAtMs: 8e6,
  }];
  assertEquals(last(createSunnySite(cars, () => 5_000).run(10 * MINUTE)).released, [2]);
});

Deno.test("surplus: a small car comes in where the sun does not suffice for the large one before it", () => {
  const cars: SunnyCar[] = [{ slot: 1, lines: 3 }, { slot: 2, lines: 1 }];
  assertEquals(last(createSunnySite(cars, () => 2_000).run(10 * MINUTE)).released, [2]);
});

Deno.test("surplus: a full car keeps its minimum, and nobody loses sun by it", () => {
  const cars: SunnyCar[] = [{ slot: 1, lines: 3, fullWh: 300 }, { slot: 2, lines: 3 }];
  const end = last(createSunnySite(cars, () => 6_000).run(30 * MINUTE));
  assertEquals(end.released, [1, 2]);
  assert(end.budgetW >= 6_000 + MIN_W - 200, `${end.budgetW}`);
});

Deno.test("surplus: a car that charged before the gateway started is not paused for that", () => {
  const [first] = createSunnySite([{ ...ONE, wasRunning: true }], () => 5_000).run(1);
  assertEquals(first?.released, [1]);
});

Deno.test("surplus: the minimum comes from the grid always, or for who is known to leave, until then", () => {
  const dark = () => -400;
  const cars: SunnyCar[] = [{ slot: 1, lines: 3 }, { slot: 2, lines: 3, departsAtMs: 1_200_000 }];
  const released = (minimumFromGrid: "never" | "always" | "until-departure", minutes: number) =>
    last(createSunnySite(cars, dark, { minimumFromGrid }).run(minutes * MINUTE)).released;
  assertEquals(released("never", 10), []);
  assertEquals(released("always", 10), [1, 2]);
  assertEquals(released("until-departure", 10), [2]);
  assertEquals(released("until-departure", 30), [], "it was to leave by now");
});

Deno.test("surplus: the reserve flows to the grid before any car gets something", () => {
  const site = createSunnySite([ONE], () => 7_000, { reserveW: 1_500 });
  const end = last(site.run(10 * MINUTE));
  assert(end.gridW <= -1_450 && end.gridW > -2_400, `${end.gridW}`);
});

Deno.test("surplus: a charger that never measures gets the sun too, without swinging", () => {
  const site = createSunnySite([{ ...ONE, readsEveryMs: null, maxAmps: 16 }], () => 6_000);
  site.run(10 * MINUTE);
  const budgets = new Set(site.run(10 * MINUTE).map(({ budgetW }) => Math.round(budgetW)));
  assert(budgets.size <= 2, [...budgets].join());
});

Deno.test("surplus: readings that are a minute old make the budget slow, not swing", () => {
  for (
    const [readsEveryMs, readingDelayMs] of [[10_000, 0], [60_000, 0], [30_000, 30_000]] as const
  ) {
    const site = createSunnySite([{ ...ONE, readsEveryMs, readingDelayMs }], () => 7_500);
    site.run(15 * MINUTE);
    const drawn = new Set(site.run(15 * MINUTE).map(({ drawnW }) => drawnW));
    assertEquals(drawn.size, 1, `${readsEveryMs} ${readingDelayMs}: ${[...drawn].join()}`);
  }
});

// Meters

const SEEKER: SunSeeker = {
  slot: 1,
  class: 5,
  departsAtMs: null,
  minimumW: onEachLine(1_380),
  draws: { lines: onEachLine(0), atMs: 0 },
  isAsleep: false,
  wasRunning: false,
};

type Given = Parameters<typeof stepSurplus>[2];

function sunW(readings: Given, changes: Partial<typeof SURPLUS_DEFAULTS> = {}) {
  const options = { ...SURPLUS_DEFAULTS, ...changes };
  const step = stepSurplus(newSurplus(options, 0), [SEEKER], readings, 100_000, options);
  return step.state.sunW;
}

const total = (totalW: number | null) => ({ totalW, linesW: null });

Deno.test("surplus: what several meters at the grid feed back adds up", () => {
  const readings = { grid: [total(-3_000), total(-1_000)], generation: [], battery: [] };
  assertEquals(sunW(readings), [4_000]);
  assertEquals(sunW(readings, { reserveW: 500 }), [3_500]);
});

Deno.test("surplus: a battery that charges goes first or gives way, and one that feeds is no sun", () => {
  const at = (batteryW: number) => ({
    grid: [total(-3_000)],
    generation: [],
    battery: [total(batteryW)],
  });
  assertEquals([sunW(at(2_000)), sunW(at(2_000), { battery: "last" })], [[3_000], [5_000]]);
  assertEquals([sunW(at(-2_000)), sunW(at(-2_000), { battery: "last" })], [[1_000], [1_000]]);
});

Deno.test("surplus: no more is sun than the plants give, whatever sign their meters have", () => {
  const at = (generationW: number) => ({
    grid: [total(-3_000)],
    generation: [total(generationW)],
    battery: [],
  });
  assertEquals([sunW(at(-2_000)), sunW(at(2_000)), sunW(at(-9_000))], [[2_000], [2_000], [3_000]]);
});

Deno.test("surplus: any meter that is silent, or none at the grid, makes it none", () => {
  const grid = [total(-3_000)];
  const none = [
    { grid: [], generation: [], battery: [] },
    { grid: [total(null)], generation: [], battery: [] },
    { grid: [total(-3_000), total(null)], generation: [], battery: [] },
    { grid, generation: [total(null)], battery: [] },
    { grid, generation: [], battery: [total(null)] },
    { grid: [total(NaN)], generation: [], battery: [] },
  ];
  for (const readings of none) assertEquals(sunW(readings), [0], JSON.stringify(readings));
  assertEquals(sunW({ grid, generation: [], battery: [] }, { counts: "lines" }), [0, 0, 0]);
});

Deno.test("surplus: where each line counts, what one feeds back is nothing to another", () => {
  const options = { ...SURPLUS_DEFAULTS, counts: "lines" as const };
  const linesW = { L1: -5_000, L2: 300, L3: -1_500 };
  const readings = { grid: [{ totalW: null, linesW }], generation: [], battery: [] };
  const single = { ...SEEKER, minimumW: { L1: 1_380, L2: 0, L3: 0 } };
  const released = (seeker: SunSeeker) => {
    let state = newSurplus(options, 0);
    let step = stepSurplus(state, [seeker], readings, 0, options);
    for (let second = 1; second < 90; second++) {
      state = step.state;
      step = stepSurplus(state, [seeker], readings, second * 1_000, options);
    }
    return [step.budget.slots.length, step.budget.linesW];
  };
  assertEquals(released(SEEKER)[0], 0, "L2 has nothing over");
  assertEquals(released(single), [1, { L1: 5_000, L2: 0, L3: 1_500 }]);
});
