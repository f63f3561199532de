import { compact } from "../../lib/json.ts";
import type { Requests16 } from "../../ocpp/messages/mod.ts";
import { linkOf16 } from "../call16.ts";
import type { ChargerPorts } from "../charger.ts";
import type { ChargerOptions } from "../charger_options.ts";
import type { Outlet } from "../outlet.ts";
import { newSockets } from "../station/body.ts";
import { isErrorCode } from "../station/connector_status.ts";
import { chargerOf } from "../station/front.ts";
import { createLink, type LinkOwner } from "../station/link.ts";
import { createMessageQueue } from "../station/message_queue.ts";
import { createObedience } from "../station/obedience.ts";
import { advanceOutlets, setPilots } from "../station/pilots.ts";
import { forgetProfiles } from "../station/profile_store.ts";
import { standing } from "../station/reservations.ts";
import { createRoutine } from "../station/routine.ts";
import { createStationClock } from "../station/station_clock.ts";
import { createTokenMemory } from "../station/tokens.ts";
import type { StationCharger } from "../versioned_charger.ts";
import { presentCard } from "./cards.ts";
import { COMMANDS } from "./commands.ts";
import { createConfiguration } from "./configuration.ts";
import { createMetering } from "./metering.ts";
import { createPower16 } from "./power.ts";
import { type Connector16, connectorStatus, reservable, type Station16 } from "./station.ts";
import { createStatusReports } from "./status_reports.ts";
import { tokenRules } from "./token_commands.ts";
import { createTransactions16 } from "./transactions.ts";

/** Builds a charger that speaks OCPP 1.6J. It does nothing before `start`. */
export function createCharger16(
  options: ChargerOptions,
  ports: ChargerPorts,
  /** Its sockets with what is plugged in, where it had another firmware before. */
  outlets?: readonly Outlet[],
): StationCharger {
  const configuration = createConfiguration(options.outlets.length, options.configuration);
  const clock = createStationClock(ports.clock, options.faults);
  const link = linkOf16(createLink("ocpp1.6", options, ports, linkOwner()));
  const routine = createRoutine(options, ports, {
    clock,
    link,
    heartbeatInterval: () => configuration.integer("HeartbeatInterval"),
    update,
    reboot: () => power.reboot(),
  });
  const station: Station16 = {
    options,
    ports,
    configuration,
    tokens: createTokenMemory(tokenRules(configuration)),
    clock,
    connectors: newSockets(options, ports, outlets),
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
    }, routine.stopped),
    update,
    later: routine.later,
  };
  const { connectors, memory, queue } = station;
  const reports = createStatusReports(station);
  const metering = createMetering(station);
  const transactions = createTransactions16(station, metering, reports);
  const power = createPower16(station, transactions, metering);
  const { beatRegularly } = routine;
  const desk = { station, transactions, metering, reports, power, beatRegularly };
  const obey = createObedience(COMMANDS, desk, routine);

  function update(): void {
    advanceOutlets(station);
    memory.reservations = standing(memory.reservations, reservable(station), clock.nowMs());
    setPilots(station);
    reports.observe();
  }

  function linkOwner(): LinkOwner {
    return {
      boot: () => bootOf(options),
      password: () => memory.password ?? options.password,
      pingIntervalMs: () => configuration.integer("WebSocketPingInterval") * 1_000,
      answer: (action, payload) => obey(action, payload),
      registered({ currentTime, interval }) {
        clock.synchronise(currentTime);
        if (interval > 0) configuration.set("HeartbeatInterval", String(interval));
      },
      ready(how) {
        if (how === "reconnected" && options.faults.forgetsProfilesOnReconnect) loseProfiles();
        update();
        reports.catchUp(how);
        beatRegularly();
        queue.wake();
      },
      lost() {
        routine.stopBeating();
        if (options.faults.forgetsProfilesOnLoss) loseProfiles();
      },
    };
  }

  function loseProfiles(): void {
    forgetProfiles(station);
    update();
  }

  return chargerOf(station, {
    start() {
      routine.start();
      link.start();
    },
    async stop() {
      routine.stop();
      metering.stop();
      reports.stop();
      power.stop();
      for (const { permit } of connectors) permit?.cancelTimeout();
      await link.stop();
    },
    pluggedIn(connector) {
      const { permit, transaction } = connector;
      permit?.cancelTimeout();
      if (permit !== null && transaction === null) transactions.start(connector, permit);
    },
    unplugged(connector) {
      connector.hasServed = false;
      const stops = configuration.isOn("StopTransactionOnEVSideDisconnect");
      if (stops) transactions.stop(connector, "EVDisconnected");
    },
    presentCard: (connector, idTag) =>
      presentCard(station, transactions, connector, {
        idTag,
        needsAuthorization: true,
        profile: null,
      }),
    breakDown,
    losePower: power.losePower,
    reboot: power.reboot,
    view: (connector) => ({
      status: connectorStatus(station, connector),
      transactionId: connector.transaction?.number ?? null,
      hasTransaction: connector.transaction !== null,
    }),
  });
}

function breakDown(connector: Connector16, errorCode: string | null): void {
  if (errorCode !== null && !isErrorCode(errorCode)) {
    throw new RangeError(`Cannot break connector: ${errorCode} is no error code of 1.6`);
  }
  connector.errorCode = errorCode;
}

function bootOf(options: ChargerOptions): Requests16["BootNotification"] {
  return compact({
    chargePointVendor: options.vendor,
    chargePointModel: options.model,
    chargePointSerialNumber: options.serialNumber,
    firmwareVersion: options.firmwareVersion,
  });
}
