import type { CertificateCollections, InstalledRootCollections } from "../certificates/mod.ts";
import type { TokenCollections } from "../authorization/mod.ts";
import type { ProfileStore, SentLimit } from "../balancing/mod.ts";
import type { WriteOf } from "../lib/write.ts";
import type { BootReason, OcppVersion } from "../ocpp/mod.ts";
import type {
  AlertCollections,
  AnsweredCommand,
  ApiTokenRecord,
  CampaignCollections,
  ChosenSource,
  CircuitLimit,
  ClockNote,
  CorrectionCollections,
  CsmsAccessRecord,
  DoubtedMeter,
  FaultCollections,
  FirmwareCollections,
  KeptQuirkCounts,
  LogCollections,
  MeterCounters,
  OpenContactor,
  OperatorLimit,
  ReportRun,
  RotationTestRecord,
  SignalRecord,
  SiteCollections,
  UserRecord,
  VariableCollections,
  WishCollections,
} from "../site/mod.ts";
import type {
  FactGroup,
  FactSum,
  FactTime,
  SessionFact,
  SignedRecord,
  Transaction,
  TransactionCollections,
} from "../transactions/mod.ts";
import type { FollowedOrder } from "./followed_order.ts";
import type { Notice } from "./notices.ts";
import type { OutboxRow, RowHeader } from "./row.ts";

/** Everything that must survive the power going out, by collection. */
export interface LedgerCollections
  extends
    AlertCollections,
    CampaignCollections,
    CertificateCollections,
    CorrectionCollections,
    FirmwareCollections,
    FaultCollections,
    InstalledRootCollections,
    LogCollections,
    SiteCollections,
    TokenCollections,
    TransactionCollections,
    VariableCollections,
    WishCollections {
  readonly outbox: OutboxRow;
  /** Written by `signedKey`; dropped by the id of their transaction, all of them, and with it. */
  readonly "signed-readings": SignedRecord;
  readonly users: UserRecord;
  /** Tokens of scripts, by id: digests, never the tokens. */
  readonly "api-tokens": ApiTokenRecord;
  /** Commands of tools that must not be done twice, by digest. */
  readonly "answered-commands": AnsweredCommand;
  /** How reports that are sent by themselves went, by schedule. */
  readonly "report-runs": ReportRun;
  readonly "operator-limits": OperatorLimit;
  /** Limits on chargers together, those that are over too, by number. */
  readonly "circuit-limits": CircuitLimit;
  /** What feeds a circuit, by circuit; the grid where nothing is noted. */
  readonly "circuit-sources": ChosenSource;
  /** What each meter has counted, by meter. */
  readonly "energy-counters": MeterCounters;
  /** Meters that seem wrong, and so are not believed, by meter. */
  readonly "doubted-meters": DoubtedMeter;
  /** The last test of the lines behind each socket, by slot. */
  readonly "rotation-tests": RotationTestRecord;
  /** What signals from outside said last, by id. */
  readonly signals: SignalRecord;
  /** Contactors that we opened and have not closed, by id. */
  readonly "open-contactors": OpenContactor;
  /** Orders of the CSMS that chargers still tell of, by the number that the charger knows. */
  readonly "followed-orders": FollowedOrder;
  /** Security events that wait for the CSMS, by number. */
  readonly notices: Notice;
  /** The profiles of the CSMS, all in one record under the key "csms". */
  readonly "charging-profiles": ProfileStore;
  readonly "sent-limits": SentLimit;
  /** How often chargers did things their own way, by charger. */
  readonly "quirk-counts": KeptQuirkCounts;
  /** How late it is at least, under the key "now". */
  readonly "clock": ClockNote;
  /** What was learnt of stretches of time that rows still speak of, in milliseconds to add. */
  readonly "clock-shifts": number;
  /** The version that the CSMS was last spoken to in, under the key "version". */
  readonly "csms-link": OcppVersion;
  /** How the CSMS wants to be reached, with the password that it has set, under the key "access". */
  readonly "csms-access": CsmsAccessRecord;
  /** Why the gateway starts anew the next time, where the CSMS wanted it, under the key "next". */
  readonly "boot-reason": BootReason;
  /** Random keys of the gateway's own, by purpose. */
  readonly secrets: string;
}

/** One change of the ledger. */
export type LedgerWrite = WriteOf<LedgerCollections>;

/** The key under which a signed reading is written. */
export function signedKey({ transactionId, position }: SignedRecord): string {
  return JSON.stringify([transactionId, position]);
}

/** Collections that are held in memory whole. */
export type HeldCollection = Exclude<
  keyof LedgerCollections,
  "transactions" | "outbox" | "signed-readings"
>;

/** What the ledger held when it was opened. */
export type LedgerSnapshot =
  & { readonly [Name in HeldCollection]: ReadonlyMap<string, LedgerCollections[Name]> }
  & {
    /**
     * Open ones, ones with rows in the outbox, and those that ended within the last day: the day
     * before now, or before the newest end where the clock has fallen behind it.
     */
    readonly transactions: readonly Transaction[];
    readonly outbox: readonly RowHeader[];
    /** The highest number ever given to a transaction. */
    readonly lastTransactionNumber: number;
    /** The highest id ever given to a row. */
    readonly lastRowId: number;
  };

/** A record that is not what was written. It is not given out; nothing else suffers from it. */
export type DamagedRecord =
  | { readonly kind: "record"; readonly collection: string; readonly key: string }
  | { readonly kind: "row"; readonly id: number }
  | {
    readonly kind: "session";
    readonly id: string;
    /** This and what follows as far as it can be told without the record itself. */
    readonly number: number;
    readonly chargerId: string;
    readonly slot: number;
    readonly startedMs: number;
  };

/** Which transactions to look for in the history. */
export interface TransactionQuery {
  readonly id?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly chargerId?: string;
  readonly token?: string;
  readonly slot?: number;
  /** Only those that go on (true), or only those that have ended. */
  readonly isOpen?: boolean;
  readonly limit: number;
  /** Older than this transaction number, for the next page. */
  readonly beforeNumber?: number;
  /** Instead of the newest first. */
  readonly oldestFirst?: boolean;
}

/** Which part of history reports reckon with, by when sessions began; the oldest first. */
export interface HistoryPage {
  readonly fromMs: number;
  /** Before this moment. */
  readonly toMs: number;
  /** Only those after this one, for the next page. */
  readonly after?: { readonly startedMs: number; readonly number: number };
  readonly limit: number;
}

/**
 * The durable store. `commit` resolves only when the whole batch is on disk for good; a batch is
 * written whole or not at all, and batches in the order in which they were given.
 */
export interface OutboxStore {
  /**
   * Transactions by number, rows by id, so that one disk always gives one state. Of damaged records
   * rows stay in it as dead letters, the others are left out; `damaged` names them.
   */
  load(nowWallMs: number): Promise<LedgerSnapshot>;
  /**
   * Rejects when the disk refuses, or when a transaction would take the number of another; nothing
   * of the batch was written then.
   */
  commit(batch: readonly LedgerWrite[]): Promise<void>;
  /** Rows with their content, in the order asked; rows that are gone are left out. */
  rows(ids: readonly number[]): Promise<readonly OutboxRow[]>;
  /** History, newest first, without what is damaged. */
  transactions(query: TransactionQuery): Promise<readonly Transaction[]>;
  /**
   * History as it went on, without what is damaged. A page takes no longer where years lie behind it.
   * It is at its end only where it has fewer than the limit.
   */
  sessionPage(page: HistoryPage): Promise<readonly Transaction[]>;
  /** The same in short, of sessions that ended. */
  factPage(page: HistoryPage): Promise<readonly SessionFact[]>;
  /** Those added up, by what they have in common: a ledger does it without handing out each. */
  factSums(
    time: FactTime,
    by: FactGroup,
  ): Promise<readonly FactSum[]>;
  /** What the meter signed in one session, in no order, without what is damaged. */
  signedReadings(transactionId: string): Promise<readonly SignedRecord[]>;
  /** What reading has found damaged since the store was opened. */
  damaged(): readonly DamagedRecord[];
  close(): Promise<void>;
}
