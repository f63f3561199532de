import type { TokenBook } from "./authorization/mod.ts";
import type { CircuitLoad, ComparedStep, EvseLimit } from "./balancing/mod.ts";
import type { CertificateBook } from "./certificates/mod.ts";
import type { Chargers, ListenerOptions } from "./chargers/mod.ts";
import type { Csms } from "./csms/mod.ts";
import type { DemandDesk } from "./gateway_demands.ts";
import type { Clock } from "./lib/clock.ts";
import type { Aliases } from "./ocpp/mod.ts";
import type { Faults } from "./operations/mod.ts";
import type { Outbox, OutboxStore } from "./outbox/mod.ts";
import type { CircuitLimits, CircuitSources, SignalDesk } from "./signals/mod.ts";
import type {
  Circuit,
  DoubtedMeter,
  EvseMeasurement,
  MeterCounters,
  MeterHealth,
  MeterRole,
  MeterSample,
  SiteBook,
  Timekeeper,
} from "./site/mod.ts";
import type { EnergyHistory, MessageLog, Telemetry } from "./telemetry/mod.ts";
import type { Pricing, TransactionBook } from "./transactions/mod.ts";
import type { ListenerView } from "./web/mod.ts";

/** What is known of a meter now. */
export interface MeterState {
  readonly id: string;
  readonly role: MeterRole;
  /** What it is reached over together with others; null: by itself. */
  readonly line: string | null;
  readonly health: MeterHealth;
  readonly sample: MeterSample | null;
  readonly refused: number;
  /** Why the last refused reading was none; null where none was refused. */
  readonly lastRefusal: { readonly reason: string; readonly atMonoMs: number } | null;
  /** Readings since the start. */
  readonly readings: number;
  /** What it has counted; null where it counts nothing. */
  readonly counters: MeterCounters | null;
  /** From one reading to the next, the middle of the last ones; null while too few have come. */
  readonly everyMs: number | null;
}

/** The rooms that the pages and the API are drawn from. */
export interface ViewPorts {
  readonly clock: Clock;
  readonly timekeeper: Pick<Timekeeper, "trust">;
  readonly siteName: string;
  readonly timezone: string;
  readonly language: "en" | "mr" | "hi";
  readonly csms: Csms | null;
  readonly site: SiteBook;
  readonly tokens: TokenBook;
  readonly aliases: Pick<Aliases, "read">;
  readonly transactions: TransactionBook;
  readonly pricing: Pricing;
  readonly chargers: Chargers;
  readonly outbox: Outbox;
  readonly store: Pick<OutboxStore, "transactions" | "factSums">;
  readonly faults: Faults;
  readonly demands: Pick<DemandDesk, "priorityOn" | "demandOn">;
  readonly telemetry: Pick<
    Telemetry,
    "decisions" | "limits" | "recentReadings" | "sessionReadings" | "summaries"
  >;
  readonly history: Pick<EnergyHistory, "quarters">;
  readonly messages: MessageLog;
  readonly circuits: () => readonly CircuitLoad[];
  /** Steps of single chargers beside what the meters above them showed, oldest first. */
  readonly comparedSteps: () => readonly ComparedStep[];
  /** Meters that are not believed. */
  readonly doubtedMeters: () => readonly DoubtedMeter[];
  readonly limits: () => readonly EvseLimit[];
  readonly limit: (slot: number) => EvseLimit | undefined;
  readonly measurement: (slot: number) => EvseMeasurement | undefined;
  readonly meters: () => readonly MeterState[];
  /** The newest samples of a meter, oldest first. */
  readonly meterSamples: (id: string) => readonly MeterSample[];
  readonly circuitLimits: Pick<CircuitLimits, "inForce" | "record">;
  readonly circuitSources: Pick<CircuitSources, "on">;
  readonly signals: Pick<SignalDesk, "states">;
  /** With the limits of what feeds them now. */
  readonly circuitPlan: Pick<ReadonlyMap<string, Circuit>, "get">;
  readonly nominalVoltageV: number;
  readonly listeners: () => readonly ListenerView[];
  readonly certificates: Pick<CertificateBook, "of">;
  /** Where chargers come in, in the order of `listeners`. */
  readonly doors: () => readonly Pick<ListenerOptions, "names" | "tls">[];
  /** Roots of the site's own authority, PEM, the one that signs now first. */
  readonly ownRoots: () => readonly string[];
}
