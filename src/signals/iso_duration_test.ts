import { assertEquals } from "@std/assert";
import { durationMs } from "./iso_duration.ts";

const HOUR = 3_600_000;
const CASES: readonly [text: string, ms: number | null][] = [
  ["PT0S", 0],
  ["P0D", 0],
  ["PT15M", HOUR / 4],
  ["PT1H30M5.5S", 1.5 * HOUR + 5_500],
  ["P1DT2H", 26 * HOUR],
  ["P2W", 14 * 24 * HOUR],
  ["P1M", 30 * 24 * HOUR],
  ["P1Y", 365 * 24 * HOUR],
  ["-PT5M", HOUR / 12],
  ["P9999Y", Infinity],
  ["P999999999999999999999D", Infinity],
  ["P", null],
  ["PT", null],
  ["1h", null],
  ["P1H", null],
  ["PT1H ", null],
];

for (const [text, ms] of CASES) {
  Deno.test(`the duration "${text}" is ${ms} ms`, () => assertEquals(durationMs(text), ms));
}
