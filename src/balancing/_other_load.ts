import { type Board, isOver, type Row } from "./_board.ts";
import { isFresh } from "./_charger_reading.ts";
import { followedSinceMeasured } from "./_followed.ts";
import { type ChargerReading, measuredFromMs, type Swing } from "./_held_limits.ts";
import type { Measures } from "./_meter_memory.ts";
import { fallSince, followCourse, type MeterTrace, riseSince, sampleFor } from "./_meter_trace.ts";
import { amountOf, type Reach } from "./_reach.ts";
import { obeyedAmps } from "./_reservation.ts";
import type { Standing } from "./_standing.ts";

/**
 * What flows through a metered circuit besides its chargers, for each of the meter's measures: amperes
 * per line, watts and volt-amperes where they are bounded. A meter sees the sum only, and readings of
 * chargers are old, so there is not one answer but one for each purpose. None is ever negative: what
 * the sun gives now it may take back in a second, so it must not make room for chargers.
 */
export interface OtherLoad {
  /**
   * What no charger can be drawing. Reductions rest on it: were everything unproven counted as other
   * load here (ruling 19), an EV that has just begun to draw would look like a new load of the
   * building, be paused for it, and never charge on a circuit that has no room for it twice.
   */
  readonly known: Measures;
  /**
   * The same, but a charger that we cannot ask or steer counts as other load as far as it is not
   * proven. Fair shares rest on it, so that they are shares of what raises can reach.
   */
  readonly likely: Measures;
  /**
   * Everything that is not proven to be a charger (ruling 19), the basis of raises. Proven is
   * what chargers measured themselves, less what the meter has fallen since: a fall may be a charger
   * that stopped, and may come back.
   */
  readonly cautious: Measures;
  /**
   * For a circuit over its limit: chargers draw what they last measured, but for limits that they were
   * seen following since. Cuts that rest on it work even where limits are higher than currents.
   */
  readonly pressing: Measures;
  /**
   * For a circuit that stays over its limit: chargers have followed by now what they took
   * `OVERLOAD_PATIENCE_MS` ago. A building that rose while they fell hides that from `cautious`.
   */
  readonly lasting: Measures;
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
/** At so many times its rating a breaker is off within the hour at most (IEC 60898), and soon beyond. */
const TRIPS_AT = 1.45;

/**
 * True where throttling is not enough, or may not be in time. Till then nobody is paused for
 * what is only feared: it may be chargers that have just followed or begun, and the meter did not show it
 * yet.
 */
export function isPauseUrgent(
  { measured, usable }: Row,
  { memory: { overSinceMs } }: Board,
  nowMs: number,
): boolean {
  if (measured !== null && measured > TRIPS_AT * usable) return true;
  return overSinceMs !== null && nowMs - overSinceMs >= THROTTLE_PATIENCE_MS;
}

/** What is known of the chargers' part in one measure of a circuit. */
interface Evidence {
  /** The most that chargers can be drawing, all of them and those of `likely`. */
  present: number;
  likelyPresent: number;
  /** The same where chargers are quick; counted only while an overload lasts. */
  obeyed: number;
  /** What they drew when they last measured. */
  drawn: number;
  /** Over the readings taken so far, newest first: their sum, and the largest fall since any. */
  read: number;
  fall: number;
  proven: number;
  /** Room between readings and limits, the largest rise since any, and the room that stayed unused. */
  room: number;
  rise: number;
  unused: number;
  /** What other chargers changed since the oldest of these readings, in the other direction. */
  hiddenFall: number;
  hiddenRise: number;
}

/** By the index of the row. */
type Evidences = (Evidence | undefined)[];

/** Judges the other load of every circuit whose meter is good. */
export function judgeOtherLoads(
  boards: Iterable<Board>,
  standings: readonly Standing[],
  longestGapMs: number,
  nowMs: number,
): ReadonlyMap<Board, OtherLoad> {
  const metered = [...boards].filter((board) => board.meter === "good");
  if (metered.length === 0) return new Map();
  const readings = freshReadings(standings, nowMs);
  const oldestMs = readings.at(-1)?.fromMs ?? Infinity;
  const evidence: Evidences = [];
  for (const { allRows, memory, trace } of metered) {
    if (trace) followCourse(trace, memory, oldestMs);
    for (const row of allRows) evidence[row.index] = none();
  }
  const lasting = metered.filter((board) => isOverloadLasting(board, nowMs));
  for (const standing of standings) {
    if (isPresent(standing)) {
      for (const reach of standing.path.reaches) {
        const of = reach.row.isMetered ? evidence[reach.row.index] : undefined;
        if (of) addPresence(of, reach, standing);
      }
    }
    if (lasting.some((board) => standing.boards.includes(board))) {
      addObedience(evidence, standing, nowMs);
    }
  }
  const swings = swingsOf(readings);
  let counted = 0;
  for (const { standing, reading, fromMs } of readings) {
    for (let next = swings[counted]; next && next.swing.byMs > fromMs; next = swings[++counted]) {
      addSwing(evidence, next);
    }
    let trace: MeterTrace | null = null;
    let sample = -1;
    for (const reach of standing.path.reaches) {
      const { row } = reach;
      const of = row.isMetered ? evidence[row.index] : undefined;
      if (of === undefined || row.trace === null) continue;
      // Rows of one circuit stand together.
      if (row.trace !== trace) {
        trace = row.trace;
        sample = sampleFor(trace, fromMs, longestGapMs);
      }
      if (sample >= 0) addReading(of, reach, standing, reading, trace, sample);
    }
  }
  return new Map(metered.map((board) => {
    const followed = board.allRows.some(isOver)
      ? followedSinceMeasured(board, standings, longestGapMs, nowMs)
      : [];
    return [board, otherLoad(board, evidence, followed, lasting.includes(board))];
  }));
}

function none(): Evidence {
  return {
    present: 0,
    likelyPresent: 0,
    obeyed: 0,
    drawn: 0,
    read: 0,
    fall: 0,
    proven: 0,
    room: 0,
    rise: 0,
    unused: 0,
    hiddenFall: 0,
    hiddenRise: 0,
  };
}

/** Newest first: a set of the newest readings is disturbed least by what happened before them. */
function freshReadings(standings: readonly Standing[], nowMs: number): readonly FreshReading[] {
  // Many are of one moment: sorting moments is quicker than sorting readings.
  const moments = new Map<number, FreshReading[]>();
  for (const standing of standings) {
    const { reading } = standing.memory;
    if (reading === null || !isFresh(reading, nowMs)) continue;
    // What may have been measured earlier is as good as it was then.
    const fromMs = measuredFromMs(reading);
    const one = { standing, reading, fromMs };
    const others = moments.get(fromMs);
    if (others) others.push(one);
    else moments.set(fromMs, [one]);
  }
  const all: FreshReading[] = [];
  for (const fromMs of [...moments.keys()].sort((a, b) => b - a)) {
    const readings = moments.get(fromMs) ?? [];
    if (!isBySlot(readings)) readings.sort(bySlot);
    for (const one of readings) all.push(one);
  }
  return all;
}

function bySlot(a: FreshReading, b: FreshReading): number {
  return a.standing.place.slot - b.standing.place.slot;
}

/** EVSEs mostly stand in the order of their slots. */
function isBySlot(readings: readonly FreshReading[]): boolean {
  let before = -Infinity;
  for (const { standing: { place: { slot } } } of readings) {
    if (slot < before) return false;
    before = slot;
  }
  return true;
}

interface FreshReading {
  readonly standing: Standing;
  readonly reading: ChargerReading;
  readonly fromMs: number;
}

/** A change of what one charger measured. */
interface ChargerSwing {
  readonly standing: Standing;
  readonly swing: Swing;
}

/** Those after a moment: a charger may have had many before, and only these are looked at. */
function since(swings: readonly Swing[], sinceMs: number): readonly Swing[] {
  let from = swings.length;
  while (from > 0 && (swings[from - 1]?.byMs ?? sinceMs) > sinceMs) from--;
  return from === 0 ? swings : swings.slice(from);
}

/** Newest first. */
function swingsOf(readings: ReturnType<typeof freshReadings>): readonly ChargerSwing[] {
  const oldestMs = readings.at(-1)?.fromMs ?? Infinity;
  const swings: ChargerSwing[] = [];
  for (const { standing, reading: { swings: its = [] } } of readings) {
    for (const swing of since(its, oldestMs)) swings.push({ standing, swing });
  }
  return swings.sort((a, b) => b.swing.byMs - a.swing.byMs);
}

/** What one charger takes more hides from the meter that another takes less, and the reverse. */
function addSwing(evidence: Evidences, { standing, swing }: ChargerSwing): void {
  for (const reach of standing.path.reaches) {
    const of = evidence[reach.row.index];
    if (of === undefined) continue;
    of.hiddenFall += amountOf(reach, swing.risenAmps);
    of.hiddenRise += amountOf(reach, swing.fallenAmps);
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

function addObedience(
  evidence: Evidences,
  { place, memory, path }: Standing,
  nowMs: number,
): void {
  const obeyed = obeyedAmps(place, memory, OVERLOAD_PATIENCE_MS, nowMs);
  for (const reach of path.reaches) {
    const of = evidence[reach.row.index];
    if (of) of.obeyed += amountOf(reach, obeyed);
  }
}

/**
 * Adds one reading to those taken before it, all of them newer. Two bounds on what these chargers
 * draw together hold for every such set, so the best one counts: not less than they measured, less
 * the largest fall since any of these moments; not more than they measured, plus the largest rise.
 * What others of them rose since hides as large a fall, and the reverse.
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
  const least = amountOf(reach, bounds?.leastAmps ?? currentsAmps);
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

function otherLoad(
  board: Board,
  evidence: Evidences,
  followed: Measures,
  isLasting: boolean,
): OtherLoad {
  const judged = { known: [], likely: [], cautious: [], pressing: [], lasting: [] } as {
    readonly [purpose in keyof OtherLoad]: number[];
  };
  for (const row of board.allRows) {
    const of = row.isMetered ? evidence[row.index] : undefined;
    if (of === undefined) continue;
    const without = (chargers: number) => Math.max(0, (row.measured ?? 0) - chargers);
    const likely = without(of.likelyPresent - of.unused);
    const cautious = Math.max(likely, without(of.proven));
    judged.known[row.measure] = without(of.present - of.unused);
    judged.likely[row.measure] = likely;
    judged.cautious[row.measure] = cautious;
    judged.pressing[row.measure] = Math.max(
      likely,
      without(of.drawn + (followed[row.measure] ?? 0)),
    );
    judged.lasting[row.measure] = isLasting ? Math.max(cautious, without(of.obeyed)) : cautious;
  }
  return judged;
}
