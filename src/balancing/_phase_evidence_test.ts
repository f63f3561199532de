import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Line, LINES } from "../site/mod.ts";
import { type Amps, currentsOf } from "./_bench.ts";
import type { ChargerReading } from "./_held_limits.ts";
import { NO_PHASE_EVIDENCE, type PhaseEvidence, withPhaseSight } from "./_phase_evidence.ts";
import { drawnLines, drawnSite } from "./_site_drawing.ts";

const [PLACE, ONE_PHASE] = drawnSite({
  circuits: [{ id: "grid", amps: 63 }],
  evses: [{ slot: 1, on: "grid" }, { slot: 2, on: "grid", lines: "L2" }],
}).places;
if (PLACE === undefined || ONE_PHASE === undefined) throw new Error("Cannot draw places");
const place = PLACE;

interface Circumstances {
  readonly offeredAmps?: number;
  readonly fromS?: number;
  readonly everyS?: number;
  readonly reading?: Partial<ChargerReading>;
  readonly at?: typeof place;
}

/** Readings in a row. */
function watch(
  evidence: PhaseEvidence,
  readings: readonly Amps[],
  { offeredAmps = 16, fromS = 0, everyS = 10, reading, at = place }: Circumstances = {},
): PhaseEvidence {
  return readings.reduce<PhaseEvidence>((next, amps, index) => {
    const atMs = (fromS + index * everyS) * 1000;
    const seen = { currentsAmps: currentsOf(amps), atMs, intervalMs: everyS * 1000, ...reading };
    return withPhaseSight(next, { reading: seen, offeredAmps, isContinued: true }, at);
  }, evidence);
}

function times(count: number, amps: Amps): readonly Amps[] {
  return Array.from({ length: count }, () => amps);
}

Deno.test("An EV that charges on one line alone for a minute leaves the others free", () => {
  assertEquals(watch(NO_PHASE_EVIDENCE, times(6, [0, 15.8, 0.3])).lines, null);
  assertEquals(watch(NO_PHASE_EVIDENCE, times(7, [0, 15.8, 0.3])).lines, ["L2"]);
});

Deno.test("Three readings are needed however far they are apart", () => {
  const slow = { everyS: 60 };
  assertEquals(watch(NO_PHASE_EVIDENCE, times(2, [16, 0, 0]), slow).lines, null);
  assertEquals(watch(NO_PHASE_EVIDENCE, times(3, [16, 0, 0]), slow).lines, ["L1"]);
});

Deno.test("An EV of two phases, and one that uses all three", () => {
  assertEquals(watch(NO_PHASE_EVIDENCE, times(7, [16, 16, 0])).lines, ["L1", "L2"]);
  assertEquals(watch(NO_PHASE_EVIDENCE, times(7, 16)).lines, ["L1", "L2", "L3"]);
});

Deno.test("An EV that brings its phases in one after the other keeps them all", () => {
  const joining = [...times(4, [8, 0, 0]), ...times(4, [12, 9, 0]), ...times(7, 16)];
  for (let until = 1; until <= joining.length; until++) {
    const { lines } = watch(NO_PHASE_EVIDENCE, joining.slice(0, until));
    assertEquals(lines?.length ?? 3, 3);
  }
});

Deno.test("A free line comes back with the first current there, and the others with it", () => {
  const learnt = watch(NO_PHASE_EVIDENCE, times(7, [16, 0, 0]));
  assertEquals(watch(learnt, [[16, 0.9, 0]], { fromS: 70 }).lines, ["L1"]);
  assertEquals(watch(learnt, [[16, 1.1, 0]], { fromS: 70 }).lines, null);
});

Deno.test("What was learnt is kept while the EV draws nothing", () => {
  const learnt = watch(NO_PHASE_EVIDENCE, times(7, [16, 0, 0]));
  assertEquals(watch(learnt, times(9, 0), { fromS: 70, offeredAmps: 0 }).lines, ["L1"]);
});

Deno.test("Nothing is learnt where the EV may not charge, or hardly does", () => {
  assertEquals(watch(NO_PHASE_EVIDENCE, times(9, [5, 0, 0]), { offeredAmps: 5 }).lines, null);
  assertEquals(watch(NO_PHASE_EVIDENCE, times(9, [1.2, 0.9, 0.9])).lines, null);
  assertEquals(watch(NO_PHASE_EVIDENCE, times(9, 0)).lines, null);
});

Deno.test("Nothing is learnt where the charger does not tell its phases apart, or leaves one out", () => {
  for (const unsure of ["L1 L2 L3", "L3"]) {
    const reading = { unsureLines: drawnLines(unsure) };
    assertEquals(watch(NO_PHASE_EVIDENCE, times(9, [16, 0, 0]), { reading }).lines, null);
  }
});

Deno.test("A pause starts the minute anew", () => {
  const paused = [...times(6, [16, 0, 0]), 0, ...times(6, [16, 0, 0])];
  assertEquals(watch(NO_PHASE_EVIDENCE, paused).lines, null);
});

Deno.test("A socket of one phase has nothing to learn, and current elsewhere proves nothing", () => {
  const at = ONE_PHASE;
  assertEquals(watch(NO_PHASE_EVIDENCE, times(9, [0, 16, 0]), { at }).lines, ["L2"]);
  assertEquals(watch(NO_PHASE_EVIDENCE, times(9, [16, 0, 0]), { at }).lines, null);
});

Deno.test("Whatever is read, a line that carries current is never free, and none is freed within a minute", () => {
  const amps = fc.constantFrom(0, 0.5, 1, 1.1, 3, 6, 16);
  fc.assert(
    fc.property(fc.array(fc.tuple(amps, amps, amps), { maxLength: 40 }), (readings) => {
      let evidence = NO_PHASE_EVIDENCE;
      const quietSince = new Map<Line, number>(LINES.map((line) => [line, 0]));
      for (const [index, reading] of readings.entries()) {
        evidence = watch(evidence, [reading], { fromS: index * 10 });
        for (const [at, line] of LINES.entries()) {
          if ((reading[at] ?? 0) > 1) quietSince.set(line, index + 1);
          const isFree = evidence.lines !== null && !evidence.lines.includes(line);
          if (!isFree) continue;
          assert((reading[at] ?? 0) <= 1, "current on a free line");
          assert(index - (quietSince.get(line) ?? 0) >= 6, "freed too early");
        }
      }
    }),
    { numRuns: 300 },
  );
});
