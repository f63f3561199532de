import type { X509Certificate } from "node:crypto";
import type { ChargerListRecord, TokenBook } from "../authorization/mod.ts";
import type { Authority, CertificateBook } from "../certificates/mod.ts";
import type { Clock } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
import type { Ids } from "../lib/ids.ts";
import type { Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import type {
  Aliases,
  Dialect,
  Enveloped,
  IdToken,
  IdTokenInfo,
  InsideCall,
  InsideResponse,
  MessageCheck,
  MeterReading,
  OcppVersion,
} from "../ocpp/mod.ts";
import type { Journal, Notices, Outbox, OutboxStore } from "../outbox/mod.ts";
import type {
  ChargingNeeds,
  KeptQuirkCounts,
  SiteBook,
  SiteEvents,
  Timekeeper,
  Variables,
} from "../site/mod.ts";
import type { TransactionBook, UnclaimedStart } from "../transactions/mod.ts";

/** What the charger edge works with. */
export interface ChargersPorts {
  readonly clock: Clock;
  readonly timekeeper: Pick<Timekeeper, "clock" | "trust" | "stretch" | "shiftOf">;
  readonly ids: Ids;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly site: SiteBook;
  readonly tokens: TokenBook;
  /** What 1.6 calls tokens that it cannot say. */
  readonly aliases: Aliases;
  readonly transactions: TransactionBook;
  readonly outbox: Outbox;
  readonly notices: Notices;
  readonly variables: Variables;
  readonly journal: Journal;
  readonly store: Pick<OutboxStore, "transactions">;
  /** What each charger was last given of the local list, as it was on disk. */
  readonly pushedLists: Map<string, ChargerListRecord>;
  /** Starts of 2.x chargers that nobody had claimed, as they were on disk. */
  readonly unclaimedStarts: ReadonlyMap<string, UnclaimedStart>;
  /** How often quirks had shown, as it was on disk. */
  readonly quirkCounts: ReadonlyMap<string, KeptQuirkCounts>;
  readonly upstream: UpstreamPort;
  readonly demands: DemandPort;
  readonly certificates: CertificatesPort;
  readonly room: RoomPort;
  /** How a version is spoken and checked. */
  readonly speech: (version: OcppVersion) => Promise<Speech>;
}

/** Whose certificates count for chargers, and who signs them. */
export interface CertificatesPort {
  roots(): readonly X509Certificate[];
  readonly book: CertificateBook;
  /** Null where the site signs nothing. */
  readonly authority: Authority | null;
}

/** Who keeps what the drivers and their EVs want. */
export interface DemandPort {
  /** An EV has told what it needs (2.1 K17). False where no session runs, or it says nothing of use. */
  heardNeeds(slot: number, needs: ChargingNeeds): Promise<boolean>;
}

/** What the disk still takes. */
export interface RoomPort {
  /** Why no session may begin; null where one may. */
  refusal(): string | null;
  /** How often a reading is kept where one is wanted so often; `Infinity`: never. */
  readingIntervalMs(wantedMs: number): number;
}

/** A dialect with the schemas of its version. */
export interface Speech {
  readonly dialect: Dialect;
  readonly check: MessageCheck;
}

/** The CSMS, as chargers need it. */
export interface UpstreamPort {
  /** The CSMS accepted us and answers. */
  isOnline(): boolean;
  /**
   * Asks about a token; null where no usable answer came. Once the signal aborts nobody waits any
   * more: what has not been said by then is not said, and an answer may come late.
   */
  authorize(idToken: IdToken, givenUp: AbortSignal): Promise<IdTokenInfo | null>;
  /** Passes a vendor's message on; null where no usable answer came. */
  dataTransfer(
    message: DataTransferUp,
  ): Promise<Enveloped<InsideResponse<"DataTransfer">> | null>;
  /** Meter values that belong to no transaction: the newest of a slot is enough. */
  meterValues(slot: number, reading: Enveloped<MeterReading>): void;
  /** Asks for a charger; null where no usable answer came. */
  ask<A extends QuestionAction>(
    chargerId: string,
    call: InsideCall<A> & { readonly action: A },
  ): Promise<Enveloped<InsideResponse<A>> | null>;
  /** Passes on what a charger tells, where the CSMS has asked for it or has a word for it. */
  news(chargerId: string, call: NewsCall): void;
}

/** What chargers say that the CSMS may want to hear as well. */
export type NewsCall = InsideCall<
  | "FirmwareStatusNotification"
  | "LogStatusNotification"
  | "NotifyCustomerInformation"
  | "NotifyDisplayMessages"
  | "NotifyEVChargingNeeds"
  | "NotifyEVChargingSchedule"
  | "NotifyEvent"
  | "NotifyMonitoringReport"
  | "NotifyReport"
>;

/** What only the CSMS can answer: certificates of cars and their chains, tax numbers of drivers. */
export type QuestionAction =
  | "Get15118EVCertificate"
  | "GetCertificateChainStatus"
  | "GetCertificateStatus"
  | "VatNumberValidation";

/** A vendor's message from one charger. */
export interface DataTransferUp {
  readonly slot: number | null;
  readonly vendorId: string;
  readonly messageId?: string;
  readonly data?: unknown;
}
