import type { InsideRequest, OcppVersion, Speaker } from "../ocpp/mod.ts";
import type { LimitRung, Quirk } from "../site/mod.ts";
import type { SecurityProfile } from "./admission.ts";
import type { ChargerClock } from "./charger_clock.ts";
import type { WantedLimit } from "./tactic.ts";
import { createUnansweredStarts, type UnansweredStarts } from "./unanswered_starts.ts";

/** A charger's live connection. There is at most one per charger; a new one is a new station. */
export interface Station {
  readonly chargerId: string;
  /** Counts connections, so that the end of an old one never touches a new one. */
  readonly generation: number;
  readonly version: OcppVersion;
  readonly remoteAddress: string;
  readonly securityProfile: SecurityProfile;
  readonly connectedAtMs: number;
  readonly speaker: Speaker;
  readonly clock: ChargerClock;
  /** Aborts when the connection ends: nothing that belongs to it outlives it. */
  readonly gone: AbortSignal;
  /** Settles when it may be called, which is never where it leaves before. */
  readonly settled: PromiseWithResolvers<void>;
  /** Transactions of which the charger does not know the number yet. */
  readonly starts: UnansweredStarts;
  /** Counts what it does its own way. */
  readonly noteQuirk: (quirk: Quirk, times?: number) => void;
  /** What the gateway learnt about this connection since it opened. */
  readonly life: StationLife;
}

/** A limit that a charger has taken. */
export interface TakenLimit {
  readonly transactionNumber: number;
  /** The number as it went over the wire, in the charger's unit. */
  readonly said: number;
  readonly limit: WantedLimit;
  /** By our monotonic clock. */
  readonly endsAtMs: number;
}

/** The part of a station that changes. */
export interface StationLife {
  /** Its calls are answered: it booted on this connection, or before. */
  booted: boolean;
  /** It booted on this very connection. */
  hasBootedHere: boolean;
  /** It may be called: it has booted and settled, or has shown that it will not boot again. */
  accepted: boolean;
  firmwareStatus: string | null;
  diagnosticsStatus: string | null;
  /** The form in which it took its last limit; null before that. */
  rung: LimitRung | null;
  /** What it was given last on each slot, and certainly has. */
  readonly takenLimits: Map<number, TakenLimit>;
  /** How often it was asked whether a limit ends by itself. */
  expiryLooks: number;
  /** Its shape was learnt on this connection: it may not have told of all its EVSEs yet. */
  isIntroducing: boolean;
  /** Who waits for the parts of a report, by the number of the request for it. */
  readonly reports: Map<number, (part: InsideRequest<"NotifyReport">) => void>;
  /** Open transactions, by number, that certainly have no TxProfile of ours any more. */
  readonly clearedTransactions: Set<number>;
}

/** A station on a connection that was just admitted. */
export function newStation(
  fields: Omit<Station, "life" | "settled" | "starts">,
): Station {
  return {
    ...fields,
    settled: Promise.withResolvers(),
    starts: createUnansweredStarts(),
    life: {
      booted: false,
      hasBootedHere: false,
      accepted: false,
      firmwareStatus: null,
      diagnosticsStatus: null,
      rung: null,
      takenLimits: new Map(),
      expiryLooks: 0,
      isIntroducing: false,
      reports: new Map(),
      clearedTransactions: new Set(),
    },
  };
}
