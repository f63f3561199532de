/**
 * What is known of the chargers' part in one measure of a circuit, in its unit. Working space of a
 * bound, as its row is.
 */
export interface Evidence {
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

/** Nothing is known yet. */
export function noEvidence(): Evidence {
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

/** Forgets all. */
export function forgetEvidence(of: Evidence): void {
  // One by one: this is done for hundreds of rows each second.
  of.present =
    of.likelyPresent =
    of.obeyed =
    of.drawn =
      0;
  of.read = of.fall = of.proven = 0;
  of.room = of.rise = of.unused = 0;
  of.hiddenFall = of.hiddenRise = 0;
}
