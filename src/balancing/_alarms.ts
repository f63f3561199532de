import type { BalancerAlarm, BalancerEffect } from "./facts.ts";
import type { Decided } from "./_adjustments.ts";
import { type Assessment, isOver } from "./_assessment.ts";
import type { BalancerState } from "./_balancer_state.ts";
import type { Board, Row } from "./_board.ts";
import { isCutInVain } from "./_cut.ts";
import { amountOf } from "./_reach.ts";
import type { Standing } from "./_standing.ts";

/** Current that flows whatever limit is set: electronics, a meter's idea of zero. */
const STANDBY_AMPS = 1;

/** Raises alarms where they are due and takes back those that are over. */
export function settleAlarms(
  state: BalancerState,
  assessment: Assessment,
  decided: Decided,
  nowMs: number,
): { readonly state: BalancerState; readonly effects: readonly BalancerEffect[] } {
  const lostMeters = new Set(state.lostMeters);
  const overLimits = new Set(state.overLimits);
  const effects: BalancerEffect[] = [];
  for (const board of assessment.boards.values()) {
    if (board.circuit === null) continue;
    const { meterId } = board.circuit;
    if (meterId !== null && board.meter !== "none") {
      const alarm = { kind: "meter-lost", meterId } as const;
      effects.push(...turn(lostMeters, meterId, board.meter === "lost", alarm));
    }
    effects.push(...overLimitChanges(overLimits, board, assessment, decided));
  }
  const disobeying = new Set(state.disobeying);
  const failedCuts = new Set(state.failedCuts);
  for (const [slot, memory] of state.evses) {
    const isDisobeying = memory.trust.state === "disobeying";
    effects.push(...turn(disobeying, slot, isDisobeying, { kind: "disobeys", slot }));
    const isInVain = isCutInVain(memory, nowMs);
    effects.push(...turn(failedCuts, slot, isInVain, { kind: "cut-failed", slot }));
  }
  return { state: { ...state, lostMeters, overLimits, disobeying, failedCuts }, effects };
}

/** Only a good meter can say that there is too much, or not any more. */
function overLimitChanges(
  standing: Set<string>,
  board: Board,
  assessment: Assessment,
  decided: Decided,
): readonly BalancerEffect[] {
  const { circuit, meter } = board;
  if (circuit === null || meter !== "good") return [];
  return board.allRows.flatMap((row) => {
    const { of } = row;
    if (of.kind !== "line" && of.kind !== "power") return [];
    const what = of.kind === "line" ? of.line : of.unit;
    const key = `${circuit.id} ${what}`;
    const alarm = { kind: "over-limit", circuitId: circuit.id, line: what } as const;
    if (!isOver(row)) return turn(standing, key, false, alarm);
    const isHelpless = assessment.standings.every((each) => !canGive(each, row, decided));
    return isHelpless ? turn(standing, key, true, alarm) : [];
  });
}

/** True for an EVSE that still has something to lose there, or is on its way down. */
export function canGive(standing: Standing, row: Row, decided: Decided): boolean {
  if (!standing.boards.some(({ circuit }) => circuit === row.circuit)) return false;
  const limitAmps = decided.get(standing);
  const draw = standing.draws.find((each) => each.row === row);
  if (limitAmps === undefined || draw === undefined) return false;
  const { reservedAmps, memory } = standing;
  return limitAmps > 0 ||
    amountOf(draw.reach, reservedAmps) - amountOf(draw.reach, memory.overdrawAmps) >
      STANDBY_AMPS * Math.hypot(draw.re, draw.im);
}

function turn<Key>(
  standing: Set<Key>,
  key: Key,
  isOn: boolean,
  alarm: BalancerAlarm,
): readonly BalancerEffect[] {
  if (standing.has(key) === isOn) return [];
  if (isOn) standing.add(key);
  else standing.delete(key);
  return [{ kind: isOn ? "alarm" : "alarm-over", alarm }];
}
