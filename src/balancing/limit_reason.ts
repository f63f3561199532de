import type { Line } from "../site/mod.ts";
import type { Cap, PhaseCount } from "./facts.ts";

/**
 * Why an EVSE has the limit it has, with the numbers that let a person check the sum. Whoever adds a
 * kind gives it words (`web/limit_words.ts`) and a key (`reasonKey`): both refuse to compile before.
 */
export type LimitReason =
  & (
    /** No EV. */
    | { readonly kind: "idle" }
    /** It has what its socket carries. */
    | { readonly kind: "unlimited"; readonly maxAmps: number }
    /** Something is full and shared with others. */
    | { readonly kind: "shared"; readonly bottleneck: Bottleneck | null }
    /** There is room for more, and it comes step by step as that is proven. */
    | { readonly kind: "rising"; readonly towardsAmps: number }
    /** No room for the minimum: it waits its turn. */
    | {
      readonly kind: "waiting";
      readonly bottleneck: Bottleneck | null;
      readonly minAmps: number;
      /** About when, by our monotonic clock; null where nobody can say. */
      readonly nextAtMs: number | null;
    }
    /** Somebody else than the site's wiring allows no more. */
    | {
      readonly kind: "capped";
      readonly source: Cap["source"];
      readonly amps: number;
      /** By the wall clock; null where it has no end that is known. */
      readonly untilWallMs: number | null;
    }
    /** The EV takes no more: it is nearly full or has a small on-board charger; null: it sleeps. */
    | { readonly kind: "satisfied"; readonly takesAmps: number | null }
    /** A meter on its way is lost. */
    | { readonly kind: "fail-safe"; readonly circuitId: string; readonly failSafeAmps: number }
    /** It draws more than it was told. */
    | { readonly kind: "disobeys"; readonly countedAmps: number }
    /** Limits do not get through: the charger refuses them, or does not answer. */
    | { readonly kind: "unanswered"; readonly countedAmps: number }
    /** No limit can be said to this charger at all. */
    | { readonly kind: "uncontrolled"; readonly countedAmps: number }
    /** It goes over to another number of phases, with its minimum, or nothing, meanwhile. */
    | { readonly kind: "switching"; readonly phases: PhaseCount }
    /** It was given current again after a pause and takes none: a moment without any may wake it. */
    | { readonly kind: "waking" }
    /** Nothing wakes its EV. */
    | { readonly kind: "needs-driver" }
    /** The contactor in front of it is open: its circuit could not bear what it draws. */
    | { readonly kind: "cut" }
    /** The charger is away. */
    | { readonly kind: "away"; readonly countedAmps: number }
  )
  & {
    /** Who put it before others; absent: nobody. */
    readonly first?: FirstBy;
    /**
     * It was told to charge on one phase of three, and does; or it was told and does not: absent where
     * nobody told it, or nothing is seen of it yet.
     */
    readonly onPhases?: "one" | "three-all-the-same";
    /** A meter on its way that seems wrong: the worst other load counts in its place; absent: none. */
    readonly doubtedMeterId?: string;
  };

/** Who or what lets an EVSE go before others. */
export type FirstBy = "operator" | "csms" | "driver" | "departure" | "token" | "group" | "evse";

/** What keeps an EVSE from more: a limit, and what others take of it. */
export type Bottleneck =
  | {
    readonly kind: "line";
    readonly circuitId: string;
    readonly line: Line;
    /** What may flow for hours, and what of it is kept free. */
    readonly limitAmps: number;
    readonly marginAmps: number;
    /** What is no charger. */
    readonly otherLoadAmps: number;
    /** What is kept for other chargers. */
    readonly othersAmps: number;
  }
  /** All lines of a circuit together. */
  | {
    readonly kind: "power";
    readonly circuitId: string;
    readonly unit: "W" | "VA";
    readonly limit: number;
    readonly otherLoad: number;
    readonly others: number;
  }
  /** Two lines of a circuit that may differ by so much only. */
  | {
    readonly kind: "unbalance";
    readonly circuitId: string;
    /** The fuller line, and the one that it may not leave behind. */
    readonly line: Line;
    readonly against: Line;
    readonly limitAmps: number;
  }
  | {
    readonly kind: "neutral";
    readonly circuitId: string;
    readonly limitAmps: number;
    /** What the neutral carries, this EVSE included. */
    readonly loadAmps: number;
  }
  /** A bound on all chargers together, or on those of one circuit. */
  | {
    readonly kind: "cap";
    readonly source: Cap["source"];
    /** Its name, where it has one. */
    readonly by?: string;
    /** Absent: the whole site. */
    readonly circuitId?: string;
    readonly line: Line;
    readonly limitAmps: number;
    readonly untilWallMs: number | null;
    readonly othersAmps: number;
  }
  /** The same for all lines together. */
  | {
    readonly kind: "power-cap";
    readonly source: Cap["source"];
    /** Its name, where it has one. */
    readonly by?: string;
    /** Null: the whole site. */
    readonly circuitId: string | null;
    readonly limitW: number;
    readonly untilWallMs: number | null;
    readonly othersW: number;
  };

/**
 * What makes two reasons the same to a person, whatever became of the numbers in between: they move
 * with every reading.
 */
export function reasonKey(reason: LimitReason): string {
  const { first, onPhases, doubtedMeterId } = reason;
  return kindKey(reason) + (onPhases === undefined ? "" : `, on ${onPhases}`) +
    (doubtedMeterId === undefined ? "" : `, ${doubtedMeterId} doubted`) +
    (first === undefined ? "" : `, ${first} first`);
}

function kindKey(reason: LimitReason): string {
  switch (reason.kind) {
    case "shared":
    case "waiting":
      return `${reason.kind} ${bottleneckKey(reason.bottleneck)}`;
    case "capped":
      return `${reason.kind} ${reason.source} ${reason.untilWallMs}`;
    case "fail-safe":
      return `${reason.kind} ${reason.circuitId}`;
    case "switching":
      return `${reason.kind} ${reason.phases}`;
    case "idle":
    case "unlimited":
    case "rising":
    case "satisfied":
    case "disobeys":
    case "unanswered":
    case "uncontrolled":
    case "waking":
    case "needs-driver":
    case "cut":
    case "away":
      return reason.kind;
  }
}

function bottleneckKey(bottleneck: Bottleneck | null): string {
  if (bottleneck === null) return "";
  switch (bottleneck.kind) {
    case "line":
    case "unbalance":
      return `${bottleneck.kind} ${bottleneck.circuitId} ${bottleneck.line}`;
    case "power":
    case "neutral":
      return `${bottleneck.kind} ${bottleneck.circuitId}`;
    case "cap":
    case "power-cap": {
      const { kind, circuitId, source, by } = bottleneck;
      return [kind, ...(circuitId ? [circuitId] : []), source, ...(by ? [by] : [])].join(" ");
    }
  }
}
