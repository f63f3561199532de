import { type EvsePlace, type Line, LINES } from "../site/mod.ts";
import type { ChargerReading } from "./_held_limits.ts";

/** What is known of the lines that the EV of a session draws from. */
export interface PhaseEvidence {
  /** The lines that it uses and no other; null before that is proven: it may use its whole socket. */
  readonly lines: readonly Line[] | null;
  /** Readings in a row that show the same lines. */
  readonly candidate: Candidate | null;
}

interface Candidate {
  readonly lines: readonly Line[];
  readonly sinceMs: number;
  readonly readings: number;
}

/** An EV of which nothing is known. */
export const NO_PHASE_EVIDENCE: PhaseEvidence = { lines: null, candidate: null };

/** An EV draws from a line that carries more than this; less flows through filters and electronics. */
const DRAWS_FROM_AMPS = 1;
/** Near the end of its charge an EV draws unevenly around one ampere: that proves nothing. */
const CHARGES_FROM_AMPS = 3;
/**
 * A line counts as free when nothing has flowed there for so long and in so many readings, while the
 * EV charged on others: some EVs bring their phases in one after the other, some pre-heat on one.
 */
const FREE_AFTER_MS = 60_000;
const FREE_AFTER_READINGS = 3;

/** One reading, and what it can prove. */
export interface PhaseSight {
  readonly reading: ChargerReading;
  /** The lowest limit that may have been in force, in amperes per line. */
  readonly offeredAmps: number;
  /** The reading before it is recent enough that nothing was missed between them. */
  readonly isContinued: boolean;
}

/**
 * Learns from a reading. Slow to call a line free; current on a line that was free makes the whole
 * socket count again at once, as more phases may follow.
 */
export function withPhaseSight(
  evidence: PhaseEvidence,
  sight: PhaseSight,
  place: EvsePlace,
): PhaseEvidence {
  const { reading, offeredAmps, isContinued } = sight;
  const seen = linesDrawnFrom(reading);
  const { lines, candidate } = evidence;
  if (lines !== null && seen.some((line) => !lines.includes(line))) return NO_PHASE_EVIDENCE;
  const isProof = seen.length > 0 && offeredAmps >= place.minCurrentAmps &&
    seen.every((line) =>
      place.lines.includes(line) && reading.currentsAmps[line] >= CHARGES_FROM_AMPS
    ) &&
    !place.lines.some((line) => isUnsure(reading, line));
  if (!isProof) return { lines, candidate: null };
  const isSame = isContinued && candidate !== null && sameLines(candidate.lines, seen);
  const next = isSame
    ? { ...candidate, readings: candidate.readings + 1 }
    : { lines: seen, sinceMs: reading.atMs, readings: 1 };
  const lastsMs = (reading.notBeforeMs ?? reading.atMs) - next.sinceMs;
  const isProven = lastsMs >= FREE_AFTER_MS && next.readings >= FREE_AFTER_READINGS;
  return { lines: isProven ? seen : lines, candidate: next };
}

/** The lines that certainly carry current, in order. */
function linesDrawnFrom(reading: ChargerReading): readonly Line[] {
  return LINES.filter((line) =>
    !isUnsure(reading, line) && reading.currentsAmps[line] > DRAWS_FROM_AMPS
  );
}

/** True for a line of which the charger does not tell. */
function isUnsure({ unsureLines }: ChargerReading, line: Line): boolean {
  return unsureLines?.includes(line) ?? false;
}

/** True for the same lines in whatever order. */
export function sameLines(left: readonly Line[], right: readonly Line[]): boolean {
  return left.length === right.length && left.every((line) => right.includes(line));
}
