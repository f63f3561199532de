import type { CircuitLoad, EvseLimit } from "./balancing/mod.ts";
import type { Chargers } from "./chargers/mod.ts";
import { limitPathViews, quirkProfileView } from "./gateway_limit_paths.ts";
import type { Csms } from "./csms/mod.ts";
import { type Clock, isoTime } from "./lib/clock.ts";
import type { Faults, KnownFault } from "./operations/mod.ts";
import type { Outbox, OutboxStore } from "./outbox/mod.ts";
import {
  auditedToken,
  chargerOrNew,
  type ChargerRecord,
  type ChargerShape,
  type Circuit,
  type EvseMeasurement,
  type EvsePlace,
  GRID_SOURCE,
  HELD,
  type MeterHealth,
  type MeterRole,
  type MeterSample,
  type SiteBook,
  type SlotRecord,
  type Timekeeper,
} from "./site/mod.ts";
import type { TokenBook } from "./authorization/mod.ts";
import type { Aliases, IdToken } from "./ocpp/mod.ts";
import {
  correctionCost,
  correctionWh,
  costOf,
  energyWh,
  evidenceTotal,
  openOn,
  type Pricing,
  remarksOn,
  startedAt,
  stoppedAt,
  type Transaction,
  type TransactionBook,
} from "./transactions/mod.ts";
import type { MessageLog, Telemetry } from "./telemetry/mod.ts";
import type { DemandDesk } from "./gateway_demands.ts";
import { demandView, preferencesView } from "./gateway_demands_views.ts";
import { circuitBounds, circuitLimitView, loadHistory } from "./gateway_loads.ts";
import type { CircuitLimits, CircuitSources } from "./signals/mod.ts";
import { isWorthTelling, reasonView } from "./gateway_reasons.ts";
import type {
  ChargerView,
  CircuitLimitView,
  CircuitView,
  CsmsView,
  EvseView,
  FaultView,
  FormerView,
  HeldView,
  ListenerView,
  LocalListView,
  MeterView,
  TransactionView,
  WebViews,
} from "./web/mod.ts";

/** What is known of a meter now. */
export interface MeterState {
  readonly id: string;
  readonly role: MeterRole;
  readonly health: MeterHealth;
  readonly sample: MeterSample | null;
  readonly refused: number;
}

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
  readonly store: Pick<OutboxStore, "transactions">;
  readonly faults: Faults;
  readonly demands: Pick<DemandDesk, "priorityOn" | "demandOn">;
  readonly telemetry: Pick<Telemetry, "decisions" | "limits" | "summaries">;
  readonly messages: MessageLog;
  readonly circuits: () => readonly CircuitLoad[];
  readonly limits: () => readonly EvseLimit[];
  readonly measurement: (slot: number) => EvseMeasurement | undefined;
  readonly meters: () => readonly MeterState[];
  readonly circuitLimits: Pick<CircuitLimits, "inForce" | "record">;
  readonly circuitSources: Pick<CircuitSources, "on">;
  /** With the limits of what feeds them now. */
  readonly circuitPlan: Pick<ReadonlyMap<string, Circuit>, "get">;
  readonly nominalVoltageV: number;
  readonly listeners: () => readonly ListenerView[];
}

/** By so much a clock may have been put right in the middle of a session and its record be found. */
const CLOCK_SLACK_MS = 3_600_000;
const LIMIT_CHANGES_MAX = 5_000;

/** Draws what the pages and the API show from what the rooms know. */
export function createViews(ports: ViewPorts): WebViews {
  const { clock, site, transactions, chargers } = ports;

  function siteView() {
    const evses = evseViews();
    const stations = chargers.stations();
    return {
      name: ports.siteName,
      timezone: ports.timezone,
      language: ports.language,
      time: isoTime(clock.wallMs()),
      clock: ports.timekeeper.trust(),
      csms: csmsView(),
      totals: {
        chargers: chargerIds().length,
        connected: stations.length,
        evses: evses.length,
        charging: evses.filter(({ state }) => state === "charging").length,
        powerW: evses.reduce((sum, { powerW }) => sum + (powerW ?? 0), 0),
        energyTodayWh: energyTodayWh(),
      },
      alarms: ports.faults.alarms(),
      openListener: ports.listeners().some(({ securityProfile }) => securityProfile === 0),
    };
  }

  function csmsView() {
    const status = ports.csms?.status();
    return {
      configured: ports.csms !== null,
      connected: status?.connected ?? false,
      online: ports.csms?.isOnline() ?? false,
      protocol: status?.version ?? null,
      since: isoTime(status?.sinceMs ?? clock.wallMs()),
      trouble: status?.trouble ?? null,
      clockOffsetMs: status?.clockOffsetMs ?? null,
      outbox: { ...ports.outbox.summary(clock.wallMs()), classes: outboxClasses() },
    };
  }

  function outboxClasses(): CsmsView["outbox"]["classes"] {
    const { sessions, readings, dropped, bounds } = ports.outbox.loads();
    const inBounds = (load: typeof sessions, bound: typeof sessions) => ({
      ...load,
      rowsMax: bound.rows,
      bytesMax: bound.bytes,
    });
    return {
      sessions: inBounds(sessions, bounds.sessions),
      readings: {
        ...inBounds(readings, bounds.readings),
        thinned: dropped.thinned,
        droppedForRoom: dropped.forRoom,
      },
    };
  }

  /** Of sessions held in memory: the running ones, and those that ended since midnight. */
  function energyTodayWh(): number {
    const today = dayOf(clock.wallMs(), ports.timezone);
    return [...transactions.state().transactions.values()]
      .filter(({ stop }) => stop === null || dayOf(stop.heardAtMs, ports.timezone) === today)
      .reduce((sum, transaction) => sum + energyWh(transaction), 0);
  }

  /** Also those that site.yaml names and that never came. */
  function chargerIds(): readonly string[] {
    const placed = [...site.slots().values()].filter(({ removed }) => !removed);
    return [
      ...new Set([...placed, ...site.chargers().map(({ id }) => ({ chargerId: id }))].map(
        ({ chargerId }) => chargerId,
      )),
    ];
  }

  function chargerView(id: string): ChargerView | undefined {
    const slots = site.slotsOf(id).map(({ slot }) => slot);
    if (site.charger(id) === undefined && slots.length === 0) return undefined;
    const record = chargerOrNew(site, id);
    const station = chargers.station(id);
    const about = record.station?.message;
    const offsetMs = station?.clock.offsetMs() ?? null;
    return {
      id,
      protocol: station?.version ?? record.version,
      connected: station !== undefined,
      address: station?.remoteAddress ?? null,
      connectedSince: station === undefined ? null : isoTime(station.connectedAtMs),
      vendor: about?.vendorName ?? null,
      model: about?.model ?? null,
      serialNumber: about?.serialNumber ?? null,
      firmware: about?.firmwareVersion ?? null,
      bootedAt: record.bootedAtMs === null ? null : isoTime(record.bootedAtMs),
      slots,
      held: heldView(record),
      formerly: formerView(record),
      lastFault: faultOf(ports.faults.lastOf([id, ...slots.map((slot) => `slot ${slot}`)])),
      coercions: Object.fromEntries(station?.life.coercions ?? []),
      clockOffsetMs: offsetMs === null ? null : -offsetMs,
      localList: localListOf(id),
      quirkProfile: quirkProfileView(chargers, id),
      limitPaths: limitPathViews(chargers, site, id),
    };
  }

  function localListOf(id: string): LocalListView | null {
    const list = chargers.pushedList(id);
    if (list === null) return null;
    const { pushedAtMs, ...facts } = list;
    return { ...facts, pushedAt: pushedAtMs === null ? null : isoTime(pushedAtMs) };
  }

  function evseViews(): EvseView[] {
    const limits = new Map(ports.limits().map((limit) => [limit.slot, limit]));
    return [...site.slots().values()]
      .filter(({ removed }) => !removed)
      .toSorted((a, b) => a.slot - b.slot)
      .map((record) => evseView(record, limits.get(record.slot)));
  }

  function evseView(record: SlotRecord, limit: EvseLimit | undefined): EvseView {
    const { slot, chargerId, evseId } = record;
    const place = site.place(slot);
    const open = openOn(transactions.state(), slot);
    const measured = ports.measurement(slot);
    const ageMs = measured === undefined ? null : clock.monoMs() - measured.atMonoMs;
    const connector = site.connector(slot)?.report;
    const isLimited = open !== undefined && limit !== undefined;
    const why = isLimited ? reasonView(limit.reason, ports) : null;
    return {
      slot,
      chargerId,
      evseId,
      circuitId: place?.circuitId ?? null,
      state: site.state(slot, open !== undefined),
      protocolState: connector?.message.chargingState ?? connector?.message.connectorStatus ?? null,
      reason: site.isHeld(chargerId)
        ? HELD
        : isLimited && isWorthTelling(limit.reason)
        ? why?.text ?? null
        : null,
      why,
      reservedAmps: limit?.reservedAmps ?? null,
      trust: limit?.trust ?? null,
      operative: site.isOperative(slot),
      priority: ports.demands.priorityOn(slot),
      demand: demandView(ports.demands.demandOn(slot)),
      transaction: open === undefined ? null : transactionView(open),
      offeredAmps: offeredAmps(place, limit, open),
      maxCurrentAmps: place?.maxCurrentAmps ?? null,
      measuredAmps: measured?.currentsAmps ?? null,
      powerW: open === undefined ? null : measured?.powerW ?? null,
      energyWh: open === undefined ? null : energyWh(open),
      socPercent: open === undefined ? null : measured?.socPercent ?? null,
      measuredAgeMs: ageMs,
      isCut: limit?.isCut ?? false,
      pauses: limit?.pauses ?? 0,
      writesPerDay: limit?.writesPerDay ?? 0,
    };
  }

  function offeredAmps(
    place: EvsePlace | undefined,
    limit: EvseLimit | undefined,
    open: Transaction | undefined,
  ): number | null {
    if (open === undefined) return null;
    return limit?.limitAmps ?? place?.failSafeAmps ?? null;
  }

  function transactionView(transaction: Transaction): TransactionView {
    const evidence = evidenceTotal(transaction);
    const { stop } = transaction;
    return {
      id: transaction.id,
      number: transaction.number,
      chargerId: transaction.chargerId,
      slot: transaction.slot,
      token: transaction.idToken.idToken,
      startedAt: startedAt(transaction),
      stoppedAt: stoppedAt(transaction),
      energyWh: energyWh(transaction),
      stopReason: stop === null ? null : stop.reason ?? "Local",
      authorizationSource: transaction.authorization.source,
      authorizationReason: transaction.authorization.reason,
      authorizationStatus: transaction.authorization.info.status,
      upstream: upstreamState(transaction),
      flags: transaction.flags,
      remarks: remarksOn(transaction),
      evidenceWh: evidence?.energyWh ?? null,
      evidenceBy: evidence?.by ?? null,
      correctionWh: correctionWh(transaction),
      correctionCost: correctionCost(transaction),
      cost: costOf(transaction, ports.pricing),
    };
  }

  function upstreamState(transaction: Transaction): TransactionView["upstream"] {
    if (ports.csms === null) return "none";
    const rows = ports.outbox.state().lanes.get(transaction.id)?.rows ?? [];
    if (rows.some(({ dead }) => dead)) return "dead-letter";
    if (rows.length === 0) return "delivered";
    return rows.some(({ kind }) => kind === "started") ? "waiting" : "partly";
  }

  function circuitViews(): CircuitView[] {
    return ports.circuits().map((load) => ({
      id: load.circuitId,
      parentId: ports.circuitPlan.get(load.circuitId)?.parentId ?? null,
      meterId: ports.circuitPlan.get(load.circuitId)?.meterId ?? null,
      limitAmps: load.limitAmps,
      loadAmps: load.measuredAmps,
      otherLoadAmps: load.otherLoadAmps,
      reservedAmps: load.reservedAmps,
      headroomAmps: load.headroomAmps,
      bounds: circuitBounds(ports.circuitPlan.get(load.circuitId), load, {
        powerW: powerOf(load.circuitId),
        nominalVoltageV: ports.nominalVoltageV,
      }),
      limits: limitsOn(load.circuitId),
      source: ports.circuitSources.on(load.circuitId),
      sources: sourcesOf(load.circuitId),
      meterState: load.meter,
      slots: site.places().filter(({ circuitId }) => circuitId === load.circuitId)
        .map(({ slot }) => slot),
    }));
  }

  function sourcesOf(id: string): string[] {
    return [GRID_SOURCE, ...(ports.circuitPlan.get(id)?.sources ?? []).map((each) => each.id)];
  }

  /** A limit on the whole site shows at what feeds it. */
  function limitsOn(id: string): CircuitLimitView[] {
    const isRoot = (ports.circuitPlan.get(id)?.parentId ?? null) === null;
    return ports.circuitLimits.inForce()
      .filter(({ circuitId }) => circuitId === null ? isRoot : circuitId === id)
      .map(circuitLimitView);
  }

  /** What the circuit's own meter says of all lines together. */
  function powerOf(circuitId: string): number | null {
    const meterId = ports.circuitPlan.get(circuitId)?.meterId ?? null;
    return ports.meters().find(({ id }) => id === meterId)?.sample?.totalPowerW ?? null;
  }

  function meterView({ id, role, health, sample, refused }: MeterState): MeterView {
    return {
      id,
      role,
      health: health.kind,
      trouble: health.kind === "failing" ? health.reason : null,
      ageMs: sample === null ? null : clock.monoMs() - sample.atMonoMs,
      currentsAmps: sample?.currentsAmps ?? null,
      voltagesV: sample?.voltagesV ?? null,
      powersW: sample?.powersW ?? null,
      totalPowerW: sample?.totalPowerW ?? null,
      importWh: sample?.importWh ?? null,
      exportWh: sample?.exportWh ?? null,
      refused,
    };
  }

  function faultOf(fault: KnownFault | null): FaultView | null {
    if (fault === null) return null;
    const { sinceMs, lastSeenMs: _lastSeenMs, ...facts } = fault;
    return { ...facts, since: isoTime(sinceMs) };
  }

  return {
    site: siteView,
    chargers: () => chargerIds().map((id) => chargerView(id)).filter((view) => view !== undefined),
    charger: chargerView,
    evses: evseViews,
    evse: (slot) => evseViews().find((view) => view.slot === slot),
    circuits: circuitViews,
    circuitLimits: () => ports.circuitLimits.record().map(circuitLimitView),
    loadHistory: (circuitId, fromMs) =>
      loadHistory(ports.telemetry, circuitId, fromMs, clock.wallMs()),
    meters: () => ports.meters().map(meterView),
    async transactions({ from, to, charger, token, limit, before }) {
      const found = await ports.store.transactions({
        limit,
        ...(from === undefined ? {} : { fromMs: Date.parse(from) }),
        ...(to === undefined ? {} : { toMs: Date.parse(to) }),
        ...(charger === undefined ? {} : { chargerId: charger }),
        // Who asks may have it from the CSMS.
        ...(token === undefined ? {} : { token: ports.aliases.read(centralToken(token)).idToken }),
        ...(before === undefined ? {} : { beforeNumber: before }),
      });
      // Of one that is in memory the disk may not have the newest reading.
      const { transactions: held } = transactions.state();
      return found.map((each) => transactionView(held.get(each.id) ?? each));
    },
    async transaction(id) {
      const held = transactions.state().transactions.get(id);
      const [found] = held === undefined
        ? await ports.store.transactions({ id, limit: 1 })
        : [held];
      return found === undefined ? undefined : transactionView(found);
    },
    async limits(id) {
      const held = transactions.state().transactions.get(id);
      const [found] = held === undefined
        ? await ports.store.transactions({ id, limit: 1 })
        : [held];
      if (found === undefined) return undefined;
      const changes = await ports.telemetry.limits({
        transactionId: id,
        fromMs: found.startHeardAtMs - CLOCK_SLACK_MS,
        toMs: (found.stop?.heardAtMs ?? clock.wallMs()) + CLOCK_SLACK_MS,
        limit: LIMIT_CHANGES_MAX,
      });
      return changes.map(({ atWallMs, limitAmps, reason }) => ({
        at: isoTime(atWallMs),
        limitAmps,
        why: reasonView(reason, ports),
      }));
    },
    refusals: () =>
      chargers.refusals().map(({ atMs, address, chargerId, reason }) => ({
        at: isoTime(atMs),
        address,
        chargerId,
        reason,
      })),
    outbox: () =>
      [...ports.outbox.state().lanes.values()]
        .flatMap(({ rows }) => rows)
        .toSorted((a, b) => a.id - b.id)
        .slice(0, 500)
        .map(({ id, transactionId, slot, kind, createdAtMs, refusals, lastError, dead }) => ({
          id,
          transactionId,
          slot,
          kind,
          createdAt: isoTime(createdAtMs),
          refusals,
          lastError,
          dead,
        })),
    waiting: () =>
      chargers.waiting().map((waiting) => ({
        id: waiting.chargerId,
        address: waiting.remoteAddress,
        protocols: waiting.protocols,
        firstSeen: isoTime(waiting.firstSeenMs),
        lastSeen: isoTime(waiting.lastSeenMs),
        knocks: waiting.knocks,
      })),
    tokens: () =>
      [...ports.tokens.list().tokens.values()].map(({ idToken, info, origin, preferences }) => ({
        token: idToken.idToken,
        type: idToken.type,
        status: info.status,
        expires: info.cacheExpiryDateTime ?? null,
        group: info.groupIdToken?.idToken ?? null,
        origin,
        ...preferencesView(preferences),
      })),
    async decisions({ from, to, charger, token, limit }) {
      const found = await ports.telemetry.decisions({
        limit,
        ...(from === undefined ? {} : { fromMs: Date.parse(from) }),
        ...(to === undefined ? {} : { toMs: Date.parse(to) }),
        ...(charger === undefined ? {} : { chargerId: charger }),
        ...(token === undefined
          ? {}
          : { token: auditedToken(ports.aliases.read(centralToken(token))) }),
      });
      return found.map(({ atWallMs, ...decision }) => ({ at: isoTime(atWallMs), ...decision }));
    },
    faults: () => ports.faults.list().map(faultOf).filter((view) => view !== null),
    messages: ({ charger, action, from, limit }) =>
      ports.messages.find({
        limit,
        ...(charger === undefined ? {} : { peer: charger }),
        ...(action === undefined ? {} : { action }),
        ...(from === undefined ? {} : { fromWallMs: Date.parse(from) }),
      }),
    listeners: ports.listeners,
  };
}

function heldView({ held }: ChargerRecord): HeldView | null {
  if (held === undefined) return null;
  const shape = ({ version, evses }: ChargerShape) => ({ protocol: version, connectors: evses });
  return { since: isoTime(held.sinceMs), was: shape(held.was), is: shape(held.is) };
}

function formerView({ formerly }: ChargerRecord): FormerView | null {
  if (formerly === undefined) return null;
  const { untilMs, ...facts } = formerly;
  return { until: isoTime(untilMs), ...facts };
}

function centralToken(idToken: string): IdToken {
  return { idToken, type: "Central" };
}

/** The calendar day of a moment in a time zone, as text. */
function dayOf(wallMs: number, timezone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(wallMs)).toZonedDateTimeISO(timezone)
    .toPlainDate().toString();
}
