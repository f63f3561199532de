import { assertEquals, assertStringIncludes } from "@std/assert";
import { valuesOf } from "../../test/support/meters.ts";
import { wiringHints } from "./wiring_hints.ts";

/** Three lines of 10 A at 230 V with those powers. */
function hints(watts: readonly [number, number, number], changes = {}): readonly string[] {
  const [one, two, three] = watts;
  return wiringHints(valuesOf({
    voltage_l1: 230,
    voltage_l2: 230,
    voltage_l3: 230,
    current_l1: 10,
    current_l2: 10,
    current_l3: 10,
    active_power_l1: one,
    active_power_l2: two,
    active_power_l3: three,
    ...changes,
  }));
}

Deno.test("a meter that is connected right gives no hint, whichever way all flows", () => {
  assertEquals(hints([2_300, 2_200, 2_100]), []);
});

Deno.test("one line that feeds in while others draw may be a turned current transformer", () => {
  const [hint = "", ...others] = hints([2_250, -2_250, 2_250]);
  assertStringIncludes(hint, "L2 feeds into the grid");
  assertStringIncludes(hint, "turn the current transformer round.");
  assertEquals(others, []);
});

Deno.test("where all lines feed in, the whole meter may be turned, which site.yaml can say", () => {
  assertStringIncludes(hints([-2_250, -2_250, -2_250])[0] ?? "", "inverted: true");
});

Deno.test("currents on voltages of other lines show as powers that do not fit", () => {
  // 120° apart: cos 120° = -0.5 on both, as with two exchanged current transformers.
  const [hint = "", ...others] = hints([-1_150, -1_150, 2_250]);
  assertStringIncludes(hint, "L1 and L2 do not fit together");
  assertEquals(others, []);
});

Deno.test("one line with much reactive power alone is no exchange", () => {
  assertEquals(hints([1_150, 2_250, 2_250]), []);
});

Deno.test("a line without voltage is named, and its power says nothing", () => {
  const [hint = "", ...others] = hints([2_250, 0, 2_250], { voltage_l2: 0 });
  assertStringIncludes(hint, "L2 has no voltage");
  assertEquals(others, []);
});

Deno.test("currents too small to tell give no hint", () => {
  const small = { current_l1: 0.4, current_l2: 0.4, current_l3: 0.4 };
  assertEquals(hints([-80, 40, -40], small), []);
});
