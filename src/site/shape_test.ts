import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { newCharger } from "./charger.ts";
import {
  type ChargerShape,
  heldFault,
  judgeBeyond,
  judgeShape,
  mayBePlaced,
  readCount,
  type ShapeReading,
} from "./shape.ts";

const shape = (evses: number, counted?: number): ChargerShape => ({
  version: "ocpp1.6",
  evses,
  ...(counted === undefined ? {} : { counted }),
});

const reading = (counted: number | null, placed = 0): ShapeReading => ({
  version: "ocpp1.6",
  counted,
  placed,
});

Deno.test("judgeShape() learns a new charger: what it counts, and what has slots already", () => {
  for (
    const [counted, placed, expected] of [
      [2, 0, shape(2, 2)],
      [2, 1, shape(2, 2)],
      [1, 2, shape(2, 1)],
      [null, 3, shape(3)],
      [null, 0, shape(1)],
    ] as const
  ) {
    const verdict = judgeShape(undefined, reading(counted, placed));
    assertEquals(verdict, { kind: "learnt", shape: expected });
  }
});

Deno.test("judgeShape() sees more and fewer EVSEs, and another version", () => {
  assertEquals(judgeShape(shape(1, 1), reading(2)), { kind: "differs", shape: shape(2, 2) });
  assertEquals(judgeShape(shape(2, 2), reading(1)), { kind: "differs", shape: shape(1, 1) });
  const newer: ShapeReading = { version: "ocpp2.0.1", counted: null, placed: 2 };
  assertEquals(judgeShape(shape(2, 2), newer), {
    kind: "differs",
    shape: { version: "ocpp2.0.1", evses: 2, counted: 2 },
  });
  assertEquals(judgeShape(shape(2, 2), { ...newer, counted: 1 }), {
    kind: "differs",
    shape: { version: "ocpp2.0.1", evses: 1, counted: 1 },
  });
});

Deno.test("judgeShape() makes nothing of silence, of the same lie, and of a count that was missing", () => {
  assertEquals(judgeShape(shape(2, 2), reading(null)), { kind: "same" });
  assertEquals(judgeShape(shape(2, 1), reading(1)), { kind: "same" });
  assertEquals(judgeShape(shape(1), reading(2)), { kind: "learnt", shape: shape(2, 2) });
  assertEquals(judgeShape(shape(2), reading(1)), { kind: "learnt", shape: shape(2, 1) });
  // Its lie was mended.
  assertEquals(judgeShape(shape(2, 1), reading(2)), { kind: "learnt", shape: shape(2, 2) });
});

Deno.test("judgeBeyond() lets the charger's own count decide, and what is heard where it has none", () => {
  const later = { ...reading(null), isIntroducing: false };
  const first = { ...reading(null), isIntroducing: true };
  assertEquals(judgeBeyond(shape(1, 1), 7, { ...later, counted: 1 }), { kind: "same" });
  assertEquals(judgeBeyond(shape(1, 1), 7, later), { kind: "same" });
  assertEquals(judgeBeyond(shape(1, 1), 2, { ...later, counted: 2 }).kind, "differs");
  assertEquals(judgeBeyond(shape(1), 2, first), { kind: "learnt", shape: shape(2) });
  assertEquals(judgeBeyond(shape(1), 2, later), { kind: "differs", shape: shape(2) });
  assertEquals(judgeBeyond(shape(1), 2, { ...later, counted: 2 }), {
    kind: "learnt",
    shape: shape(2, 2),
  });
});

Deno.test("a charger that shows the same again and again never differs, whatever it showed first", () => {
  const counts = fc.option(fc.integer({ min: 1, max: 64 }));
  const placed = fc.integer({ min: 0, max: 64 });
  fc.assert(fc.property(counts, placed, fc.array(fc.boolean()), (counted, first, answers) => {
    let verdict = judgeShape(undefined, reading(counted, first));
    let known = verdict.kind === "same" ? undefined : verdict.shape;
    for (const isAnswered of answers) {
      verdict = judgeShape(known, reading(isAnswered ? counted : null, first));
      assertEquals(verdict.kind === "differs", false);
      if (verdict.kind === "learnt") known = verdict.shape;
    }
  }));
});

Deno.test("readCount() reads what a charger can have", () => {
  for (
    const [text, expected] of [
      ["2", 2],
      [" 1 ", 1],
      ["64", 64],
      ["65", null],
      ["0", null],
      ["-1", null],
      ["2.5", null],
      ["two", null],
      ["", null],
      [undefined, null],
    ] as const
  ) assertEquals(readCount(text), expected, text);
});

Deno.test("mayBePlaced() is for EVSEs that the charger has, unless it is held", () => {
  const charger = newCharger("CP1", "operator");
  assertEquals([mayBePlaced(undefined, 9), mayBePlaced(charger, 9)], [true, true]);
  const known = { ...charger, shape: shape(2) };
  assertEquals([mayBePlaced(known, 2), mayBePlaced(known, 3)], [true, false]);
  const held = { ...known, held: { sinceMs: 0, was: shape(2), is: shape(4) } };
  assertEquals(mayBePlaced(held, 1), false);
});

Deno.test("heldFault() says what changed and what to do", () => {
  const held = { sinceMs: 0, was: shape(1), is: shape(2) };
  assertEquals(
    heldFault({ ...newCharger("CP1", "operator"), held }).text,
    "CP1 came back with 2 connectors, OCPP 1.6 instead of 1 connector, OCPP 1.6. Nobody can charge " +
      "there until you say on its page which connector is which",
  );
});
