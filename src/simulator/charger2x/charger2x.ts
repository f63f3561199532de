import { every, isoTime, sleep } from "../../lib/clock.ts";
import { compact } from "../../lib/json.ts";
import type { CallAnswer } from "../../ocpp/mod.ts";
import { addLines, onEachLine } from "../../site/mod.ts";
import type { ChargerPorts } from "../charger.ts";
import type { ChargerOptions } from "../charger_options.ts";
import { connectEv, newOutlet, type Outlet, outletCurrents } from "../outlet.ts";
import { createLink, type LinkOwner } from "../station/link.ts";
import { createMessageQueue } from "../station/message_queue.ts";
import { advanceOutlets, permittedAmps, setPilots } from "../station/pilots.ts";
import { standing } from "../station/reservations.ts";
import { createStationClock } from "../station/station_clock.ts";
import { createTokenMemory } from "../station/tokens.ts";
import { presentCard2x, presentedCard } from "./cards.ts";
import { type CommandDesk2x, runCommand2x } from "./commands.ts";
import { type BootReason2x, createPower2x } from "./power.ts";
import { linkOf2x, type Said2x } from "./messages.ts";
import { createMetering2x } from "./metering.ts";
import { forgetTold } from "./profiles.ts";
import {
  CONNECTOR_ID,
  connectorStatus,
  type Evse2x,
  evseOf,
  finerStatus,
  reservable,
  type Station2x,
} from "./station.ts";
import { createStatusReports2x } from "./status_reports.ts";
import { tokenRules2x } from "./token_commands.ts";
import { cardOf } from "./token_words.ts";
import { createTransactions2x } from "./transactions.ts";
import type { StationCharger } from "../versioned_charger.ts";
import { createVariables, type LiveVariable, nameOf } from "./variables.ts";

/** More than a week of meter values each minute. */
const QUEUE_LENGTH_MAX = 20_000;

/** Builds a charger that speaks OCPP 2.0.1 or 2.1. It does nothing before `start`. */
export function createCharger2x(
  version: "ocpp2.0.1" | "ocpp2.1",
  options: ChargerOptions,
  ports: ChargerPorts,
  /** Its sockets with what is plugged in, where it had another firmware before. */
  outlets?: readonly Outlet[],
): StationCharger {
  const { clock, spawn } = ports;
  const stopped = new AbortController();
  const stationClock = createStationClock(clock, options.faults);
  const connectors = options.outlets.map((outlet, index): Evse2x => ({
    id: index + 1,
    outlet: outlets?.[index] ?? newOutlet(outlet, clock.monoMs(), options.registerWh),
    isOperative: true,
    orderedOperative: null,
    errorCode: null,
    permit: null,
    transaction: null,
    hasServed: false,
    lastStopReason: null,
  }));
  const variables = createVariables(options.configuration, liveVariables());
  const link = linkOf2x(createLink(version, options, ports, linkOwner()));
  const station: Station2x = {
    version,
    options,
    ports,
    variables,
    tokens: createTokenMemory(tokenRules2x(variables)),
    clock: stationClock,
    connectors,
    memory: {
      installed: [],
      obeyed: [],
      told: new Map(),
      reservations: [],
      isUp: true,
      isOperative: true,
      password: null,
      restartsWhenIdle: false,
      losses: 0,
    },
    link,
    queue: createMessageQueue({
      ...ports,
      link,
      attemptsMax: () => variables.integer("OCPPCommCtrlr.MessageAttempts[TransactionEvent]"),
      retryMs: () =>
        variables.integer("OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]") * 1_000,
      lengthMax: QUEUE_LENGTH_MAX,
    }, stopped.signal),
    update,
    later,
  };
  const reports = createStatusReports2x(station);
  const metering = createMetering2x(station);
  const transactions = createTransactions2x(station, metering);
  const power = createPower2x(
    station,
    transactions,
    metering,
    outlets === undefined ? "PowerUp" : "FirmwareUpdate",
  );
  const desk: CommandDesk2x = { station, transactions, metering, reports, power, beatRegularly };
  let cancelTick = () => {};
  let cancelHeartbeat = () => {};
  let cancelReboot = () => {};
  let lostAtMs: number | null = null;
  const cancelsLater = new Set<() => void>();

  function later(delayMs: number, work: () => void): void {
    if (stopped.signal.aborted) return;
    const cancel = clock.after(delayMs, () => {
      cancelsLater.delete(cancel);
      work();
    });
    cancelsLater.add(cancel);
  }

  function update(): void {
    const { memory } = station;
    advanceOutlets(station);
    memory.reservations = standing(memory.reservations, reservable(station), stationClock.nowMs());
    setPilots(station);
    reports.observe();
    transactions.observe();
    power.observe();
  }

  /** What a station shows of itself as it is at the moment. */
  function liveVariables(): readonly LiveVariable[] {
    const state = (evse: Evse2x) => () => connectorStatus(station, evse);
    const always = (text: string) => () => text;
    return [
      { ...nameOf("ClockCtrlr.DateTime"), value: () => isoTime(stationClock.nowMs()) },
      { ...nameOf("ChargingStation.Available"), value: always("true") },
      {
        ...nameOf("ChargingStation.AvailabilityState"),
        value: () => station.memory.isOperative ? "Available" : "Unavailable",
      },
      { ...nameOf("ChargingStation.SupplyPhases"), value: always("3") },
      { ...nameOf("ChargingStation.Model"), value: always(options.model) },
      { ...nameOf("ChargingStation.VendorName"), value: always(options.vendor) },
      ...connectors.flatMap((evse): LiveVariable[] => {
        const whole = { name: "EVSE", evse: { id: evse.id } };
        const connector = {
          name: "Connector",
          evse: { id: evse.id, connectorId: CONNECTOR_ID },
        };
        const { options: socket } = evse.outlet;
        const watts = socket.maxAmps * options.volts * socket.lines.length;
        return [
          { component: whole, variable: { name: "Available" }, value: always("true") },
          { component: whole, variable: { name: "AvailabilityState" }, value: state(evse) },
          { component: whole, variable: { name: "Power" }, value: always(String(watts)) },
          {
            component: whole,
            variable: { name: "SupplyPhases" },
            value: always(String(socket.lines.length)),
          },
          { component: connector, variable: { name: "Available" }, value: always("true") },
          { component: connector, variable: { name: "AvailabilityState" }, value: state(evse) },
          {
            component: connector,
            variable: { name: "ConnectorType" },
            value: always(socket.fixedCable ? "cType2" : "sType2"),
          },
        ];
      }),
    ];
  }

  function linkOwner(): LinkOwner {
    return {
      boot: (why) => bootOf(options, why === "triggered" ? "Triggered" : power.bootReason()),
      password: () => station.memory.password ?? options.password,
      pingIntervalMs: () => variables.integer("OCPPCommCtrlr.WebSocketPingInterval") * 1_000,
      answer,
      registered({ currentTime, interval }) {
        stationClock.synchronise(currentTime);
        if (interval > 0) variables.set("OCPPCommCtrlr.HeartbeatInterval", String(interval));
      },
      ready,
      lost() {
        cancelHeartbeat();
        station.memory.losses++;
        lostAtMs ??= clock.monoMs();
        if (options.faults.forgetsProfilesOnLoss) forgetProfiles();
      },
    };
  }

  function ready(how: "booted" | "reconnected"): void {
    if (how === "reconnected" && options.faults.forgetsProfilesOnReconnect) forgetProfiles();
    update();
    const awayMs = lostAtMs === null ? 0 : clock.monoMs() - lostAtMs;
    lostAtMs = null;
    // B04: after a short time only what has changed.
    const isLong = awayMs > variables.integer("OCPPCommCtrlr.OfflineThreshold") * 1_000;
    reports.catchUp(how === "booted" || isLong ? "all" : "changes");
    beatRegularly();
    station.queue.wake();
  }

  function forgetProfiles(): void {
    station.memory.installed = [];
    station.memory.obeyed = [];
    forgetTold(station);
    update();
  }

  /** Many short times between two faults, few long ones. */
  function rebootByChance(): void {
    const { rebootsEveryMs } = options.faults;
    if (rebootsEveryMs === 0) return;
    cancelReboot = clock.after(-Math.log(1 - ports.ids.random()) * rebootsEveryMs, () => {
      power.reboot();
      rebootByChance();
    });
  }

  function beatRegularly(): void {
    cancelHeartbeat();
    const seconds = variables.integer("OCPPCommCtrlr.HeartbeatInterval");
    if (seconds === 0 || !link.isReady()) return;
    cancelHeartbeat = clock.after(seconds * 1_000, () => {
      beatRegularly();
      spawn("heartbeat", beat);
    });
  }

  async function beat(): Promise<void> {
    const said = await link.say("Heartbeat", {});
    if (said.kind === "answered") stationClock.synchronise(said.payload.currentTime);
  }

  async function answer(action: string, payload: unknown): Promise<CallAnswer> {
    const { answerDelayMs } = options.faults;
    if (answerDelayMs > 0) await sleep(clock, answerDelayMs, stopped.signal);
    const { answer, afterwards } = runCommand2x(desk, action, payload);
    // The answer goes out before anything that follows from it (F06.FR.04).
    if (afterwards !== undefined) later(0, afterwards);
    return answer;
  }

  function known(evseId: number): Evse2x {
    const evse = evseOf(station, evseId);
    if (evse === undefined) {
      throw new RangeError(`Cannot find EVSE ${evseId} of ${options.identity}`);
    }
    return evse;
  }

  async function stop(): Promise<void> {
    stopped.abort();
    cancelTick();
    cancelReboot();
    for (const cancel of cancelsLater) cancel();
    cancelHeartbeat();
    metering.stop();
    power.stop();
    for (const { permit, transaction } of connectors) {
      permit?.cancelTimeout();
      transaction?.cancelTimeout();
    }
    await link.stop();
  }

  return {
    identity: options.identity,
    connectorIds: connectors.map(({ id }) => id),
    start() {
      cancelTick = every(clock, options.timing.tickMs, update);
      rebootByChance();
      link.start();
    },
    stop,
    plugIn(evseId, ev) {
      const evse = known(evseId);
      if (evse.outlet.ev !== null) return false;
      advanceOutlets(station);
      evse.outlet = connectEv(evse.outlet, ev);
      if (station.memory.isUp) transactions.pluggedIn(evse);
      update();
      return true;
    },
    unplug(evseId) {
      const evse = known(evseId);
      advanceOutlets(station);
      const { ev } = evse.outlet;
      evse.outlet = connectEv(evse.outlet, null);
      transactions.unplugged(evse);
      update();
      return ev;
    },
    presentCard: (evseId, idTag) =>
      presentCard2x(station, transactions, known(evseId), presentedCard(cardOf(idTag))),
    breakDown(evseId, errorCode) {
      known(evseId).errorCode = errorCode;
      update();
    },
    losePower: (forMs) => power.losePower(forMs),
    reboot: () => power.reboot(),
    look(evseId) {
      const evse = known(evseId);
      advanceOutlets(station);
      const { outlet, transaction } = evse;
      return {
        status: finerStatus(station, evse),
        ev: outlet.ev,
        offeredAmps: outlet.isLive ? outlet.offeredAmps : 0,
        registerWh: outlet.registerWh,
        transactionId: transaction?.id ?? null,
        hasTransaction: transaction !== null && transaction.isAuthorized,
        lastStopReason: evse.lastStopReason,
        permittedAmps: permittedAmps(station, evse, station.memory.obeyed),
        believedAmps: permittedAmps(station, evse, station.memory.installed),
      };
    },
    isUp: () => station.memory.isUp,
    clockMs: () => stationClock.nowMs(),
    currents() {
      advanceOutlets(station);
      return connectors.map(({ outlet }) => outletCurrents(outlet))
        .reduce(addLines, onEachLine(0));
    },
    undelivered: () => station.queue.length(),
    lost: () => station.queue.lost(),
    outlets() {
      advanceOutlets(station);
      return connectors.map(({ outlet }) => outlet);
    },
    async retire() {
      for (const evse of connectors) {
        evse.permit?.cancelTimeout();
        evse.permit = null;
      }
      station.memory.isUp = false;
      update();
      await stop();
    },
  };
}

function bootOf(options: ChargerOptions, reason: BootReason2x): Said2x["BootNotification"] {
  return {
    reason,
    chargingStation: compact({
      vendorName: options.vendor,
      model: options.model,
      serialNumber: options.serialNumber,
      firmwareVersion: options.firmwareVersion,
    }),
  };
}
