import { assertAlmostEquals, assertEquals } from "@std/assert";
import { LINES, SIGNED_STRAIGHT } from "../site/mod.ts";
import { cornersOf, partTowards, phasorsOn } from "./_phasors.ts";
import { drawnSite, type SiteDrawing } from "./_site_drawing.ts";

/** How many corners each line of a circuit has. */
function counts(drawing: SiteDrawing, circuitId: string): readonly number[] {
  const { tree } = drawnSite(drawing);
  const corners = cornersOf(tree, circuitId);
  return LINES.map((line) => corners[line].length);
}

const delta = (on: string) =>
  ["L1-L2", "L2-L3", "L3-L1"].map((lines, index) => ({ slot: index + 1, on, lines }));

Deno.test("cornersOf() has none where all draw from lines to neutral: currents add up", () => {
  const evses = [{ slot: 1, on: "grid" }, { slot: 2, on: "grid", lines: "L2" }];
  assertEquals(counts({ circuits: [{ id: "grid", amps: 63 }], evses }, "grid"), [0, 0, 0]);
});

Deno.test("cornersOf() has one where who draws more never brings the sum down", () => {
  const site = { circuits: [{ id: "grid", amps: 63 }], evses: delta("grid") };
  // On each line two pairs meet at 60°.
  assertEquals(counts(site, "grid"), [1, 1, 1]);
});

Deno.test("cornersOf() has three on the feeder of a transformer, where two pairs meet at 120°", () => {
  const circuits = [{ id: "grid", amps: 63 }, { id: "panel", from: "grid", amps: 100, ratio: 0.5 }];
  assertEquals(counts({ circuits, evses: delta("panel") }, "grid"), [3, 3, 3]);
  assertEquals(counts({ circuits, evses: delta("panel") }, "panel"), [1, 1, 1]);
});

Deno.test("cornersOf() has none under a meter, and none where one pair is alone", () => {
  const circuits = [{ id: "grid", amps: 63, meter: "main" }];
  assertEquals(counts({ circuits, evses: delta("grid") }, "grid"), [0, 0, 0]);
  const alone = { circuits: [{ id: "grid", amps: 63 }], evses: delta("grid").slice(0, 1) };
  assertEquals(counts(alone, "grid"), [0, 0, 0]);
});

Deno.test("phasorsOn() has one current between two lines, whichever is named first", () => {
  for (const lines of [["L1", "L2"], ["L2", "L1"]] as const) {
    const place = { connection: "line-to-line", lines } as const;
    const on = LINES.map((line) => phasorsOn(line, SIGNED_STRAIGHT, place).L1);
    // It leads the voltage of L1 by 30°, and comes back by L2.
    assertAlmostEquals(on[0]?.re ?? 0, Math.cos(Math.PI / 6), 1e-12);
    assertAlmostEquals(on[0]?.im ?? 0, 0.5, 1e-12);
    assertAlmostEquals(on[1]?.re ?? 0, -Math.cos(Math.PI / 6), 1e-12);
    assertEquals(Math.hypot(on[2]?.re ?? 1, on[2]?.im ?? 1), 0);
  }
});

Deno.test("partTowards() leaves out who flows the other way", () => {
  const phasors = { L1: { re: 1, im: 0 }, L2: { re: -0.5, im: 1 }, L3: { re: 0, im: 0 } };
  const part = partTowards(phasors, { re: 1, im: 0 });
  assertEquals([part.L1.re, part.L2.re, part.L2.im], [1, 0, 0]);
});
