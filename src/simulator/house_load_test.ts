import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { createSeededIds } from "../lib/ids.ts";
import { LINES, onEachLine } from "../site/mod.ts";
import {
  dayFactor,
  houseAmps,
  type HouseLoadOptions,
  houseWorstAmps,
  newHouseLoad,
  stepHouseLoad,
} from "./house_load.ts";

const MIDNIGHT = Date.UTC(2026, 0, 5);
const MINUTE_MS = 60_000;

const OPTIONS: HouseLoadOptions = {
  baseAmps: { L1: 4, L2: 6, L3: 5 },
  dayShape: Array.from({ length: 24 }, (_, hour) => hour < 6 ? 0.5 : 1.5),
  devices: [
    { name: "lift", amps: onEachLine(12), onMs: [20_000, 40_000], offMs: [60_000, 300_000] },
    {
      name: "heat pump",
      amps: { L1: 8, L2: 0, L3: 0 },
      onMs: [600_000, 1_200_000],
      offMs: [600_000, 1_200_000],
    },
  ],
  utcOffsetMs: 0,
  flicker: 0.01,
};

/** A building watched each second for so long. */
function watch(options: HouseLoadOptions, minutes: number, seed = 3) {
  const ids = createSeededIds(seed);
  let house = newHouseLoad(options, MIDNIGHT, ids);
  return Array.from({ length: minutes * 60 }, (_, second) => {
    house = stepHouseLoad(house, options, MIDNIGHT + second * 1_000, ids);
    return { amps: houseAmps(house, options), house };
  });
}

Deno.test("dayFactor() joins the hours by straight lines, over midnight too", () => {
  const shape = [1, 2, ...Array(21).fill(2), 3];
  assertEquals(dayFactor(shape, MIDNIGHT), 1);
  assertEquals(dayFactor(shape, MIDNIGHT + 30 * MINUTE_MS), 1.5);
  assertEquals(dayFactor(shape, MIDNIGHT - 30 * MINUTE_MS), 2);
});

Deno.test("the base follows the local day", () => {
  const quiet = { ...OPTIONS, devices: [], flicker: 0 };
  const ids = createSeededIds(1);
  const at = (hours: number, utcOffsetMs = 0) => {
    const options = { ...quiet, utcOffsetMs };
    const wallMs = MIDNIGHT + hours * 3_600_000;
    return houseAmps(newHouseLoad(options, wallMs, ids), options);
  };
  assertEquals(at(2), { L1: 2, L2: 3, L3: 2.5 });
  assertEquals(at(10), { L1: 6, L2: 9, L3: 7.5 });
  assertEquals(at(2, 8 * 3_600_000), at(10));
});

Deno.test("devices stay on and off for as long as they may", () => {
  const seconds = watch(OPTIONS, 180);
  for (const [index, { onMs, offMs }] of OPTIONS.devices.entries()) {
    const states = seconds.map(({ house }) => house.devices[index]?.isOn ?? false);
    const runs = runLengths(states).slice(1, -1);
    assert(runs.length >= 4, "it came and went");
    for (const { isOn, count } of runs) {
      const [least, most] = isOn ? onMs : offMs;
      assert(count * 1_000 >= least - 1_000 && count * 1_000 <= most + 1_000);
    }
  }
});

function runLengths(states: readonly boolean[]): readonly { isOn: boolean; count: number }[] {
  const runs: { isOn: boolean; count: number }[] = [];
  for (const isOn of states) {
    const last = runs.at(-1);
    if (last?.isOn === isOn) last.count++;
    else runs.push({ isOn, count: 1 });
  }
  return runs;
}

Deno.test("the load never goes above its worst, and comes near it", () => {
  const worst = houseWorstAmps(OPTIONS);
  assertAlmostEquals(worst, 4 * 1.5 * 1.01 + 12 + 8, 1e-9);
  const busy = { ...OPTIONS, dayShape: [1.5] };
  const highest = Math.max(
    ...watch(busy, 600).flatMap(({ amps }) => LINES.map((line) => amps[line])),
  );
  assert(highest <= worst && highest > worst - 0.2, `${highest} of ${worst}`);
});

Deno.test("no two seconds are quite alike", () => {
  const [first, second] = watch(OPTIONS, 1);
  assert(first?.amps.L1 !== second?.amps.L1);
});

Deno.test("one seed is one building, however often it is looked at", () => {
  const amps = (seed: number) => watch(OPTIONS, 10, seed).map(({ amps }) => amps);
  assertEquals(amps(5), amps(5));
  assert(JSON.stringify(amps(5)) !== JSON.stringify(amps(6)));
});

Deno.test("a long time unseen is caught up with", () => {
  const ids = createSeededIds(9);
  const later = stepHouseLoad(
    newHouseLoad(OPTIONS, MIDNIGHT, ids),
    OPTIONS,
    MIDNIGHT + 86_400_000,
    ids,
  );
  for (const { untilWallMs } of later.devices) assert(untilWallMs > MIDNIGHT + 86_400_000);
});
