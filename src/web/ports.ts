import type { Clock } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
import type { Ids } from "../lib/ids.ts";
import type { Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import type { PeriodName, Report, ReportName, ReportPeriod, ReportTable } from "../reports/mod.ts";
import type {
  AnsweredCommand,
  ApiTokenRecord,
  AuditCheck,
  AuditEntry,
  AuditFilter,
  AuditNote,
  CommandOutcome,
  ConfigurationReading,
  FirmwareAction,
  RotationKnowledge,
  SecurityOrder,
  SettingName,
  SiteEvents,
  UserRecord,
} from "../site/mod.ts";
import type { ConfigurationPort } from "./configuration_port.ts";
import type { TokenEntry } from "./commands/command.ts";
import type { WebFirmware } from "./firmware/firmware_port.ts";
import type { LoadForecastPort } from "./forecast_port.ts";
import type { WebRecords } from "./record_port.ts";
import type { ArchivePort, SettingsPort, SupportPort } from "./settings_port.ts";
import type { SecondFactorRule } from "./second_factor_rule.ts";
import type { SessionStoryPort } from "./session_story.ts";
import type {
  ChargerView,
  CircuitLimitView,
  CircuitView,
  DecisionView,
  EvseView,
  FaultView,
  LimitChangeView,
  ListenerView,
  LoadMinuteView,
  MessageView,
  MeterPeriodStep,
  MeterPeriodView,
  MeterPointView,
  MeterView,
  OrphanStopView,
  OutboxRowView,
  RefusalView,
  SecurityView,
  SignalView,
  SiteTimeView,
  SiteView,
  TokenUsageView,
  TokenView,
  TransactionFilter,
  TransactionView,
  WaitingView,
  WebAlerts,
  WebFirstAid,
} from "./views.ts";

/** Where the pages are served. */
export interface WebOptions {
  readonly host: string;
  readonly port: number;
  /** PEM. Null: plain HTTP, which site.yaml allows on loopback only (ruling 24). */
  readonly tls: {
    readonly cert: string;
    readonly key: string;
    /** The gateway made it itself, and people have to accept it by hand. */
    readonly isOwn?: boolean;
  } | null;
  /** A bearer token with role admin, from the environment; null for none. */
  readonly adminToken: string | null;
  readonly version: string;
  /** Who has to have a second factor; absent: it is left to each person. */
  readonly secondFactor?: SecondFactorRule;
}

/** What the pages and the API work with. They decide nothing: they ask and pass on. */
export interface WebPorts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly users: UserStore;
  readonly apiTokens: ApiTokenStore;
  readonly audit: AuditLog;
  readonly answered: AnsweredCommandStore;
  /** A random key that the ledger keeps: it signs the marks of browsers that signed in before. */
  readonly browserKey: string;
  readonly views: WebViews;
  readonly commands: WebCommands;
  readonly reports: WebReports;
  readonly forecasts: LoadForecastPort;
  readonly records: WebRecords;
  readonly alerts: WebAlerts;
  /** What time it is, and who says so. */
  readonly siteTime: () => SiteTimeView;
  /** What is known of the lines behind a socket. */
  readonly rotation: (slot: number) => RotationKnowledge;
  readonly configuration: ConfigurationPort;
  /** Absent: chargers get no files from this gateway. */
  readonly firmware?: WebFirmware;
  readonly firstAid: WebFirstAid;
  /** The configuration; absent: it is nothing that could be changed here. */
  readonly settings?: SettingsPort;
  /** Makes backups to be downloaded; absent: nobody does. */
  readonly archive?: ArchivePort;
  /** Makes support bundles; absent: nobody does. */
  readonly support?: SupportPort;
  readonly metrics: () => Promise<string>;
  readonly health: () => HealthView;
}

/** A report that is sent by itself. */
export interface ReportScheduleView {
  readonly id: string;
  readonly report: ReportName;
  readonly every: "day" | "week" | "month";
  readonly format: "csv" | "json" | "pdf";
  readonly to: "folder" | "email";
  /** All times up to here were sent, or were over before; null: it has just begun. */
  readonly sentTo: string | null;
  readonly triedAt: string | null;
  /** Why the newest try failed; null: it did not. */
  readonly error: string | null;
}

/** Reports of a time. Their rows are made while they are read. */
export interface WebReports {
  readonly names: readonly ReportName[];
  /** The day, week, month, quarter or year of the site that a date lies in. */
  periodOn(
    name: PeriodName,
    date: string,
  ): ReportPeriod & { readonly before: string; readonly after: string };
  make(
    name: ReportName,
    time: { readonly fromMs: number; readonly toMs: number },
  ): Promise<Report>;
  /** In pieces. */
  csv(table: ReportTable): AsyncIterable<string>;
  json(report: Report): AsyncIterable<string>;
  /** A page that stands alone as a PDF file; null where site.yaml names no program for it. */
  /** Reports that are sent by themselves, and how that went. */
  readonly schedules: () => readonly ReportScheduleView[];
  readonly printPdf: ((html: string) => Promise<Uint8Array<ArrayBuffer>>) | null;
}

/** People who may sign in. */
export interface UserStore {
  list(): readonly UserRecord[];
  find(name: string): UserRecord | undefined;
  save(user: UserRecord): Promise<void>;
  remove(name: string): Promise<void>;
}

/** Tokens with which scripts use the API. */
export interface ApiTokenStore {
  list(): readonly ApiTokenRecord[];
  find(id: string): ApiTokenRecord | undefined;
  save(token: ApiTokenRecord): Promise<void>;
  remove(id: string): Promise<void>;
}

/** Commands that came with a key, and what they were answered. */
export interface AnsweredCommandStore {
  list(): readonly AnsweredCommand[];
  /** Resolves when it is on disk. */
  save(command: AnsweredCommand): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
}

/** Who did what; one can only add to it. */
export interface AuditLog {
  append(note: AuditNote): Promise<AuditEntry>;
  /** Newest first. */
  find(filter: AuditFilter): Promise<readonly AuditEntry[]>;
  check(): Promise<AuditCheck>;
}

/** How things are. Each call returns the state of that moment. */
export interface WebViews extends SessionStoryPort {
  site(): SiteView;
  chargers(): readonly ChargerView[];
  charger(id: string): ChargerView | undefined;
  evses(): readonly EvseView[];
  evse(slot: number): EvseView | undefined;
  circuits(): readonly CircuitView[];
  /** Limits on chargers together, those that are over too, newest first. */
  circuitLimits(): readonly CircuitLimitView[];
  signals(): readonly SignalView[];
  /** Minute by minute, oldest first; minutes in which nothing was told are not in it. */
  loadHistory(circuitId: string, fromMs: number): Promise<readonly LoadMinuteView[]>;
  meters(): readonly MeterView[];
  /** Reading by reading, oldest first: the last minutes; null for a meter that there is not. */
  meterRecent(id: string): readonly MeterPointView[] | null;
  /** Minute by minute, oldest first; minutes in which nothing was read are not in it. */
  meterMinutes(id: string, fromMs: number, toMs: number): Promise<readonly MeterPointView[]>;
  /** Period by period, oldest first, those that nothing is known of too; kept for ever. */
  meterPeriods(
    id: string,
    step: MeterPeriodStep,
    fromMs: number,
    toMs: number,
  ): Promise<readonly MeterPeriodView[]>;
  /** Newest first. */
  transactions(filter: TransactionFilter): Promise<readonly TransactionView[]>;
  transaction(id: string): Promise<TransactionView | undefined>;
  /** The limits that a session had, oldest first; undefined for one that nobody knows. */
  limits(transactionId: string): Promise<readonly LimitChangeView[] | undefined>;
  /** Oldest first; the first few hundred where nobody says which. */
  outbox(filter?: OutboxFilter): readonly OutboxRowView[];
  /** Ends of sessions that nobody knows, newest first; some ten of each charger at most. */
  orphanStops(): readonly OrphanStopView[];
  waiting(): readonly WaitingView[];
  /** The last connection attempts that were turned away, newest first; a few dozen at most. */
  refusals(): readonly RefusalView[];
  tokens(): readonly TokenView[];
  /** Of tokens that were used at all; none of codes that people type in. */
  tokenUsage(): Promise<readonly TokenUsageView[]>;
  /** How many more tokens are known by an answer of the CSMS, each by its digest alone. */
  cachedTokens(): number;
  /** Those that stand first, then what is remembered, each newest first; `which`: only those that stand. */
  faults(which?: "standing"): readonly FaultView[];
  fault(id: number): FaultView | undefined;
  /** Decisions about tokens, newest first, those of before a restart too. */
  decisions(filter: DecisionFilter): Promise<readonly DecisionView[]>;
  /** The newest of those that match, newest first. */
  messages(filter: MessageFilter): readonly MessageView[];
  listeners(): readonly ListenerView[];
  security(): SecurityView;
}

/** Which decisions about tokens to show. */
export interface DecisionFilter {
  /** ISO 8601; `to` is not in it. */
  readonly from?: string;
  readonly to?: string;
  readonly charger?: string;
  readonly token?: string;
  readonly limit: number;
}

/** Which records of the outbox to show. */
export interface OutboxFilter {
  /** Those that came after this one. */
  readonly afterId: number;
  readonly limit: number;
}

/** Which frames of the message log to show. */
export interface MessageFilter {
  /** Older than this frame, for the next page. */
  readonly beforeId?: number;
  readonly charger?: string;
  readonly action?: string;
  /** ISO 8601. */
  readonly from?: string;
  readonly limit: number;
}

/** What people may have done. `by` is the name of who asked, for the log. */
export interface WebCommands {
  start(slot: number, idToken: string, by: string): Promise<CommandOutcome>;
  stop(slot: number, by: string): Promise<CommandOutcome>;
  unlock(slot: number, by: string): Promise<CommandOutcome>;
  /** Closes the contactor that was opened in front of it. */
  reconnect(slot: number, by: string): Promise<CommandOutcome>;
  availability(slot: number, operational: boolean, by: string): Promise<CommandOutcome>;
  /** Caps an EVSE for some time; 0 A pauses it. */
  limit(slot: number, amps: number, minutes: number, by: string): Promise<CommandOutcome>;
  /** Limits all chargers below a circuit together, or of the site (null). */
  limitCircuit(
    circuitId: string | null,
    word: {
      readonly source: "signal" | "operator";
      /** Null ends the limit of that source, or of that one signal. */
      readonly signal?: string | undefined;
      readonly limit: { readonly unit: "A" | "W"; readonly amount: number } | null;
      /** How long it holds; with neither until it is lifted. `until` in ISO 8601. */
      readonly minutes: number | null;
      readonly until: string | null;
      readonly reason: string;
    },
    by: string,
  ): Promise<CommandOutcome>;
  /** What a signal of site.yaml that tells us by the API wants from now on. */
  tellSignal(
    id: string,
    order: {
      /** Null: no limit. */
      readonly limit: { readonly unit: "A" | "W"; readonly amount: number } | null;
      /** How long it holds; with neither until it says something else. `until` in ISO 8601. */
      readonly minutes: number | null;
      readonly until: string | null;
      readonly reason: string;
    },
    by: string,
  ): Promise<CommandOutcome>;
  /** Such a signal is still there; false where there is none. */
  beatSignal(id: string): Promise<boolean>;
  /** Another source feeds a circuit from now on: "grid", or one that site.yaml names. */
  switchSource(circuitId: string, sourceId: string, by: string): Promise<CommandOutcome>;
  /** Who goes first: a class, "first", or null to take the last word back. */
  priority(
    slot: number,
    word: { readonly class: number | "first" | null; readonly minutes: number | null },
    by: string,
  ): Promise<CommandOutcome>;
  /** What the driver of the running session wants; all absent takes the last word back. */
  demand(
    slot: number,
    word: {
      readonly departure: string | null;
      readonly energyKwh: number | null;
      readonly urgent: boolean;
    },
    by: string,
  ): Promise<CommandOutcome>;
  reset(chargerId: string, type: "soft" | "hard", by: string): Promise<CommandOutcome>;
  trigger(
    chargerId: string,
    message: string,
    slot: number | null,
    by: string,
  ): Promise<CommandOutcome>;
  /** Lets a charger in that waits: from its next connection on, or from the gateway's next start on. */
  adopt(
    chargerId: string,
    by: string,
    from?: "next-knock" | "next-start",
  ): Promise<CommandOutcome>;
  /** Has a charger prove itself otherwise: a new password, no certificate, a lower profile. */
  secure(chargerId: string, order: SecurityOrder, by: string): Promise<CommandOutcome>;
  /** Any call of OCPP in the charger's own version, but for what the balancer says. */
  say(
    chargerId: string,
    action: string,
    payload: Readonly<Record<string, unknown>>,
    by: string,
  ): Promise<CommandOutcome>;
  /** What a charger is set to; `names`: of those alone. Secrets are not told. */
  readConfiguration(chargerId: string, names: readonly string[]): Promise<ConfigurationReading>;
  /** Sets one of them. */
  configure(
    chargerId: string,
    setting: SettingName,
    value: string,
    by: string,
  ): Promise<CommandOutcome>;
  /** Binds the EVSEs of a charger to slots; `slots` by EVSE, empty to take it as it is now. */
  rebind(
    chargerId: string,
    slots: Readonly<Record<string, number>>,
    by: string,
  ): Promise<CommandOutcome>;
  putToken(
    token: string,
    info: {
      readonly type: string;
      readonly status: string;
      readonly expires: string | null;
      readonly group: string | null;
      /** What is usual for its driver; absent or null where nothing is said. */
      readonly priority?: number | null;
      readonly departure?: string | null;
      readonly energyKwh?: number | null;
    },
    by: string,
  ): Promise<CommandOutcome>;
  /** Lists all of them, or none; those that are not named stay as they are. */
  putTokens(tokens: readonly TokenEntry[], by: string): Promise<CommandOutcome>;
  deleteToken(token: string, by: string): Promise<CommandOutcome>;
  /** Ends a session whose charger is gone for good. */
  closeTransaction(id: string, by: string): Promise<CommandOutcome>;
  retryRow(id: number, by: string): Promise<CommandOutcome>;
  discardRow(id: number, by: string): Promise<CommandOutcome>;
  dismissOrphan(id: string, by: string): Promise<CommandOutcome>;
  /** Somebody has seen a fault; what has only happened is over with that. */
  acknowledgeFault(id: number, by: string): Promise<CommandOutcome>;
  /** Somebody says that a fault is over. */
  closeFault(id: number, by: string): Promise<CommandOutcome>;
  /** A meter that seemed turned was looked at, and counts again. */
  believeMeter(id: string, by: string): Promise<CommandOutcome>;
  /** Finds the lines behind a socket by lowering and raising its current. */
  testRotation(slot: number, by: string): Promise<CommandOutcome>;
  endRotationTest(slot: number, by: string): Promise<CommandOutcome>;
  /** Sends a message that says that it is a test, to whom a rule of alerts names. */
  testAlert(ruleId: string, by: string): Promise<CommandOutcome>;
  /** Firmware for chargers: images, orders and campaigns. */
  firmware(action: FirmwareAction, by: string): Promise<CommandOutcome>;
}

/** Whether the gateway is well. */
export interface HealthView {
  /** The process lives and its disk takes writes. */
  readonly alive: boolean;
  /** Chargers can be served. */
  readonly ready: boolean;
  readonly problems: readonly string[];
}
