import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type BackOffState, nextWait, RESTED } from "./back_off.ts";
import type { BackOffRules } from "./options.ts";

const RULES: BackOffRules = { waitMinimumMs: 5_000, randomRangeMs: 4_000, repeatTimes: 3 };

/** The waits after so many failures in a row. */
function waits(failures: number, random: () => number, rules = RULES): number[] {
  const lengths: number[] = [];
  let state: BackOffState = RESTED;
  for (let failure = 0; failure < failures; failure++) {
    const next = nextWait(state, rules, random);
    lengths.push(next.lastWaitMs);
    state = next;
  }
  return lengths;
}

Deno.test("the first wait is the minimum and a random part (2.1 Part 4 §5.3)", () => {
  assertEquals(waits(1, () => 0), [5_000]);
  assertEquals(waits(1, () => 0.5), [7_000]);
});

Deno.test("each further wait is the one before doubled, with a new random part (errata 2025-04)", () => {
  assertEquals(waits(4, () => 0), [5_000, 10_000, 20_000, 40_000]);
  assertEquals(waits(4, () => 0.5), [7_000, 16_000, 34_000, 70_000]);
  const parts = [0, 0.25, 0.5, 0.75];
  assertEquals(waits(4, () => parts.shift() ?? 0), [5_000, 11_000, 24_000, 51_000]);
});

Deno.test("after the last doubling the wait stays what it was", () => {
  const parts = [0, 0, 0, 0, 0.9, 0.9];
  assertEquals(waits(6, () => parts.shift() ?? 0), [5_000, 10_000, 20_000, 40_000, 40_000, 40_000]);
});

Deno.test("without doublings every wait is the first one", () => {
  const parts = [0.5, 0, 0];
  const rules = { ...RULES, repeatTimes: 0 };
  assertEquals(waits(3, () => parts.shift() ?? 0, rules), [7_000, 7_000, 7_000]);
});

Deno.test("waits never shrink, are whole milliseconds, and keep within what the rules allow", () => {
  const part = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(fc.property(fc.array(part, { minLength: 12, maxLength: 12 }), (parts) => {
    const lengths = waits(12, () => parts.shift() ?? 0);
    const ceiling = lengths.map((_, index) => {
      const doublings = Math.min(index, RULES.repeatTimes);
      return RULES.waitMinimumMs * 2 ** doublings +
        RULES.randomRangeMs * (2 ** (doublings + 1) - 1) + doublings;
    });
    lengths.forEach((length, index) => {
      assert(Number.isInteger(length) && length >= (lengths[index - 1] ?? RULES.waitMinimumMs));
      assert(length <= (ceiling[index] ?? 0));
    });
  }));
});
