import type { SiteFault } from "./events.ts";
import type { FaultCode } from "./fault_codes.ts";

/** A fault as an alert tells it. */
export interface AlertItem {
  /** By which the list of faults knows it. */
  readonly faultId: number;
  readonly code: FaultCode;
  readonly kind: string;
  readonly subject: string;
  /** The charger that it is at; null where it is at none. */
  readonly chargerId: string | null;
  readonly severity: SiteFault["severity"];
  /** As it was told, in English. */
  readonly text: string;
  readonly sinceMs: number;
  /** Null while it stands. */
  readonly overMs: number | null;
  /** How often it came within this stretch. */
  readonly times: number;
}

/** A fault that the people behind a rule know of, or are to know of. */
export interface AlertEntry extends AlertItem {
  /** How grave it was when they heard of it; null: they have not. */
  readonly told: SiteFault["severity"] | null;
  /** When it came or went last. */
  readonly changedMs: number;
}

/** What is sent at once. */
export interface AlertMessage {
  /** The same for each try: what arrives twice all the same is known by it. */
  readonly id: string;
  /** `summary`: what came while nobody was to be told. */
  readonly kind: "alert" | "summary" | "test";
  readonly atMs: number;
  readonly items: readonly AlertItem[];
  /** So many more that are not among the items. */
  readonly more: number;
}

/** A message that has not arrived yet. */
export interface PendingAlert extends AlertMessage {
  readonly tries: number;
  /** Not before this. */
  readonly nextTryMs: number;
}

/** What became of a message. */
export interface AlertOutcome {
  readonly messageId: string;
  readonly kind: AlertMessage["kind"];
  readonly atMs: number;
  /** Of how many faults it speaks. */
  readonly faults: number;
  /** `failed`: it is tried again; `given-up`: it is not. */
  readonly outcome: "delivered" | "failed" | "given-up";
  /** Why it did not arrive; empty where it did. */
  readonly reason: string;
}

/** All that a rule of alerts has to know over restarts. The ledger keeps it, by rule. */
export interface AlertBook {
  readonly ruleId: string;
  readonly nextNumber: number;
  /** One for each kind and subject, in the order in which they came or went last. */
  readonly entries: readonly AlertEntry[];
  /** Oldest first. */
  readonly pending: readonly PendingAlert[];
  /** When messages were made, of the last hour. */
  readonly madeMs: readonly number[];
  /** Something waits for the end of quiet hours, or for room: it goes in one message. */
  readonly isHolding: boolean;
  /** Faults that there was no room for, and nobody was told of. */
  readonly more: number;
  /** The newest, oldest first. */
  readonly outcomes: readonly AlertOutcome[];
}

/** What stands in the ledger of alerts. */
export interface AlertCollections {
  /** By rule. */
  readonly "alert-books": AlertBook;
}
