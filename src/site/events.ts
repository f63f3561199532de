import type { AuthorizationStatus, RejectedFrame } from "../ocpp/mod.ts";
import type { FaultEpisode, ReportedProblem } from "./fault_episode.ts";
import type { MeterHealth, MeterSample } from "./meter.ts";
import type { Quirk } from "./quirk.ts";
import type { AuthorizationSource } from "./token.ts";

/**
 * What happened on the site, for everybody who watches: pages, metrics, the CSMS link, the balancer.
 * An event says what changed; whoever wants to know how it is now asks the room that owns it.
 */
export interface SiteEvents {
  /** A charger came, went, booted, or told something new about itself. */
  readonly "charger": { readonly chargerId: string };
  /** The state, the limit or the measured current of an EVSE changed. */
  readonly "evse": { readonly slot: number };
  /** The local list of tokens changed. */
  readonly "local-list": Record<never, never>;
  readonly "transaction": { readonly transactionId: string };
  /** A charger told the end of a session that nobody knows, or somebody has looked into one. */
  readonly "orphan-stop": { readonly chargerId: string };
  /** The time of a reservation was over before its driver came. */
  readonly "reservation-over": { readonly id: number };
  /** The charger measured an EVSE. */
  readonly "measured": EvseMeasurement;
  readonly "sample": MeterSample;
  readonly "meter-health": { readonly meterId: string; readonly health: MeterHealth };
  /** The load of circuits changed. */
  readonly "circuits": Record<never, never>;
  /** The link to the CSMS, or what waits for it, changed. */
  readonly "csms": Record<never, never>;
  readonly "fault": SiteFault;
  /** A fault came, went, or somebody has looked at it: as it stands in the book of faults. */
  readonly "fault-episode": FaultEpisode;
  /** A token was let in or turned away. */
  readonly "decision": DecisionEvent;
  /** A charger knocked that is not known. */
  readonly "knock": { readonly chargerId: string };
  /** A charger did something its own way, and was understood all the same. */
  readonly "quirk": { readonly chargerId: string; readonly quirk: Quirk; readonly times: number };
  /** A frame went over a wire. */
  readonly "message": WireMessage;
  /** A frame came over a wire and was not taken. `peer` as in a message. */
  readonly "frame-rejected": { readonly peer: string; readonly reason: RejectedFrame };
  /** A call of ours was answered, or given up; how long that took from when it was sent. */
  readonly "call-ended": {
    readonly peer: string;
    readonly how: "result" | "error" | "timeout" | "closed";
    readonly waitedMs: number;
  };
  /** The disk has taken what was to be kept. */
  readonly "ledger-written": { readonly tookMs: number };
}

/** A decision about a token, for whoever has to account for it later. */
export interface DecisionEvent {
  readonly atWallMs: number;
  readonly chargerId: string;
  /** Null for a card that was shown to a charger, before it is known at which EVSE. */
  readonly slot: number | null;
  /** As `auditedToken` writes it. */
  readonly token: string;
  readonly what: "authorize" | "start" | "stop" | "remote-start";
  readonly status: AuthorizationStatus;
  readonly source: AuthorizationSource;
  readonly reason: string;
  /** How long the driver waited for it. */
  readonly waitedMs: number;
}

/** A charger's own reading of what an EVSE draws. */
export interface EvseMeasurement {
  readonly slot: number;
  /** By the charger's phases 1, 2, 3. */
  readonly currentsAmps?: readonly [number, number, number];
  readonly powerW?: number;
  readonly energyWh?: number;
  readonly offeredAmps?: number;
  readonly socPercent?: number;
  /** Phases of which the charger does not tell, by index; absent: none. */
  readonly untoldPhases?: readonly (0 | 1 | 2)[];
  /** What all phases carry together, where the charger does not tell them apart. */
  readonly totalAmps?: number;
  /** When the charger measured it, by our monotonic clock, as well as that can be told. */
  readonly atMonoMs: number;
  /** So much earlier it may have been: a late message looks like a slow clock. Absent: 0. */
  readonly doubtMs?: number;
  readonly intervalMs: number;
}

/** Something an operator should hear about. */
export interface SiteFault {
  readonly kind: string;
  readonly severity: "info" | "warning" | "alarm";
  /** What it is about: a charger's id, "slot 3", a meter's id, "site". */
  readonly subject: string;
  /** In words that a person can act on. */
  readonly text: string;
  readonly state: "raised" | "over";
  /** What the charger said, where it was one. */
  readonly reported?: ReportedProblem;
}

/** A frame as it went over a wire. */
export interface WireMessage {
  readonly atWallMs: number;
  /** The charger's id, or "csms". */
  readonly peer: string;
  readonly direction: "in" | "out";
  readonly text: string;
}

/** The kind of fault that says: the CSMS contradicts its own local list (1.6 §3.5.2). */
export const LIST_CONFLICT = "local-list-conflict";
