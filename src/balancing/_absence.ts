import { type Line, LINES, type PerLine, perLine } from "../site/mod.ts";
import type { Assessment } from "./_assessment.ts";
import type { BalancerState } from "./_balancer_state.ts";
import type { Board } from "./_board.ts";
import { isFresh } from "./_charger_reading.ts";
import type { EvseMemory } from "./_evse_memory.ts";
import { highestAmps } from "./_held_limits.ts";
import type { Standing } from "./_standing.ts";

/**
 * What the meter above a charger has shown since that is out of reach with an EV that draws more than its
 * fail-safe current. When its limit is over, the meter must have seen it fall: what was to end may go on.
 */
export interface Absence {
  /** What it drew when it was last heard of. */
  readonly drawnAmps: PerLine;
  /** The most that the meter has shown since. */
  readonly peakAmps: PerLine;
  /** The meter has fallen by as much as it should, at some time. */
  readonly isFallen: boolean;
  /** Its limit is over and it did not fall: it goes on as before, for all that anybody can see. */
  readonly isKept: boolean;
}

/** A smaller fall is lost among what else comes and goes. */
const SEEN_AMPS = 4;
/** Meters and pilots have tolerances. */
const WITHIN_AMPS = 2;

/** Looks at the meters above chargers that are out of reach. The same state where nothing changed. */
export function withAbsences(
  state: BalancerState,
  { standings }: Assessment,
  nowMs: number,
): BalancerState {
  let evses: (EvseMemory | undefined)[] | null = null;
  for (const standing of standings) {
    const { memory, place: { slot } } = standing;
    const absence = absenceNow(standing, nowMs);
    if (absence === memory.absence) continue;
    evses ??= state.evses.slice();
    evses[slot] = { ...memory, absence };
  }
  return evses === null ? state : { ...state, evses };
}

function absenceNow(standing: Standing, nowMs: number): Absence | null {
  const { memory, boards } = standing;
  const { facts } = memory;
  if (facts === null || facts.connected || facts.transactionId === null) return null;
  const shown = shownAbove(boards);
  // A meter that is silent has seen nothing; what it sees later may be another's doing.
  if (shown === null) return memory.absence;
  const before = memory.absence ?? newAbsence(standing, shown, nowMs);
  if (before === null) return null;
  const { lines, place: { failSafeAmps } } = standing;
  const dueAmps = (line: Line) => before.drawnAmps[line] - failSafeAmps;
  const isRisen = LINES.some((line) => shown[line] > before.peakAmps[line]);
  const peakAmps = isRisen
    ? perLine((line) => Math.max(before.peakAmps[line], shown[line]))
    : before.peakAmps;
  const isFallen = before.isFallen ||
    lines.filter((line) => dueAmps(line) >= SEEN_AMPS)
      .every((line) => peakAmps[line] - shown[line] >= dueAmps(line) - WITHIN_AMPS);
  const isKept = !isFallen && isOver(standing, nowMs);
  const isSame = peakAmps === before.peakAmps && isFallen === before.isFallen &&
    isKept === before.isKept;
  return isSame ? before : { ...before, peakAmps, isFallen, isKept };
}

/** Null where there is nothing to be seen: it draws little more than it may anyway, or nobody knows. */
function newAbsence(
  { memory: { reading }, lines, place: { failSafeAmps } }: Standing,
  shown: PerLine,
  nowMs: number,
): Absence | null {
  const isKnown = reading !== null && isFresh(reading, nowMs) &&
    (reading.unsureLines?.length ?? 0) === 0;
  if (!isKnown) return null;
  const drawnAmps = reading.currentsAmps;
  const isSeen = lines.some((line) => drawnAmps[line] - failSafeAmps >= SEEN_AMPS);
  return isSeen ? { drawnAmps, peakAmps: shown, isFallen: false, isKept: false } : null;
}

/** What the nearest meter shows, with no transformer between; null where there is none, or it is silent. */
function shownAbove(boards: readonly Board[]): PerLine | null {
  for (const { circuit, meter, isDoubted, rows } of boards) {
    if (circuit === null) continue;
    if (circuit.meterId !== null) {
      if (isDoubted) return null;
      const { L1: { measured: L1 }, L2: { measured: L2 }, L3: { measured: L3 } } = rows;
      return meter !== "good" || L1 === null || L2 === null || L3 === null ? null : { L1, L2, L3 };
    }
    if (circuit.transformer !== undefined) return null;
  }
  return null;
}

/** By now it should be at its fail-safe current: its model ends limits in time. */
function isOver({ memory, place: { failSafeAmps } }: Standing, nowMs: number): boolean {
  const { facts, held } = memory;
  if (facts === null || !facts.expiryTrusted || facts.forgetsProfiles) return false;
  return highestAmps(held, { failSafeAmps, expiryTrusted: true }, nowMs) <= failSafeAmps;
}
