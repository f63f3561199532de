import { LINES } from "../site/mod.ts";
import type { BalancerOptions, BalancerTiming } from "./facts.ts";
import type { Row } from "./_board.ts";
import { isPending } from "./_held_limits.ts";
import type { Standing } from "./_standing.ts";
import { markWanted, type Targets } from "./_targets.ts";
import { isServed } from "./_turns.ts";
import { TINY_AMPS } from "./_water_level.ts";

/** What each EVSE that follows has from now on, in amperes. */
export type Decided = ReadonlyMap<Standing, number>;

/**
 * Steps towards the targets: every reduction that is needed, at once; then as many raises as there
 * is proven room for.
 */
export function adjust(targets: Targets, options: BalancerOptions, nowMs: number): Decided {
  markWanted(targets);
  const decided = new Map<Standing, number>();
  for (const [standing, targetAmps] of targets) {
    decided.set(standing, afterReduction(standing, targetAmps));
  }
  for (const [standing, limitAmps] of raises(targets, decided, options, nowMs)) {
    decided.set(standing, limitAmps);
  }
  return decided;
}

function afterReduction(standing: Standing, targetAmps: number): number {
  const { keepAmps, memory } = standing;
  if (targetAmps >= keepAmps) return keepAmps;
  // Whatever the charger does without a limit, the first one says what is right.
  const isDue = memory.lastSent === null || mustReduce(standing, targetAmps);
  return isDue ? targetAmps : keepAmps;
}

function mustReduce(standing: Standing, targetAmps: number): boolean {
  const { keepAmps, ceiling, rows } = standing;
  if (targetAmps === 0 || ceiling.amps < keepAmps) return true;
  const surplusAmps = keepAmps - targetAmps;
  return rows.some((row) =>
    row.isForced || row.wantedAmps === 2 || (row.wantedAmps === 1 && surplusAmps >= 2)
  );
}

/** Raises in order: who waits first, then who has least. */
function raises(
  targets: Targets,
  decided: Decided,
  options: BalancerOptions,
  nowMs: number,
): readonly (readonly [Standing, number])[] {
  const byPriority = options.strategy === "priority";
  const wishes = [...targets].filter(([standing, amps]) => amps > (decided.get(standing) ?? 0))
    .sort(([a], [b]) =>
      (byPriority ? b.place.priority - a.place.priority : 0) ||
      Number(isServed(a)) - Number(isServed(b)) ||
      (isServed(a) ? a.keepAmps - b.keepAmps : waitingSince(a, nowMs) - waitingSince(b, nowMs)) ||
      a.place.slot - b.place.slot
    );
  return wishes.flatMap(([standing, targetAmps]) => {
    const limitAmps = mayRise(standing, options.timing, nowMs) ? roomFor(standing, targetAmps) : 0;
    // Less than an ampere is not worth a message.
    if (limitAmps >= standing.keepAmps + 1 - TINY_AMPS) {
      takeFree(standing, limitAmps);
      return [[standing, limitAmps] as const];
    }
    // What is becoming free for one who waits must not be taken by those behind.
    if (!isServed(standing)) takeFree(standing, standing.place.minCurrentAmps);
    return [];
  });
}

function waitingSince({ memory }: Standing, nowMs: number): number {
  return memory.waitingSinceMs ?? nowMs;
}

function mayRise(standing: Standing, timing: BalancerTiming, nowMs: number): boolean {
  const { memory, boards } = standing;
  if (isPending(memory.held)) return false;
  if (memory.raisedAtMs !== null && nowMs - memory.raisedAtMs < timing.raiseIntervalMs) {
    return false;
  }
  return boards.every(({ memory: { forcedAtMs } }) =>
    forcedAtMs === null || nowMs - forcedAtMs >= timing.raiseHoldOffMs
  );
}

/**
 * The highest limit up to the target for which there is proven room; 0 below the minimum. Where too
 * much is reserved, a reduction that was ordered and not yet seen must not be taken back.
 */
function roomFor(standing: Standing, targetAmps: number): number {
  const { place, rows, reservedAmps, memory } = standing;
  const room = rows.map(({ freeAmps, line }) =>
    freeAmps + reservedAmps[line] - memory.overdrawAmps[line]
  );
  const amps = Math.min(targetAmps, Math.floor(Math.min(...room) + TINY_AMPS));
  return amps < place.minCurrentAmps - TINY_AMPS ? 0 : amps;
}

function takeFree(standing: Standing, limitAmps: number): void {
  for (const row of standing.rows) row.freeAmps -= moreThanReserved(standing, row, limitAmps);
}

function moreThanReserved(standing: Standing, row: Row, limitAmps: number): number {
  const { reservedAmps, memory } = standing;
  return Math.max(0, limitAmps + memory.overdrawAmps[row.line] - reservedAmps[row.line]);
}

/** Adds what the decided limits reserve beyond what was reserved before. */
export function reserveDecided(decided: Decided): void {
  for (const [standing, limitAmps] of decided) {
    for (const row of standing.rows) {
      row.reservedAmps += moreThanReserved(standing, row, limitAmps);
    }
  }
}

/** A breaker holds this multiple of its rating for an hour (IEC 60898). */
const HOLDS_FOR_AN_HOUR = 1.13;
const SHORT_VALIDITY_MS = 120_000;
const LONG_VALIDITY_MS = 900_000;

/**
 * How long a limit may outlive the gateway (ruling 21): not long where all that is given, what cars that
 * come meanwhile may draw, and the worst other load together would trip a breaker.
 */
export function validityMs(standing: Standing): number {
  const isTight = standing.boards.some(({ circuit, rows }) =>
    circuit !== null &&
    LINES.some((line) =>
      rows[line].reservedAmps + rows[line].unreservedAmps + circuit.otherLoad.worstAmps >
        HOLDS_FOR_AN_HOUR * circuit.limitAmps + TINY_AMPS
    )
  );
  return isTight ? SHORT_VALIDITY_MS : LONG_VALIDITY_MS;
}
