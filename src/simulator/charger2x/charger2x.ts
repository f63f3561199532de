import { compact } from "../../lib/json.ts";
import type { ChargerPorts } from "../charger.ts";
import type { ChargerOptions } from "../charger_options.ts";
import type { Outlet } from "../outlet.ts";
import { newSockets } from "../station/body.ts";
import { chargerOf } from "../station/front.ts";
import { createLink, type LinkOwner } from "../station/link.ts";
import { createMessageQueue } from "../station/message_queue.ts";
import { createObedience } from "../station/obedience.ts";
import { advanceOutlets, setPilots } from "../station/pilots.ts";
import { standing } from "../station/reservations.ts";
import { createRoutine } from "../station/routine.ts";
import { createStationClock } from "../station/station_clock.ts";
import { createTokenMemory } from "../station/tokens.ts";
import type { StationCharger } from "../versioned_charger.ts";
import { presentCard2x, presentedCard } from "./cards.ts";
import { COMMANDS_2X } from "./commands.ts";
import { liveVariables } from "./live_variables.ts";
import { linkOf2x, type Said2x } from "./messages.ts";
import { createMetering2x } from "./metering.ts";
import { type BootReason2x, createPower2x } from "./power.ts";
import { forgetProfiles2x } from "./profiles.ts";
import { type Evse2x, finerStatus, reservable, type Station2x } from "./station.ts";
import { createStatusReports2x } from "./status_reports.ts";
import { tokenRules2x } from "./token_commands.ts";
import { cardOf } from "./token_words.ts";
import { createTransactions2x } from "./transactions.ts";
import { createVariables } from "./variables.ts";

/** Builds a charger that speaks OCPP 2.0.1 or 2.1. It does nothing before `start`. */
export function createCharger2x(
  version: "ocpp2.0.1" | "ocpp2.1",
  options: ChargerOptions,
  ports: ChargerPorts,
  /** Its sockets with what is plugged in, where it had another firmware before. */
  outlets?: readonly Outlet[],
): StationCharger {
  const clock = createStationClock(ports.clock, options.faults);
  const connectors: readonly Evse2x[] = newSockets(options, ports, outlets);
  const memory = newMemory();
  const variables = createVariables(
    options.configuration,
    liveVariables({ options, clock, connectors, memory }),
  );
  const link = linkOf2x(createLink(version, options, ports, linkOwner()));
  const routine = createRoutine(options, ports, {
    clock,
    link,
    heartbeatInterval: () => variables.integer("OCPPCommCtrlr.HeartbeatInterval"),
    update,
    reboot: () => power.reboot(),
  });
  const station: Station2x = {
    version,
    options,
    ports,
    variables,
    tokens: createTokenMemory(tokenRules2x(variables)),
    clock,
    connectors,
    memory,
    link,
    queue: createMessageQueue({
      ...ports,
      link,
      attemptsMax: () => variables.integer("OCPPCommCtrlr.MessageAttempts[TransactionEvent]"),
      retryMs: () =>
        variables.integer("OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]") * 1_000,
    }, routine.stopped),
    update,
    later: routine.later,
  };
  const reports = createStatusReports2x(station);
  const metering = createMetering2x(station);
  const transactions = createTransactions2x(station, metering);
  const firstReason = outlets === undefined ? "PowerUp" : "FirmwareUpdate";
  const power = createPower2x(station, transactions, metering, firstReason);
  const { beatRegularly } = routine;
  const desk = { station, transactions, metering, reports, power, beatRegularly };
  const obey = createObedience(COMMANDS_2X, desk, routine);
  let lostAtMs: number | null = null;

  function update(): void {
    advanceOutlets(station);
    memory.reservations = standing(memory.reservations, reservable(station), clock.nowMs());
    setPilots(station);
    reports.observe();
    transactions.observe();
    power.observe();
  }

  function linkOwner(): LinkOwner {
    return {
      boot: (why) => bootOf(options, why === "triggered" ? "Triggered" : power.bootReason()),
      password: () => memory.password ?? options.password,
      pingIntervalMs: () => variables.integer("OCPPCommCtrlr.WebSocketPingInterval") * 1_000,
      answer: (action, payload) => obey(action, payload),
      registered({ currentTime, interval }) {
        clock.synchronise(currentTime);
        if (interval > 0) variables.set("OCPPCommCtrlr.HeartbeatInterval", String(interval));
      },
      ready,
      lost() {
        routine.stopBeating();
        memory.losses++;
        lostAtMs ??= ports.clock.monoMs();
        if (options.faults.forgetsProfilesOnLoss) loseProfiles();
      },
    };
  }

  function ready(how: "booted" | "reconnected"): void {
    if (how === "reconnected" && options.faults.forgetsProfilesOnReconnect) loseProfiles();
    update();
    const awayMs = lostAtMs === null ? 0 : ports.clock.monoMs() - lostAtMs;
    lostAtMs = null;
    // B04: after a short time only what has changed.
    const isLong = awayMs > variables.integer("OCPPCommCtrlr.OfflineThreshold") * 1_000;
    reports.catchUp(how === "booted" || isLong ? "all" : "changes");
    beatRegularly();
    station.queue.wake();
  }

  function loseProfiles(): void {
    forgetProfiles2x(station);
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
      power.stop();
      for (const { permit, transaction } of connectors) {
        permit?.cancelTimeout();
        transaction?.cancelTimeout();
      }
      await link.stop();
    },
    pluggedIn(evse) {
      if (memory.isUp) transactions.pluggedIn(evse);
    },
    unplugged: transactions.unplugged,
    presentCard: (evse, idTag) =>
      presentCard2x(station, transactions, evse, presentedCard(cardOf(idTag))),
    breakDown(evse, errorCode) {
      evse.errorCode = errorCode;
    },
    losePower: power.losePower,
    reboot: power.reboot,
    view: (evse) => ({
      status: finerStatus(station, evse),
      transactionId: evse.transaction?.id ?? null,
      hasTransaction: evse.transaction?.isAuthorized ?? false,
    }),
  });
}

function newMemory(): Station2x["memory"] {
  return {
    installed: [],
    obeyed: [],
    told: new Map(),
    reservations: [],
    isUp: true,
    isOperative: true,
    password: null,
    restartsWhenIdle: false,
    losses: 0,
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
