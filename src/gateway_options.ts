import type { AuthorizationOptions } from "./authorization/mod.ts";
import type { SurplusOptions } from "./balancing/mod.ts";
import type { ChargerListener, ChargersOptions, ListenerOptions } from "./chargers/mod.ts";
import type { Authority, OwnKeys } from "./certificates/mod.ts";
import type { CsmsOptions, Dialer } from "./csms/mod.ts";
import type { AlertDelivery, AlertDesk } from "./gateway_alerts.ts";
import type { BackupPort } from "./gateway_backups.ts";
import type { DemandOptions } from "./gateway_demands.ts";
import type { FilesOptions } from "./files/mod.ts";
import type { FilePorts } from "./gateway_files_options.ts";
import type { DiskPort } from "./gateway_space.ts";
import type { TariffDesk } from "./gateway_tariffs.ts";
import type { Clock } from "./lib/clock.ts";
import type { Ids } from "./lib/ids.ts";
import type { Log } from "./lib/log.ts";
import type { AidRule, AlertRule, DesiredRule } from "./operations/mod.ts";
import type { OutboxStore } from "./outbox/mod.ts";
import type { ReportDelivery } from "./gateway_report_schedules.ts";
import type { CarbonFactor, OcpiOptions, ReportSchedule } from "./reports/mod.ts";
import type {
  Circuit,
  Contact,
  Contactor,
  EvsePlace,
  MeterSource,
  SharingStrategy,
} from "./site/mod.ts";
import type { AuditStore, HistoryStore, HostClock, TelemetryStore } from "./telemetry/mod.ts";
import type { Signal } from "./signals/mod.ts";
import type { Tariff } from "./transactions/mod.ts";
import type { ListenerView, WebPorts } from "./web/mod.ts";

/** What the gateway is told once; site.yaml fills it. */
export interface GatewayOptions {
  readonly siteName: string;
  readonly timezone: string;
  readonly language: "en" | "mr" | "hi";
  readonly nominalVoltageV: number;
  readonly csms: CsmsOptions | null;
  /** How often the CSMS gets meter values, until it says otherwise. */
  readonly meterIntervalS: number;
  /** The wait before a refused record goes up again, times the refusals. */
  readonly retryIntervalS: number;
  readonly chargers: ChargersOptions;
  readonly adoptInto: string;
  readonly circuits: readonly Circuit[];
  readonly places: readonly EvsePlace[];
  readonly authorization: AuthorizationOptions;
  readonly balancing: {
    readonly strategy: SharingStrategy;
    readonly marginAmps: number;
    /** How EVs are charged by the sun where a circuit's strategy says so; absent: as usual. */
    readonly surplus?: SurplusOptions;
  };
  /** What a session costs where the CSMS gives no tariff; null: nothing is reckoned. */
  readonly tariff: Tariff | null;
  /** CO₂ of a kilowatt hour from the grid; absent: nobody has said. */
  readonly carbon?: CarbonFactor | null;
  /** How the site is called in charge detail records; absent: none are made. */
  readonly ocpi?: OcpiOptions | null;
  /** Reports that are sent by themselves; absent: none. */
  readonly reportSchedules?: readonly ReportSchedule[];
  /** Who is told of faults; absent: nobody. */
  readonly alerts?: readonly AlertRule[];
  /** What chargers are to be set to; absent: nothing is wanted of them. */
  readonly desired?: readonly DesiredRule[];
  /** What is done about faults by itself; absent: nothing. */
  readonly firstAid?: readonly AidRule[];
  /** What is usual for drivers; absent: nobody has said anything, and nothing is learnt. */
  readonly demands?: Omit<DemandOptions, "timezone" | "nominalVoltageV">;
  /** Files for chargers; absent or null: they fetch and bring them elsewhere. */
  readonly fileService?: FilesOptions | null;
  /** Room on the disk that is kept for when it is full. Default 16 MiB. */
  readonly ballastBytes?: number;
  /** How long telemetry is kept, milliseconds. Default 180 days. */
  readonly telemetryKeepMs?: number;
  /** When the ledger is backed up, in minutes after midnight of the site. Default 03:00. */
  readonly backUpAtMinute?: number;
}

/** The outside world. On virtual time every one of these is a double. */
export interface GatewayPorts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly store: OutboxStore;
  readonly listeners: readonly {
    readonly listener: ChargerListener;
    readonly options: ListenerOptions;
  }[];
  /** Signs certificates of chargers; absent: nobody does. */
  readonly authority?: Authority;
  /** The gateway's own keys towards the CSMS; absent: it asks for no certificate. */
  readonly ownKeys?: OwnKeys;
  readonly dialer: Dialer;
  readonly meters: readonly MeterSource[];
  /** In front of chargers; absent: none. */
  readonly contactors?: readonly Contactor[];
  /** What somebody else switches: limits of the grid, what feeds a circuit. */
  readonly contacts?: readonly Contact[];
  /** Who else wants circuits limited. */
  readonly signals?: readonly Signal[];
  /** When this program was released, Unix milliseconds: it is later than that. */
  readonly releasedMs: number;
  /** Resident memory, for metrics. */
  readonly memoryBytes: () => number;
  /** What the program has written to disks since it started; absent or null: nobody knows. */
  readonly bytesWritten?: () => number | null;
  /** The partition of the ledger; absent where nobody knows about it. */
  readonly disk?: DiskPort;
  /** Where the ledger is backed up; absent where it is not. */
  readonly backups?: BackupPort;
  /** Where the quarters of an hour of meters are kept for ever; absent: in memory. */
  readonly history?: HistoryStore;
  /** The network and the disk of files; wanted where the options speak of files. */
  readonly files?: FilePorts;
  /** Takes reports to where they are to be; absent: nobody does. */
  readonly reportDelivery?: ReportDelivery;
  /** Takes alerts to people and programs; absent: nobody does. */
  readonly alertDelivery?: AlertDelivery;
  /** Makes a PDF file of a page; absent: nobody does. */
  readonly printPdf?: WebPorts["reports"]["printPdf"];
  /** What the machine's time service says of itself; absent: nobody asks it. */
  readonly hostClock?: () => Promise<HostClock | null>;
  /** Where telemetry is kept; absent: in memory. */
  readonly telemetry?: TelemetryStore;
  /** Where it is kept who did what; absent: in memory. */
  readonly audit?: AuditStore;
}

/** A running gateway. */
export interface Gateway {
  /** What the pages and the API work with. */
  readonly web: WebPorts;
  /** What the CSMS has a say in about prices (2.1 I07–I11). */
  readonly tariffs: TariffDesk;
  /** Addresses at which chargers are awaited. */
  readonly addresses: readonly ListenerView[];
  /** From now on alerts can be published at a broker. */
  readonly publishAlertsBy: AlertDesk["publishBy"];
  /** Resolves when the CSMS or an operator wants the gateway to start anew. */
  readonly restartWanted: Promise<string>;
  /** Stops in order: first nothing new comes in, last the disk is let go. */
  stop(): Promise<void>;
}
