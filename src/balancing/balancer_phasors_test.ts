import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Line, LINES } from "../site/mod.ts";
import { type Bench, bench, settled } from "./_bench.ts";
import { chargingAt, emptyAt, type SiteDrawing } from "./_site_drawing.ts";

/** Complex numbers as an engineer would write them: nothing of this is the balancer's own arithmetic. */
type Complex = readonly [re: number, im: number];
const polar = (amps: number, degrees: number): Complex => [
  amps * Math.cos(degrees * Math.PI / 180),
  amps * Math.sin(degrees * Math.PI / 180),
];
const plus = (a: Complex, b: Complex): Complex => [a[0] + b[0], a[1] + b[1]];
const times = (k: number, a: Complex): Complex => [k * a[0], k * a[1]];

/** Voltages of the lines to neutral, and between lines: 30° ahead of the first of the two. */
const DEGREES: Readonly<Record<Line, number>> = { L1: 0, L2: -120, L3: 120 };
const BETWEEN: Readonly<Record<string, number>> = { "L1-L2": 30, "L2-L3": -90, "L3-L1": 150 };

type Currents = Record<Line, Complex>;
const none = (): Currents => ({ L1: [0, 0], L2: [0, 0], L3: [0, 0] });

/** What flows on each line of each circuit when EVs draw so many amperes on their lines. */
function flows(
  drawing: SiteDrawing,
  drawn: (slot: number, line: Line) => number,
): ReadonlyMap<string, Currents> {
  const all = new Map(drawing.circuits.map(({ id }) => [id, none()]));
  for (const { slot, on, lines = "L1 L2 L3" } of drawing.evses) {
    let through = none();
    const degrees = BETWEEN[lines];
    const [one, other] = lines.split("-") as [Line, Line];
    if (degrees !== undefined) {
      through[one] = polar(drawn(slot, one), degrees);
      through[other] = times(-1, through[one]);
    } else {
      for (const line of lines.split(" ") as Line[]) {
        through[line] = polar(drawn(slot, line), DEGREES[line]);
      }
    }
    for (let id: string | undefined = on; id !== undefined;) {
      const circuit = drawing.circuits.find((each) => each.id === id);
      const sums = all.get(id) ?? none();
      for (const line of LINES) sums[line] = plus(sums[line], through[line]);
      if (circuit?.ratio !== undefined) through = primary(circuit.ratio, through);
      id = circuit?.from;
    }
  }
  return all;
}

/** Delta-wye: each line of the feeder carries the difference of two. */
function primary(ratio: number, { L1, L2, L3 }: Currents): Currents {
  const less = (a: Complex, b: Complex) => times(ratio, plus(a, times(-1, b)));
  return { L1: less(L1, L3), L2: less(L2, L1), L3: less(L3, L2) };
}

const SOCKETS = ["L1-L2", "L2-L3", "L3-L1", "L1-L2", "L2-L3", "L3-L1", "L1", "L3", "L1 L2 L3"];

/** A grid that feeds a panel through a transformer, and that a row; sockets between lines and others. */
const sites: fc.Arbitrary<SiteDrawing> = fc.record({
  amps: fc.tuple(
    fc.integer({ min: 20, max: 120 }),
    fc.integer({ min: 20, max: 120 }),
    fc.integer({ min: 20, max: 80 }),
  ),
  ratios: fc.tuple(
    fc.constantFrom(0.25, 0.5, 1, null),
    fc.constantFrom(null, null, 0.5),
  ),
  worst: fc.integer({ min: 0, max: 8 }),
  marginAmps: fc.constantFrom(0, 2),
  evses: fc.array(
    fc.record({
      on: fc.constantFrom("grid", "panel", "row"),
      lines: fc.constantFrom(...SOCKETS),
    }),
    { minLength: 2, maxLength: 7 },
  ),
}).map(({ amps: [grid, panel, row], ratios: [high, low], worst, marginAmps, evses }) => ({
  marginAmps,
  timing: { raiseIntervalMs: 5_000, raiseHoldOffMs: 4_000 },
  circuits: [
    { id: "grid", amps: grid, worst },
    { id: "panel", from: "grid", amps: panel, ...(high !== null && { ratio: high }) },
    { id: "row", from: "panel", amps: row, ...(low !== null && { ratio: low }) },
  ],
  evses: evses.map((each, index) => ({ ...each, slot: index + 1 })),
}));

/** Fractions of what EVs may draw: mostly all or nothing. */
const fraction = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));
const draws = fc.array(fc.array(fraction, { minLength: 21, maxLength: 21 }), {
  minLength: 12,
  maxLength: 12,
});

function assertWithin(
  desk: Bench,
  drawing: SiteDrawing,
  fractions: readonly (readonly number[])[],
): void {
  const kept = new Map(drawing.evses.map(({ slot }) => [slot, desk.limit(slot).reservedAmps]));
  for (const each of [fractions[0]?.map(() => 1) ?? [], ...fractions]) {
    const sums = flows(drawing, (slot, line) => {
      const isPair = drawing.evses[slot - 1]?.lines?.includes("-");
      const place = slot * 3 - 3 + (isPair ? 0 : LINES.indexOf(line));
      return (kept.get(slot) ?? 0) * (each[place] ?? 1);
    });
    for (const { id, amps, worst = 0 } of drawing.circuits) {
      for (const line of LINES) {
        const flow = Math.hypot(...sums.get(id)?.[line] ?? [0, 0]);
        assert(
          flow + worst <= amps + 1e-6,
          `${id} ${line}: ${flow} + ${worst} of ${amps} A; kept ${[...kept.values()]}`,
        );
        // What is told of the circuit is the worst that can be drawn.
        const { reservedAmps } = desk.load(id);
        assert(
          flow <= reservedAmps[line] + 1e-6,
          `${id} ${line}: ${flow} A, said ${reservedAmps[line]}`,
        );
      }
    }
  }
}

Deno.test("Whoever draws less of what is kept for it, no line on either side of a transformer has too much", () => {
  const turns = fc.array(fc.record({ slot: fc.nat(6), waitS: fc.integer({ min: 1, max: 40 }) }), {
    minLength: 4,
    maxLength: 12,
  });
  fc.assert(
    fc.property(sites, turns, draws, (drawing, happenings, fractions) => {
      const desk = bench(drawing);
      for (const { slot } of drawing.evses) desk.facts(emptyAt(slot));
      const isThere = new Set<number>();
      for (const { slot: any, waitS } of happenings) {
        const slot = any % drawing.evses.length + 1;
        if (isThere.delete(slot)) desk.facts(emptyAt(slot));
        else {
          isThere.add(slot);
          desk.facts(chargingAt(slot));
        }
        assertWithin(desk, drawing, fractions);
        desk.wait(waitS);
        assertWithin(desk, drawing, fractions);
      }
    }),
    { numRuns: 60 },
  );
});

/** What EVs at all sockets have in the end. */
function granted(drawing: SiteDrawing): readonly number[] {
  const desk = settled(drawing, drawing.evses.map(({ slot }) => slot));
  return desk.limits().map((amps) => amps ?? 0);
}

/** Under a meter angles do not count: the same site by arithmetic sums. */
function summedUp(drawing: SiteDrawing): SiteDrawing {
  const circuits = drawing.circuits.map((each) => ({ ...each, worst: 0, meter: each.id }));
  return { ...drawing, circuits };
}

Deno.test("Nobody who has least has less than if currents simply added up", () => {
  fc.assert(
    fc.property(sites, (site) => {
      const drawing = { ...site, circuits: site.circuits.map((each) => ({ ...each, worst: 0 })) };
      const least = Math.min(...granted(drawing));
      const summed = Math.min(...granted(summedUp(drawing)));
      assert(least >= summed, `${least} A instead of ${summed} A`);
    }),
    { numRuns: 60 },
  );
});

const between = (slot: number, lines: string, on = "grid", max = 32) => ({ slot, on, lines, max });

Deno.test("Three EVs between three pairs of lines load each line by √3 of their current", () => {
  const evses = ["L1-L2", "L2-L3", "L3-L1"].map((lines, index) => between(index + 1, lines));
  const desk = settled({ circuits: [{ id: "grid", amps: 43.5 }], evses }, [1, 2, 3]);
  // 25 A × √3 = 43.3 A; added up it would be 21 A each.
  assertEquals(desk.limits(), [25, 25, 25]);
  assertAlmostEquals(desk.load("grid").reservedAmps.L2, 25 * Math.sqrt(3), 1e-6);
  assertAlmostEquals(desk.load("grid").headroomAmps.L3, 43.5 - 25 * Math.sqrt(3), 1e-6);
});

Deno.test("Behind a transformer three-phase EVs load the feeder by √3 of their current, not twice", () => {
  const evses = [1, 2].map((slot) => ({ slot, on: "panel" }));
  const circuits = [{ id: "grid", amps: 36 }, { id: "panel", from: "grid", amps: 100, ratio: 0.5 }];
  // One may draw from L1 alone and the other from L3 alone, which comes to the same.
  assertEquals(settled({ circuits, evses }, [1, 2]).limits(), [21, 20]);
});

Deno.test("On a feeder an EV that takes from what others bring is not counted on", () => {
  // On L1 of the feeder flow AB at 30° and BC at −90°: together they come to no more than one alone.
  const circuits = [{ id: "grid", amps: 10 }, { id: "panel", from: "grid", amps: 100, ratio: 0.5 }];
  const evses = [between(1, "L1-L2", "panel"), between(2, "L2-L3", "panel")];
  const desk = settled({ circuits, evses }, [1, 2]);
  // L2 carries twice AB and BC, 60° apart: 2.65 times the half of it.
  assertEquals(desk.limits(), [7, 7]);
  assertWithin(desk, { circuits, evses }, [[1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1]]);
});

Deno.test("Under a meter currents between lines are added up: what the building takes has an unknown angle", () => {
  const evses = [between(1, "L1-L2"), between(2, "L2-L3")];
  const site: SiteDrawing = { circuits: [{ id: "grid", amps: 56, meter: "main" }], evses };
  assertEquals(settled(site, [1, 2]).limits(), [28, 28]);
});

Deno.test("A charger between two lines that tells of one of them is counted on both", () => {
  const evses = [between(1, "L1-L2"), between(2, "L2-L3")];
  const desk = settled({ circuits: [{ id: "grid", amps: 56 }], evses }, [1]);
  desk.facts(chargingAt(1, { evLines: ["L1"] }));
  desk.measured(1, [31, 0, 0]);
  desk.wait(10);
  assertAlmostEquals(desk.load("grid").reservedAmps.L2, 32, 1e-6);
});

Deno.test("An EV that joins between lines gets its current only when the others have given it", () => {
  const evses = [between(1, "L1-L2"), between(2, "L2-L3")];
  const desk = settled({ circuits: [{ id: "grid", amps: 40 }], evses }, [1]);
  assertEquals(desk.limits(), [32, null]);
  desk.facts(chargingAt(2));
  // 23 A each come to 39.8 A; until the first has provably come down, 32 A of it leave the second 13 A.
  desk.wait(1);
  const [first, second = null] = desk.limits();
  assertEquals(first, 23);
  const reserved = desk.load("grid").reservedAmps.L2;
  assert(reserved <= 40 + 1e-6, `${reserved} A, ${second} A`);
  desk.wait(60);
  assertEquals(desk.limits(), [23, 23]);
});
