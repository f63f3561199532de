import { LINES, type PerLine, perLine } from "../site/mod.ts";
import type { Board } from "./_board.ts";
import { isFresh } from "./_charger_reading.ts";
import { type LineChanges, meterTrace } from "./_meter_memory.ts";
import { obeyedAmps } from "./_reservation.ts";
import type { Standing } from "./_standing.ts";

/**
 * What flows through a metered circuit besides its chargers, in amperes per line. A meter sees the
 * sum only, and readings of chargers are old, so there is not one answer but one for each purpose.
 * None is ever negative: what the sun gives now it may take back in a second, so it must not make
 * room for chargers.
 */
export interface OtherLoad {
  /**
   * What no charger can be drawing. Reductions rest on it: were everything unproven counted as other
   * load here (ruling 19), an EV that has just begun to draw would look like a new load of the
   * building, be paused for it, and never charge on a circuit that has no room for it twice.
   */
  readonly knownAmps: PerLine;
  /**
   * The same, but a charger that we cannot ask or steer counts as other load as far as it is not
   * proven. Fair shares rest on it, so that they are shares of what raises can reach.
   */
  readonly likelyAmps: PerLine;
  /**
   * Everything that is not proven to be a charger (ruling 19), the basis of raises. Proven is
   * what chargers measured themselves, less what the meter has fallen since: a fall may be a charger
   * that stopped, and may come back.
   */
  readonly cautiousAmps: PerLine;
  /**
   * For a circuit over its limit: chargers draw what they last measured, whatever the meter did
   * since. Cuts that rest on it work even where limits are higher than currents.
   */
  readonly pressingAmps: PerLine;
  /**
   * For a circuit that stays over its limit: chargers have followed by now what they took
   * `OVERLOAD_PATIENCE_MS` ago. A building that rose while they fell hides that from `cautiousAmps`.
   */
  readonly lastingAmps: PerLine;
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

/** What is known of the chargers' part in one line of a circuit. */
interface Evidence {
  /** The most that chargers can be drawing, all of them and those of `likelyAmps`. */
  presentAmps: number;
  likelyPresentAmps: number;
  /** The same where chargers are quick; counted only while an overload lasts. */
  obeyedAmps: number;
  /** What they drew when they last measured. */
  drawnAmps: number;
  /** Over the readings taken so far, newest first: their sum, and the largest fall since any. */
  readAmps: number;
  fallAmps: number;
  provenAmps: number;
  /** Room between readings and limits, the largest rise since any, and the room that stayed unused. */
  roomAmps: number;
  riseAmps: number;
  unusedAmps: number;
}

/** Judges the other load of every circuit whose meter is good. */
export function judgeOtherLoads(
  boards: Iterable<Board>,
  standings: readonly Standing[],
  longestGapMs: number,
  nowMs: number,
): ReadonlyMap<Board, OtherLoad> {
  const open = new Map(
    [...boards].filter((board) => board.meter === "good").map((board) => {
      const trace = meterTrace(board.memory, longestGapMs);
      return [board, { trace, evidence: perLine(noEvidence) }] as const;
    }),
  );
  for (const standing of standings) {
    for (const board of standing.boards) {
      const evidence = open.get(board)?.evidence;
      if (evidence === undefined) continue;
      addPresence(evidence, standing);
      if (isOverloadLasting(board, nowMs)) addObedience(evidence, standing, nowMs);
    }
  }
  for (const { standing, currents, atMs } of freshReadings(standings, nowMs)) {
    for (const board of standing.boards) {
      const found = open.get(board);
      const change = found?.trace.since(atMs);
      if (found && change) addReading(found.evidence, standing, currents, change);
    }
  }
  return new Map(
    [...open].map(([board, { evidence }]) => [board, otherLoad(board, evidence, nowMs)]),
  );
}

function noEvidence(): Evidence {
  return {
    presentAmps: 0,
    likelyPresentAmps: 0,
    obeyedAmps: 0,
    drawnAmps: 0,
    readAmps: 0,
    fallAmps: 0,
    provenAmps: 0,
    roomAmps: 0,
    riseAmps: 0,
    unusedAmps: 0,
  };
}

/** Newest first: a set of the newest readings is disturbed least by what happened before them. */
function freshReadings(standings: readonly Standing[], nowMs: number) {
  return standings.flatMap((standing) => {
    const { reading } = standing.memory;
    if (reading === null || !isFresh(reading, nowMs)) return [];
    return [{ standing, currents: reading.currentsAmps, atMs: reading.atMs }];
  }).sort((a, b) => b.atMs - a.atMs || a.standing.place.slot - b.standing.place.slot);
}

function addPresence(evidence: PerLine<Evidence>, standing: Standing): void {
  const read = standing.memory.reading?.currentsAmps;
  for (const line of LINES) {
    const presentAmps = standing.presentAmps[line];
    if (presentAmps === 0) continue;
    const of = evidence[line];
    of.presentAmps += presentAmps;
    if (standing.isSteerable) of.likelyPresentAmps += presentAmps;
    if (read) of.drawnAmps += Math.min(presentAmps, read[line]);
    else if (standing.isSteerable) of.drawnAmps += presentAmps;
  }
}

function addObedience(
  evidence: PerLine<Evidence>,
  { place, memory }: Standing,
  nowMs: number,
): void {
  const obeyed = obeyedAmps(place, memory, OVERLOAD_PATIENCE_MS, nowMs);
  for (const line of LINES) evidence[line].obeyedAmps += obeyed[line];
}

/**
 * Adds one reading to those taken before it, all of them newer. Two bounds on what these chargers
 * draw together hold for every such set, so the best one counts: not less than they measured, less
 * the largest fall since any of these moments; not more than they measured, plus the largest rise.
 */
function addReading(
  evidence: PerLine<Evidence>,
  standing: Standing,
  currents: PerLine,
  change: LineChanges,
): void {
  for (const line of LINES) {
    const presentAmps = standing.presentAmps[line];
    const drawnAmps = currents[line];
    if (presentAmps === 0 && drawnAmps === 0) continue;
    const of = evidence[line];
    of.readAmps += drawnAmps;
    of.fallAmps = Math.max(of.fallAmps, change.fallAmps[line]);
    of.provenAmps = Math.max(of.provenAmps, of.readAmps - of.fallAmps);
    of.roomAmps += presentAmps - Math.min(presentAmps, drawnAmps);
    of.riseAmps = Math.max(of.riseAmps, change.riseAmps[line]);
    of.unusedAmps = Math.max(of.unusedAmps, of.roomAmps - of.riseAmps);
    if (!standing.isSteerable) of.likelyPresentAmps += presentAmps;
  }
}

function otherLoad(board: Board, evidence: PerLine<Evidence>, nowMs: number): OtherLoad {
  const without = (chargerAmps: (of: Evidence) => number) =>
    perLine((line) =>
      Math.max(0, (board.rows[line].measuredAmps ?? 0) - chargerAmps(evidence[line]))
    );
  const likelyAmps = without((of) => of.likelyPresentAmps - of.unusedAmps);
  const atLeastLikely = (amps: PerLine) =>
    perLine((line) => Math.max(amps[line], likelyAmps[line]));
  const cautiousAmps = atLeastLikely(without((of) => of.provenAmps));
  const unobeyedAmps = without((of) => of.obeyedAmps);
  return {
    knownAmps: without((of) => of.presentAmps - of.unusedAmps),
    likelyAmps,
    cautiousAmps,
    lastingAmps: isOverloadLasting(board, nowMs)
      ? perLine((line) => Math.max(cautiousAmps[line], unobeyedAmps[line]))
      : cautiousAmps,
    pressingAmps: atLeastLikely(without((of) => of.drawnAmps)),
  };
}
