import { every, sleep } from "../../lib/clock.ts";
import { compact } from "../../lib/json.ts";
import type { Requests16 } from "../../ocpp/messages/mod.ts";
import type { CallAnswer } from "../../ocpp/mod.ts";
import { addLines, onEachLine } from "../../site/mod.ts";
import type { ChargerPorts } from "../charger.ts";
import type { ChargerOptions } from "../charger_options.ts";
import { connectEv, newOutlet, type Outlet, outletCurrents } from "../outlet.ts";
import { presentCard } from "./cards.ts";
import { type CommandDesk, runCommand } from "./commands.ts";
import { createConfiguration } from "./configuration.ts";
import { isErrorCode } from "../station/connector_status.ts";
import { linkOf16 } from "../call16.ts";
import { createLink, type LinkOwner } from "../station/link.ts";
import { createMessageQueue } from "../station/message_queue.ts";
import type { StationCharger } from "../versioned_charger.ts";
import { createMetering } from "./metering.ts";
import { advanceOutlets, permittedAmps, setPilots } from "../station/pilots.ts";
import { createPower16 } from "./power.ts";
import { standing } from "../station/reservations.ts";
import {
  type Connector16,
  connectorOf,
  connectorStatus,
  reservable,
  type Station16,
} from "./station.ts";
import { createStationClock } from "../station/station_clock.ts";
import { createStatusReports } from "./status_reports.ts";
import { createTokenMemory } from "../station/tokens.ts";
import { tokenRules } from "./token_commands.ts";
import { createTransactions16 } from "./transactions.ts";

/** More than a week of meter values each minute. */
const QUEUE_LENGTH_MAX = 20_000;

/** Builds a charger that speaks OCPP 1.6J. It does nothing before `start`. */
export function createCharger16(
  options: ChargerOptions,
  ports: ChargerPorts,
  /** Its sockets with what is plugged in, where it had another firmware before. */
  outlets?: readonly Outlet[],
): StationCharger {
  const { clock, spawn } = ports;
  const stopped = new AbortController();
  const configuration = createConfiguration(options.outlets.length, options.configuration);
  const link = linkOf16(createLink("ocpp1.6", options, ports, linkOwner()));
  const station: Station16 = {
    options,
    ports,
    configuration,
    tokens: createTokenMemory(tokenRules(configuration)),
    clock: createStationClock(clock, options.faults),
    connectors: options.outlets.map((outlet, index): Connector16 => ({
      id: index + 1,
      outlet: outlets?.[index] ?? newOutlet(outlet, clock.monoMs(), options.registerWh),
      isOperative: true,
      orderedOperative: null,
      errorCode: null,
      permit: null,
      transaction: null,
      hasServed: false,
      lastStopReason: null,
    })),
    memory: {
      installed: [],
      obeyed: [],
      reservations: [],
      isUp: true,
      isOperative: true,
      password: null,
    },
    link,
    queue: createMessageQueue({
      ...ports,
      link,
      attemptsMax: () => configuration.integer("TransactionMessageAttempts"),
      retryMs: () => configuration.integer("TransactionMessageRetryInterval") * 1_000,
      lengthMax: QUEUE_LENGTH_MAX,
    }, stopped.signal),
    update,
    later,
  };
  const reports = createStatusReports(station);
  const metering = createMetering(station);
  const transactions = createTransactions16(station, metering, reports);
  const power = createPower16(station, transactions, metering);
  const desk: CommandDesk = { station, transactions, metering, reports, power, beatRegularly };
  let cancelTick = () => {};
  let cancelHeartbeat = () => {};
  let cancelReboot = () => {};
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
    memory.reservations = standing(memory.reservations, reservable(station), station.clock.nowMs());
    setPilots(station);
    reports.observe();
  }

  function linkOwner(): LinkOwner {
    return {
      boot: () => bootOf(options),
      password: () => station.memory.password ?? options.password,
      pingIntervalMs: () => configuration.integer("WebSocketPingInterval") * 1_000,
      answer,
      registered({ currentTime, interval }) {
        station.clock.synchronise(currentTime);
        if (interval > 0) configuration.set("HeartbeatInterval", String(interval));
      },
      ready,
      lost() {
        cancelHeartbeat();
        if (options.faults.forgetsProfilesOnLoss) forgetProfiles();
      },
    };
  }

  function ready(how: "booted" | "reconnected"): void {
    if (how === "reconnected" && options.faults.forgetsProfilesOnReconnect) forgetProfiles();
    update();
    reports.catchUp(how);
    beatRegularly();
    station.queue.wake();
  }

  function forgetProfiles(): void {
    station.memory.installed = [];
    station.memory.obeyed = [];
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
    const seconds = configuration.integer("HeartbeatInterval");
    if (seconds === 0 || !link.isReady()) return;
    cancelHeartbeat = clock.after(seconds * 1_000, () => {
      beatRegularly();
      spawn("heartbeat", beat);
    });
  }

  async function beat(): Promise<void> {
    const said = await link.say("Heartbeat", {});
    if (said.kind === "answered") station.clock.synchronise(said.payload.currentTime);
  }

  async function answer(action: string, payload: unknown): Promise<CallAnswer> {
    const { answerDelayMs } = options.faults;
    if (answerDelayMs > 0) await sleep(clock, answerDelayMs, stopped.signal);
    const { answer, afterwards } = runCommand(desk, action, payload);
    // The answer goes out before anything that follows from it (1.6 §5.17).
    if (afterwards !== undefined) later(0, afterwards);
    return answer;
  }

  function known(connectorId: number): Connector16 {
    const connector = connectorOf(station, connectorId);
    if (connector === undefined) {
      throw new RangeError(`Cannot find connector ${connectorId} of ${options.identity}`);
    }
    return connector;
  }

  async function stop(): Promise<void> {
    stopped.abort();
    cancelTick();
    cancelReboot();
    for (const cancel of cancelsLater) cancel();
    cancelHeartbeat();
    metering.stop();
    reports.stop();
    power.stop();
    for (const { permit } of station.connectors) permit?.cancelTimeout();
    await link.stop();
  }

  return {
    identity: options.identity,
    connectorIds: station.connectors.map(({ id }) => id),
    start() {
      cancelTick = every(clock, options.timing.tickMs, update);
      rebootByChance();
      link.start();
    },
    stop,
    plugIn(connectorId, ev) {
      const connector = known(connectorId);
      if (connector.outlet.ev !== null) return false;
      advanceOutlets(station);
      connector.outlet = connectEv(connector.outlet, ev);
      const { permit, transaction } = connector;
      permit?.cancelTimeout();
      if (permit !== null && transaction === null) transactions.start(connector, permit);
      update();
      return true;
    },
    unplug(connectorId) {
      const connector = known(connectorId);
      advanceOutlets(station);
      const { ev } = connector.outlet;
      connector.outlet = connectEv(connector.outlet, null);
      connector.hasServed = false;
      const stops = configuration.isOn("StopTransactionOnEVSideDisconnect");
      if (stops) transactions.stop(connector, "EVDisconnected");
      update();
      return ev;
    },
    presentCard: (connectorId, idTag) =>
      presentCard(station, transactions, known(connectorId), {
        idTag,
        needsAuthorization: true,
        profile: null,
      }),
    breakDown(connectorId, errorCode) {
      const connector = known(connectorId);
      if (errorCode !== null && !isErrorCode(errorCode)) {
        throw new RangeError(`Cannot break connector: ${errorCode} is no error code of 1.6`);
      }
      connector.errorCode = errorCode;
      update();
    },
    losePower: (forMs) => power.losePower(forMs),
    reboot: () => power.reboot(),
    look(connectorId) {
      const connector = known(connectorId);
      advanceOutlets(station);
      const { outlet, transaction } = connector;
      return {
        status: connectorStatus(station, connector),
        ev: outlet.ev,
        offeredAmps: outlet.isLive ? outlet.offeredAmps : 0,
        registerWh: outlet.registerWh,
        transactionId: transaction?.number ?? null,
        hasTransaction: transaction !== null,
        lastStopReason: connector.lastStopReason,
        permittedAmps: permittedAmps(station, connector, station.memory.obeyed),
        believedAmps: permittedAmps(station, connector, station.memory.installed),
      };
    },
    isUp: () => station.memory.isUp,
    clockMs: () => station.clock.nowMs(),
    currents() {
      advanceOutlets(station);
      return station.connectors.map(({ outlet }) => outletCurrents(outlet))
        .reduce(addLines, onEachLine(0));
    },
    undelivered: () => station.queue.length(),
    lost: () => station.queue.lost(),
    outlets() {
      advanceOutlets(station);
      return station.connectors.map(({ outlet }) => outlet);
    },
    async retire() {
      for (const connector of station.connectors) {
        connector.permit?.cancelTimeout();
        connector.permit = null;
      }
      station.memory.isUp = false;
      update();
      await stop();
    },
  };
}

function bootOf(options: ChargerOptions): Requests16["BootNotification"] {
  return compact({
    chargePointVendor: options.vendor,
    chargePointModel: options.model,
    chargePointSerialNumber: options.serialNumber,
    firmwareVersion: options.firmwareVersion,
  });
}
