import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Line, LINES, onEachLine, perLine } from "../site/mod.ts";
import { judgeStep, UNSEEN_ROTATION, withJudgedStep } from "./_rotation.ts";

const order = fc.shuffledSubarray([...LINES], { minLength: 1, maxLength: 3 });
const on = (lines: readonly Line[], amps: readonly number[]) =>
  perLine((line) => amps[lines.indexOf(line)] ?? 0);

Deno.test("judgeStep() finds the lines of any socket by a step that is not the same on all of them", () => {
  const steps = fc.tuple(
    order,
    fc.array(fc.constantFrom(0, 8, 16, -8, -16), { minLength: 3, maxLength: 3 }),
    fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
  );
  fc.assert(fc.property(steps, fc.gen(), ([told, amps, noise], gen) => {
    const real = gen(() => fc.shuffledSubarray([...LINES], { minLength: told.length }))
      .slice(0, told.length);
    if (!amps.slice(0, told.length).some((each) => each !== 0)) return;
    const change = on(told, amps);
    const moved = on(real, amps);
    const meter = perLine((line) => moved[line] + (noise[LINES.indexOf(line)] ?? 0));
    const judged = judgeStep(told, change, meter);
    const isSame = LINES.every((line) => change[line] === moved[line]);
    if (judged === "as-told") return assert(isSame);
    if (judged === null) return;
    assertEquals(on(judged, amps), moved, "where it was seen is where it is");
    assert(!isSame);
  }));
});

Deno.test("judgeStep() tells nothing of a step that is the same on all lines, or lost among others", () => {
  assertEquals(judgeStep(LINES, onEachLine(16), onEachLine(16)), null);
  assertEquals(judgeStep(["L1"], on(["L1"], [16]), onEachLine(16)), null, "a heat pump came on");
  assertEquals(judgeStep(["L1"], on(["L1"], [16]), onEachLine(0)), null, "the meter saw nothing");
});

Deno.test("judgeStep() names the lines of a one-phase EV at a socket that is turned", () => {
  const seen = judgeStep(LINES, on(["L1"], [16]), on(["L2"], [16]));
  assertEquals(seen !== null && seen[0], "L2");
});

Deno.test("a doubt takes three times in a row, and so does its end", () => {
  const seen = ["L2"] as const;
  const after = (...judged: readonly (readonly Line[] | "as-told" | null)[]) =>
    judged.reduce(withJudgedStep, UNSEEN_ROTATION).isDoubted;
  assertEquals(after(seen, seen), false);
  assertEquals(after(seen, seen, seen), true);
  assertEquals(after(seen, null, seen, seen), true, "what proves nothing changes nothing");
  assertEquals(after(seen, seen, "as-told", seen), false);
  assertEquals(after(seen, ["L3"], seen), false, "now here, now there");
  assertEquals(after(seen, seen, seen, "as-told", "as-told"), true);
  assertEquals(after(seen, seen, seen, "as-told", "as-told", "as-told"), false);
});
