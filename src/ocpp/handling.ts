/**
 * What the gateway does with a message. A route lists all that may become of it, by what is in it; where
 * the other side's version has no word for it, less may.
 */
export type Handling =
  /** The gateway answers by itself: it is the CSMS of its chargers, and the station of its CSMS. */
  | "answer"
  /** To the one whom it is about, under his numbers; his answer comes back. */
  | "forward"
  /** To every charger; the answers are merged. */
  | "fan-out"
  /** On disk before it is answered; it goes up in its turn, once. */
  | "queue"
  /** Answered; only the newest goes up. */
  | "coalesce"
  /** Nobody here does it, and the answer says so. */
  | "refuse";

/** All that may become of a message; never nothing. */
export type Handlings = readonly [Handling, ...Handling[]];
