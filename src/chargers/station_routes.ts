import { isoTime } from "../lib/clock.ts";
import { compact } from "../lib/json.ts";
import { chargerOrNew, formerStation } from "../site/mod.ts";
import { noteReport } from "./alone.ts";
import { QUIET_ROUTES } from "./quiet_requests.ts";
import type { StationRoute, StationRoutes } from "./station_route.ts";

const authorize: StationRoute<"Authorize"> = {
  handling: ["answer", "forward"],
  async run({ chargerId }, { message }, { ports, parts }) {
    const decision = await parts.authorizer.authorize(chargerId, message.idToken);
    // A 1.6 charger has no notion of master passes: the gateway does what it would do itself.
    if (decision.masterPass) {
      ports.spawn("master pass", () => parts.endings.masterPass(chargerId, message.idToken));
    }
    return { message: { idTokenInfo: decision.info } };
  },
};

const bootNotification: StationRoute<"BootNotification"> = {
  handling: ["answer"],
  async run(station, { message, carry }, { ports, parts }) {
    const { site, clock, events, log } = ports;
    const before = chargerOrNew(site, station.chargerId);
    const formerly = formerStation(before, message.chargingStation, clock.wallMs());
    if (formerly !== before.formerly) {
      log("warning", "charger_replaced", { charger: station.chargerId, before: formerly });
    }
    await ports.journal.commit(site.saveCharger({
      ...before,
      ...(formerly === undefined ? {} : { formerly }),
      version: station.version,
      station: carry === undefined
        ? { message: message.chargingStation }
        : { message: message.chargingStation, carry },
      bootedAtMs: clock.wallMs(),
    }));
    await parts.interruptions.booted(station, message.reason);
    if (station.life.hasBootedHere) station.noteQuirk("repeated-boot");
    else parts.unsteadiness.booted(station.chargerId);
    station.life.hasBootedHere = true;
    parts.arrival.booted(station);
    station.clock.told(ports.timekeeper.stretch());
    events.emit("charger", { chargerId: station.chargerId });
    const interval = Math.round(parts.options.timing.heartbeatIntervalMs / 1000);
    return { message: { status: "Accepted", currentTime: isoTime(clock.wallMs()), interval } };
  },
};

const dataTransfer: StationRoute<"DataTransfer"> = {
  handling: ["forward", "refuse"],
  async run({ chargerId }, { message }, { ports, parts }) {
    if (!parts.options.dataTransferVendors.includes(message.vendorId)) {
      return { message: { status: "UnknownVendorId" } };
    }
    const slot = ports.site.slotsOf(chargerId)[0]?.slot ?? null;
    const { vendorId, messageId, data } = message;
    const passed = compact({ slot, vendorId, messageId, data });
    return await ports.upstream.dataTransfer(passed) ?? { message: { status: "Rejected" } };
  },
};

const firmwareStatusNotification: StationRoute<"FirmwareStatusNotification"> = {
  handling: ["answer", "coalesce"],
  run(station, call, { ports }) {
    station.life.firmwareStatus = call.message.status;
    ports.upstream.news(station.chargerId, call);
    ports.events.emit("charger", { chargerId: station.chargerId });
    return Promise.resolve({ message: {} });
  },
};

const logStatusNotification: StationRoute<"LogStatusNotification"> = {
  handling: ["answer", "coalesce"],
  run(station, call, { ports }) {
    station.life.diagnosticsStatus = call.message.status;
    ports.upstream.news(station.chargerId, call);
    ports.events.emit("charger", { chargerId: station.chargerId });
    return Promise.resolve({ message: {} });
  },
};

const heartbeat: StationRoute<"Heartbeat"> = {
  handling: ["answer"],
  run(station, _call, { ports }) {
    station.clock.told(ports.timekeeper.stretch());
    return Promise.resolve({ message: { currentTime: isoTime(ports.clock.wallMs()) } });
  },
};

const notifyReport: StationRoute<"NotifyReport"> = {
  handling: ["answer", "coalesce"],
  async run(station, call, { ports }) {
    await noteReport(ports, station, call.message.reportData ?? []);
    const awaiting = station.life.reports.get(call.message.requestId);
    if (awaiting === undefined) ports.upstream.news(station.chargerId, call);
    else awaiting(call.message);
    return { message: {} };
  },
};

const securityEventNotification: StationRoute<"SecurityEventNotification"> = {
  handling: ["queue"],
  async run({ chargerId }, { message }, { ports }) {
    const slot = ports.site.slotsOf(chargerId)[0]?.slot ?? null;
    await ports.journal.commit(ports.notices.add({ chargerId, slot }, message));
    ports.events.emit("fault", {
      kind: "charger-security-event",
      severity: "warning",
      subject: chargerId,
      text: `${message.type}${message.techInfo === undefined ? "" : `: ${message.techInfo}`}`,
      state: "raised",
    });
    return { message: {} };
  },
};

/** What the gateway does with each message of a charger, whatever version it came in. */
export const STATION_ROUTES: StationRoutes = {
  Authorize: authorize,
  BootNotification: bootNotification,
  DataTransfer: dataTransfer,
  FirmwareStatusNotification: firmwareStatusNotification,
  Heartbeat: heartbeat,
  LogStatusNotification: logStatusNotification,
  // Of a transaction they are kept; others only inform.
  MeterValues: {
    handling: ["queue", "coalesce"],
    told: ["MeterValues", "TransactionEvent"],
    run: (station, call, { parts }) => parts.transactions.meter(station, call),
  },
  NotifyEVChargingNeeds: {
    handling: ["coalesce"],
    run: (station, call, { parts }) => parts.stationNotices.needs(station, call),
  },
  // But for the state of a connector, which goes the way of a StatusNotification.
  NotifyEvent: {
    handling: ["coalesce"],
    run: (station, call, { parts }) => parts.stationNotices.event(station, call),
  },
  NotifyReport: notifyReport,
  SecurityEventNotification: securityEventNotification,
  SignCertificate: {
    handling: ["answer", "refuse"],
    run: (station, call, { parts }) => parts.certificates.sign(station, call),
  },
  StartTransaction: {
    handling: ["queue"],
    told: ["StartTransaction", "TransactionEvent"],
    run: (station, call, { parts }) => parts.transactions.start(station, call),
  },
  StatusNotification: {
    handling: ["coalesce"],
    run: (station, call, { parts }) => parts.status(station, call),
  },
  StopTransaction: {
    handling: ["queue"],
    told: ["StopTransaction", "TransactionEvent"],
    run: (station, call, { parts }) => parts.transactions.stop(station, call),
  },
  TransactionEvent: {
    handling: ["queue"],
    told: ["StartTransaction", "MeterValues", "StopTransaction", "TransactionEvent"],
    run: (station, call, { parts }) => parts.stationEvents.answer(station, call),
  },
  ...QUIET_ROUTES,
};
