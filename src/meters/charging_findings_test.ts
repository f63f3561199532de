import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Line, LINES, onEachLine, type PerLine, perLine } from "../site/mod.ts";
import { chargingFindings, showsAsTold } from "./charging_findings.ts";

const on = (L1: number, L2 = 0, L3 = 0): PerLine => ({ L1, L2, L3 });
/** The same step, up and down again. */
const twice = (chargerAmps: PerLine, meterAmps: PerLine) => [
  { chargerAmps, meterAmps },
  {
    chargerAmps: perLine((line) => -chargerAmps[line]),
    meterAmps: perLine((line) => -meterAmps[line]),
  },
];

const CASES: readonly [
  name: string,
  charger: PerLine,
  meter: PerLine,
  finding: ReturnType<typeof chargingFindings>[number] | null,
][] = [
  ["as it should be", on(16), on(16.2, 0.1), null],
  ["a charger that is a little inexact", onEachLine(16), onEachLine(14), null],
  ["one turned round", on(16), on(-15.8), { kind: "charging-reversed", lines: ["L1"] }],
  [
    "one of three turned round",
    onEachLine(16),
    on(16, -16, 16),
    { kind: "charging-reversed", lines: ["L2"] },
  ],
  [
    "all turned round",
    onEachLine(10),
    onEachLine(-10),
    { kind: "charging-reversed", lines: ["L1", "L2", "L3"] },
  ],
  [
    "on another line",
    on(16),
    on(0, 16),
    { kind: "charging-exchanged", lines: ["L1"], seen: ["L2"] },
  ],
  [
    "two lines of an EV, the transformers turned by one",
    on(16, 16),
    on(0, 16, 16),
    { kind: "charging-exchanged", lines: ["L1", "L2"], seen: ["L2", "L3"] },
  ],
  [
    "on another line, beside the voltage of a third",
    on(16),
    on(0, -16),
    { kind: "charging-reversed", lines: ["L1"], seen: ["L2"] },
  ],
  [
    "two lines of an EV, the transformers turned by one, one of them round",
    on(16, 16),
    on(0, 16, -16),
    { kind: "charging-reversed", lines: ["L1", "L2"], seen: ["L3"] },
  ],
  [
    "another load at that moment",
    on(16),
    on(16, 0, 9),
    null,
  ],
  ["behind another meter", on(0, 0, 16), on(0.1, 0, 0.2), {
    kind: "charging-unseen",
    lines: ["L3"],
  }],
];

for (const [name, charger, meter, finding] of CASES) {
  Deno.test(`transformers: ${name}: ${finding?.kind ?? "nothing to say"}`, () => {
    assertEquals(chargingFindings(twice(charger, meter)), finding === null ? [] : [finding]);
    assertEquals(chargingFindings(twice(charger, meter).slice(0, 1)), [], "once is chance");
  });
}

Deno.test("a ratio that is not that of the transformers is told as a factor", () => {
  for (const factor of [0.05, 0.1, 0.5, 2, 5, 20]) {
    const meter = perLine((line) => factor * onEachLine(16)[line]);
    const [found] = chargingFindings(twice(onEachLine(16), meter));
    assertEquals(
      found?.kind === "charging-ratio" && Math.round(found.factor * 1_000) / 1_000,
      factor,
    );
  }
});

Deno.test("what was put right is over with the next step that fits", () => {
  const wrong = twice(on(16), on(-16));
  const right = { chargerAmps: on(16), meterAmps: on(16) };
  assertEquals(chargingFindings(wrong).length, 1);
  assertEquals(chargingFindings([...wrong, right]), []);
});

Deno.test("two steps in a row prove that a meter is right, and nothing less", () => {
  const wrong = twice(on(16), on(-16));
  const right = twice(on(16), on(15.5));
  const nothing = twice(on(0.5), on(9));
  assertEquals(showsAsTold([]), false);
  assertEquals(showsAsTold([...wrong, ...right.slice(0, 1)]), false);
  assertEquals(showsAsTold([...wrong, ...right]), true);
  assertEquals(showsAsTold([...right.slice(0, 1), ...nothing, ...right.slice(0, 1)]), true);
  assertEquals(showsAsTold([...right, ...wrong.slice(0, 1)]), false);
});

Deno.test("steps that say different things say nothing", () => {
  const [first] = twice(on(16), on(-16));
  const [second] = twice(on(16), on(0, 16));
  assertEquals(first && second && chargingFindings([first, second]), []);
});

Deno.test("a meter that shows what chargers draw is never called wrong, whatever its noise", () => {
  const amps = fc.double({ min: -32, max: 32, noNaN: true });
  const noise = fc.double({ min: -0.5, max: 0.5, noNaN: true });
  const perLineOf = (values: readonly number[]) =>
    perLine((line: Line) => values[LINES.indexOf(line)] ?? 0);
  const three = (value: fc.Arbitrary<number>) => fc.tuple(value, value, value).map(perLineOf);
  fc.assert(fc.property(fc.array(fc.tuple(three(amps), three(noise))), (steps) => {
    const seen = steps.map(([chargerAmps, error]) => ({
      chargerAmps,
      meterAmps: perLine((line) => chargerAmps[line] + error[line]),
    }));
    assertEquals(chargingFindings(seen), []);
  }));
});
