import { LINES, perLine } from "../site/mod.ts";
import type { BalancerOptions, BalancerTiming } from "./facts.ts";
import { isPending } from "./_held_limits.ts";
import type { Standing } from "./_standing.ts";
import { markWanted } from "./_targets.ts";
import { isServed } from "./_turns.ts";
import { floorToStep, roomTowards, TINY_AMPS } from "./allocation/mod.ts";
import { addReserved, type Board } from "./_board.ts";
import type { Phasor } from "./_phasors.ts";
import { amountOf, phasorOf, type Reach, type RowDraw } from "./_reach.ts";
import { compareUrgency } from "./_precedence.ts";
import { risesUpTo } from "./_stagger.ts";
import { inZoneOrder } from "./_zones.ts";

/**
 * Steps towards the targets: every reduction that is needed, at once; then as many raises as there
 * is proven room for.
 */
export function adjust(
  steerable: readonly Standing[],
  boards: readonly Board[],
  options: BalancerOptions,
  nowMs: number,
): void {
  markWanted(steerable, boards);
  for (const standing of steerable) {
    standing.decidedAmps = afterReduction(standing, standing.targetAmps);
  }
  raise(steerable, options, nowMs);
}

function afterReduction(standing: Standing, targetAmps: number): number {
  const { keepAmps, memory } = standing;
  if (targetAmps >= keepAmps) return keepAmps;
  // Whatever the charger does without a limit, the first one says what is right.
  const isDue = memory.lastSent === null || mustReduce(standing, targetAmps);
  return isDue ? targetAmps : keepAmps;
}

function mustReduce(standing: Standing, targetAmps: number): boolean {
  const { keepAmps, ceiling, draws } = standing;
  if (targetAmps === 0 || ceiling.amps < keepAmps) return true;
  const surplusAmps = keepAmps - targetAmps;
  for (const draw of draws) {
    const { row } = draw;
    if (row.isForced && relieves(draw)) return true;
    if (row.wantedAmps === 2 || (row.wantedAmps === 1 && surplusAmps >= 2)) return true;
  }
  return false;
}

/** True where less current there brings a bound down: on a neutral it may as well bring it up. */
function relieves({ row, re, im }: RowDraw): boolean {
  if (!row.isPhasor && row.isReserved) return true;
  return (row.baseRe + row.keptRe) * re + (row.baseIm + row.keptIm) * im > 0;
}

/** Raises in order: who waits first, then who has least; where classes count, by them first. */
function raise(steerable: readonly Standing[], options: BalancerOptions, nowMs: number): void {
  const wanting = whoWants(steerable, options.timing, nowMs);
  const common = (a: Standing, b: Standing) =>
    Number(isServed(a)) - Number(isServed(b)) ||
    (isServed(a) ? a.keepAmps - b.keepAmps : waitingSince(a, nowMs) - waitingSince(b, nowMs)) ||
    a.place.slot - b.place.slot;
  const within = (a: Standing, b: Standing) =>
    b.rank - a.rank || Number(isServed(a)) - Number(isServed(b)) || compareUrgency(a, b) ||
    common(a, b);
  const upTo = risesUpTo(steerable, options.startSeed, nowMs);
  for (const standing of inZoneOrder(wanting, common, within)) {
    const targetAmps = Math.min(standing.targetAmps, upTo(standing));
    const limitAmps = mayRise(standing, options.timing, nowMs) ? roomFor(standing, targetAmps) : 0;
    if (limitAmps >= standing.keepAmps + leastRaiseAmps(standing) - TINY_AMPS) {
      takeFree(standing, limitAmps);
      standing.decidedAmps = limitAmps;
    } else if (!isServed(standing)) {
      // What is becoming free for one who waits must not be taken by those behind.
      takeFree(standing, standing.place.minCurrentAmps);
    }
  }
}

function whoWants(
  steerable: readonly Standing[],
  timing: BalancerTiming,
  nowMs: number,
): Standing[] {
  return steerable.filter((standing) => {
    if (standing.targetAmps <= (standing.decidedAmps ?? 0)) return false;
    // Who waits keeps others from what is becoming free for it, raised or not.
    return !isServed(standing) || mayRise(standing, timing, nowMs);
  });
}

function waitingSince({ memory }: Standing, nowMs: number): number {
  return memory.waitingSinceMs ?? nowMs;
}

/** Less than an ampere is not worth a message, nor what wears a charger's flash too much. */
function leastRaiseAmps(standing: Standing): number {
  const asked = standing.memory.facts?.traits?.raiseMinAmps ?? 1;
  return isServed(standing) ? Math.max(1, asked) : 1;
}

/** Who waits is not kept waiting to spare a charger's flash. */
function raiseIntervalMs(standing: Standing, timing: BalancerTiming): number {
  const asked = standing.memory.facts?.traits?.raiseIntervalMs ?? 0;
  return isServed(standing) ? Math.max(timing.raiseIntervalMs, asked) : timing.raiseIntervalMs;
}

function mayRise(standing: Standing, timing: BalancerTiming, nowMs: number): boolean {
  const { memory, boards } = standing;
  const { raisedAtMs } = memory;
  if (raisedAtMs !== null && nowMs - raisedAtMs < raiseIntervalMs(standing, timing)) return false;
  if (isPending(memory.held)) return false;
  for (const { memory: { forcedAtMs } } of boards) {
    if (forcedAtMs !== null && nowMs - forcedAtMs < timing.raiseHoldOffMs) return false;
  }
  return true;
}

/**
 * The highest limit up to the target for which there is proven room; 0 below the minimum. Where too
 * much is reserved, a reduction that was ordered and not yet seen must not be taken back.
 */
function roomFor(standing: Standing, targetAmps: number): number {
  const { place, draws, step } = standing;
  let amps = targetAmps;
  for (const draw of draws) amps = Math.min(amps, roomOn(draw, standing));
  const whole = Math.min(targetAmps, floorToStep(step, amps));
  return whole < place.minCurrentAmps - TINY_AMPS ? 0 : whole;
}

function roomOn(draw: RowDraw, standing: Standing): number {
  const { row, re, reach } = draw;
  if (!row.isReserved) return shapedRoom(draw, standing.keepAmps);
  if (row.towards !== null) return cornerRoom(draw, standing);
  const { reservedAmps, memory } = standing;
  return (row.free + amountOf(reach, reservedAmps) - amountOf(reach, memory.overdrawAmps)) / re;
}

/** In a corner: from what is taken by others, and drawn above its limit. */
function cornerRoom(
  { row, re, im, reach }: RowDraw,
  { reservedAmps, memory }: Standing,
): number {
  const own = phasorOf(reach, reservedAmps);
  const over = phasorOf(reach, memory.overdrawAmps);
  return roomTowards(
    { limit: row.free, isPhasor: true },
    row.takenRe - own.re + over.re,
    row.takenIm - own.im + over.im,
    re,
    im,
  );
}

/** On a neutral or between lines: from what all have now, until the limit is met. */
function shapedRoom({ row, re, im }: RowDraw, keepAmps: number): number {
  const now = { limit: row.tight, isPhasor: row.isPhasor };
  const [sumRe, sumIm] = [row.baseRe + row.keptRe, row.baseIm + row.keptIm];
  return keepAmps + roomTowards(now, sumRe, sumIm, re, im);
}

function takeFree(standing: Standing, limitAmps: number): void {
  for (const draw of standing.draws) {
    const { row, re, im } = draw;
    if (row.isReserved) takeReserved(standing, draw, limitAmps);
    const more = Math.max(0, limitAmps - standing.keepAmps);
    row.keptRe += more * re;
    row.keptIm += more * im;
  }
}

function takeReserved(standing: Standing, draw: RowDraw, limitAmps: number): void {
  const { row } = draw;
  if (draw.reach.phasors === null) {
    row.free -= moreOnLines(standing, draw, limitAmps);
    return;
  }
  const { re, im } = moreAsPhasor(standing, draw, limitAmps);
  row.takenRe += re;
  row.takenIm += im;
}

/** True where a limit reserves nothing beyond what is reserved. */
function isReservedFor({ lines, reservedAmps, memory }: Standing, limitAmps: number): boolean {
  const { overdrawAmps } = memory;
  for (const line of LINES) {
    const allowed = lines.includes(line) ? limitAmps : 0;
    if (allowed + overdrawAmps[line] > reservedAmps[line]) return false;
  }
  return true;
}

/** What a limit reserves beyond what is reserved, where currents add up. */
function moreOnLines(
  { reservedAmps, memory }: Standing,
  { re, reach }: RowDraw,
  limitAmps: number,
): number {
  const overdraw = amountOf(reach, memory.overdrawAmps);
  return Math.max(0, limitAmps * re + overdraw - amountOf(reach, reservedAmps));
}

/** The same where angles count. */
function moreAsPhasor(standing: Standing, { reach }: RowDraw, limitAmps: number): Phasor {
  const { reservedAmps, memory, lines } = standing;
  const after = perLine((line) => {
    const allowed = lines.includes(line) ? limitAmps : 0;
    return Math.max(reservedAmps[line], allowed + memory.overdrawAmps[line]);
  });
  const [before, then] = [phasorOf(reach, reservedAmps), phasorOf(reach, after)];
  return { re: then.re - before.re, im: then.im - before.im };
}

/** Adds what the decided limits reserve beyond what was reserved before. */
export function reserveDecided(steerable: readonly Standing[]): void {
  for (const standing of steerable) {
    const limitAmps = standing.decidedAmps ?? 0;
    if (isReservedFor(standing, limitAmps)) continue;
    for (const draw of standing.draws) {
      const { row, reach } = draw;
      if (!row.isReserved) continue;
      if (reach.phasors === null) row.reserved += moreOnLines(standing, draw, limitAmps);
      else addReserved(row, moreAsPhasor(standing, draw, limitAmps));
    }
  }
}

const SHORT_VALIDITY_MS = 120_000;
const LONG_VALIDITY_MS = 900_000;

/**
 * How long a limit may outlive the gateway (ruling 21): not long where all that is given and the worst other
 * load together are over the circuit's limit, for nobody is there then to bring them back; nor where they and
 * what cars that come meanwhile may draw would trip a breaker. What the renewals cost a charger's memory
 * does not count against that.
 */
export function validityMs({ path }: Standing): number {
  return path.reaches.some(isTight) ? SHORT_VALIDITY_MS : LONG_VALIDITY_MS;
}

/** The same for many that are fed alike, reckoned once for each way. It holds until it is asked again. */
export function validities(all: readonly Standing[]): (standing: Standing) => number {
  for (const { path } of all) path.validity.ms = null;
  return (standing) => standing.path.validity.ms ??= validityMs(standing);
}

function isTight({ row }: Reach): boolean {
  const { circuit, reserved, unreserved, bearsForGood, holdsForAnHour } = row;
  const given = reserved + (circuit?.otherLoad.worstAmps ?? 0);
  return given > bearsForGood + TINY_AMPS || given + unreserved > holdsForAnHour + TINY_AMPS;
}
