import { Buffer } from "node:buffer";
import type { SpaceKeeper } from "./gateway_space.ts";
import type { GatewayPorts } from "./gateway_options.ts";
import type { Authority, CertificateBook } from "./certificates/mod.ts";
import type { TokenBook } from "./authorization/mod.ts";
import type { Chargers } from "./chargers/mod.ts";
import type { Csms } from "./csms/mod.ts";
import type { AlertDesk } from "./gateway_alerts.ts";
import type { FileDesk } from "./gateway_files.ts";
import { firstAidViews } from "./gateway_first_aid.ts";
import type { BalancingLoop } from "./gateway_balancing.ts";
import type { SiteCaps } from "./gateway_caps.ts";
import type { DemandDesk } from "./gateway_demands.ts";
import { createForecasts } from "./gateway_forecasts.ts";
import { preferencesOf } from "./gateway_demands_views.ts";
import type { MeterCheck } from "./gateway_meter_check.ts";
import { createRecordDesk } from "./gateway_records.ts";
import { createReportDesk, reportSources } from "./gateway_reports.ts";
import type { MeterDesk } from "./gateway_meters.ts";
import type { RotationDesk } from "./gateway_rotation.ts";
import { createViews } from "./gateway_views.ts";
import { type Clock, isoTime } from "./lib/clock.ts";
import type { Events } from "./lib/events.ts";
import type { Ids } from "./lib/ids.ts";
import type { Log } from "./lib/log.ts";
import type { Spawner } from "./lib/spawn.ts";
import { drop, put } from "./lib/write.ts";
import type { Aliases, IdTokenInfo } from "./ocpp/mod.ts";
import {
  createChargerCommands,
  createCircuitCommands,
  createConfigurationCommands,
  createDemandCommands,
  createFaultCommands,
  createMessageCommands,
  createOrphanCommands,
  createRecordCommands,
  createSecurityCommands,
  createSessionCommands,
  createSignalCommands,
  createTokenCommands,
  type DriftDesk,
  type Faults,
  type FirstAidDesk,
  isDrifted,
} from "./operations/mod.ts";
import type { Journal, LedgerSnapshot, Outbox, OutboxStore } from "./outbox/mod.ts";
import type { CarbonFactor, OcpiOptions } from "./reports/mod.ts";
import type {
  CircuitLimits,
  CircuitSources,
  CutDesk,
  OperatorLimits,
  SignalDesk,
} from "./signals/mod.ts";
import type {
  ApiTokenRecord,
  Circuit,
  CommandOutcome,
  EvseMeasurement,
  SiteBook,
  SiteEvents,
  Timekeeper,
  UserRecord,
} from "./site/mod.ts";
import {
  type AuditStore,
  createMetrics,
  type EnergyHistory,
  type LoopLag,
  type MessageLog,
  type SiteRecord,
  type Telemetry,
} from "./telemetry/mod.ts";
import { openOn, type Pricing, type TransactionBook } from "./transactions/mod.ts";
import type {
  AnsweredCommandStore,
  ApiTokenStore,
  ListenerView,
  UserStore,
  WebCommands,
  WebPorts,
} from "./web/mod.ts";

/** What the pages are put together from. */
export interface WebParts {
  readonly clock: Clock;
  readonly timekeeper: Timekeeper;
  readonly ids: Ids;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly options: {
    readonly siteName: string;
    readonly timezone: string;
    readonly language: "en" | "mr" | "hi";
    readonly circuits: readonly Circuit[];
    readonly nominalVoltageV: number;
  };
  readonly site: SiteBook;
  readonly tokens: TokenBook;
  readonly aliases: Aliases;
  readonly transactions: TransactionBook;
  readonly pricing: Pricing;
  readonly outbox: Outbox;
  readonly journal: Journal;
  readonly store: OutboxStore;
  readonly csms: Csms | null;
  readonly chargers: Chargers;
  readonly faults: Faults;
  readonly telemetry: Telemetry;
  readonly audit: AuditStore;
  readonly alerts: Pick<AlertDesk, "rules" | "sendTest">;
  readonly drift: Pick<DriftDesk, "all" | "check">;
  /** Null where site.yaml has no place for files. */
  readonly files: Pick<FileDesk, "web" | "commands"> | null;
  readonly firstAid: Pick<FirstAidDesk, "rules">;
  readonly history: Pick<EnergyHistory, "quarters">;
  readonly record: SiteRecord;
  readonly carbon: CarbonFactor | null;
  readonly ocpi: OcpiOptions | null;
  readonly printPdf: WebPorts["reports"]["printPdf"];
  readonly schedules: WebPorts["reports"]["schedules"];
  readonly messages: MessageLog;
  readonly limits: OperatorLimits;
  readonly caps: SiteCaps;
  readonly circuitLimits: CircuitLimits;
  readonly circuitSources: CircuitSources;
  /** With what limits them now. */
  readonly circuitPlan: () => readonly Circuit[];
  readonly signals: SignalDesk;
  readonly cuts: CutDesk;
  readonly demands: DemandDesk;
  readonly balancing: BalancingLoop;
  readonly meterCheck: MeterCheck;
  readonly rotation: RotationDesk;
  readonly siteTime: WebPorts["siteTime"];
  readonly meters: MeterDesk;
  readonly addresses: readonly ListenerView[];
  readonly listeners: GatewayPorts["listeners"];
  readonly authority: Pick<Authority, "roots"> | null;
  readonly certificates: CertificateBook;
  readonly snapshot: LedgerSnapshot;
  readonly memoryBytes: () => number;
  readonly bytesWritten: () => number | null;
  readonly loopLag: Pick<LoopLag, "longestMs">;
  readonly space: Pick<SpaceKeeper, "freeBytes" | "refusal">;
}

const NO_FILES: CommandOutcome = {
  kind: "refused",
  reason: "chargers get no files from this gateway",
  advice: "name files.address, and files.http or files.ftp, in site.yaml",
};

/** Hands the pages what they may see and have done. */
export function createWebPorts(parts: WebParts): WebPorts {
  const { clock, ids, log, spawn, events, options, site } = parts;
  const measurement = createMeasurements(parts);
  const views = createViews({
    ...options,
    ...parts,
    circuits: () => parts.balancing.circuits(),
    comparedSteps: parts.meterCheck.steps,
    doubtedMeters: parts.meterCheck.doubted,
    limits: () => parts.balancing.limits(),
    limit: (slot) => parts.balancing.limit(slot),
    measurement,
    meters: () => parts.meters.states(),
    meterSamples: parts.meters.recent,
    circuitPlan: {
      get: (id) => parts.circuitPlan().find((circuit) => circuit.id === id),
    },
    listeners: () => parts.addresses,
    doors: () => parts.listeners.map((each) => each.options),
    ownRoots: () => parts.authority?.roots() ?? [],
  });
  const metrics = createMetrics(events, () => {
    const { csms, totals } = views.site();
    return {
      chargersConnected: totals.connected,
      csmsConnected: csms.connected,
      outboxRows: csms.outbox.rows,
      outboxOldestSeconds: csms.outbox.oldestSeconds,
      deadLetters: csms.outbox.deadLetters,
      outboxClasses: Object.entries(csms.outbox.classes)
        .map(([name, { rows, bytes }]) => ({ name, rows, bytes })),
      readingsDropped: parts.outbox.loads().dropped,
      ledgerTrouble: parts.journal.trouble() !== null,
      clockTrusted: parts.timekeeper.trust() !== "untrusted",
      evses: views.evses().map((evse) => ({
        ...evse,
        isConnected: parts.chargers.station(evse.chargerId) !== undefined,
      })),
      circuits: views.circuits(),
      meters: views.meters(),
      standingFaults: parts.faults.standing(),
      chargersDrifted: parts.drift.all().filter(isDrifted).length,
      profileWrites: site.places().map((place) => ({
        slot: place.slot,
        total: parts.chargers.limitFacts(place).writes.total,
      })),
      memoryBytes: parts.memoryBytes(),
      bytesWritten: parts.bytesWritten(),
      loopLagMs: parts.loopLag.longestMs(),
      diskFreeBytes: parts.space.freeBytes(),
    };
  }, parts.chargers.quirkCounts.totals());
  const reportParts = {
    ...parts,
    timezone: options.timezone,
    circuits: options.circuits,
    meters: () => parts.meters.states(),
  };
  return {
    clock,
    ids,
    log,
    spawn,
    events,
    users: userStore(parts),
    apiTokens: apiTokenStore(parts),
    audit: parts.audit,
    answered: answeredCommandStore(parts),
    browserKey: browserKeyOf(parts),
    views,
    commands: {
      ...createChargerCommands({
        ...parts,
        emitEvse: (slot) => events.emit("evse", { slot }),
      }),
      ...createSecurityCommands(parts),
      ...createConfigurationCommands(parts),
      ...createMessageCommands(parts),
      ...createDemandCommands(parts),
      ...createCircuitCommands(parts),
      ...createSignalCommands(parts),
      ...createFaultCommands(parts),
      testAlert: parts.alerts.sendTest,
      firmware: (action, by) =>
        parts.files?.commands.carryOut(action, by) ?? Promise.resolve(NO_FILES),
      reconnect: parts.cuts.reconnect,
      believeMeter: parts.meterCheck.believe,
      testRotation: parts.rotation.testRotation,
      endRotationTest: parts.rotation.endRotationTest,
      ...createRecordCommands(parts),
      ...createOrphanCommands(parts),
      ...createSessionCommands({ ...parts, isOnline: () => parts.csms?.isOnline() ?? false }),
      ...officeCommands(parts),
    },
    forecasts: createForecasts({
      ...parts,
      timezone: options.timezone,
      language: options.language,
    }),
    alerts: parts.alerts,
    rotation: parts.rotation.knowledge,
    siteTime: parts.siteTime,
    configuration: {
      drifts: () =>
        parts.drift.all().map(({ checkedAtMs, ...rest }) => ({
          ...rest,
          checkedAt: checkedAtMs === null ? null : isoTime(checkedAtMs),
        })),
      check: parts.drift.check,
    },
    ...(parts.files === null ? {} : { firmware: parts.files.web }),
    firstAid: firstAidViews(parts.firstAid),
    reports: createReportDesk(reportParts),
    records: createRecordDesk({
      ...parts,
      sources: {
        sessions: reportSources(reportParts).sessions,
        tariff: (key) => parts.pricing.tariff(key),
      },
    }),
    metrics: () => metrics.text(),
    health() {
      const trouble = parts.journal.trouble();
      const closed = parts.space.refusal();
      const problems = [
        ...(trouble === null ? [] : [`The disk refuses writes: ${trouble}`]),
        ...(closed === null ? [] : [`No session can begin: ${closed}`]),
        ...(parts.timekeeper.trust() === "untrusted" ? ["The clock is untrusted"] : []),
      ];
      const listening = parts.addresses.length > 0 || site.chargers().length === 0;
      return { alive: true, ready: trouble === null && listening, problems };
    },
  };
}

/** The newest reading of each EVSE, as long as it is about what happens there now. */
function createMeasurements(
  { events, site, chargers, transactions }: WebParts,
): (slot: number) => EvseMeasurement | undefined {
  const newest = new Map<number, EvseMeasurement & { readonly transactionId: string | null }>();
  const openId = (slot: number) => openOn(transactions.state(), slot)?.id ?? null;
  events.on("measured", (measurement) => {
    const { slot } = measurement;
    newest.set(slot, { ...measurement, transactionId: openId(slot) });
  });
  return (slot) => {
    const measured = newest.get(slot);
    const chargerId = site.slots().get(slot)?.chargerId;
    // Of the last driver, or of a charger that is away, nobody knows what flows.
    const isNow = chargerId !== undefined && chargers.station(chargerId) !== undefined &&
      measured?.transactionId === openId(slot);
    return isNow ? measured : undefined;
  };
}

/** Made when it is missing; nobody waits for the disk to have it: what is lost with it is a comfort. */
function browserKeyOf({ snapshot, journal, ids, spawn }: WebParts): string {
  const known = snapshot.secrets.get("known-browsers");
  if (known !== undefined) return known;
  const key = Buffer.from(ids.secret(32)).toString("hex");
  spawn(
    "keep key of known browsers",
    () => journal.commit([put("secrets", "known-browsers", key)]),
  );
  return key;
}

function userStore({ snapshot, journal }: WebParts): UserStore {
  const users = new Map<string, UserRecord>(snapshot.users);
  return {
    list: () => [...users.values()],
    find: (name) => users.get(name),
    async save(user) {
      users.set(user.name, user);
      await journal.commit([put("users", user.name, user)]);
    },
    async remove(name) {
      users.delete(name);
      await journal.commit([drop("users", name)]);
    },
  };
}

function apiTokenStore({ snapshot, journal }: WebParts): ApiTokenStore {
  const tokens = new Map<string, ApiTokenRecord>(snapshot["api-tokens"]);
  return {
    list: () => [...tokens.values()],
    find: (id) => tokens.get(id),
    async save(token) {
      tokens.set(token.id, token);
      await journal.commit([put("api-tokens", token.id, token)]);
    },
    async remove(id) {
      tokens.delete(id);
      await journal.commit([drop("api-tokens", id)]);
    },
  };
}

/** What was kept by former runs is read once; the web keeps its own list from then on. */
function answeredCommandStore({ snapshot, journal }: WebParts): AnsweredCommandStore {
  return {
    list: () => [...snapshot["answered-commands"].values()],
    save: (command) => journal.commit([put("answered-commands", command.id, command)]),
    remove: (ids) => journal.commit(ids.map((id) => drop("answered-commands", id))),
  };
}

type OfficeCommands = Pick<WebCommands, "adopt" | "putToken" | "putTokens" | "deleteToken">;

const TOKEN_STATUSES = ["Accepted", "Blocked", "Expired", "Invalid"] as const;

type ListedStatus = typeof TOKEN_STATUSES[number];

function listedStatus(status: string): ListedStatus | undefined {
  return TOKEN_STATUSES.find((each) => each === status);
}

function tokenInfo({ status, expires, group }: {
  readonly status: ListedStatus;
  readonly expires: string | null;
  readonly group: string | null;
}): IdTokenInfo {
  return {
    status,
    ...(expires === null ? {} : { cacheExpiryDateTime: expires }),
    ...(group === null ? {} : { groupIdToken: { idToken: group, type: "Central" } }),
  };
}

/** Commands that reach no charger. */
function officeCommands(parts: WebParts): OfficeCommands {
  const { chargers, tokens, journal, log } = parts;
  const done = (detail: string): CommandOutcome => ({ kind: "accepted", detail });
  const refused = (reason: string, advice: string): CommandOutcome => ({
    kind: "refused",
    reason,
    advice,
  });
  return {
    async adopt(chargerId, by, from) {
      if (!chargers.waiting().some((waiting) => waiting.chargerId === chargerId)) {
        return refused("This charger is not waiting", "It must have tried to connect first");
      }
      await chargers.adopt(chargerId, from);
      log("info", "operator_adopt", { charger: chargerId, by });
      return done("It is let in when it connects next");
    },
    async putToken(token, { type, status, expires, group, ...usual }, by) {
      const known = listedStatus(status);
      if (known === undefined) {
        return refused(`"${status}" is no status`, `Use one of ${TOKEN_STATUSES.join(", ")}`);
      }
      const info = tokenInfo({ status: known, expires, group });
      if (!tokens.hasRoomFor({ idToken: token, type })) {
        return refused("The local list is full", "Take tokens off it that nobody uses any more");
      }
      await journal.commit(tokens.edit({ idToken: token, type }, info, preferencesOf(usual)));
      log("info", "operator_put_listed", { by });
      return done("It is on the local list");
    },
    putTokens: (entries, by) =>
      createTokenCommands(parts).listTokens(
        entries.map(({ token, type, status, expires, group, ...usual }) => ({
          idToken: { idToken: token, type },
          info: tokenInfo({ status: listedStatus(status) ?? "Invalid", expires, group }),
          preferences: preferencesOf(usual),
        })),
        by,
      ),
    async deleteToken(token, by) {
      await journal.commit(tokens.edit({ idToken: token, type: "Central" }, null));
      log("info", "operator_delete_listed", { by });
      return done("It is off the local list");
    },
  };
}
