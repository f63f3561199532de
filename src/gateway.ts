import type { InsideCall } from "./ocpp/mod.ts";
import {
  type Chargers,
  createChargers,
  createFreeVend,
  type QuestionAction,
} from "./chargers/mod.ts";
import {
  createCertificateBook,
  createInstalledRoots,
  createRoots,
  NO_OWN_KEYS,
} from "./certificates/mod.ts";
import { createCsms, createSecurityEvents, type Csms } from "./csms/mod.ts";
import { SURPLUS_DEFAULTS } from "./balancing/mod.ts";
import { chargerOfSubject, createAlertDesk } from "./gateway_alerts.ts";
import { openFirstAid } from "./gateway_first_aid.ts";
import { createBackupKeeper } from "./gateway_backups.ts";
import { BALANCER_TIMING, type BalancingLoop, createBalancingLoop } from "./gateway_balancing.ts";
import { createSiteCaps } from "./gateway_caps.ts";
import { createClockDesk } from "./gateway_clock.ts";
import { createCounterDesk } from "./gateway_counters.ts";
import { createDamageDesk } from "./gateway_damage.ts";
import { createDemandDesk } from "./gateway_demands.ts";
import { createFileDesk } from "./gateway_files.ts";
import { startHousekeeping } from "./gateway_housekeeping.ts";
import { startLimitNotices } from "./gateway_limit_notices.ts";
import { createMeterCheck } from "./gateway_meter_check.ts";
import { createMeterDesk } from "./gateway_meters.ts";
import { openBooks } from "./gateway_opening.ts";
import type { Gateway, GatewayOptions, GatewayPorts } from "./gateway_options.ts";
import { createProfileDesk } from "./gateway_profiles.ts";
import { createReportSender } from "./gateway_report_schedules.ts";
import { createRecordLooks } from "./gateway_reports.ts";
import { tellOwnSecurity } from "./gateway_security_events.ts";
import { createSiteTimeDesk } from "./gateway_site_time.ts";
import { createSpaceKeeper, type SpaceKeeper } from "./gateway_space.ts";
import { createSurplusDesk } from "./gateway_surplus.ts";
import { createRotationDesk } from "./gateway_rotation.ts";
import { openListeners } from "./gateway_listeners.ts";
import { createTariffDesk } from "./gateway_tariffs.ts";
import { expiringIn, expiringOfChargers, expiringRoots, watchExpiry } from "./gateway_expiry.ts";
import { createImportLimits } from "./gateway_import_limits.ts";
import { createWebPorts } from "./gateway_web.ts";
import { isoTime, TIMED_OUT, within } from "./lib/clock.ts";
import { put } from "./lib/write.ts";
import { createDriftDesk, createOutboxWatch, watchEnergy } from "./operations/mod.ts";
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
  createSiteRecord,
  createTelemetry,
  watchLoopLag,
} from "./telemetry/mod.ts";
import { openOn, withSomethingHeld } from "./transactions/mod.ts";
import { createAuditDesk, formatOf, printedReport, type WebPorts } from "./web/mod.ts";

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
/** Alerts share the sync of what is worth more, where there is something within this time. */
const ALERT_PATIENCE_MS = 5_000;
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
  let stopSending = () => {};
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
      news(chargerId, call) {
        // Of what it has not ordered the CSMS hears nothing (L01.FR.20).
        if (
          call.action === "FirmwareStatusNotification" && files?.firmware.heard(chargerId, call)
        ) {
          return;
        }
        // Of a log that the gateway takes on, the CSMS hears how the whole way goes.
        if (call.action === "LogStatusNotification" && files?.logs.heard(chargerId, call)) return;
        csms?.news(chargerId, call);
      },
    },
  });
  const { fileService = null } = options;
  const files = fileService === null || ports.files === undefined ? null : createFileDesk(
    fileService,
    ports.files,
    {
      ...books,
      chargers: () => chargers,
      csms: () => csms,
      security: () => security,
      space: keeper,
      timezone: options.timezone,
    },
    snapshot,
  );
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
    rotation: () => rotation,
  });
  const rotation = createRotationDesk({
    ...books,
    circuits: imports.circuits,
    chargers: () => chargers,
    balancing: () => balancing,
    meters: () => meters,
  }, snapshot["rotation-tests"].values());
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
      sessionAt(slot) {
        const open = openOn(transactions.state(), slot);
        if (open === undefined) return null;
        return { transactionId: open.id, offeredAmps: balancing.limit(slot)?.limitAmps ?? null };
      },
      mayWrite: () => keeper.level() === "enough",
    },
  );
  const audit = ports.audit ?? createMemoryAudit();
  const auditDesk = createAuditDesk({ ...books, audit });
  const historyStore = ports.history ?? createMemoryHistory();
  const kept = { ...books, store: historyStore, mayWrite: () => keeper.level() === "enough" };
  const history = createEnergyHistory(kept);
  const record = createSiteRecord({
    ...kept,
    ...createRecordLooks({ ...books, balancing }),
    nominalVoltageV: options.nominalVoltageV,
  });
  const security = createSecurityEvents({ ...books, wake: () => csms?.wake() });
  if (options.csms !== null) {
    csms = createCsms(options.csms, {
      ...books,
      profiles,
      tariffs,
      audit: auditDesk.note,
      dialer: ports.dialer,
      roots: createInstalledRoots(snapshot["csms-roots"].values()),
      keys: ports.ownKeys ?? NO_OWN_KEYS,
      access: snapshot["csms-access"].get("access"),
      security,
      ...(files === null ? {} : { firmware: files.forCsms, logs: files.logs }),
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
  const meterIds = new Set(ports.meters.map(({ id }) => id));
  const meterCheck = createMeterCheck(
    { ...books, comparedSteps: balancing.comparedSteps, doubt: balancing.doubt },
    [...snapshot["doubted-meters"].values()].filter(({ meterId }) => meterIds.has(meterId)),
  );
  circuitLimits.listen(imports.changed);
  circuitSources.listen(() => balancing.rewire());
  events.on("circuits", imports.noteMet);
  const { surplus = SURPLUS_DEFAULTS } = options.balancing;
  const sun = createSurplusDesk({ options: surplus, nominalVoltageV }, {
    ...books,
    chargers,
    demands,
    // By a meter that is turned every car would bring more sun.
    meters: () =>
      meters.states().map((meter) =>
        meterCheck.isDoubted(meter.id) ? { ...meter, sample: null } : meter
      ),
    places: balancing.sunPlaces,
    limits: balancing.limits,
    changed: () => balancing.refresh(null),
  });
  const { freeVend } = options.authorization;
  const stopWatchingEnergy = watchEnergy(books);
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
  const watchSecurity = options.csms === null ? () => {} : tellOwnSecurity({
    ...books,
    security,
    wantedBoot: snapshot["boot-reason"].get("next") ?? null,
    firmwareVersion: options.csms.station.firmwareVersion,
    spaceLevel: keeper.level,
  });
  const watchCertificates = watchExpiry(books, () => [
    ...expiringIn(
      csms?.certificate() ?? "",
      "CSMS",
      "the certificate of this gateway for the CSMS",
    ),
    ...expiringRoots(ports.authority?.roots() ?? []),
    ...expiringOfChargers(certificates),
  ]);
  const drift = createDriftDesk(options.desired ?? [], snapshot["configuration-corrections"], {
    ...books,
    chargers,
    commit: (writes) => journal.commit(writes),
  });
  const siteTime = createSiteTimeDesk({
    ...books,
    chargers,
    csmsOffsetMs: () => csms?.status().clockOffsetMs ?? null,
    hostClock: ports.hostClock ?? (() => Promise.resolve(null)),
  });
  const loopLag = watchLoopLag(clock);
  const stopHousekeeping = startHousekeeping({
    ...books,
    chargers,
    hasCsms: options.csms !== null,
    looks: [
      packer.wake,
      outboxWatch.look,
      damage.look,
      clockDesk.note,
      siteTime.look,
      counters.look,
      watchSecurity,
      watchCertificates,
      faults.look,
      drift.look,
      () => keepQuirks(),
    ],
  });

  await keeper.start();
  await backups?.start();
  telemetry.start();
  await history.start();
  record.start();
  balancing.start();
  // After the balancer, so that it has compared each measurement before.
  meterCheck.start();
  sun.start();
  meters.start();
  contacts.start();
  signals.start();
  const addresses = await openListeners(chargers, ports.listeners).catch(async (error) => {
    await letGo();
    throw error;
  });
  await files?.start().catch(async (error) => {
    await letGo();
    throw error;
  });
  csms?.start();
  // Chargers first: after a week without the CSMS there is much to pack.
  packer.wake();
  log("info", "gateway_started", { site: options.siteName, listeners: addresses.length });

  const printPdf = ports.printPdf ?? null;
  const sender = createReportSender(options.reportSchedules ?? [], snapshot["report-runs"], {
    ...books,
    timezone,
    siteName: options.siteName,
    reports: () => web.reports,
    pdf: printPdf === null
      ? null
      : async ({ report }, time) => await printPdf(await printedReport(web, report, time)),
    deliver: ports.reportDelivery ?? (() => Promise.reject(new Error("Nobody takes reports"))),
  });
  const alerts = createAlertDesk(options.alerts ?? [], snapshot["alert-books"], {
    ...books,
    faults,
    site: { siteName: options.siteName, timezone },
    chargerOf: (subject) => chargerOfSubject(site, subject),
    deliver: ports.alertDelivery ?? (() => Promise.reject(new Error("Nobody takes alerts"))),
    keep(writes) {
      if (keeper.level() !== "enough") return;
      spawn("keep alerts", () => journal.commitWithin(writes, ALERT_PATIENCE_MS));
    },
  });
  const firstAid = openFirstAid(options.firstAid ?? [], {
    ...books,
    faults,
    chargers,
    cuts,
    web: () => web,
  });
  const web: WebPorts = createWebPorts({
    ...books,
    alerts,
    drift,
    files,
    firstAid,
    pricing,
    options,
    store,
    caps,
    csms,
    chargers,
    faults,
    telemetry,
    audit,
    history,
    record,
    carbon: options.carbon ?? null,
    ocpi: options.ocpi ?? null,
    printPdf,
    schedules: sender.views,
    messages,
    limits,
    circuitLimits,
    circuitSources,
    circuitPlan: imports.circuits,
    signals,
    cuts,
    demands,
    balancing,
    meterCheck,
    rotation,
    siteTime: siteTime.view,
    meters,
    space: keeper,
    addresses,
    listeners: ports.listeners,
    authority: ports.authority ?? null,
    certificates,
    snapshot,
    memoryBytes: ports.memoryBytes,
    bytesWritten: ports.bytesWritten ?? (() => null),
    loopLag,
  });
  sender.start();
  alerts.start();
  firstAid.start();
  stopSending = () => {
    sender.stop();
    alerts.stop();
    firstAid.stop();
  };

  return {
    web,
    tariffs,
    addresses,
    restartWanted: restart.promise,
    publishAlertsBy: alerts.publishBy,
    async stop() {
      await letGo();
      await store.close();
      log("info", "gateway_stopped");
    },
  };

  /** First nothing new comes in; then what was begun is finished. The store stays open. */
  async function letGo(): Promise<void> {
    stopHousekeeping();
    drift.stop();
    loopLag.stop();
    stopSending();
    packer.stop();
    stopFreeVend();
    stopWatchingEnergy();
    timekeeper.stop();
    spawn("keep uses of tokens", () => journal.commit(tokens.uses()));
    keeper.stop();
    backups?.stop();
    sun.stop();
    rotation.stop();
    meterCheck.stop();
    balancing.stop();
    stopLimitNotices();
    profiles.stop();
    limits.stop();
    circuitLimits.stop();
    await Promise.all([
      contacts.stop(),
      signals.stop(),
      meters.stop(),
      files?.stop(),
      csms?.stop(),
      chargers.close(),
      cuts.stop(),
    ]);
    counters.stop();
    keepQuirks("last");
    const flushed = await within(clock, FLUSH_PATIENCE_MS, drained());
    if (flushed === TIMED_OUT) log("error", "stopped_with_unwritten_records");
    journal.close();
    await within(
      clock,
      FLUSH_PATIENCE_MS,
      Promise.all([
        telemetry.stop(),
        // They share a file, which the history closes.
        record.stop().then(history.stop),
      ]),
    );
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
