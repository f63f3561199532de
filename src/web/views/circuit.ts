import type { PerLine } from "../../site/mod.ts";

export interface CircuitView {
  readonly id: string;
  readonly parentId: string | null;
  readonly meterId: string | null;
  readonly limitAmps: number;
  readonly loadAmps: PerLine<number | null>;
  /** What flows, or has to be reckoned with, besides the chargers. */
  readonly otherLoadAmps: PerLine;
  /** What the chargers may draw. */
  readonly reservedAmps: PerLine;
  readonly headroomAmps: PerLine;
  /** Bounds besides the one on each line; empty where there are none. */
  readonly bounds: readonly CircuitBoundView[];
  /** What feeds it now, of all that may; `limitAmps` is that of this one. */
  readonly source: string;
  readonly sources: readonly string[];
  /** Limits on the chargers below together that hold now; those on the whole site are at its root. */
  readonly limits: readonly CircuitLimitView[];
  readonly meterState: "none" | "good" | "held" | "substituted" | "lost" | "doubted";
  readonly slots: readonly number[];
}

/** A limit on chargers together, from the grid or the site's own people; kept when it is over. */
export interface CircuitLimitView {
  readonly number: number;
  /** Null: all chargers of the site. */
  readonly circuitId: string | null;
  readonly source: "signal" | "operator";
  /** Which of the site's signals; absent: somebody by the pages or the API. */
  readonly signal?: string;
  /** What counts: all that the circuit draws; absent: its chargers together. */
  readonly counts?: "everything";
  /** Amperes bound each line, watts all lines together. */
  readonly unit: "A" | "W";
  readonly limit: number;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
  /** Null: until it is lifted. */
  readonly until: string | null;
  /** When what chargers could draw was within it first; null before. */
  readonly metAt: string | null;
  /** Null while it holds. */
  readonly endedAt: string | null;
  readonly endedBy: "time" | "replaced" | "no-circuit" | "lifted" | null;
  /** Who lifted it. */
  readonly liftedBy: string | null;
}

/** Somebody outside who limits a circuit, and how he is heard. */
export interface SignalView {
  readonly id: string;
  readonly circuitId: string | null;
  /** What its limits are about: the chargers together, or all that the circuit draws. */
  readonly counts: "chargers" | "everything";
  /** Null: not since the gateway started. */
  readonly heardAt: string | null;
  readonly silent: boolean;
  /** Why it was not heard the last time; null where it was. */
  readonly trouble: string | null;
  /** What it wants now; null: nothing. */
  readonly limit: {
    readonly unit: "A" | "W";
    readonly limit: number;
    readonly reason: string;
    readonly until: string | null;
  } | null;
  /** What it says that cannot be carried out. */
  readonly problems: readonly string[];
}

/** A bound on a circuit that is not one on a line. */
export interface CircuitBoundView {
  readonly kind: "power" | "apparent" | "unbalance" | "neutral";
  readonly unit: "W" | "VA" | "A";
  readonly limit: number;
  /** What there is of it now; null where nobody measures. */
  readonly load: number | null;
}

/** The load of a circuit in one minute. */
export interface LoadMinuteView {
  readonly at: string;
  /** The most that flowed in that minute. */
  readonly loadAmps: PerLine<number | null>;
  /** What was kept for chargers at most. */
  readonly reservedAmps: PerLine<number | null>;
  readonly limitAmps: number;
}
