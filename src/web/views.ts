import type {
  ClockTrust,
  CounterBreak,
  EnergyDirection,
  EvseState,
  MeterHealth,
  MeterRole,
  PerLine,
  Quirk,
  Role,
  SiteFault,
  WireMessage,
} from "../site/mod.ts";
import type { MeterFinding } from "../meters/mod.ts";
import type { ReasonView } from "./reason_view.ts";
import type { Bill } from "../transactions/mod.ts";

/** What the API returns and the pages draw. Times are ISO 8601 in UTC unless a name says otherwise. */

export interface SiteView {
  readonly name: string;
  readonly timezone: string;
  readonly language: "en" | "mr" | "hi";
  readonly time: string;
  /** Whether that is so: the CSMS says it, only the machine does, or it cannot be. */
  readonly clock: ClockTrust;
  readonly csms: CsmsView;
  readonly totals: {
    readonly chargers: number;
    readonly connected: number;
    readonly evses: number;
    readonly charging: number;
    readonly powerW: number;
    /** Energy of sessions that ended today, and of the running ones, in the site's time zone. */
    readonly energyTodayWh: number;
  };
  readonly alarms: number;
  /** What somebody should look at some time. */
  readonly warnings: number;
  /** Chargers without password may connect somewhere (security profile 0): a banner says so. */
  readonly openListener: boolean;
}

export interface CsmsView {
  /** False for a site that stands alone. */
  readonly configured: boolean;
  readonly connected: boolean;
  /** The CSMS has accepted us and answers. */
  readonly online: boolean;
  readonly protocol: string | null;
  readonly since: string;
  /** Why it is not connected; null while it is. */
  readonly trouble: string | null;
  readonly clockOffsetMs: number | null;
  readonly outbox: {
    readonly rows: number;
    readonly oldestSeconds: number;
    readonly deadLetters: number;
    /** What waits, by what may become of it when there is no room. */
    readonly classes: {
      /** Starts and ends: never dropped; at the bound new sessions are refused. */
      readonly sessions: OutboxClassView;
      /** Meter records: thinned to few messages a session, and further where there is no room. */
      readonly readings: OutboxClassView & {
        readonly thinned: number;
        readonly droppedForRoom: number;
      };
    };
  };
}

/** The load of the outbox in one class. Counts of what was dropped begin with the gateway. */
export interface OutboxClassView {
  readonly rows: number;
  readonly bytes: number;
  readonly rowsMax: number;
  readonly bytesMax: number;
}

export interface ChargerView {
  readonly id: string;
  readonly protocol: string | null;
  readonly connected: boolean;
  readonly address: string | null;
  readonly connectedSince: string | null;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly serialNumber: string | null;
  readonly firmware: string | null;
  readonly bootedAt: string | null;
  readonly slots: readonly number[];
  /** It came back with another shape, and nobody can charge there; null while all is well. */
  readonly held: HeldView | null;
  /** What stood there before it was replaced; null where it was always the same. */
  readonly formerly: FormerView | null;
  readonly lastFault: FaultView | null;
  /** How often what it sends had to be mended, by kind. */
  readonly coercions: Readonly<Record<string, number>>;
  /** The charger's clock minus ours. */
  readonly clockOffsetMs: number | null;
  /** Its own list of drivers, for when even the gateway is gone; null where it has none. */
  readonly localList: LocalListView | null;
  /** What is known of its model; null where nothing is. */
  readonly quirkProfile: QuirkProfileView | null;
  /** What it said it can when it was asked; null before that. */
  readonly abilities: AbilitiesView | null;
  /** What it does its own way: what is known of it, and what has shown. */
  readonly quirks: readonly QuirkView[];
  /** How limits reach its EVSEs. */
  readonly limitPaths: readonly LimitPathView[];
  readonly security: ChargerSecurityView;
}

/** How a charger proves who it is. */
export interface ChargerSecurityView {
  /** Of the connection that it has now; null while it is away. */
  readonly profile: SecurityProfile | null;
  /** It comes with no lower one any more. */
  readonly leastProfile: SecurityProfile;
  readonly password: {
    /** Kept here as a digest; false: site.yaml has it, or there is none. */
    readonly kept: boolean;
    /** When it first came with it; null where nobody knows. */
    readonly since: string | null;
    /** It was given a new one and has not come with it yet. */
    readonly changing: boolean;
  };
  /** The one that ends last first. */
  readonly certificates: readonly ChargerCertificateView[];
}

/** A certificate that a charger was given here, or has come with. */
export interface ChargerCertificateView {
  /** SHA-256, as pairs of hexadecimal digits. */
  readonly fingerprint: string;
  readonly serialNumber: string;
  /** Null in records from before it was kept. */
  readonly subject: string | null;
  readonly from: string;
  readonly until: string;
  readonly issuedAt: string;
  /** When the charger first came with it; null: it has not yet. */
  readonly firstUsed: string | null;
  /** Null while it counts. */
  readonly revoked: { readonly at: string; readonly reason: string } | null;
}

/** 0: no password; 1: a password; 2: a password over TLS; 3: a certificate. */
export type SecurityProfile = 0 | 1 | 2 | 3;

/** What a whole site's security stands on, for the page of that name. */
export interface SecurityView {
  readonly listeners: readonly ListenerSecurityView[];
  /** Of the site's own authority, the one that signs now first; empty where nobody signs. */
  readonly roots: readonly RootView[];
}

/** A listener, and the certificate that it shows. */
export interface ListenerSecurityView extends ListenerView {
  /** Null: it has no TLS, a front has it, or the gateway renews it by itself. */
  readonly certificateUntil: string | null;
  /** The gateway's own authority has signed its certificate, which is renewed in time. */
  readonly isOwn: boolean;
}

/** A root of the site's own authority. */
export interface RootView {
  readonly subject: string;
  readonly fingerprint: string;
  readonly from: string;
  readonly until: string;
}

/** A record of `hardware/chargers/`, or one of the user's own. */
export interface QuirkProfileView {
  readonly id: string;
  readonly foundBy: "site.yaml" | "boot";
  /** What it does its own way, by name. */
  readonly quirks: Readonly<Record<string, unknown>>;
  /** What whoever installs or runs one should know. */
  readonly notes: string | null;
}

/** What a charger says it can, by its settings and answers. Kept on disk. */
export interface AbilitiesView {
  readonly profiles: boolean;
  readonly stackLevelMax: number;
  readonly rateUnit: "A" | "W";
  readonly localList: boolean;
  readonly reservation: boolean;
  readonly remoteTrigger: boolean;
  /** How often it sends meter values; null where it did not say. */
  readonly sampleIntervalMs: number | null;
}

/** Something that a charger does its own way. Counts begin with the gateway. */
export interface QuirkView {
  readonly quirk: Quirk;
  /** As it stands in a record of `hardware/chargers/`; null for what every charger is forgiven. */
  readonly value: unknown;
  /** Where it is known from; `asked`: its own answers showed it; `always`: nobody has to know, every charger is forgiven it. */
  readonly from: "asked" | "model" | "site.yaml" | "always";
  /** How often it has shown, since the gateway started. */
  readonly count: number;
  readonly lastAt: string | null;
}

/** How limits reach one EVSE. */
export interface LimitPathView {
  readonly slot: number;
  /** The form it takes limits in; `none`: it takes none and counts at its maximum. */
  readonly by:
    | "TxProfile"
    | "TxDefaultProfile"
    | "ChargePointMaxProfile"
    | "vendor"
    | "none"
    | "unknown";
  readonly stackLevel: number | null;
  readonly unit: "A" | "W";
  /** A limit ends by itself when the gateway is gone: that is proven. */
  readonly endsByItself: boolean;
  /** How its fail-safe current was seen to be in force. */
  readonly failSafe: "schedule" | "current" | "unverified" | "missing";
  /** Limits written to it in the last day, and how many its memory bears. */
  readonly writesToday: number;
  readonly writesMax: number;
  readonly writesTotal: number;
}

/** How a charger was when its slots were given, and how it came back. */
export interface HeldView {
  readonly since: string;
  readonly was: ShapeView;
  readonly is: ShapeView;
}

export interface ShapeView {
  readonly protocol: string;
  readonly connectors: number;
}

export interface FormerView {
  readonly until: string;
  readonly model: string;
  readonly serialNumber: string | null;
}

/** The part of the site's list that a charger was given. */
export interface LocalListView {
  /** `refused`: it takes none until it boots again. */
  readonly state: "current" | "waiting" | "refused";
  /** 0 where it was given none. */
  readonly version: number;
  readonly entries: number;
  readonly capacity: number;
  readonly pushedAt: string | null;
  /** Why it is not current; null where nothing is wrong. */
  readonly trouble: string | null;
}

export interface EvseView {
  readonly slot: number;
  readonly chargerId: string;
  readonly evseId: number;
  readonly circuitId: string | null;
  readonly state: EvseState;
  /** The protocol's own word, for the expert: "SuspendedEVSE". */
  readonly protocolState: string | null;
  /** Why it waits or is limited, in words. Null where there is nothing to say. */
  readonly reason: string | null;
  /** Why it has the limit it has, with the numbers; null without a session. */
  readonly why: ReasonView | null;
  /** What is kept free for it on each of its lines, in amperes; null where it has no place. */
  readonly reservedAmps: number | null;
  /** Whether it does as it is told; null where nobody watches that. */
  readonly trust: "trusted" | "suspect" | "disobeying" | null;
  readonly operative: boolean;
  /** The class in which it is served, and who has said so; null for an EVSE without a place. */
  readonly priority: PriorityView | null;
  /** What the driver of the session wants; null where nobody knows. */
  readonly demand: DemandView | null;
  readonly transaction: TransactionView | null;
  /** Amperes per line. */
  readonly offeredAmps: number | null;
  readonly maxCurrentAmps: number | null;
  /** Amperes on the charger's phases 1, 2, 3. */
  readonly measuredAmps: readonly [number, number, number] | null;
  readonly powerW: number | null;
  readonly energyWh: number | null;
  readonly socPercent: number | null;
  /** How old the measured values are. */
  readonly measuredAgeMs: number | null;
  /** The contactor in front of it is open. */
  readonly isCut: boolean;
  /** How often its session was paused for want of room. */
  readonly pauses: number;
  /** Limits sent to it in the last 24 hours. */
  readonly writesPerDay: number;
}

export interface PriorityView {
  /** Higher goes first; 1000 is an operator's "this one first". */
  readonly class: number;
  readonly by: "operator" | "token" | "csms" | "group" | "evse";
}

/** Who has said something of what a driver wants; "habit" is a guess from past sessions. */
export type DemandBy = "operator" | "vehicle" | "token" | "group" | "habit";

export interface DemandView {
  /** When the vehicle leaves, or was to leave; null where nobody knows. */
  readonly departure: string | null;
  readonly departureBy: DemandBy | null;
  /** What is still to be delivered. */
  readonly remainingWh: number | null;
  readonly energyBy: DemandBy | null;
  /** It may not wait: for the sun, or for a better price. */
  readonly urgent: boolean;
}

export interface CircuitView {
  readonly id: string;
  readonly parentId: string | null;
  readonly meterId: string | null;
  readonly limitAmps: number;
  readonly loadAmps: PerLine<number | null>;
  /** What flows, or has to be reckoned with, besides the chargers. */
  readonly otherLoadAmps: PerLine;
  /** What the chargers may draw. */
  readonly reservedAmps: PerLine;
  readonly headroomAmps: PerLine;
  /** Bounds besides the one on each line; empty where there are none. */
  readonly bounds: readonly CircuitBoundView[];
  /** What feeds it now, of all that may; `limitAmps` is that of this one. */
  readonly source: string;
  readonly sources: readonly string[];
  /** Limits on the chargers below together that hold now; those on the whole site are at its root. */
  readonly limits: readonly CircuitLimitView[];
  readonly meterState: "none" | "good" | "held" | "substituted" | "lost" | "doubted";
  readonly slots: readonly number[];
}

/** A limit on chargers together, from the grid or the site's own people; kept when it is over. */
export interface CircuitLimitView {
  readonly number: number;
  /** Null: all chargers of the site. */
  readonly circuitId: string | null;
  readonly source: "signal" | "operator";
  /** Which of the site's signals; absent: somebody by the pages or the API. */
  readonly signal?: string;
  /** What counts: all that the circuit draws; absent: its chargers together. */
  readonly counts?: "everything";
  /** Amperes bound each line, watts all lines together. */
  readonly unit: "A" | "W";
  readonly limit: number;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
  /** Null: until it is lifted. */
  readonly until: string | null;
  /** When what chargers could draw was within it first; null before. */
  readonly metAt: string | null;
  /** Null while it holds. */
  readonly endedAt: string | null;
  readonly endedBy: "time" | "replaced" | "no-circuit" | "lifted" | null;
  /** Who lifted it. */
  readonly liftedBy: string | null;
}

/** Somebody outside who limits a circuit, and how he is heard. */
export interface SignalView {
  readonly id: string;
  readonly circuitId: string | null;
  /** What its limits are about: the chargers together, or all that the circuit draws. */
  readonly counts: "chargers" | "everything";
  /** Null: not since the gateway started. */
  readonly heardAt: string | null;
  readonly silent: boolean;
  /** Why it was not heard the last time; null where it was. */
  readonly trouble: string | null;
  /** What it wants now; null: nothing. */
  readonly limit: {
    readonly unit: "A" | "W";
    readonly limit: number;
    readonly reason: string;
    readonly until: string | null;
  } | null;
  /** What it says that cannot be carried out. */
  readonly problems: readonly string[];
}

/** A bound on a circuit that is not one on a line. */
export interface CircuitBoundView {
  readonly kind: "power" | "apparent" | "unbalance" | "neutral";
  readonly unit: "W" | "VA" | "A";
  readonly limit: number;
  /** What there is of it now; null where nobody measures. */
  readonly load: number | null;
}

/** The load of a circuit in one minute. */
export interface LoadMinuteView {
  readonly at: string;
  /** The most that flowed in that minute. */
  readonly loadAmps: PerLine<number | null>;
  /** What was kept for chargers at most. */
  readonly reservedAmps: PerLine<number | null>;
  readonly limitAmps: number;
}

export interface MeterView {
  readonly id: string;
  readonly role: MeterRole;
  readonly health: MeterHealth["kind"];
  /** What a person at the cabinet can act on; null while it is well. */
  readonly trouble: string | null;
  readonly ageMs: number | null;
  readonly currentsAmps: PerLine | null;
  readonly voltagesV: PerLine | null;
  readonly powersW: PerLine | null;
  readonly totalPowerW: number | null;
  readonly importWh: number | null;
  readonly exportWh: number | null;
  readonly frequencyHz: number | null;
  /** Readings since the start. */
  readonly readings: number;
  /** From one reading to the next; null while too few have come. */
  readonly everyMs: number | null;
  /** Readings that were refused since the start. */
  readonly refused: number;
  readonly lastRefusal: { readonly reason: string; readonly ageMs: number } | null;
  /** Registers that did not go on: the last time of each. */
  readonly counterBreaks: readonly CounterBreakView[];
  /** What somebody at the cabinet should know: why it gives nothing, what looks wrong. */
  readonly findings: readonly MeterFinding[];
  /** Since when it seems wrong, so that circuits do not rely on it; null where it is believed. */
  readonly doubtedSince: string | null;
}

/** A register of a meter that was reset, replaced or ran over; its energy is counted on. */
export interface CounterBreakView {
  readonly direction: EnergyDirection;
  readonly kind: CounterBreak["kind"];
  readonly at: string;
  readonly fromWh: number;
  readonly toWh: number;
  /** How often that has happened. */
  readonly times: number;
}

/** What a meter measured at one moment, or in the middle of one minute. */
export interface MeterPointView {
  readonly at: string;
  readonly powerW: number | null;
  readonly currentsAmps: PerLine | null;
}

/** How long the periods are that a meter's history is shown by. */
export const METER_PERIOD_STEPS = ["quarter", "hour", "day", "month"] as const;

/** One of `METER_PERIOD_STEPS`. */
export type MeterPeriodStep = typeof METER_PERIOD_STEPS[number];

/** What a meter measured in a period. */
export interface MeterPeriodView {
  readonly at: string;
  readonly until: string;
  /**
   * `none`: nothing was read in it. `part`: the gateway or the meter was away for a while. `running`:
   * it is not over. `overlapping`: the clock was set back, and more was measured than the period lasts.
   */
  readonly quality: "whole" | "part" | "none" | "running" | "overlapping";
  /** How long it was read. */
  readonly coveredSeconds: number;
  readonly importWh: number | null;
  readonly exportWh: number | null;
  /** What counters showed besides after a silence that began in an earlier quarter of an hour. */
  readonly unreadImportWh: number;
  readonly unreadExportWh: number;
  /** By the meter's counter, or reckoned from power; null where nothing is known. */
  readonly energyBy: "counter" | "power" | null;
  /** In the middle. */
  readonly powerW: number | null;
  readonly powerMinW: number | null;
  readonly powerMaxW: number | null;
  /** The most, whichever way it flowed. */
  readonly maxAmps: PerLine | null;
}

export interface TransactionView {
  readonly id: string;
  readonly number: number;
  readonly chargerId: string;
  readonly slot: number;
  readonly token: string;
  readonly startedAt: string;
  readonly stoppedAt: string | null;
  readonly energyWh: number;
  readonly stopReason: string | null;
  readonly authorizationSource: string;
  readonly authorizationReason: string;
  readonly authorizationStatus: string;
  readonly upstream: "none" | "waiting" | "partly" | "delivered" | "dead-letter";
  readonly flags: readonly string[];
  /** The flags in words, and what else an operator should know. */
  readonly remarks: readonly string[];
  /** What the site itself has counted of its energy, by "power" or "register"; the bill goes by the register. */
  readonly evidenceWh: number | null;
  readonly evidenceBy: string | null;
  /** By how much the charger's own end, which came too late, differs from what was billed, in Wh. */
  readonly correctionWh: number | null;
  /** What that would have cost more, with tax, in the currency of `cost`; the bill stays as it was told. */
  readonly correctionCost: string | null;
  /** What it has come to by the last that was heard of it; null where no tariff applies. */
  readonly cost: Bill | null;
}

/** From a moment on a session had this limit, for this reason. */
export interface LimitChangeView {
  readonly at: string;
  /** Per line, in amperes; null before the first limit. */
  readonly limitAmps: number | null;
  readonly why: ReasonView;
}

export interface TransactionFilter {
  readonly from?: string;
  readonly to?: string;
  readonly charger?: string;
  readonly token?: string;
  readonly limit: number;
  /** The number of the last transaction of the page before. */
  readonly before?: number;
}

export interface OutboxRowView {
  readonly id: number;
  readonly transactionId: string;
  readonly slot: number;
  readonly kind: "started" | "updated" | "ended";
  readonly createdAt: string;
  readonly refusals: number;
  readonly lastError: string | null;
  readonly dead: boolean;
}

/** The end of a session that nobody knows, as its charger told it. It does not go to the CSMS. */
export interface OrphanStopView {
  /** By which it is taken off the list. */
  readonly id: string;
  readonly chargerId: string;
  /** When the gateway heard it first. */
  readonly heardAt: string;
  /** When it ended, by the charger's clock. */
  readonly stoppedAt: string;
  /** The charger's own id or number of the session; null where it gave none. */
  readonly chargersOwnId: string | null;
  /** The meter register at the end; what the session took is not known without its start. */
  readonly registerWh: number;
  /** Who stopped it, where somebody showed a card. */
  readonly token: string | null;
  readonly stopReason: string;
}

export interface WaitingView {
  readonly id: string;
  readonly address: string;
  readonly protocols: readonly string[];
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly knocks: number;
}

/** A connection attempt that was turned away. */
export interface RefusalView {
  readonly at: string;
  readonly address: string;
  /** Null where the path held no identity. */
  readonly chargerId: string | null;
  /** In words that an installer can act on: "wrong password". */
  readonly reason: string;
}

export interface TokenView {
  readonly token: string;
  /** A kind of token of 2.1: "Central", "eMAID", "KeyCode". */
  readonly type: string;
  readonly status: string;
  readonly expires: string | null;
  readonly group: string | null;
  readonly origin: "csms" | "operator";
  /** What is usual for its driver: a class of priority, a time of day as "17:30", an energy. */
  readonly priority: number | null;
  readonly departure: string | null;
  readonly energyKwh: number | null;
}

/** A decision about a token, for the record. */
export interface DecisionView {
  readonly at: string;
  readonly chargerId: string;
  /** Null for a card that was shown before it was known at which EVSE. */
  readonly slot: number | null;
  readonly token: string;
  readonly what: "authorize" | "start" | "stop" | "remote-start";
  readonly status: string;
  /** Who decided: the list, the cache, the cloud, a rule. */
  readonly source: string;
  readonly reason: string;
  readonly waitedMs: number;
}

export type FaultView = SiteFault & { readonly since: string; readonly count: number };
export type MessageView = WireMessage & { readonly id: number };

/** Where chargers may be pointed at, for the page that helps an installer. */
export interface ListenerView {
  readonly url: string;
  readonly securityProfile: SecurityProfile;
}

/** Somebody who is signed in. */
export interface Principal {
  readonly name: string;
  readonly role: Role;
}
