import type {
  CircuitTree,
  EvsePlace,
  Line,
  MeterSample,
  PerLine,
  SharingStrategy,
} from "../site/mod.ts";
import type { FirstBy, LimitReason } from "./limit_reason.ts";

/** What the balancer is told once. */
export interface BalancerOptions {
  readonly tree: CircuitTree;
  readonly places: readonly EvsePlace[];
  /** Kept free on every line of every circuit, in amperes. */
  readonly marginAmps: number;
  /** Where a circuit does not say otherwise. */
  readonly strategy: SharingStrategy;
  /** Line to neutral, in volts. Turns watts into amperes. */
  readonly nominalVoltageV: number;
  readonly timing: BalancerTiming;
  /**
   * Draws the order in which EVs rise that start together, as after an outage; absent: they rise as
   * there is room.
   */
  readonly startSeed?: number;
  /** How often EVs may be told to charge on another number of phases; absent: the usual. */
  readonly phaseSwitching?: PhaseSwitchRules;
}

/** On how many phases of its socket an EV is to charge. */
export type PhaseCount = 1 | 3;

/**
 * How often a session may go over to another number of phases. It works contactors, the EV begins anew,
 * and not every EV bears it often (OCPP 1.6 §3.13.9: "with care").
 */
export interface PhaseSwitchRules {
  /** From one time to the next, in milliseconds, at least. */
  readonly intervalMs: number;
  readonly perHour: number;
  readonly perSession: number;
}

/** As often as a session is paused for want of room (load management 5.4). */
export const PHASE_SWITCH_RULES: PhaseSwitchRules = {
  intervalMs: 10 * 60_000,
  perHour: 4,
  perSession: 10,
};

/** The balancer's patience, in milliseconds. */
export interface BalancerTiming {
  /** A meter silent for so long is no reason to act yet; raises stop (ruling 20: 3 s). */
  readonly meterHoldMs: number;
  /** From here on `otherLoad.substitute` counts instead of the meter (ruling 20: 10 s). */
  readonly meterSubstituteMs: number;
  /** From here on every charger below falls back, with an alarm (ruling 20: 60 s). */
  readonly meterLostMs: number;
  /** A reduction counts as obeyed so long after the charger accepted it, unless measured sooner. */
  readonly reductionConfirmMs: number;
  /** The least time between two raises of one EVSE. */
  readonly raiseIntervalMs: number;
  /** No raise on a circuit so soon after too much load there forced a reduction. */
  readonly raiseHoldOffMs: number;
  /** A paused EV may take the place of one that charged at least so long. */
  readonly rotationOnMs: number;
  /** A pause lasts at least so long. */
  readonly rotationOffMs: number;
}

/** What is known about one EVSE. The balancer is told whenever any of it changes. */
export interface EvseFacts {
  readonly slot: number;
  /** The charger has a live connection: limits reach it. */
  readonly connected: boolean;
  /** An EV is plugged in, as far as the charger says. */
  readonly plugged: boolean;
  /** The running transaction; null when none is open. */
  readonly transactionId: string | null;
  /** The EV (not the charger) holds back: it is full or sleeps (1.6 SuspendedEV). */
  readonly suspendedByEv: boolean;
  /** Lines that the EV draws from, where others than the balancer know; null: it learns them. */
  readonly evLines: readonly Line[] | null;
  /** Caps from elsewhere: CSMS profiles, an operator, a plan. The lowest counts. */
  readonly caps: readonly Cap[];
  /** The charger drops an expired profile by itself and its clock is right (ruling 21). */
  readonly expiryTrusted: boolean;
  /** The model forgets its profiles when it reconnects: reserve its maximum while it is away. */
  readonly forgetsProfiles: boolean;
  /** When it booted last, by any clock: what was learnt of its EV before may be over. */
  readonly bootedAtMs?: number | null;
  /** Higher goes first; absent: as its place says. */
  readonly priority?: number;
  /** Who set that priority, to be told; absent: its place. */
  readonly priorityBy?: FirstBy;
  /** What its driver wants; absent: as much as there is, at any time. */
  readonly demand?: Demand;
  /** What its model can do and cannot; absent: what most can. */
  readonly traits?: ChargerTraits;
  /** False: no limit can be said to it at all, so that it counts at its maximum; absent: true. */
  readonly takesLimits?: boolean;
}

/** What a driver wants of a session, as far as anybody knows. */
export interface Demand {
  /** What the EV still takes, in watt-hours; null: nobody knows. */
  readonly remainingWh: number | null;
  /** When it leaves, by our monotonic clock; null: nobody knows. */
  readonly departsAtMs: number | null;
  /** It may not wait for the sun, nor for a better price. */
  readonly isUrgent?: boolean;
}

/** How a model of charger takes limits (hardware/chargers). */
export interface ChargerTraits {
  /** It rounds limits down to multiples of this, in amperes; 0: it takes any. */
  readonly stepAmps: number;
  /** It can charge an EV with three phases on one of them. */
  readonly switchesPhases: boolean;
  /** 0 A end its offer to the EV, and so pause it, and wake many; false: it goes on with its minimum; absent: nobody says otherwise. */
  readonly pausesAtZero?: boolean;
  /** It can be told which one; absent: it chooses. */
  readonly choosesPhase?: boolean;
  /** Nothing may flow for so long before it goes over, in milliseconds; absent: it sees to that. */
  readonly phaseSwitchPauseMs?: number;
  /** A contactor that we command is in front of it (`signals/`). */
  readonly isCutWired: boolean;
  /** The least time between two raises, in milliseconds: each write wears its flash. */
  readonly raiseIntervalMs: number;
  /** The least raise that is worth a write, in amperes, where the last one is young. */
  readonly raiseMinAmps: number;
}

/** What most chargers can. */
export const USUAL_TRAITS: ChargerTraits = {
  stepAmps: 1,
  switchesPhases: false,
  isCutWired: false,
  raiseIntervalMs: 0,
  raiseMinAmps: 1,
};

/** An upper bound that is not the site's wiring. */
export interface Cap {
  readonly source: "authorization" | "csms" | "operator" | "plan" | "signal" | "surplus";
  /** Per line, in amperes. 0 pauses the EVSE. */
  readonly amps: number;
  /** When it ends, by the wall clock, to be told; absent: nobody knows. */
  readonly untilWallMs?: number;
}

/** An upper bound on what chargers draw together that is not the site's wiring: a dimming order. */
export interface GroupCap {
  /** It bounds the chargers below this circuit; null: all of the site. */
  readonly circuitId: string | null;
  readonly source: Cap["source"];
  /** Amperes bound each line, watts all lines together. */
  readonly unit: "A" | "W";
  /** 0 pauses them all. */
  readonly limit: number;
  /** When it ends, by the wall clock, to be told; absent: nobody knows. */
  readonly untilWallMs?: number;
  /** What the source calls itself, to be told: "flex"; absent: it has no name. */
  readonly by?: string;
}

/**
 * What the sun leaves over for those who charge from it, all together (surplus.ts). It bounds what they
 * get beyond their minimum currents, which are always within it: whoever is to wait for the sun has a
 * cap of 0 instead. It keeps no fuse, so it needs neither margin nor reservation.
 */
export interface SurplusBudget {
  /** Who shares it. */
  readonly slots: readonly number[];
  /** In watts, over all lines. */
  readonly powerW: number;
  /** The same line by line, where the site's supplier counts each by itself; null where it does not. */
  readonly linesW: PerLine | null;
  /** On how many phases each is to charge whose charger can change that; absent: nobody asks. */
  readonly phases?: readonly { readonly slot: number; readonly phases: PhaseCount }[];
}

export type BalancerEvent =
  | { readonly kind: "meter"; readonly sample: MeterSample }
  | { readonly kind: "evse"; readonly facts: EvseFacts }
  /**
   * Bounds on all chargers of the site together, on each line: a ChargingStationMaxProfile of the
   * CSMS. They replace the ones told before; none means no such bound.
   */
  | { readonly kind: "site-caps"; readonly caps: readonly Cap[] }
  /**
   * Bounds on chargers of a circuit together, and in watts. They replace the ones told before. What no
   * circuit of the tree is named for bounds nothing.
   */
  | { readonly kind: "group-caps"; readonly caps: readonly GroupCap[] }
  /** Replaces the one told before; null: nobody charges by the sun. */
  | { readonly kind: "surplus"; readonly budget: SurplusBudget | null }
  /**
   * Meters that were seen to show less than cars draw: until it is proved that they are right, no
   * circuit is given more than beside its worst other load. They replace the ones told before.
   */
  | { readonly kind: "doubted-meters"; readonly meterIds: readonly string[] }
  /** The charger's own reading of an EVSE, already turned to the site's lines. */
  | {
    readonly kind: "measured";
    readonly slot: number;
    readonly currentsAmps: PerLine;
    /** When the charger measured it, by our monotonic clock. */
    readonly atMonoMs: number;
    /** How often this charger reports; a reading older than twice that proves nothing. */
    readonly intervalMs: number;
    /** So much earlier it may have been measured: a late message looks like a slow clock. */
    readonly doubtMs?: number;
    /** Lines of which the charger does not tell; absent: none. `currentsAmps` guesses there. */
    readonly unsureLines?: readonly Line[];
    /** What all lines carry together, in amperes, where the charger does not tell them apart. */
    readonly totalAmps?: number;
  }
  /** The charger took a limit. Answers are told in order, within a minute or not at all. */
  | { readonly kind: "limit-accepted"; readonly slot: number; readonly limitAmps: number }
  /** What became of the contactor in front of an EVSE; told anew after a restart where it is open. */
  | {
    readonly kind: "cut";
    readonly slot: number;
    /** "failed": it did not do what it was told, and is as it was. */
    readonly outcome: "open" | "closed" | "failed";
  }
  /** A limit did not get through. */
  | {
    readonly kind: "limit-failed";
    readonly slot: number;
    readonly limitAmps: number;
    /**
     * True: the charger refused, it keeps what it had. False: no answer came, so the charger may
     * have taken the limit all the same, and both count.
     */
    readonly answered: boolean;
  }
  /** Time passes. Due at least once a second: confirmations, renewals and lost meters wait for it. */
  | { readonly kind: "tick" };

/**
 * A limit belongs to the transaction that it was sent for and is forgotten with it, as a TxProfile
 * is (OCPP 1.6 §3.13.1). A tactic that uses a TxDefaultProfile instead has to take it back when the
 * transaction ends.
 */
export type BalancerEffect =
  | {
    readonly kind: "limit";
    readonly slot: number;
    /** Per line, in amperes; 0 pauses. */
    readonly limitAmps: number;
    /** The charger must drop the limit by itself after so long, unless it is renewed (ruling 21). */
    readonly validForMs: number;
    /** A reduction, or said again because it did nothing: goes before all else to that charger. */
    readonly urgent: boolean;
    readonly reason: LimitReason;
    /** On how many phases it is to charge; absent: on all that it has. */
    readonly numberPhases?: PhaseCount;
    /** On which phase of its socket where that is one, 1 to 3; absent: the charger chooses. */
    readonly phaseToUse?: number;
  }
  /** It draws more than it may: what does it believe its limit to be? Asked once, for the record. */
  | { readonly kind: "ask-schedule"; readonly slot: number }
  /** It does not obey, and its circuit cannot bear that: its transaction is to end. */
  | { readonly kind: "stop"; readonly slot: number; readonly transactionId: string }
  /** The contactor in front of it is to open, or to close again. */
  | { readonly kind: "cut"; readonly slot: number; readonly isOpen: boolean }
  | { readonly kind: "alarm"; readonly alarm: BalancerAlarm }
  | { readonly kind: "alarm-over"; readonly alarm: BalancerAlarm };

/**
 * How far a charger is believed. "suspect": it was seen drawing clearly more than it may.
 * "disobeying": being told again did not help, so all that it can draw is kept for it.
 */
export type Trust = "trusted" | "suspect" | "disobeying";

/** What an operator should hear about. */
export type BalancerAlarm =
  | { readonly kind: "meter-lost"; readonly meterId: string }
  | {
    readonly kind: "over-limit";
    readonly circuitId: string;
    /** Or the power of all lines together. */
    readonly line: "L1" | "L2" | "L3" | "W" | "VA";
  }
  | { readonly kind: "disobeys"; readonly slot: number }
  /** It took the order to charge on one phase, and goes on with all of them. */
  | { readonly kind: "keeps-phases"; readonly slot: number }
  /** It is out of reach, its limit is over, and the meter did not see it fall to its fail-safe current. */
  | { readonly kind: "keeps-limit"; readonly slot: number }
  /** Three times in a row its current flowed on these lines, and not on those of its socket. */
  | { readonly kind: "rotation"; readonly slot: number; readonly seen: readonly Line[] }
  /** The contactor in front of it was told to open, and current flows all the same. */
  | { readonly kind: "cut-failed"; readonly slot: number };

/** The load of one circuit, for pages and metrics. All amperes are per line. */
export interface CircuitLoad {
  readonly circuitId: string;
  /** What may flow for hours: the rating times the continuous factor. */
  readonly limitAmps: number;
  /** What flows now, as far as meters say; null on a line that nobody measures. */
  readonly measuredAmps: PerLine<number | null>;
  /** What must be something else than chargers. */
  readonly otherLoadAmps: PerLine;
  /** What chargers below may draw until the next decision. */
  readonly reservedAmps: PerLine;
  /** What chargers below could be given more, the margin kept. Negative: too much is given. */
  readonly headroomAmps: PerLine;
  readonly meter: "none" | "good" | "held" | "substituted" | "lost" | "doubted";
}

/** What one EVSE has and why, for pages and the session's record. */
export interface EvseLimit {
  readonly slot: number;
  /** The newest limit sent; null before the first. */
  readonly limitAmps: number | null;
  /** What the charger may still draw: the highest limit it has not provably left. */
  readonly reservedAmps: number;
  readonly reason: LimitReason;
  readonly trust: Trust;
  /** The contactor in front of it is open. */
  readonly isCut: boolean;
  /** How often its session was paused for want of room. */
  readonly pauses: number;
  /** Limits sent to it in the last 24 hours: each may wear its flash. */
  readonly writesPerDay: number;
}

/** A limit as it is stored when it is sent, so that a restarted gateway knows of it. */
export interface SentLimit {
  readonly slot: number;
  readonly limitAmps: number;
  /** By the wall clock; null where the charger may keep it for ever. */
  readonly expiresAtMs: number | null;
  /** On how many phases it was told to charge; absent: on all that it has. */
  readonly phases?: PhaseCount;
}

/** A limit that a charger may still be under from before the gateway started. */
export interface RememberedLimit {
  readonly slot: number;
  readonly limitAmps: number;
  /** How long the charger may still keep it, in milliseconds; null where nothing ends it. */
  readonly remainingMs: number | null;
  /** On how many phases it was told to charge; absent: on all that it has. */
  readonly phases?: PhaseCount;
}
