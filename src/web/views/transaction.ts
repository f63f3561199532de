import type { Bill } from "../../transactions/mod.ts";
import type { ReasonView } from "../reason_view.ts";

export interface TransactionView {
  readonly id: string;
  readonly number: number;
  readonly chargerId: string;
  readonly slot: number;
  readonly token: string;
  readonly startedAt: string;
  readonly stoppedAt: string | null;
  readonly energyWh: number;
  readonly stopReason: string | null;
  readonly authorizationSource: string;
  readonly authorizationReason: string;
  readonly authorizationStatus: string;
  readonly upstream: "none" | "waiting" | "partly" | "delivered" | "dead-letter";
  readonly flags: readonly string[];
  /** The flags in words, and what else an operator should know. */
  readonly remarks: readonly string[];
  /** What the site itself has counted of its energy, by "power" or "register"; the bill goes by the register. */
  readonly evidenceWh: number | null;
  readonly evidenceBy: string | null;
  /** By how much the charger's own end, which came too late, differs from what was billed, in Wh. */
  readonly correctionWh: number | null;
  /** What that would have cost more, with tax, in the currency of `cost`; the bill stays as it was told. */
  readonly correctionCost: string | null;
  /** How many readings its meter has signed. */
  readonly signedReadings: number;
  /** What it has come to by the last that was heard of it; null where no tariff applies. */
  readonly cost: Bill | null;
}

/** From a moment on a session had this limit, for this reason. */
export interface LimitChangeView {
  readonly at: string;
  /** Per line, in amperes; null before the first limit. */
  readonly limitAmps: number | null;
  readonly why: ReasonView;
}

export interface TransactionFilter {
  readonly from?: string;
  readonly to?: string;
  readonly charger?: string;
  readonly token?: string;
  readonly slot?: number;
  /** Absent: those that run and those that have ended. */
  readonly state?: "running" | "ended";
  readonly limit: number;
  /** The number of the last transaction of the page before. */
  readonly before?: number;
}

export interface OutboxRowView {
  readonly id: number;
  readonly transactionId: string;
  readonly slot: number;
  readonly kind: "started" | "updated" | "ended";
  readonly createdAt: string;
  readonly refusals: number;
  readonly lastError: string | null;
  readonly dead: boolean;
}

/** The end of a session that nobody knows, as its charger told it. It does not go to the CSMS. */
export interface OrphanStopView {
  /** By which it is taken off the list. */
  readonly id: string;
  readonly chargerId: string;
  /** When the gateway heard it first. */
  readonly heardAt: string;
  /** When it ended, by the charger's clock. */
  readonly stoppedAt: string;
  /** The charger's own id or number of the session; null where it gave none. */
  readonly chargersOwnId: string | null;
  /** The meter register at the end; what the session took is not known without its start. */
  readonly registerWh: number;
  /** Who stopped it, where somebody showed a card. */
  readonly token: string | null;
  readonly stopReason: string;
}
