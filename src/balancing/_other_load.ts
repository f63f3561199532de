import { type Board, isOver, type Row } from "./_board.ts";
import { type Evidence, forgetEvidence } from "./_evidence.ts";
import { followedSinceMeasured } from "./_followed.ts";
import {
  type ChargerSwing,
  type FreshReading,
  freshReadings,
  type ReadingOrder,
  swingsOf,
} from "./_fresh_readings.ts";
import type { ChargerReading } from "./_held_limits.ts";
import { MEASURE_COUNT, type Measures } from "./_meter_memory.ts";
import { fallSince, followCourse, type MeterTrace, riseSince, sampleFor } from "./_meter_trace.ts";
import { amountOf, boundedAmount, type Reach } from "./_reach.ts";
import { obeyedAmps } from "./_reservation.ts";
import type { Standing } from "./_standing.ts";
import { TINY_AMPS } from "./allocation/mod.ts";

/**
 * What flows through a metered circuit besides its chargers, for each of the meter's measures: amperes
 * per line, watts and volt-amperes where they are bounded. A meter sees the sum only, and readings of
 * chargers are old, so there is not one answer but one for each purpose. None is ever negative: what
 * the sun gives now it may take back in a second, so it must not make room for chargers.
 * Working space of one circuit, told anew with each look as long as its meter is good.
 */
export interface OtherLoad {
  /**
   * What no charger can be drawing. Reductions rest on it: were everything unproven counted as other
   * load here (ruling 19), an EV that has just begun to draw would look like a new load of the
   * building, be paused for it, and never charge on a circuit that has no room for it twice.
   */
  readonly known: Float64Array;
  /**
   * The same, but a charger that we cannot ask or steer counts as other load as far as it is not
   * proven. Fair shares rest on it, so that they are shares of what raises can reach.
   */
  readonly likely: Float64Array;
  /**
   * Everything that is not proven to be a charger (ruling 19), the basis of raises. Proven is
   * what chargers measured themselves, less what the meter has fallen since: a fall may be a charger
   * that stopped, and may come back.
   */
  readonly cautious: Float64Array;
  /**
   * For a circuit over its limit: chargers draw what they last measured, but for limits that they were
   * seen following since. Cuts that rest on it work even where limits are higher than currents.
   */
  readonly pressing: Float64Array;
  /**
   * For a circuit that stays over its limit: chargers have followed by now what they took
   * `OVERLOAD_PATIENCE_MS` ago. A building that rose while they fell hides that from `cautious`.
   */
  readonly lasting: Float64Array;
}

/**
 * A circuit that stays over its limit for so long although chargers were cut gets a second, harder
 * cut. A charger that obeys needs up to 7 s (2 s to answer, 5 s for the EV to follow its pilot), and
 * as much is left of the 15 s in which the circuit must be back.
 */
const OVERLOAD_PATIENCE_MS = 7_000;

/** True for a circuit that cuts should have brought back by now. */
export function isOverloadLasting({ memory: { overSinceMs } }: Board, nowMs: number): boolean {
  return overSinceMs !== null && nowMs - overSinceMs >= OVERLOAD_PATIENCE_MS;
}

/**
 * Of the 15 s so much is gone when there is just time left to pause somebody: 5 s for a charger of the
 * usual kind.
 */
const THROTTLE_PATIENCE_MS = 10_000;
/**
 * Where all have been told their minimum and had `FOLLOWS_WITHIN_MS` to follow since they took it, nothing
 * but a pause is left to wait for, and it works in time also at chargers that need 7 s for it.
 */
const THROTTLED_PATIENCE_MS = 8_000;
const FOLLOWS_WITHIN_MS = 5_000;
/** At so many times its rating a breaker is off within the hour at most (IEC 60898), and soon beyond. */
const TRIPS_AT = 1.45;

/**
 * True where throttling is not enough, or may not be in time. Till then nobody is paused for
 * what is only feared: it may be chargers that have just followed or begun, and the meter did not show it
 * yet.
 */
export function isPauseUrgent(
  row: Row,
  { memory: { overSinceMs } }: Board,
  below: readonly Standing[],
  nowMs: number,
): boolean {
  if (row.measured !== null && row.measured > TRIPS_AT * row.usable) return true;
  if (overSinceMs === null) return false;
  const overMs = nowMs - overSinceMs;
  return overMs >= THROTTLE_PATIENCE_MS ||
    (overMs >= THROTTLED_PATIENCE_MS && isThrottled(row, below, nowMs));
}

/** True where nobody has more than a minimum any more, for all that is to be seen. */
function isThrottled(row: Row, below: readonly Standing[], nowMs: number): boolean {
  return below.every(({ isSteerable, keepAmps, memory, place, draws }) => {
    if (!isSteerable || keepAmps === 0 || !draws.some((draw) => draw.row === row)) return true;
    const newest = memory.held.at(-1);
    return newest !== undefined && newest.limitAmps <= place.minCurrentAmps + TINY_AMPS &&
      newest.followedSinceMs !== null && nowMs - newest.followedSinceMs >= FOLLOWS_WITHIN_MS;
  });
}

/** Of a circuit of which nothing was judged yet. */
export function noOtherLoad(): OtherLoad {
  const nothing = () => new Float64Array(MEASURE_COUNT);
  return {
    known: nothing(),
    likely: nothing(),
    cautious: nothing(),
    pressing: nothing(),
    lasting: nothing(),
  };
}

/** Judges the other load of every circuit whose meter is good, and notes it on its board. */
export function judgeOtherLoads(
  boards: readonly Board[],
  standings: readonly Standing[],
  order: ReadingOrder,
  longestGapMs: number,
  nowMs: number,
): void {
  const metered = boards.filter((board) => board.meter === "good");
  if (metered.length === 0) return;
  const readings = freshReadings(order, nowMs);
  const oldestMs = readings.at(-1)?.fromMs ?? Infinity;
  for (const { allRows, memory, trace } of metered) {
    if (trace) followCourse(trace, memory, oldestMs);
    for (const row of allRows) forgetEvidence(row.evidence);
  }
  const lasting = metered.filter((board) => isOverloadLasting(board, nowMs));
  for (const standing of standings) {
    if (isPresent(standing)) {
      for (const reach of standing.path.reaches) {
        if (reach.row.isMetered) addPresence(reach.row.evidence, reach, standing);
      }
    }
    if (lasting.length > 0 && lasting.some((board) => standing.boards.includes(board))) {
      addObedience(standing, nowMs);
    }
  }
  addReadings(readings, swingsOf(order, readings), longestGapMs);
  for (const board of metered) {
    const followed = board.allRows.some(isOver)
      ? followedSinceMeasured(board, standings, longestGapMs, nowMs)
      : NOT_FOLLOWED;
    noteOtherLoad(board, followed, lasting.includes(board));
  }
}

const NOT_FOLLOWED: Measures = [];

/** Both newest first. */
function addReadings(
  readings: readonly FreshReading[],
  swings: readonly ChargerSwing[],
  longestGapMs: number,
): void {
  let counted = 0;
  for (const { standing, reading, fromMs } of readings) {
    for (let next = swings[counted]; next && next.swing.byMs > fromMs; next = swings[++counted]) {
      addSwing(next);
    }
    let trace: MeterTrace | null = null;
    let sample = -1;
    for (const reach of standing.path.reaches) {
      const { row } = reach;
      if (!row.isMetered || row.trace === null) continue;
      // Rows of one circuit stand together.
      if (row.trace !== trace) {
        trace = row.trace;
        sample = sampleFor(trace, fromMs, longestGapMs);
      }
      if (sample >= 0) addReading(row.evidence, reach, standing, reading, trace, sample);
    }
  }
}

/** What one charger takes more hides from the meter that another takes less, and the reverse. */
function addSwing({ standing, swing }: ChargerSwing): void {
  for (const reach of standing.path.reaches) {
    if (!reach.row.isMetered) continue;
    const { evidence } = reach.row;
    evidence.hiddenFall += amountOf(reach, swing.risenAmps);
    evidence.hiddenRise += amountOf(reach, swing.fallenAmps);
  }
}

function isPresent({ presentAmps: { L1, L2, L3 } }: Standing): boolean {
  return L1 > 0 || L2 > 0 || L3 > 0;
}

function addPresence(of: Evidence, reach: Reach, standing: Standing): void {
  const present = amountOf(reach, standing.presentAmps);
  if (present === 0) return;
  const read = standing.memory.reading?.currentsAmps;
  of.present += present;
  if (standing.isSteerable) of.likelyPresent += present;
  if (read) of.drawn += Math.min(present, amountOf(reach, read));
  else if (standing.isSteerable) of.drawn += present;
}

function addObedience({ place, memory, path }: Standing, nowMs: number): void {
  const obeyed = obeyedAmps(place, memory, OVERLOAD_PATIENCE_MS, nowMs);
  for (const reach of path.reaches) {
    if (reach.row.isMetered) reach.row.evidence.obeyed += amountOf(reach, obeyed);
  }
}

/**
 * Adds one reading to those taken before it, all of them newer. Two bounds on what these chargers
 * draw together hold for every such set, so the best one counts: not less than they measured, less
 * the largest fall since any of these moments; not more than they measured, plus the largest rise.
 * What others of them rose since hides as large a fall, and the reverse.
 *
 * Where currents meet at angles a meter shows the length of their sum, and amperes are added up all the
 * same. That is on the safe side as long as what is kept for each is no less than what is counted as
 * measured: |I + Σ (kept − read)·u| ≤ |I| + Σ (kept − read), whatever the angles, also of the building.
 * Who was lowered since it measured freed less on the line than it gave up, and even nothing at a right
 * angle: there no more of its reading counts than it may still draw. Beyond a right angle, as between two
 * EVs behind a transformer, one that stops may even raise the sum. The meter shows that as it shows
 * a building that rises, and it is answered by the same cuts.
 */
function addReading(
  of: Evidence,
  reach: Reach,
  standing: Standing,
  { currentsAmps, bounds }: ChargerReading,
  trace: MeterTrace,
  sample: number,
): void {
  const present = amountOf(reach, standing.presentAmps);
  const leastAmps = bounds?.leastAmps ?? currentsAmps;
  const least = reach.row.isMixed
    ? boundedAmount(reach, leastAmps, standing.presentAmps)
    : amountOf(reach, leastAmps);
  const most = amountOf(reach, bounds?.mostAmps ?? currentsAmps);
  if (present === 0 && most === 0) return;
  const { measure } = reach.row;
  of.read += least;
  of.fall = Math.max(of.fall, fallSince(trace, sample, measure) + of.hiddenFall);
  of.proven = Math.max(of.proven, of.read - of.fall);
  of.room += present - Math.min(present, most);
  of.rise = Math.max(of.rise, riseSince(trace, sample, measure) + of.hiddenRise);
  of.unused = Math.max(of.unused, of.room - of.rise);
  if (!standing.isSteerable) of.likelyPresent += present;
}

function noteOtherLoad(
  { allRows, otherLoad }: Board,
  followed: Measures,
  isLasting: boolean,
): void {
  for (const row of allRows) {
    if (!row.isMetered) continue;
    const { evidence: of, measured, measure } = row;
    const shown = measured ?? 0;
    const likely = Math.max(0, shown - (of.likelyPresent - of.unused));
    const cautious = Math.max(likely, shown - of.proven);
    otherLoad.known[measure] = Math.max(0, shown - (of.present - of.unused));
    otherLoad.likely[measure] = likely;
    otherLoad.cautious[measure] = cautious;
    otherLoad.pressing[measure] = Math.max(likely, shown - (of.drawn + (followed[measure] ?? 0)));
    otherLoad.lasting[measure] = isLasting ? Math.max(cautious, shown - of.obeyed) : cautious;
  }
}
