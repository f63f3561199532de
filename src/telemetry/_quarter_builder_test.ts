import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type MeterSample, onEachLine } from "../site/mod.ts";
import { createQuarterBuilder } from "./_quarter_builder.ts";
import type { CounterPosition, QuarterValue } from "./quarter_value.ts";

const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** A quarter's beginning. */
const NOON = 1_800_000_000_000 - 1_800_000_000_000 % QUARTER_MS;

/** A meter on a bench: time passes, then it says something. */
function openMeter(wallMs = NOON, start: CounterPosition | null = null) {
  const builder = createQuarterBuilder("main", start);
  const now = { monoMs: 5_000, wallMs };
  const meter = {
    builder,
    /** The wall clock is set. */
    set: (wallMs: number) => void (now.wallMs = wallMs),
    after(passedMs: number, says: Partial<MeterSample>) {
      now.monoMs += passedMs;
      now.wallMs += passedMs;
      builder.add({ meterId: "main", atMonoMs: now.monoMs, atWallMs: 0, ...says }, now.wallMs);
      return meter;
    },
    /** Something every so often. */
    each(everyMs: number, times: number, says: (index: number) => Partial<MeterSample>) {
      for (let index = 0; index < times; index++) meter.after(everyMs, says(index));
      return meter;
    },
    quarters: () => builder.peek().toSorted((left, right) => left.quarterMs - right.quarterMs),
  };
  return meter;
}

const starts = (quarters: readonly QuarterValue[]) =>
  quarters.map(({ quarterMs }) => (quarterMs - NOON) / QUARTER_MS);
const imports = (quarters: readonly QuarterValue[]) =>
  quarters.map(({ energy }) => energy.import?.wh ?? null);
const unread = (quarters: readonly QuarterValue[]) =>
  quarters.map(({ energy }) => energy.import?.unreadWh ?? 0);

Deno.test("a quarter has its energy, the least, middle and most of power, and the most current", () => {
  const [quarter] = openMeter().after(0, { importWh: 100, exportWh: 7, totalPowerW: 400 })
    .each(1_000, 899, (index) => ({
      importWh: 100 + (index + 1),
      exportWh: 7,
      totalPowerW: index === 500 ? -3_000 : 400,
      currentsAmps: index === 500 ? { L1: -13.046, L2: 2, L3: 3 } : onEachLine(5),
    })).quarters();
  assertEquals(quarter, {
    meterId: "main",
    quarterMs: NOON,
    coveredMs: 899_000,
    readings: 900,
    energy: {
      import: { wh: 899, by: "counter", unreadWh: 0 },
      export: { wh: 0, by: "counter", unreadWh: 0 },
    },
    power: { minW: -3_000, meanW: 396, maxW: 400 },
    maxAmps: { L1: 13.05, L2: 5, L3: 5 },
  });
});

Deno.test("what a slow meter counts over the end of a quarter is split where the quarter ends", () => {
  const quarters = openMeter().after(14 * MINUTE_MS, { importWh: 0 })
    .after(3 * MINUTE_MS, { importWh: 300 }).quarters();
  assertEquals([starts(quarters), imports(quarters)], [[0, 1], [100, 200]]);
  assertEquals(quarters.map(({ coveredMs }) => coveredMs), [MINUTE_MS, 2 * MINUTE_MS]);
});

Deno.test("without a counter energy is reckoned from power, each way by itself", () => {
  const [quarter] = openMeter().after(0, { totalPowerW: 3_600 })
    .each(1_000, 100, () => ({ totalPowerW: 3_600 }))
    .after(1_000, { totalPowerW: -3_600 })
    .each(1_000, 49, () => ({ totalPowerW: -3_600 })).quarters();
  assertEquals(quarter?.energy.import, { wh: 100.5, by: "power", unreadWh: 0 });
  assertEquals(quarter?.energy.export, { wh: 49.5, by: "power", unreadWh: 0 });
});

Deno.test("a silence is not covered, and its energy is not guessed from power", () => {
  const [first, second] = openMeter().after(0, { totalPowerW: 3_600 })
    .each(1_000, 60, () => ({ totalPowerW: 3_600 }))
    .after(20 * MINUTE_MS, { totalPowerW: 3_600 })
    .each(1_000, 60, () => ({ totalPowerW: 3_600 })).quarters();
  assertEquals([first?.coveredMs, second?.coveredMs], [60_000, 60_000]);
  assertEquals([first?.energy.import?.wh, second?.energy.import?.wh], [60, 60]);
});

Deno.test("what a counter shows after a silence over quarters stands apart, within one it does not", () => {
  const within = openMeter().after(0, { importWh: 0 }).after(9 * MINUTE_MS, { importWh: 900 });
  assertEquals([imports(within.quarters()), unread(within.quarters())], [[900], [0]]);
  const over = openMeter().after(0, { importWh: 0 }).after(50 * MINUTE_MS, { importWh: 5_000 })
    .after(1_000, { importWh: 5_001 }).quarters();
  assertEquals([starts(over), imports(over), unread(over)], [[0, 3], [0, 1], [0, 5_000]]);
});

Deno.test("a counter that its meter tells no more gives way to power after an hour", () => {
  const quarters = openMeter().after(0, { importWh: 0, totalPowerW: 1_000 })
    .each(10_000, 9 * 60, () => ({ totalPowerW: 1_000 })).quarters();
  assertEquals(starts(quarters), [0, 1, 2, 3, 4, 5, 6]);
  const meter = openMeter().after(0, { importWh: 0, totalPowerW: 1_000 });
  meter.each(10_000, 6 * 30, () => ({ totalPowerW: 1_000 }));
  assertEquals(imports(meter.quarters()), [0, null, null], "it may yet tell what flowed");
  meter.after(10_000, { importWh: 500, totalPowerW: 1_000 });
  assertEquals(unread(meter.quarters()), [0, 0, 500]);
});

Deno.test("a counter goes on from where what is written ends", () => {
  const start = { meterId: "main", atWallMs: NOON - 10_000, wh: { import: 1_000, export: null } };
  const soon = openMeter(NOON, start).after(10_000, { importWh: 1_020 }).quarters();
  assertEquals([starts(soon), imports(soon)], [[-1, 0], [10, 10]]);
  const late = openMeter(NOON + HOUR_MS, start).after(0, { importWh: 9_000 }).quarters();
  assertEquals([starts(late), imports(late), unread(late)], [[4], [0], [8_000]]);
  const before = openMeter(NOON - HOUR_MS, start).after(0, { importWh: 9_000 }).quarters();
  assertEquals([starts(before), unread(before)], [[-4], [8_000]], "the clock was set back");
});

Deno.test("quarters are taken out once, with where the counters stood at their end", () => {
  const { builder } = openMeter().after(14 * MINUTE_MS, { importWh: 0 })
    .after(3 * MINUTE_MS, { importWh: 300 }).after(1_000, { importWh: 301 });
  const [built] = builder.take((quarterMs) => quarterMs === NOON);
  assertEquals(built?.position, {
    meterId: "main",
    atWallMs: NOON + QUARTER_MS,
    wh: { import: 100, export: null },
  });
  assertEquals(builder.take((quarterMs) => quarterMs === NOON), []);
  assertEquals(starts(builder.peek()), [1]);
});

Deno.test("a clock that jumps forward or back moves labels, not energy or time", () => {
  for (const jumpMs of [HOUR_MS, -HOUR_MS, 20 * 365 * 24 * HOUR_MS]) {
    const meter = openMeter().after(0, { importWh: 0 });
    meter.each(1_000, 600, (index) => ({ importWh: index + 1 }));
    meter.set(NOON + 600_000 + jumpMs);
    const quarters = meter.each(1_000, 600, (index) => ({ importWh: 601 + index })).quarters();
    const sum = (of: (quarter: QuarterValue) => number) =>
      quarters.reduce((total, quarter) => total + of(quarter), 0);
    assertAlmostEquals(sum(({ energy }) => energy.import?.wh ?? 0), 1_200, 0.01);
    assertEquals(sum(({ coveredMs }) => coveredMs), 1_200_000);
    assert(quarters.length <= 4, `${quarters.length} quarters for a jump of ${jumpMs} ms`);
  }
});

Deno.test("a reading that was overtaken, or is no number, changes nothing", () => {
  const meter = openMeter().after(0, { totalPowerW: 1_000, importWh: 5 });
  meter.after(0, { totalPowerW: 9_000, importWh: 500 });
  meter.after(1_000, { totalPowerW: NaN, currentsAmps: onEachLine(NaN), importWh: 5 });
  const [quarter] = meter.quarters();
  assertEquals([quarter?.power?.maxW, quarter?.maxAmps, quarter?.energy.import?.wh], [
    1_000,
    null,
    0,
  ]);
});

Deno.test("whatever silences and jumps of the clock there are, the quarters hold all that was counted", () => {
  const step = fc.record({
    passedMs: fc.oneof(
      fc.integer({ min: 100, max: 2_000 }),
      fc.integer({ min: 1_000, max: 2 * HOUR_MS }),
    ),
    wh: fc.integer({ min: 0, max: 50_000 }),
    jumpMs: fc.oneof(
      { arbitrary: fc.constant(0), weight: 6 },
      { arbitrary: fc.integer({ min: -3 * HOUR_MS, max: 3 * HOUR_MS }), weight: 1 },
    ),
    isTaken: fc.boolean(),
  });
  fc.assert(fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
    const builder = createQuarterBuilder("main", null);
    let [monoMs, wallMs, importWh] = [0, NOON, 1_000];
    const taken: QuarterValue[] = [];
    const add = () =>
      builder.add({ meterId: "main", atMonoMs: monoMs, atWallMs: 0, importWh }, wallMs);
    add();
    for (const { passedMs, wh, jumpMs, isTaken } of steps) {
      monoMs += passedMs;
      wallMs += passedMs + jumpMs;
      importWh += wh;
      add();
      if (isTaken) taken.push(...builder.take(() => true).map(({ value }) => value));
    }
    const all = [...taken, ...builder.peek()];
    const counted = all.reduce(
      (sum, { energy }) => sum + (energy.import?.wh ?? 0) + (energy.import?.unreadWh ?? 0),
      0,
    );
    assertAlmostEquals(counted, importWh - 1_000, 0.001 * all.length + 1e-6);
    const covered = all.reduce((sum, { coveredMs }) => sum + coveredMs, 0);
    assert(covered <= monoMs + all.length, `${covered} ms of ${monoMs} ms`);
  }));
});

Deno.test("a meter that goes on in another life loses and doubles nothing, whenever it is cut off", () => {
  const cut = fc.record({
    atReading: fc.integer({ min: 1, max: 170 }),
    awayMs: fc.integer({ min: 0, max: 3 * HOUR_MS }),
    everyMs: fc.constantFrom(1_000, 20_000, 60_000),
  });
  fc.assert(fc.property(cut, ({ atReading, awayMs, everyMs }) => {
    let [monoMs, wallMs, importWh] = [0, NOON + 7_000, 500];
    const written: QuarterValue[] = [];
    const live = (start: CounterPosition | null, readings: number) => {
      const builder = createQuarterBuilder("main", start);
      let position = start;
      for (let index = 0; index < readings; index++) {
        builder.add({ meterId: "main", atMonoMs: monoMs, atWallMs: 0, importWh }, wallMs);
        // What is over is written; what is not over is lost with the power.
        const over = builder.take((quarterMs) => quarterMs + QUARTER_MS <= wallMs);
        written.push(...over.map(({ value }) => value));
        position = over.at(-1)?.position ?? position;
        monoMs += everyMs;
        wallMs += everyMs;
        importWh += everyMs / 10_000;
      }
      return { builder, position };
    };
    const first = live(null, atReading);
    wallMs += awayMs;
    importWh += awayMs / 10_000;
    monoMs = 0;
    const second = live(first.position, 100);
    const all = [...written, ...second.builder.peek()];
    const counted = all.reduce(
      (sum, { energy }) => sum + (energy.import?.wh ?? 0) + (energy.import?.unreadWh ?? 0),
      0,
    );
    // Nothing was written yet: what was counted before is not known any more.
    if (first.position === null) return;
    assertAlmostEquals(counted, importWh - everyMs / 10_000 - 500, 0.001 * all.length + 1e-6);
  }));
});
