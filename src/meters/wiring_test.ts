import { assertEquals } from "@std/assert";
import type { Line } from "../site/mod.ts";
import { lineAt, STRAIGHT_WIRING, wiringProblem } from "./wiring.ts";

Deno.test("lineAt() follows the order of the terminals", () => {
  assertEquals(lineAt(STRAIGHT_WIRING, 2), "L2");
  assertEquals(lineAt({ lines: ["L3", "L1", "L2"], inverted: false }, 1), "L3");
  assertEquals(lineAt({ lines: ["L2"], inverted: false }, 1), "L2");
  assertEquals(lineAt({ lines: ["L2"], inverted: false }, 2), null);
});

const PROBLEMS: readonly [Line[], string | null][] = [
  [["L1", "L2", "L3"], null],
  [["L3"], null],
  [[], "a meter has 1 to 3 lines, not 0"],
  [["L1", "L2", "L3", "L1"], "a meter has 1 to 3 lines, not 4"],
  [["L1", "L2", "L1"], "L1 is at two terminals"],
];

for (const [lines, problem] of PROBLEMS) {
  Deno.test(`wiringProblem() of ${lines.join(" ") || "nothing"}: ${problem ?? "none"}`, () => {
    assertEquals(wiringProblem({ lines, inverted: false }), problem);
  });
}
