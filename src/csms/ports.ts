import type { TokenBook } from "../authorization/mod.ts";
import type { InstalledRoots, OwnKeys } from "../certificates/mod.ts";
import type { Clock } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
import type { Ids } from "../lib/ids.ts";
import type { Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import type {
  Aliases,
  BootReason,
  CsmsAction,
  Dialect,
  FrameSocket,
  IdToken,
  InsideCall,
  InsideRequest,
  InsideResponse,
  MessageCheck,
  OcppVersion,
  SpokenOutcome,
} from "../ocpp/mod.ts";
import type { FollowedOrder, Journal, Notices, Outbox, OutboxStore } from "../outbox/mod.ts";
import type {
  AuditNote,
  CsmsAccessRecord,
  SiteBook,
  SiteEvents,
  Timekeeper,
  Variables,
} from "../site/mod.ts";
import type { TransactionBook } from "../transactions/mod.ts";
import type { ProfileDesk } from "./profile_desk.ts";
import type { SecurityEvents } from "./security_events.ts";
import type { TariffPort } from "./tariff_port.ts";

/** What the upstream edge works with. */
export interface CsmsPorts {
  readonly clock: Clock;
  readonly timekeeper: Pick<Timekeeper, "told" | "stretch" | "shiftOf">;
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
  readonly store: Pick<OutboxStore, "rows" | "transactions">;
  readonly variables: Variables;
  readonly journal: Journal;
  readonly profiles: ProfileDesk;
  readonly tariffs: TariffPort;
  readonly chargers: ChargersPort;
  readonly dialer: Dialer;
  /** Roots that the CSMS itself has installed. */
  readonly roots: InstalledRoots;
  /** The gateway's own keys and certificates towards the CSMS. */
  readonly keys: OwnKeys;
  /** How the CSMS wanted to be reached before this start; undefined: as site.yaml says. */
  readonly access: CsmsAccessRecord | undefined;
  readonly security: SecurityEvents;
  /** The log of who did what; it never fails. */
  readonly audit: (note: Omit<AuditNote, "atWallMs">) => Promise<void>;
  /** Fetches firmware for chargers; absent: they fetch it themselves. */
  readonly firmware?: FirmwarePort;
  /** Takes logs of chargers to where the CSMS wants them; absent: chargers bring them there. */
  readonly logs?: LogPort;
  /** In which the CSMS was last spoken to, before this start; null for never. */
  readonly lastVersion: OcppVersion | null;
  /** Why this start is one that the CSMS wanted; null where it is not. */
  readonly wantedBoot: BootReason | null;
  /** Orders to chargers that were given before this start, and of which they still tell. */
  readonly followedOrders: Iterable<FollowedOrder>;
  readonly speech: (version: OcppVersion) => Promise<Speech>;
  /** The CSMS (or an operator) wants the gateway itself to start anew. */
  readonly restart: (reason: string) => void;
}

/** A dialect with the schemas of its version. */
export interface Speech {
  readonly dialect: Dialect;
  readonly check: MessageCheck;
}

/** Whoever fetches firmware for chargers that cannot reach the internet. */
export interface FirmwarePort {
  /** False for a charger that is away: it is not promised anything. */
  isHere(chargerId: string): boolean;
  /**
   * Takes over an order for a charger that knows it by `number`; the answer is the CSMS's, and what
   * follows is told as if the charger did.
   */
  take(
    chargerId: string,
    number: number,
    call: InsideCall<"UpdateFirmware">,
  ): Promise<InsideResponse<"UpdateFirmware">["status"]>;
  /** Has a firmware lie where all chargers can fetch it (2.1 L03); its states are told by `published`. */
  publish(
    order: InsideRequest<"PublishFirmware">,
  ): Promise<InsideResponse<"PublishFirmware">["status"]>;
  unpublish(checksum: string): Promise<InsideResponse<"UnpublishFirmware">["status"]>;
  /** True for an address at which it lies. */
  isOwn(location: string): boolean;
}

/** Whoever takes logs on for chargers that cannot reach the internet. */
export interface LogPort {
  /** What speaks against a place for a log; null where nothing does. */
  problem(location: string): string | null;
  /**
   * Has a charger bring its log here, by the `number` of the order; the answer is the charger's. What
   * follows is told as if the charger did.
   */
  take(
    chargerId: string,
    number: number,
    call: InsideCall<"GetLog">,
  ): Promise<SpokenOutcome<"GetLog">>;
}

/** Chargers, as commands from above need them. */
export interface ChargersPort {
  call<A extends CsmsAction>(
    chargerId: string,
    call: InsideCall<A> & { readonly action: A },
    urgent?: boolean,
  ): Promise<SpokenOutcome<A>>;
  /** Has a charger start; the order is on disk before the charger is told. */
  orderStart(wish: StartWish): Promise<StartOutcome>;
  /** Ids of chargers that can be spoken to now. */
  connected(): readonly string[];
  /** Has the charger obey what the ledger says of a refused transaction. */
  enforce(transactionId: string): Promise<void>;
}

/** The CSMS wants a session to begin. */
export interface StartWish {
  readonly slot: number;
  readonly idToken: IdToken;
  readonly groupIdToken: IdToken | null;
  readonly origin: "csms";
  /** Null where the CSMS gave none. */
  readonly remoteStartId: number | null;
  /** How long the driver has to plug in. */
  readonly lastsMs: number;
}

/** How the charger took the order. A master pass starts nothing, and a held charger takes none. */
export type StartOutcome =
  | SpokenOutcome<"RequestStartTransaction">
  | { readonly kind: "master-pass" | "held" };

/** What to connect to. */
export interface DialRequest {
  readonly url: string;
  readonly identity: string;
  /** Bytes where it is no text. */
  readonly password: string | Uint8Array | null;
  readonly protocols: readonly OcppVersion[];
  readonly compression: boolean;
  readonly timeoutMs: number;
  /** By what both sides know each other where the address begins with wss; absent: as browsers do. */
  readonly tls?: CsmsTls;
}

/** Certificates towards the CSMS, as PEM texts. */
export interface CsmsTls {
  /** Roots of the CSMS; null: those that browsers know. */
  readonly ca: string | null;
  /** Roots that count besides. */
  readonly moreCa: readonly string[];
  /** The gateway's own certificate (security profile 3); null for none. */
  readonly own: { readonly cert: string; readonly key: string } | null;
}

/** How a connection attempt ended. */
export type DialOutcome =
  | { readonly kind: "open"; readonly socket: FrameSocket; readonly protocol: string }
  | {
    readonly kind: "failed";
    /** For a person: "HTTP 401", "connection refused". */
    readonly reason: string;
    readonly httpStatus: number | null;
    /** It showed a certificate that does not count. */
    readonly isCertificateWrong?: true;
    /** It does not take the certificate that it was shown, or wants one. */
    readonly isOwnCertificateRefused?: true;
    /** It speaks no TLS, or no cipher suite, that is safe enough. */
    readonly isTlsWrong?: "version" | "suite";
  };

/** Opens connections: over TCP, or in memory in tests and simulation. */
export interface Dialer {
  dial(request: DialRequest, signal: AbortSignal): Promise<DialOutcome>;
}
