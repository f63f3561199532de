import type { BalancerAlarm, BalancerEffect } from "./facts.ts";
import type { Assessment } from "./_assessment.ts";
import { type BalancerState, evseMemory } from "./_balancer_state.ts";
import { type Board, isOver, type Row } from "./_board.ts";
import { isCutInVain } from "./_cut.ts";
import { amountOf } from "./_reach.ts";
import type { Standing } from "./_standing.ts";

/** Current that flows whatever limit is set: electronics, a meter's idea of zero. */
const STANDBY_AMPS = 1;

/** Raises alarms where they are due and takes back those that are over. */
export function settleAlarms(
  state: BalancerState,
  assessment: Assessment,
  nowMs: number,
): { readonly state: BalancerState; readonly effects: readonly BalancerEffect[] } {
  const lostMeters = noted(state.lostMeters);
  const overLimits = noted(state.overLimits);
  const effects: BalancerEffect[] = [];
  const note = (isOn: boolean, alarm: BalancerAlarm) =>
    void effects.push({ kind: isOn ? "alarm" : "alarm-over", alarm });
  for (const board of assessment.allBoards) {
    if (board.circuit === null) continue;
    const { meterId } = board.circuit;
    if (meterId !== null && board.meter !== "none") {
      const isLost = board.meter === "lost";
      if (turn(lostMeters, meterId, isLost)) note(isLost, { kind: "meter-lost", meterId });
    }
    if (board.meter === "good") noteOverLimits(overLimits, board, assessment.below(board), note);
  }
  const disobeying = noted(state.disobeying);
  const failedCuts = noted(state.failedCuts);
  const keptPhases = noted(state.keptPhases);
  const keptLimits = noted(state.keptLimits);
  const doubtedRotations = noted(state.doubtedRotations);
  for (const { place: { slot } } of assessment.standings) {
    const memory = evseMemory(state, slot);
    const isDisobeying = memory.trust.state === "disobeying";
    if (turn(disobeying, slot, isDisobeying)) note(isDisobeying, { kind: "disobeys", slot });
    const isInVain = isCutInVain(memory, nowMs);
    if (turn(failedCuts, slot, isInVain)) note(isInVain, { kind: "cut-failed", slot });
    // One phase instead of three may be the EV's own way, three instead of one cannot.
    const { failed } = memory.order;
    const keepsPhases = failed !== null && failed.isSeen && failed.phases === 1;
    if (turn(keptPhases, slot, keepsPhases)) note(keepsPhases, { kind: "keeps-phases", slot });
    const keepsLimit = memory.absence?.isKept === true;
    if (turn(keptLimits, slot, keepsLimit)) note(keepsLimit, { kind: "keeps-limit", slot });
    const { isDoubted, seen } = memory.rotation;
    if (turn(doubtedRotations, slot, isDoubted)) {
      note(isDoubted, { kind: "rotation", slot, seen: seen ?? [] });
    }
  }
  if (effects.length === 0) return { state, effects };
  const alarms = {
    lostMeters: lostMeters.now,
    overLimits: overLimits.now,
    disobeying: disobeying.now,
    failedCuts: failedCuts.now,
    keptPhases: keptPhases.now,
    keptLimits: keptLimits.now,
    doubtedRotations: doubtedRotations.now,
  };
  return { state: { ...state, ...alarms }, effects };
}

/** What alarms of one kind stand for: hardly ever anything new, so it is copied only then. */
interface Noted<Key> {
  now: ReadonlySet<Key>;
  copy: Set<Key> | null;
}

function noted<Key>(now: ReadonlySet<Key>): Noted<Key> {
  return { now, copy: null };
}

/** Only a good meter can say that there is too much, or not any more. */
function noteOverLimits(
  standing: Noted<string>,
  { circuit, allRows }: Board,
  below: readonly Standing[],
  note: (isOn: boolean, alarm: BalancerAlarm) => void,
): void {
  if (circuit === null) return;
  for (const row of allRows) {
    const { of } = row;
    if (of.kind !== "line" && of.kind !== "power") continue;
    const isTooMuch = isOver(row);
    if (!isTooMuch && standing.now.size === 0) continue;
    const line = of.kind === "line" ? of.line : of.unit;
    const key = `${circuit.id} ${line}`;
    const isOn = isTooMuch && (standing.now.has(key) || !isRelievable(row, below));
    if (turn(standing, key, isOn)) note(isOn, { kind: "over-limit", circuitId: circuit.id, line });
  }
}

/** True where anybody below still has something to lose on a bound, or is on its way down. */
export function isRelievable(row: Row, below: readonly Standing[]): boolean {
  return below.some((standing) => canGive(standing, row));
}

function canGive(
  { draws, reservedAmps, memory, decidedAmps }: Standing,
  row: Row,
): boolean {
  const draw = draws.find((each) => each.row === row);
  if (decidedAmps === null || draw === undefined) return false;
  const { reach, re, im } = draw;
  return decidedAmps > 0 ||
    amountOf(reach, reservedAmps) - amountOf(reach, memory.overdrawAmps) >
      STANDBY_AMPS * Math.hypot(re, im);
}

/** Notes whether an alarm stands; true where that is new. */
function turn<Key>(standing: Noted<Key>, key: Key, isOn: boolean): boolean {
  if (standing.now.has(key) === isOn) return false;
  standing.copy ??= new Set(standing.now);
  standing.now = standing.copy;
  if (isOn) standing.copy.add(key);
  else standing.copy.delete(key);
  return true;
}
