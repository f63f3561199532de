import type { InsideCall } from "./ocpp/mod.ts";
import {
  type Chargers,
  createChargers,
  createFreeVend,
  type QuestionAction,
} from "./chargers/mod.ts";
import { createCertificateBook, createInstalledRoots, createRoots } from "./certificates/mod.ts";
import { createCsms, type Csms } from "./csms/mod.ts";
import { SURPLUS_DEFAULTS } from "./balancing/mod.ts";
import { createBackupKeeper } from "./gateway_backups.ts";
import { BALANCER_TIMING, type BalancingLoop, createBalancingLoop } from "./gateway_balancing.ts";
import { createSiteCaps } from "./gateway_caps.ts";
import { createClockDesk } from "./gateway_clock.ts";
import { createCounterDesk } from "./gateway_counters.ts";
import { createDamageDesk } from "./gateway_damage.ts";
import { createDemandDesk } from "./gateway_demands.ts";
import { startHousekeeping } from "./gateway_housekeeping.ts";
import { startLimitNotices } from "./gateway_limit_notices.ts";
import { watchMeterWiring } from "./gateway_meter_check.ts";
import { createMeterDesk } from "./gateway_meters.ts";
import { openBooks } from "./gateway_opening.ts";
import type { Gateway, GatewayOptions, GatewayPorts } from "./gateway_options.ts";
import { createProfileDesk } from "./gateway_profiles.ts";
import { createSpaceKeeper, type SpaceKeeper } from "./gateway_space.ts";
import { createSurplusDesk } from "./gateway_surplus.ts";
import { openListeners } from "./gateway_listeners.ts";
import { createTariffDesk } from "./gateway_tariffs.ts";
import { createImportLimits } from "./gateway_import_limits.ts";
import { createWebPorts } from "./gateway_web.ts";
import { isoTime, TIMED_OUT, within } from "./lib/clock.ts";
import { put } from "./lib/write.ts";
import { createOutboxWatch } from "./operations/mod.ts";
import { createPacker } from "./outbox/mod.ts";
import {
  createCircuitLimits,
  createCircuitSources,
  createContactDesk,
  createCutDesk,
  createOperatorLimits,
  createSignalDesk,
} from "./signals/mod.ts";
import {
  createEnergyHistory,
  createMemoryAudit,
  createMemoryHistory,
  createMemoryTelemetry,
  createMessageLog,
  createTelemetry,
} from "./telemetry/mod.ts";
import { openOn, withSomethingHeld } from "./transactions/mod.ts";
import { formatOf } from "./web/mod.ts";

/** At the end the disk gets this long to take what is still in line. */
const FLUSH_PATIENCE_MS = 5_000;
const BACK_UP_AT_MINUTE = 3 * 60;
/** Prices and conditions of one tariff (2.1 TariffCostCtrlr.MaxElements[Tariff]). */
const TARIFF_ELEMENTS_MAX = 100;
const BALLAST_BYTES = 16 * 1_048_576;
/** What is usual for drivers where nobody has said so. */
const NOBODY_SAYS = { tokens: [], groups: [], habitMemoryMs: 0 };
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
  let space: SpaceKeeper | null = null;
  const { books, snapshot, faults } = await openBooks(options, ports, {
    refused: () => space?.refused(),
    isReserveOnly: () => space?.isReserveOnly() ?? false,
  });
  const { clock, timekeeper, log, store, spawn, events, journal } = books;
  const { site, tokens, pricing, transactions, outbox } = books;
  const messages = createMessageLog(2_000);
  events.on("message", (message) => void messages.add(message));
  const tariffs = createTariffDesk({
    ...books,
    tariffs: pricing,
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
  const damage = createDamageDesk(books);
  damage.look();

  const keeper = createSpaceKeeper(
    { ballastBytes: options.ballastBytes ?? BALLAST_BYTES, hasCsms: options.csms !== null },
    { ...books, disk: ports.disk ?? null },
  );
  space = keeper;
  const backups = ports.backups === undefined ? null : createBackupKeeper({
    atMinute: options.backUpAtMinute ?? BACK_UP_AT_MINUTE,
    timezone: options.timezone,
  }, { ...books, backups: ports.backups, hasRoom: () => keeper.level() === "enough" });

  // The two edges and the balancer need each other; each looks the other up when it is called.
  let csms: Csms | null = null;
  const certificates = createCertificateBook(snapshot["issued-certificates"].values());
  const roots = createRoots(() => [
    ...(ports.authority?.roots() ?? []),
    ...ports.listeners.flatMap(({ options: { clientRoots = [] } }) => clientRoots),
  ]);
  const chargers: Chargers = createChargers(options.chargers, {
    ...books,
    certificates: { roots, book: certificates, authority: ports.authority ?? null },
    pushedLists: new Map(snapshot["charger-lists"]),
    quirkCounts: snapshot["quirk-counts"],
    unclaimedStarts: snapshot["unclaimed-starts"],
    room: keeper,
    demands: { heardNeeds: (slot, needs) => demands.heardNeeds(slot, needs) },
    upstream: {
      isOnline: () => csms?.isOnline() ?? false,
      authorize: (idToken, givenUp) => csms?.authorize(idToken, givenUp) ?? Promise.resolve(null),
      dataTransfer: (message) => csms?.dataTransfer(message) ?? Promise.resolve(null),
      meterValues: (slot, reading) => csms?.meterValues(slot, reading),
      ask: <A extends QuestionAction>(
        chargerId: string,
        call: InsideCall<A> & { readonly action: A },
      ) => csms?.ask<A>(chargerId, call) ?? Promise.resolve(null),
      news: (chargerId, call) => csms?.news(chargerId, call),
    },
  });
  const limits = createOperatorLimits({ clock, events }, snapshot["operator-limits"].values());
  const { timezone, nominalVoltageV } = options;
  const format = formatOf(options.language, timezone);
  const circuitLimits = createCircuitLimits({
    ...books,
    write: (writes) => journal.commit(writes),
    hasCircuit: (id) => options.circuits.some((circuit) => circuit.id === id),
    timeText: (wallMs) => format.dateTime(isoTime(wallMs)),
  }, snapshot["circuit-limits"].values());
  const demands = createDemandDesk(
    { ...(options.demands ?? NOBODY_SAYS), timezone, nominalVoltageV },
    books,
    snapshot,
  );
  const circuitSources = createCircuitSources({
    ...books,
    circuits: options.circuits,
    write: (writes) => journal.commit(writes),
  }, snapshot["circuit-sources"].values());
  const imports = createImportLimits({
    circuitLimits,
    circuitSources,
    nominalVoltageV,
    balancing: () => balancing,
  });
  const clockDesk = createClockDesk({
    ...books,
    keepingIntervalMs: keeper.readingIntervalMs,
    moved: (shiftMs) => [
      ...limits.moved(shiftMs),
      ...circuitLimits.moved(shiftMs),
      ...demands.moved(shiftMs),
    ],
  }, snapshot);
  const caps = createSiteCaps({
    ...books,
    limits,
    circuitLimits,
    profiles: () => profiles,
    sun: () => sun,
  });
  const profiles = createProfileDesk({
    ...books,
    nominalVoltageV: options.nominalVoltageV,
    limits: () => balancing.limits(),
    circuits: () => balancing.circuits(),
    link: () => ({
      spoken: (csms?.status().version ?? "ocpp1.6") === "ocpp1.6" ? "1.6" : "2.x",
      isOnline: csms?.isOnline() ?? false,
    }),
    externalCaps: caps.operatorOn,
  }, snapshot["charging-profiles"].get("csms"));
  const cuts = createCutDesk(
    ports.contactors ?? [],
    snapshot["open-contactors"].values(),
    { ...books, write: (writes) => journal.commit(writes) },
  );
  const balancing: BalancingLoop = createBalancingLoop(
    {
      circuits: imports.circuits,
      marginAmps: options.balancing.marginAmps,
      strategy: options.balancing.strategy,
      nominalVoltageV: options.nominalVoltageV,
      timing: BALANCER_TIMING,
      startSeed: Math.floor(ports.ids.random() * 2 ** 32),
    },
    {
      ...books,
      chargers,
      cuts,
      capsOn: caps.on,
      wishesOn: demands.factsOf,
      siteCaps: () => profiles.siteCaps(),
      groupCaps: caps.ofGroups,
      surplus: () => sun.budget(),
    },
    snapshot["sent-limits"].values(),
  );
  const telemetry = createTelemetry(
    { keepMs: options.telemetryKeepMs ?? TELEMETRY_KEEP_MS },
    {
      ...books,
      store: ports.telemetry ?? createMemoryTelemetry(),
      circuits: () => balancing.circuits(),
      sessionLimits: () =>
        balancing.limits().flatMap(({ slot, limitAmps, reason }) => {
          const open = openOn(transactions.state(), slot);
          return open === undefined ? [] : [{ transactionId: open.id, limitAmps, reason }];
        }),
      mayWrite: () => keeper.level() === "enough",
    },
  );
  const audit = ports.audit ?? createMemoryAudit();
  const history = createEnergyHistory({
    ...books,
    store: ports.history ?? createMemoryHistory(),
    mayWrite: () => keeper.level() === "enough",
  });
  if (options.csms !== null) {
    csms = createCsms(options.csms, {
      ...books,
      profiles,
      tariffs,
      dialer: ports.dialer,
      roots: createInstalledRoots(snapshot["csms-roots"].values()),
      lastVersion: snapshot["csms-link"].get("version") ?? null,
      wantedBoot: snapshot["boot-reason"].get("next") ?? null,
      followedOrders: snapshot["followed-orders"].values(),
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
    ...books,
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
  circuitLimits.listen(imports.changed);
  circuitSources.listen(() => balancing.rewire());
  events.on("circuits", imports.noteMet);
  const { surplus = SURPLUS_DEFAULTS } = options.balancing;
  const sun = createSurplusDesk({ options: surplus, nominalVoltageV }, {
    ...books,
    chargers,
    demands,
    meters: () => meters.states(),
    places: balancing.sunPlaces,
    limits: balancing.limits,
    changed: () => balancing.refresh(null),
  });
  const { freeVend } = options.authorization;
  const stopFreeVend = freeVend === null ? () => {} : createFreeVend(freeVend, books, chargers);
  const contacts = createContactDesk(ports.contacts ?? [], {
    ...books,
    circuitLimits,
    circuitSources,
  });
  const counters = createCounterDesk({
    ...books,
    circuits: options.circuits,
    nominalVoltageV,
    keep(writes) {
      if (keeper.level() !== "enough") return;
      spawn("keep energy counters", () => journal.commit(writes));
    },
  }, snapshot["energy-counters"]);
  const meters = createMeterDesk(ports.meters, events, clock, counters);
  const signals = createSignalDesk(ports.signals ?? [], snapshot.signals.values(), {
    ...books,
    circuitLimits,
    write: (writes) => journal.commit(writes),
  });
  const packer = createPacker(books);
  events.on("transaction", packer.wake);
  const outboxWatch = createOutboxWatch(outbox, events);
  const stopHousekeeping = startHousekeeping({
    ...books,
    chargers,
    hasCsms: options.csms !== null,
    looks: [
      packer.wake,
      outboxWatch.look,
      damage.look,
      clockDesk.note,
      counters.look,
      () => keepQuirks(),
    ],
  });

  await keeper.start();
  await backups?.start();
  telemetry.start();
  await history.start();
  balancing.start();
  // After the balancer, so that it has compared each measurement before.
  const stopMeterWatch = watchMeterWiring(events, balancing.comparedSteps);
  sun.start();
  meters.start();
  contacts.start();
  signals.start();
  const addresses = await openListeners(chargers, ports.listeners).catch(async (error) => {
    await letGo();
    throw error;
  });
  csms?.start();
  // Chargers first: after a week without the CSMS there is much to pack.
  packer.wake();
  log("info", "gateway_started", { site: options.siteName, listeners: addresses.length });

  return {
    web: createWebPorts({
      ...books,
      pricing,
      options,
      store,
      csms,
      chargers,
      faults,
      telemetry,
      audit,
      history,
      messages,
      limits,
      circuitLimits,
      circuitSources,
      circuitPlan: imports.circuits,
      signals,
      cuts,
      demands,
      balancing,
      meters,
      space: keeper,
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
    keeper.stop();
    backups?.stop();
    sun.stop();
    stopMeterWatch();
    balancing.stop();
    stopLimitNotices();
    profiles.stop();
    limits.stop();
    circuitLimits.stop();
    await Promise.all([
      contacts.stop(),
      signals.stop(),
      meters.stop(),
      csms?.stop(),
      chargers.close(),
      cuts.stop(),
    ]);
    counters.stop();
    keepQuirks("last");
    const flushed = await within(clock, FLUSH_PATIENCE_MS, drained());
    if (flushed === TIMED_OUT) log("error", "stopped_with_unwritten_records");
    journal.close();
    await within(clock, FLUSH_PATIENCE_MS, Promise.all([telemetry.stop(), history.stop()]));
    await audit.close();
  }

  /** Counts are not worth the last room on the disk. */
  function keepQuirks(last?: "last"): void {
    if (keeper.level() !== "enough") return;
    const writes = chargers.quirkCounts.unkept(last);
    if (writes.length > 0) spawn("keep quirk counts", () => journal.commit(writes));
  }

  async function drained(): Promise<void> {
    // Some wait for what may still wait.
    await journal.flush();
    await spawn.drain();
    const held = withSomethingHeld(transactions.state());
    spawn(
      "keep held readings",
      () => journal.commit(held.map((each) => put("transactions", each.id, each))),
    );
    await journal.flush();
  }
}
