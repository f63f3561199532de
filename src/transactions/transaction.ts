import type { TransactionCost } from "./pricing.ts";
import type { AuthorizationSource } from "../site/mod.ts";
import type {
  AuthorizationStatus,
  ChargingState,
  Enveloped,
  IdToken,
  IdTokenInfo,
  StopIntent,
  StopReason,
} from "../ocpp/mod.ts";
import type { Evidence } from "./evidence.ts";
import type { TransactionClock } from "./heard_clock.ts";
import type { Interruption } from "./interruption.ts";
import type { HeldReading } from "./held_reading.ts";
import type { LateReading } from "./late_readings.ts";

/** One charging session at one EVSE, from the charger's Start to its Stop. */
export interface Transaction {
  /** Our id, and the CSMS's where it speaks 2.x: never used twice in the life of the site. */
  readonly id: string;
  /** The number by which a 1.6 charger knows it: unique on this site, never used twice. */
  readonly number: number;
  /** The number that a 1.6 CSMS gave it; null while its Start is not confirmed. */
  readonly upstreamNumber: number | null;
  readonly chargerId: string;
  readonly slot: number;
  /** The charger's own number of the EVSE. */
  readonly evseId: number;
  readonly idToken: IdToken;
  readonly groupIdToken: IdToken | null;
  readonly authorization: {
    readonly status: AuthorizationStatus;
    readonly source: AuthorizationSource;
    readonly reason: string;
    /** What the charger was told, and is told again when it repeats its Start (ruling 4). */
    readonly info: IdTokenInfo;
  };
  /** By the charger's clock, as the charger wrote it. */
  readonly startedAt: string;
  /** When we heard of it, by our wall clock. */
  readonly startHeardAtMs: number;
  readonly meterStartWh: number;
  readonly reservationId: number | null;
  readonly remoteStartId: number | null;
  /** The sequence number of its next event (2.x E01.FR.07: from 0, one more each time). */
  readonly nextSeqNo: number;
  /** That of the next event to a 2.x CSMS, which counts what it is told; absent: from 0. */
  readonly nextUpstreamSeqNo?: number;
  readonly lastReading: TransactionReading | null;
  /** The mark of the last MeterValues, by which a repeat is known; absent before the first. */
  readonly lastMeterMark?: string;
  /** The last meter values that were worth a write; absent before the first. */
  readonly lastKept?: { readonly at: string; readonly heardAtMs: number };
  /** Newer ones, which go up only if they turn out to be the last; absent where there are none. */
  readonly heldReading?: HeldReading;
  readonly stop: TransactionStop | null;
  /** Why the gateway asked the charger to stop; the charger itself will only say "Remote". */
  readonly intendedStop: StopReason | null;
  /** Whose token made the gateway ask for the stop, where one did. */
  readonly intendedBy?: IdToken;
  /** Its token turned out not to be good. */
  readonly refusal?: TransactionRefusal;
  /** What has to be put right about its times; absent where nothing has. */
  readonly clock?: TransactionClock;
  readonly flags: readonly TransactionFlag[];
  /** What an operator decided the CSMS shall never hear of it; absent where that is nothing. */
  readonly givenUp?: readonly GivenUpRecord[];
  /** Whether it still goes on is not known; absent where it is. */
  readonly interruption?: Interruption;
  /** When it was last seen to go on after its charger had started anew, by our wall clock. */
  readonly resumedAtMs?: number;
  /** The id by which a 2.x charger speaks of it; absent where a 1.6 charger began it. */
  readonly stationTransactionId?: string;
  /** The number by which its charger speaks of it, where that is not ours (some ignore ours). */
  readonly chargerNumber?: number;
  /** What the site itself has counted of its energy; absent before the first reading. */
  readonly evidence?: Evidence;
  /** Meter values that came after its end, the oldest first; bounded. */
  readonly lateReadings?: readonly LateReading[];
  /** How many signed readings came; the ledger keeps them beside it. Absent: none. */
  readonly signedReadings?: number;
  /** The charger's own Stop, which came after the gateway's guess at the end had gone up. */
  readonly correction?: StopCorrection;
  /** What it costs; absent where no tariff applied when it began. */
  readonly cost?: TransactionCost;
  /** What a 2.x CSMS was last told of its state; absent before the first change. */
  readonly toldChargingState?: ChargingState;
  /** What it costs by the CSMS's word; absent while it has said nothing. */
  readonly csmsCost?: CsmsCost;
  /** The CSMS's `chargingPriority` for this transaction, -9 to 9; absent while it has said none. */
  readonly csmsPriority?: number;
}

/** The running or final total that the CSMS told (2.x totalCost), with tax, in its own currency. */
export interface CsmsCost {
  readonly amount: number;
  /** When we heard of it, by our wall clock. */
  readonly heardAtMs: number;
}

/** A record of the outbox that an operator gave up: kept for whoever disputes the bill. */
export interface GivenUpRecord {
  readonly kind: "started" | "updated" | "ended";
  /** Its number in the outbox. */
  readonly rowId: number;
  /** Name of the operator. */
  readonly by: string;
  readonly atMs: number;
  /** What the CSMS had said against it; null where it was never asked. */
  readonly error: string | null;
  /** The energy of the session at that moment, which its books lack or hold differently, in Wh. */
  readonly energyWh: number;
}

/** The newest register reading inside a transaction. */
export interface TransactionReading {
  readonly at: string;
  readonly energyWh: number;
}

/** A token that was refused while its transaction ran. */
export interface TransactionRefusal {
  readonly status: AuthorizationStatus;
  /** When we heard of it, by our wall clock. */
  readonly atMs: number;
  /** The register by then. */
  readonly fromWh: number;
  /** What may still be delivered from there on. */
  readonly allowedWh: number;
}

/** How a transaction ended. */
export interface TransactionStop {
  readonly stoppedAt: string;
  readonly heardAtMs: number;
  readonly meterStopWh: number;
  readonly reason: StopReason | null;
  readonly idToken: IdToken | null;
  /** The gateway closed it with the last register it knew; the charger's own Stop is worth more. */
  readonly isGuess?: true;
}

/** A Stop that says otherwise than what the CSMS was told. */
export interface StopCorrection {
  readonly heardAtMs: number;
  readonly stop: Enveloped<StopIntent>;
}

/** Something an operator should know when he looks at the bill. */
export type TransactionFlag =
  /** A reading was lower than the one before: the register was reset or replaced. */
  | "register-went-back"
  | "stop-below-start"
  /** The charger began another transaction without ending this one; the last reading closes it. */
  | "no-stop-received"
  /** The Stop named no number we know, but this was the only transaction it could mean. */
  | "stop-number-repaired"
  /** Parts of the Stop could not be read: the last reading and the time of arrival stand for them. */
  | "stop-unreadable"
  /**
   * Meter values came after the Stop. They never revive the session: they go up inside its end while
   * that waits, and stay in the ledger with it otherwise.
   */
  | "readings-after-stop"
  /** More of those came than are kept. */
  | "late-readings-dropped"
  /** More signed readings came than are kept, or one was too long. */
  | "signed-readings-dropped"
  /** Its charger started anew and went on with it (2.1 E17). */
  | "resumed"
  /** Its charger started anew, or showed the EVSE free, and no Stop came: the last reading closes it. */
  | "closed-by-gateway"
  /** The charger's own Stop came after that, in time: it stands instead of the guess. */
  | "stop-came-late"
  /** It came when the guess had gone up: it is kept as a correction, for an operator. */
  | "stop-after-close"
  /** It was ended, or its current cut, because its charger drew more than the circuit could bear. */
  | "stopped-for-circuit"
  | "cut-for-circuit"
  /** The charger speaks of it by a number of its own. */
  | "foreign-number"
  /** The register went further than the EVSE can deliver in that time. */
  | "register-jumped"
  /** The billed energy is not what the site has counted by itself; see `Evidence`. */
  | "energy-disagrees"
  /** A token ended it that had no right to, as far as the site knew. */
  | "stopped-by-another"
  /** Its times were told by a clock that is known to be off, and have been put right. */
  | "clock-corrected"
  /** Its times were told by a clock that nobody can say how far it was off. */
  | "clock-untrusted";

/** The energy of a transaction so far, in Wh; never negative (ruling 5: the charger's register). */
export function energyWh(transaction: Transaction): number {
  const lastWh = transaction.stop?.meterStopWh ?? transaction.lastReading?.energyWh;
  return lastWh === undefined ? 0 : Math.max(0, lastWh - transaction.meterStartWh);
}

/** True when the CSMS will never number it: what follows goes up as -1 (1.6 errata 3.18). */
export function isStartGivenUp({ givenUp = [] }: Pick<Transaction, "givenUp">): boolean {
  return givenUp.some(({ kind }) => kind === "started");
}

/** The transaction with one flag more. */
export function flagged(transaction: Transaction, flag: TransactionFlag): Transaction {
  if (transaction.flags.includes(flag)) return transaction;
  return { ...transaction, flags: [...transaction.flags, flag] };
}

/** The transaction without some of its flags. */
export function unflagged(
  transaction: Transaction,
  ...flags: readonly TransactionFlag[]
): Transaction {
  return { ...transaction, flags: transaction.flags.filter((each) => !flags.includes(each)) };
}

/** The first second from which numbers are counted: 2024-01-01. */
const NUMBER_EPOCH_MS = 1_704_067_200_000;

/** Up to here the clock may raise numbers: 2087. Chargers hold them in 31 bits, which end in 2092. */
const CLOCK_NUMBER_MAX = 2_000_000_000;

/**
 * The number after `lastNumber`. It also stays ahead of the seconds that have passed, so that a site
 * that lost its ledger does not give a charger a number that it gave before; sessions do not begin
 * faster than one a second for years. A clock that is centuries off does not count.
 */
export function nextTransactionNumber(lastNumber: number, nowWallMs: number): number {
  const elapsedS = Math.floor((nowWallMs - NUMBER_EPOCH_MS) / 1000);
  return Math.max(lastNumber + 1, elapsedS > CLOCK_NUMBER_MAX ? 0 : elapsedS, 1);
}
