import type { EvseState } from "../../site/mod.ts";
import type { ReasonView } from "../reason_view.ts";
import type { TransactionView } from "./transaction.ts";

export interface EvseView {
  readonly slot: number;
  readonly chargerId: string;
  readonly evseId: number;
  readonly circuitId: string | null;
  readonly state: EvseState;
  /** The protocol's own word, for the expert: "SuspendedEVSE". */
  readonly protocolState: string | null;
  /** Why it waits or is limited, in words. Null where there is nothing to say. */
  readonly reason: string | null;
  /** Why it has the limit it has, with the numbers; null without a session. */
  readonly why: ReasonView | null;
  /** What is kept free for it on each of its lines, in amperes; null where it has no place. */
  readonly reservedAmps: number | null;
  /** Whether it does as it is told; null where nobody watches that. */
  readonly trust: "trusted" | "suspect" | "disobeying" | null;
  readonly operative: boolean;
  /** The class in which it is served, and who has said so; null for an EVSE without a place. */
  readonly priority: PriorityView | null;
  /** What the driver of the session wants; null where nobody knows. */
  readonly demand: DemandView | null;
  readonly transaction: TransactionView | null;
  /** Amperes per line. */
  readonly offeredAmps: number | null;
  readonly maxCurrentAmps: number | null;
  /** Amperes on the charger's phases 1, 2, 3. */
  readonly measuredAmps: readonly [number, number, number] | null;
  readonly powerW: number | null;
  readonly energyWh: number | null;
  readonly socPercent: number | null;
  /** How old the measured values are. */
  readonly measuredAgeMs: number | null;
  /** The contactor in front of it is open. */
  readonly isCut: boolean;
  /** How often its session was paused for want of room. */
  readonly pauses: number;
  /** Limits sent to it in the last 24 hours. */
  readonly writesPerDay: number;
}

export interface PriorityView {
  /** Higher goes first; 1000 is an operator's "this one first". */
  readonly class: number;
  readonly by: "operator" | "token" | "csms" | "group" | "evse";
}

/** Who has said something of what a driver wants; "habit" is a guess from past sessions. */
export type DemandBy = "operator" | "vehicle" | "token" | "group" | "habit";

export interface DemandView {
  /** When the vehicle leaves, or was to leave; null where nobody knows. */
  readonly departure: string | null;
  readonly departureBy: DemandBy | null;
  /** What is still to be delivered. */
  readonly remainingWh: number | null;
  readonly energyBy: DemandBy | null;
  /** It may not wait: for the sun, or for a better price. */
  readonly urgent: boolean;
}
