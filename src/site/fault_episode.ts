import type { SiteFault } from "./events.ts";
import type { FaultCode } from "./fault_codes.ts";

/** One stretch of a fault, from when it came until it went. The ledger keeps them, by id. */
export interface FaultEpisode {
  /** Given once. */
  readonly id: number;
  readonly code: FaultCode;
  readonly kind: string;
  readonly severity: SiteFault["severity"];
  readonly subject: string;
  /** As it was told last, in English. */
  readonly text: string;
  /** What the charger said, where it was one. */
  readonly reported?: ReportedProblem;
  readonly sinceMs: number;
  readonly lastSeenMs: number;
  /** How often it was told within this stretch. */
  readonly count: number;
  /** Null while it stands. */
  readonly overMs: number | null;
  /** How it came to be over; absent while it stands. */
  readonly ending?: FaultEnding;
  /** Who has seen it; absent: nobody. */
  readonly acknowledged?: { readonly by: string; readonly atMs: number };
  /** What was done about it by itself, oldest first; absent: nothing. */
  readonly aid?: readonly AidStep[];
}

/** How a fault came to be over. */
export type FaultEnding =
  | "told"
  /** The gateway has started anew since, and has not found it again. */
  | "not-found-anew"
  /** Somebody said so. */
  | "by-hand"
  /** Nobody has looked at it for long. */
  | "aged"
  /** Too many stood. */
  | "no-room";

/** A charger's own words about what is wrong. */
export interface ReportedProblem {
  readonly vendorId?: string;
  readonly vendorErrorCode?: string;
  readonly info?: string;
}

/** Something that the gateway did about a fault by itself. */
export interface AidStep {
  readonly atMs: number;
  readonly action: string;
  /** What came of it, in English. */
  readonly outcome: string;
  /** Which rule wanted it, as which of its steps, and where; absent: it is not known. */
  readonly by?: { readonly ruleId: string; readonly step: number; readonly chargerId: string };
}

/** What stands in the ledger of faults. */
export interface FaultCollections {
  /** By id. */
  readonly "fault-episodes": FaultEpisode;
}
