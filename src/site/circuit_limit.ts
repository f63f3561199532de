/**
 * A limit on the chargers below a circuit together that somebody set from outside the balancing: the
 * grid (§14a EnWG, OpenADR ImportCapacityLimit) or an operator. It survives a restart of the gateway, and
 * stays on record when it is over: whoever was told to dim has to be able to prove that he did.
 */
export interface CircuitLimit {
  /** Given once, counted up. */
  readonly number: number;
  /** Null: all chargers of the site. */
  readonly circuitId: string | null;
  /** Who wants it. Of each source one limit holds on a circuit; of several the lowest counts. */
  readonly source: LimitSource;
  /**
   * Which of the site's signals: "flex"; absent: whoever said so by the pages or the API. Each has its
   * own limit beside the others, so that none undoes what another wants.
   */
  readonly signal?: string;
  /** What is counted: all that the circuit draws; absent: its chargers together. */
  readonly counts?: "everything";
  /** Amperes bound each line, watts all lines together. */
  readonly unit: "A" | "W";
  /** 0 pauses all of them. */
  readonly limit: number;
  readonly reason: string;
  /** Who said so to the gateway, and when, by the wall clock. */
  readonly by: string;
  readonly atMs: number;
  /** Null: until it is lifted. */
  readonly untilMs: number | null;
  /** When what chargers could draw was within it for the first time; null before. */
  readonly metAtMs: number | null;
  /** Null while it holds. */
  readonly ended: { readonly atMs: number; readonly by: LimitEnd } | null;
}

/** Who limits chargers together: the grid, or the site's own people. */
export type LimitSource = "signal" | "operator";

/** What ended a limit: its time, a newer one, somebody by name, or that its circuit is not there any more. */
export type LimitEnd =
  | { readonly kind: "time" }
  | { readonly kind: "replaced" }
  | { readonly kind: "no-circuit" }
  | { readonly kind: "lifted"; readonly by: string };

/** No limit is given for longer; one that seems to last longer was written by another clock. */
export const LIMIT_LASTS_MAX_MS = 7 * 24 * 3_600_000;
