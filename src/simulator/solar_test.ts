import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { createSeededIds } from "../lib/ids.ts";
import { newSolar, type SolarOptions, solarWatts, stepSolar } from "./solar.ts";

const OPTIONS: SolarOptions = {
  peakWatts: 8_000,
  sunriseHour: 6,
  sunsetHour: 18,
  utcOffsetMs: 0,
  cloudiness: 0.7,
};
const MIDNIGHT = Date.UTC(2026, 5, 1);

function wattsAt(hour: number, options = OPTIONS): number {
  const wallMs = MIDNIGHT + hour * 3_600_000;
  return solarWatts(newSolar(wallMs), options, wallMs);
}

const HOURS: readonly (readonly [number, number])[] = [
  [0, 0],
  [6, 0],
  [8, 4_000],
  [12, 8_000],
  [16, 4_000],
  [18, 0],
  [23, 0],
];

for (const [hour, watts] of HOURS) {
  Deno.test(`under a blue sky the sun gives ${watts} W at ${hour} o'clock`, () => {
    assertAlmostEquals(wattsAt(hour), watts, 1e-6);
  });
}

Deno.test("the sun goes by local time", () => {
  const shifted = { ...OPTIONS, utcOffsetMs: 5.5 * 3_600_000 };
  assertAlmostEquals(wattsAt(6.5, shifted), 8_000, 1e-6);
});

Deno.test("clouds come, stay a while and take what they may", () => {
  const ids = createSeededIds(2);
  const seen = new Set<number>();
  let solar = newSolar(MIDNIGHT);
  let changedAtMs = MIDNIGHT;
  for (let wallMs = MIDNIGHT + 1_000; wallMs < MIDNIGHT + 3_600_000; wallMs += 1_000) {
    const next = stepSolar(solar, OPTIONS, wallMs, ids);
    if (next !== solar && seen.size > 0) assert(wallMs - changedAtMs >= 30_000);
    if (next !== solar) changedAtMs = wallMs;
    solar = next;
    seen.add(solar.clearness);
    assert(solar.clearness <= 1 && solar.clearness >= 0.3);
  }
  assert(seen.size > 10);
});

Deno.test("without clouds the sky stays blue", () => {
  const ids = createSeededIds(2);
  assertEquals(stepSolar(newSolar(0), { ...OPTIONS, cloudiness: 0 }, 1_000, ids).clearness, 1);
});
