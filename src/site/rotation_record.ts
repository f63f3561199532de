import type { Line } from "./phases.ts";

/** Why a test of the lines behind a socket found nothing. */
export type RotationDoubt =
  | "all-alike"
  | "no-step"
  | "others-moved"
  | "unlike"
  | "unsteady"
  | "contradiction"
  | "no-room"
  | "does-not-follow"
  | "charger-away"
  | "session-over"
  | "meter-silent"
  | "too-long"
  | "cancelled";

/** How sure a rotation is: `fits`: as site.yaml says; `by-field`: the rest by a right-handed field. */
export type RotationProof = "sure" | "fits" | "by-field";

/** What came of a test of the lines behind a socket. */
export type RotationOutcome =
  | { readonly kind: "found"; readonly lines: readonly Line[]; readonly proof: RotationProof }
  | { readonly kind: "not-sure"; readonly why: RotationDoubt };

/** Why the lines behind a socket cannot be tested now. */
export type RotationObstacle =
  | "no-place"
  | "line-to-line"
  | "no-meter"
  | "no-line-meter"
  | "takes-no-limits"
  | "charger-away"
  | "no-session"
  | "no-room"
  | "another-runs";

/** The last such test of an EVSE, kept for the sheet that hangs beside it. */
export interface RotationTestRecord {
  readonly slot: number;
  /** Its charger then: a test of another one says nothing. */
  readonly chargerId: string;
  readonly evseId: number;
  /** What site.yaml said then, in the order of the socket's phases. */
  readonly toldLines: readonly Line[];
  readonly outcome: RotationOutcome;
  /** When it ended, by the wall clock. */
  readonly atMs: number;
  readonly by: string;
}

/** What can be said of the lines behind a socket. */
export interface RotationKnowledge {
  /** What site.yaml says, in the order of the socket's phases; empty where it has no place. */
  readonly toldLines: readonly Line[];
  readonly circuitId: string | null;
  readonly minCurrentAmps: number | null;
  readonly maxCurrentAmps: number | null;
  readonly failSafeAmps: number | null;
  /** The meter that sees it; null where none does. */
  readonly meterId: string | null;
  /** Why it cannot be tested now; null where it can. */
  readonly obstacle: RotationObstacle | null;
  /** The test that runs there; null where none does. */
  readonly running: {
    readonly sinceMs: number;
    /** What it is offered now, at most, in amperes. */
    readonly offeredAmps: number;
    /** Steps that have shown something, of `stepsWanted`. */
    readonly steps: number;
    readonly stepsWanted: number;
  } | null;
  /** The last one of this charger there; null before the first. */
  readonly last: RotationTestRecord | null;
}
