import type { AuthorizationOptions } from "./authorization/mod.ts";
import {
  type ChargerListener,
  type Chargers,
  type ChargersOptions,
  createChargers,
  createFreeVend,
  type ListenerOptions,
} from "./chargers/mod.ts";
import { createCsms, type Csms, type CsmsOptions, type Dialer } from "./csms/mod.ts";
import { type Cap, type GroupCap, SURPLUS_DEFAULTS, type SurplusOptions } from "./balancing/mod.ts";
import { type BackupPort, createBackupKeeper } from "./gateway_backups.ts";
import { createDamageDesk, forgetHoledList } from "./gateway_damage.ts";
import { BALANCER_TIMING, type BalancingLoop, createBalancingLoop } from "./gateway_balancing.ts";
import { openAliases, openSite, openTokens, openVariables, reboundFault } from "./gateway_books.ts";
import { createDemandDesk, type DemandOptions } from "./gateway_demands.ts";
import { createClockDesk, openTimekeeper } from "./gateway_clock.ts";
import { createMeterDesk } from "./gateway_meters.ts";
import { startLimitNotices } from "./gateway_limit_notices.ts";
import { createProfileDesk } from "./gateway_profiles.ts";
import { createSurplusDesk } from "./gateway_surplus.ts";
import { createSpaceKeeper, type DiskPort } from "./gateway_space.ts";
import { createTariffDesk, openTariffs, type TariffDesk } from "./gateway_tariffs.ts";
import { createWebPorts } from "./gateway_web.ts";
import { authority } from "./lib/address.ts";
import { type Clock, every, isoTime, TIMED_OUT, within } from "./lib/clock.ts";
import { createEvents } from "./lib/events.ts";
import type { Ids } from "./lib/ids.ts";
import { errorText, type Log } from "./lib/log.ts";
import { createSpawner } from "./lib/spawn.ts";
import { speechOf } from "./ocpp/mod.ts";
import { createFaults, createOutboxWatch } from "./operations/mod.ts";
import {
  createJournal,
  createNotices,
  createOutbox,
  createPacker,
  type LedgerWrite,
  OUTBOX_LIMITS,
  type OutboxStore,
} from "./outbox/mod.ts";
import {
  createCircuitLimits,
  createCircuitSources,
  createCutDesk,
  createOperatorLimits,
} from "./signals/mod.ts";
import {
  type Circuit,
  type Contactor,
  type EvsePlace,
  heldFault,
  type MeterSource,
  type SharingStrategy,
  type SiteEvents,
  type SlotConflict,
} from "./site/mod.ts";
import {
  createMemoryTelemetry,
  createMessageLog,
  createTelemetry,
  type TelemetryStore,
} from "./telemetry/mod.ts";
import {
  createTransactionBook,
  expireOrders,
  isSuspended,
  openOn,
  retire,
  type Tariff,
} from "./transactions/mod.ts";
import { formatOf, type ListenerView, type WebPorts } from "./web/mod.ts";

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
  /** What is usual for drivers; absent: nobody has said anything, and nothing is learnt. */
  readonly demands?: Omit<DemandOptions, "timezone" | "nominalVoltageV">;
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
  readonly dialer: Dialer;
  readonly meters: readonly MeterSource[];
  /** In front of chargers; absent: none. */
  readonly contactors?: readonly Contactor[];
  /** When this program was released, Unix milliseconds: it is later than that. */
  readonly releasedMs: number;
  /** Resident memory, for metrics. */
  readonly memoryBytes: () => number;
  /** The partition of the ledger; absent where nobody knows about it. */
  readonly disk?: DiskPort;
  /** Where the ledger is backed up; absent where it is not. */
  readonly backups?: BackupPort;
  /** Where telemetry is kept; absent: in memory. */
  readonly telemetry?: TelemetryStore;
}

/** A running gateway. */
export interface Gateway {
  /** What the pages and the API work with. */
  readonly web: WebPorts;
  /** What the CSMS has a say in about prices (2.1 I07–I11). */
  readonly tariffs: TariffDesk;
  /** Addresses at which chargers are awaited. */
  readonly addresses: readonly ListenerView[];
  /** Resolves when the CSMS or an operator wants the gateway to start anew. */
  readonly restartWanted: Promise<string>;
  /** Stops in order: first nothing new comes in, last the disk is let go. */
  stop(): Promise<void>;
}

/** At the end the disk gets this long to take what is still in line. */
const FLUSH_PATIENCE_MS = 5_000;
const BACK_UP_AT_MINUTE = 3 * 60;
/** Prices and conditions of one tariff (2.1 TariffCostCtrlr.MaxElements[Tariff]). */
const TARIFF_ELEMENTS_MAX = 100;
const BALLAST_BYTES = 16 * 1_048_576;
/** What is usual for drivers where nobody has said so. */
const NOBODY_SAYS = { tokens: [], groups: [], habitMemoryMs: 0 };
const HOUSEKEEPING_MS = 60_000;
const DAY_MS = 24 * 3_600_000;
const TELEMETRY_KEEP_MS = 180 * DAY_MS;
/** The answer to a Reset goes out before the gateway does. */
const RESTART_DELAY_MS = 1_000;

/**
 * Starts the gateway: the ledger first, then the rooms that decide, then the edges. The only place
 * that knows everybody.
 *
 * @throws {SlotContradiction} site.yaml gives a slot to another EVSE than the ledger
 */
export async function createGateway(
  options: GatewayOptions,
  ports: GatewayPorts,
): Promise<Gateway> {
  const { ids, log, store } = ports;
  const loaded = await store.load(ports.clock.wallMs());
  const timekeeper = openTimekeeper(ports.clock, ports.releasedMs, loaded, ids);
  // From here on nobody asks the machine what time it is.
  const { clock } = timekeeper;
  const events = createEvents<SiteEvents>((error) =>
    log("error", "listener_threw", { error: errorText(error) })
  );
  const spawn = createSpawner(log);
  let refused = () => {};
  let isReserveOnly = () => false;
  const journal = createJournal(store, { clock, log, spawn }, {
    retryMs: 1_000,
    refused: () => refused(),
    isReserveOnly: () => isReserveOnly(),
  });
  const snapshot = await forgetHoledList(loaded, store.damaged(), journal);
  const rebound: SlotConflict[] = [];
  const site = await openSite(options, snapshot, journal, (conflict) => rebound.push(conflict));
  const variables = openVariables(options, site, snapshot);
  const tokens = await openTokens(options, variables, snapshot, journal, ids, events);
  const pricing = openTariffs(options.tariff, snapshot, { journal, spawn, clock });
  const transactions = createTransactionBook({
    transactions: snapshot.transactions,
    remoteStarts: [...snapshot["remote-starts"].values()],
    orphanStops: [...snapshot["orphan-stops"].values()],
    lastTransactionNumber: snapshot.lastTransactionNumber,
  }, pricing);
  const outbox = createOutbox(ids, () => ({
    refusalsMax: variables.integer("OCPPCommCtrlr.MessageAttempts[TransactionEvent]"),
    retryIntervalMs: variables.integer("OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]") *
      1000,
    ...OUTBOX_LIMITS,
    hasCsms: options.csms !== null,
  }), snapshot);
  // A site that stands alone has nobody to tell.
  const noticesMax = options.csms === null ? { rows: 0, bytes: 0 } : OUTBOX_LIMITS.bounds.notices;
  const notices = createNotices(ids, noticesMax, snapshot.notices.values());
  const faults = createFaults(clock, events);
  for (const each of rebound) {
    const fault = reboundFault(each);
    log("warning", "slot_rebound", { slot: each.slot, text: fault.text });
    events.emit("fault", fault);
  }
  for (const charger of site.chargers()) {
    if (charger.held !== undefined) events.emit("fault", heldFault(charger));
  }
  const messages = createMessageLog(2_000);
  events.on("message", (message) => void messages.add(message));
  const tariffs = createTariffDesk({
    tariffs: pricing,
    transactions,
    site,
    journal,
    spawn,
    place: {
      timezone: options.timezone,
      nominalVoltageV: options.nominalVoltageV,
      elementsMax: TARIFF_ELEMENTS_MAX,
    },
  });
  events.on("transaction", ({ transactionId }) => {
    const ended = transactions.state().transactions.ended.get(transactionId);
    if (ended !== undefined) tariffs.ended(ended);
  });
  const restart = Promise.withResolvers<string>();
  const aliases = await openAliases({ tokens, transactions, clock }, snapshot, journal, ids);
  const known = { site, tokens, aliases, transactions, outbox, notices };
  const books = { clock, timekeeper, ids, log, spawn, events, ...known };
  const shared = { ...books, variables, journal, speech: speechOf };
  const damage = createDamageDesk({ ...shared, store });
  damage.look();

  const space = createSpaceKeeper(
    { ballastBytes: options.ballastBytes ?? BALLAST_BYTES, hasCsms: options.csms !== null },
    { ...shared, store, disk: ports.disk ?? null },
  );
  ({ refused, isReserveOnly } = space);
  const backups = ports.backups === undefined ? null : createBackupKeeper({
    atMinute: options.backUpAtMinute ?? BACK_UP_AT_MINUTE,
    timezone: options.timezone,
  }, { ...shared, backups: ports.backups, hasRoom: () => space.level() === "enough" });

  // The two edges and the balancer need each other; each looks the other up when it is called.
  let csms: Csms | null = null;
  const chargers: Chargers = createChargers(options.chargers, {
    ...shared,
    store,
    pushedLists: new Map(snapshot["charger-lists"]),
    unclaimedStarts: snapshot["unclaimed-starts"],
    room: space,
    demands: { heardNeeds: (slot, needs) => demands.heardNeeds(slot, needs) },
    upstream: {
      isOnline: () => csms?.isOnline() ?? false,
      authorize: (idToken, givenUp) => csms?.authorize(idToken, givenUp) ?? Promise.resolve(null),
      dataTransfer: (message) => csms?.dataTransfer(message) ?? Promise.resolve(null),
      meterValues: (slot, reading) => csms?.meterValues(slot, reading),
    },
  });
  const limits = createOperatorLimits({ clock, events }, snapshot["operator-limits"].values());
  const { timezone, nominalVoltageV } = options;
  const format = formatOf(options.language, timezone);
  const circuitLimits = createCircuitLimits({
    ...shared,
    write: (writes) => journal.commit(writes),
    hasCircuit: (id) => options.circuits.some((circuit) => circuit.id === id),
    timeText: (wallMs) => format.dateTime(isoTime(wallMs)),
  }, snapshot["circuit-limits"].values());
  const demands = createDemandDesk(
    { ...(options.demands ?? NOBODY_SAYS), timezone, nominalVoltageV },
    { ...shared, store },
    snapshot,
  );
  const circuitSources = createCircuitSources({
    ...shared,
    circuits: options.circuits,
    write: (writes) => journal.commit(writes),
  }, snapshot["circuit-sources"].values());
  const clockDesk = createClockDesk({
    ...shared,
    timekeeper,
    store,
    keepingIntervalMs: space.readingIntervalMs,
    moved: (shiftMs) => [
      ...limits.moved(shiftMs),
      ...circuitLimits.moved(shiftMs),
      ...demands.moved(shiftMs),
    ],
  }, snapshot);
  const profiles = createProfileDesk({
    ...shared,
    nominalVoltageV: options.nominalVoltageV,
    limits: () => balancing.limits(),
    circuits: () => balancing.circuits(),
    link: () => ({
      spoken: (csms?.status().version ?? "ocpp1.6") === "ocpp1.6" ? "1.6" : "2.x",
      isOnline: csms?.isOnline() ?? false,
    }),
    externalCaps: operatorCaps,
  }, snapshot["charging-profiles"].get("csms"));
  const cuts = createCutDesk(
    ports.contactors ?? [],
    snapshot["open-contactors"].values(),
    { ...shared, write: (writes) => journal.commit(writes) },
  );
  const balancing: BalancingLoop = createBalancingLoop(
    {
      circuits: circuitSources.circuits,
      marginAmps: options.balancing.marginAmps,
      strategy: options.balancing.strategy,
      nominalVoltageV: options.nominalVoltageV,
      timing: BALANCER_TIMING,
    },
    {
      ...shared,
      chargers,
      cuts,
      capsOn(slot) {
        const open = openOn(transactions.state(), slot);
        const byRefusal = open !== undefined && isSuspended(open)
          ? [{ source: "authorization" as const, amps: 0 }]
          : [];
        return [
          ...profiles.capsOn(slot),
          ...operatorCaps(slot),
          ...byRefusal,
          ...heldBack(slot),
          ...sun.capsOn(slot),
        ];
      },
      wishesOn: demands.factsOf,
      siteCaps: () => profiles.siteCaps(),
      groupCaps,
      surplus: () => sun.budget(),
    },
    snapshot["sent-limits"].values(),
  );
  const telemetry = createTelemetry(
    { keepMs: options.telemetryKeepMs ?? TELEMETRY_KEEP_MS },
    {
      ...shared,
      store: ports.telemetry ?? createMemoryTelemetry(),
      circuits: () => balancing.circuits(),
      sessionLimits: () =>
        balancing.limits().flatMap(({ slot, limitAmps, reason }) => {
          const open = openOn(transactions.state(), slot);
          return open === undefined ? [] : [{ transactionId: open.id, limitAmps, reason }];
        }),
      mayWrite: () => space.level() === "enough",
    },
  );
  if (options.csms !== null) {
    csms = createCsms(options.csms, {
      ...shared,
      store,
      profiles,
      tariffs,
      dialer: ports.dialer,
      lastVersion: snapshot["csms-link"].get("version") ?? null,
      wantedBoot: snapshot["boot-reason"].get("next") ?? null,
      chargers: {
        call: chargers.call,
        orderStart: chargers.orderStart,
        connected: () =>
          chargers.stations().filter(({ life }) => life.accepted)
            .map(({ chargerId }) => chargerId),
        enforce: chargers.enforce,
      },
      // The answer to the Reset goes out first.
      restart: (reason) => void clock.after(RESTART_DELAY_MS, () => restart.resolve(reason)),
    });
  }
  const stopLimitNotices = startLimitNotices({
    ...shared,
    csms: () => csms,
    slots: () =>
      balancing.limits().flatMap((limit) => {
        const place = site.place(limit.slot);
        if (place === undefined || openOn(transactions.state(), limit.slot) === undefined) {
          return [];
        }
        const csmsAmps = profiles.capsOn(limit.slot)[0]?.amps ?? null;
        return [{ limit, csmsAmps, maxAmps: place.maxCurrentAmps }];
      }),
  });
  circuitLimits.listen(() => balancing.refresh(null));
  circuitSources.listen(() => balancing.rewire());
  events.on("circuits", noteMet);
  const { surplus = SURPLUS_DEFAULTS } = options.balancing;
  const sun = createSurplusDesk({ options: surplus, nominalVoltageV }, {
    ...shared,
    chargers,
    demands,
    meters: () => meters.states(),
    places: balancing.sunPlaces,
    limits: balancing.limits,
    changed: () => balancing.refresh(null),
  });
  const { freeVend } = options.authorization;
  const stopFreeVend = freeVend === null ? () => {} : createFreeVend(freeVend, shared, chargers);
  const meters = createMeterDesk(ports.meters, events);
  const packer = createPacker({
    ...shared,
    store,
  });
  events.on("transaction", packer.wake);
  const outboxWatch = createOutboxWatch(outbox, events);
  const stopHousekeeping = every(clock, HOUSEKEEPING_MS, housekeeping);

  function housekeeping(): void {
    packer.wake();
    outboxWatch.look();
    damage.look();
    clockDesk.note();
    const expired = transactions.apply(expireOrders(transactions.state(), clock.wallMs()));
    for (const slot of expired.slots) events.emit("evse", { slot });
    const written = [...endReservations(), ...expired.writes, ...tokens.uses()];
    if (written.length > 0) spawn("housekeeping", () => journal.commit(written));
    chargers.closeInterrupted();
    const recentMs = clock.wallMs() - DAY_MS;
    transactions.apply({
      state: retire(
        transactions.state(),
        ({ id, stop }) => !outbox.holds(id) && stop !== null && stop.heardAtMs < recentMs,
      ),
    });
  }

  function operatorCaps(slot: number): readonly Cap[] {
    const limit = limits.on(slot);
    return limit === null
      ? []
      : [{ source: "operator", amps: limit.amps, untilWallMs: limit.untilMs }];
  }

  function groupCaps(): readonly GroupCap[] {
    return circuitLimits.inForce().map(({ circuitId, source, unit, limit, untilMs }) => ({
      circuitId,
      source,
      unit,
      limit,
      ...(untilMs !== null && { untilWallMs: untilMs }),
    }));
  }

  /** For the record: from when on what was ordered has been so. */
  function noteMet(): void {
    for (const { number, circuitId, metAtMs } of circuitLimits.inForce()) {
      if (metAtMs === null && balancing.isWithinCaps(circuitId)) circuitLimits.noteMet(number);
    }
  }

  /** A session that goes on after its charger has started anew may have to do so without energy (E17). */
  function heldBack(slot: number): readonly Cap[] {
    const open = openOn(transactions.state(), slot);
    const isHeld = open?.resumedAtMs !== undefined &&
      !variables.flag("TxCtrlr.AllowEnergyTransferResumption");
    return isHeld ? [{ source: "csms", amps: 0 }] : [];
  }

  /** What is over by a clock that nobody has confirmed may not be: it is kept until that is clear. */
  function endReservations(): readonly LedgerWrite[] {
    if (options.csms !== null && timekeeper.trust() !== "known") return [];
    const { ended, writes } = site.endExpiredReservations(clock.wallMs());
    for (const { slot } of ended) if (slot !== null) events.emit("evse", { slot });
    return writes;
  }

  await space.start();
  await backups?.start();
  telemetry.start();
  balancing.start();
  sun.start();
  meters.start();
  const addresses: ListenerView[] = [];
  try {
    for (const { listener, options: listenerOptions } of ports.listeners) {
      const { port } = await chargers.open(listener, listenerOptions);
      const scheme = listenerOptions.tls === null ? "ws" : "wss";
      addresses.push({
        url: `${scheme}://${authority(listenerOptions.host, port)}${listenerOptions.path}`,
        securityProfile: listenerOptions.securityProfile,
      });
    }
  } catch (error) {
    await letGo();
    throw error;
  }
  csms?.start();
  // Chargers first: after a week without the CSMS there is much to pack.
  packer.wake();
  log("info", "gateway_started", { site: options.siteName, listeners: addresses.length });

  return {
    web: createWebPorts({
      ...shared,
      pricing,
      options,
      store,
      csms,
      chargers,
      faults,
      telemetry,
      messages,
      limits,
      circuitLimits,
      circuitSources,
      cuts,
      demands,
      balancing,
      meters,
      space,
      addresses,
      snapshot,
      memoryBytes: ports.memoryBytes,
    }),
    tariffs,
    addresses,
    restartWanted: restart.promise,
    async stop() {
      await letGo();
      await store.close();
      log("info", "gateway_stopped");
    },
  };

  /** First nothing new comes in; then what was begun is finished. The store stays open. */
  async function letGo(): Promise<void> {
    stopHousekeeping();
    packer.stop();
    stopFreeVend();
    timekeeper.stop();
    spawn("keep uses of tokens", () => journal.commit(tokens.uses()));
    space.stop();
    backups?.stop();
    sun.stop();
    balancing.stop();
    stopLimitNotices();
    profiles.stop();
    limits.stop();
    circuitLimits.stop();
    await Promise.all([meters.stop(), csms?.stop(), chargers.close(), cuts.stop()]);
    const flushed = await within(clock, FLUSH_PATIENCE_MS, drained());
    if (flushed === TIMED_OUT) log("error", "stopped_with_unwritten_records");
    journal.close();
    await within(clock, FLUSH_PATIENCE_MS, telemetry.stop());
  }

  async function drained(): Promise<void> {
    // Some wait for what may still wait.
    await journal.flush();
    await spawn.drain();
    await journal.flush();
  }
}
