import type { StartMoment } from "../charger.ts";
import { idTagInfoOf } from "./token_words.ts";
import { type EventContent, tellEvent } from "./event_log.ts";
import type { IdTokenInfo2x, StopReason2x, TriggerReason2x } from "./messages.ts";
import type { Metering2x } from "./metering.ts";
import { installProfile2x, withoutTxProfiles2x } from "./profiles.ts";
import { shownWh } from "../station/body.ts";
import { advanceOutlets, setPilots } from "../station/pilots.ts";
import {
  chargingStateOf,
  type Evse2x,
  type Permit2x,
  type Station2x,
  type Transaction2x,
} from "./station.ts";
import type { IdToken2x } from "./messages.ts";

/** What puts an end to the right to charge, and perhaps to the transaction. */
export interface Ending {
  readonly reason: StopReason2x;
  readonly trigger: TriggerReason2x;
  /** The card that ended it, where it was one. */
  readonly idToken?: IdToken2x;
}

/** Begins and ends transactions at the points that TxStartPoint and TxStopPoint name (2.0.1 E01, E06). */
export interface Transactions2x {
  /** A card was accepted, or an order to start came; the EV may still be missing. */
  authorized(evse: Evse2x, permit: Permit2x): void;
  /** The EV has come; nothing where that begins nothing. */
  pluggedIn(evse: Evse2x): void;
  /** The EV has gone. */
  unplugged(evse: Evse2x): void;
  /** Nobody may charge any more; where that is a stop point the transaction is over. */
  deauthorize(evse: Evse2x, ending: Ending): void;
  /** The transaction is over, whatever the stop points are. */
  end(evse: Evse2x, ending: Ending): void;
  /** Tells charging states that have changed. */
  observe(): void;
}

/** Creates them. */
export function createTransactions2x(
  station: Station2x,
  metering: Metering2x,
): Transactions2x {
  const { ports, tokens, variables, memory } = station;
  const has = (points: "TxStartPoint" | "TxStopPoint", ...any: readonly string[]) =>
    variables.list(`TxCtrlr.${points}`).some((each) => any.includes(each));

  function begin(evse: Evse2x, permit: Permit2x | null, trigger: TriggerReason2x): void {
    advanceOutlets(station);
    const transaction: Transaction2x = {
      id: ports.ids.uuid(),
      startedMs: station.clock.nowMs(),
      startWh: shownWh(station, evse),
      holder: null,
      isAuthorized: false,
      isEnergyAllowed: false,
      seqNo: 0,
      chargingState: null,
      hasToldEvse: false,
      endReason: null,
      readings: [],
      cancelSampling: () => {},
      cancelTimeout: () => {},
    };
    evse.hasServed = false;
    evse.transaction = transaction;
    const meterValue = metering.begin(evse, transaction);
    if (permit === null) tellEvent(station, evse, transaction, "Started", trigger, { meterValue });
    else claim(evse, transaction, permit, "Started", trigger, { meterValue });
    station.update();
  }

  /** Somebody may charge in this transaction from now on. */
  function claim(
    evse: Evse2x,
    transaction: Transaction2x,
    permit: Permit2x,
    eventType: "Started" | "Updated",
    trigger: TriggerReason2x,
    content: EventContent = {},
  ): void {
    const { idToken, groupId, reservationId, remoteStartId, profile } = permit;
    evse.permit = null;
    transaction.holder = { idToken, groupId };
    transaction.isAuthorized = true;
    transaction.isEnergyAllowed = true;
    transaction.endReason = null;
    memory.reservations = memory.reservations.filter((each) =>
      each.reservationId !== reservationId
    );
    if (profile !== null) useProfile(evse, transaction, profile);
    // The event tells how the pilot is once energy may flow.
    setPilots(station);
    tellEvent(
      station,
      evse,
      transaction,
      eventType,
      remoteStartId === null ? trigger : "RemoteStart",
      {
        ...content,
        idToken,
        ...(reservationId === null ? {} : { reservationId }),
        ...(remoteStartId === null ? {} : { remoteStartId }),
        answered: (info) => judged(evse, transaction, idToken, info),
      },
    );
    ports.events.emit("started", startMoment(evse, transaction, idToken));
  }

  function startMoment(
    { id: connectorId }: Evse2x,
    { startedMs, startWh }: Transaction2x,
    { idToken: idTag }: IdToken2x,
  ): StartMoment {
    return { connectorId, idTag, atWallMs: startedMs, registerWh: startWh };
  }

  /** The profile of an order to start counts from the first moment (F02.FR.18). */
  function useProfile(
    evse: Evse2x,
    { id: transactionId }: Transaction2x,
    profile: NonNullable<Permit2x["profile"]>,
  ): void {
    const isTaken = installProfile2x(station, evse.id, { ...profile, transactionId }).isTaken;
    if (isTaken && !station.options.faults.ignoresProfiles) memory.obeyed = memory.installed;
  }

  /** What the CSMS says of the token that an event has named (E05). */
  function judged(
    evse: Evse2x,
    transaction: Transaction2x,
    idToken: IdToken2x,
    info: IdTokenInfo2x,
  ): void {
    tokens.learn(idToken.idToken, idTagInfoOf(info));
    if (info.status === "Accepted") {
      if (transaction.holder !== null && info.groupIdToken !== undefined) {
        transaction.holder = { ...transaction.holder, groupId: info.groupIdToken.idToken };
      }
      return;
    }
    if (evse.transaction !== transaction || !transaction.isAuthorized) return;
    if (variables.isOn("TxCtrlr.StopTxOnInvalidId")) {
      return deauthorize(evse, { reason: "DeAuthorized", trigger: "Deauthorized" });
    }
    transaction.isEnergyAllowed = false;
    station.update();
  }

  function deauthorize(evse: Evse2x, ending: Ending): void {
    const { transaction } = evse;
    if (transaction === null || !transaction.isAuthorized) return;
    if (has("TxStopPoint", "Authorized", "PowerPathClosed")) return end(evse, ending);
    advanceOutlets(station);
    transaction.isAuthorized = false;
    transaction.isEnergyAllowed = false;
    transaction.endReason = ending.reason;
    tellEvent(station, evse, transaction, "Updated", ending.trigger, {
      ...(ending.idToken === undefined ? {} : { idToken: ending.idToken }),
    });
    station.update();
  }

  function end(evse: Evse2x, { reason, trigger, idToken }: Ending): void {
    const { transaction } = evse;
    if (transaction === null) return;
    advanceOutlets(station);
    transaction.cancelTimeout();
    const meterValue = metering.end(evse, transaction);
    const stoppedReason = transaction.endReason ?? reason;
    const moment = { atWallMs: station.clock.nowMs(), registerWh: shownWh(station, evse) };
    transaction.isAuthorized = false;
    transaction.isEnergyAllowed = false;
    tellEvent(station, evse, transaction, "Ended", trigger, {
      stoppedReason,
      meterValue,
      ...(idToken === undefined ? {} : {
        idToken,
        answered: (info: IdTokenInfo2x) => tokens.learn(idToken.idToken, idTagInfoOf(info)),
      }),
    });
    evse.transaction = null;
    evse.hasServed = evse.outlet.ev !== null;
    evse.lastStopReason = stoppedReason;
    withoutTxProfiles2x(station, evse.id);
    if (evse.orderedOperative !== null) {
      evse.isOperative = evse.orderedOperative;
      evse.orderedOperative = null;
    }
    if (transaction.holder !== null) {
      ports.events.emit("stopped", {
        ...moment,
        connectorId: evse.id,
        reason: stoppedReason,
        startedAtWallMs: transaction.startedMs,
        energyWh: moment.registerWh - transaction.startWh,
      });
    }
    station.update();
  }

  /** Ends what nobody plugs in for (F02.FR.07); 0 waits for ever. */
  function waitForPlug(evse: Evse2x, over: () => void): () => void {
    const seconds = variables.integer("TxCtrlr.EVConnectionTimeOut");
    if (seconds === 0 || evse.outlet.ev !== null) return () => {};
    return ports.clock.after(seconds * 1_000, over);
  }

  return {
    authorized(evse, permit) {
      const { transaction, outlet } = evse;
      evse.permit?.cancelTimeout();
      if (transaction !== null) {
        claim(evse, transaction, permit, "Updated", "Authorized");
        return station.update();
      }
      const isReady = outlet.ev !== null &&
        has("TxStartPoint", "PowerPathClosed", "EVConnected");
      if (isReady || has("TxStartPoint", "Authorized")) {
        begin(evse, permit, "Authorized");
        const begun = evse.transaction as Transaction2x | null;
        if (begun === null) return;
        begun.cancelTimeout = waitForPlug(
          evse,
          () => end(evse, { reason: "Timeout", trigger: "EVConnectTimeout" }),
        );
        return;
      }
      const cancelTimeout = waitForPlug(evse, () => {
        evse.permit = null;
        station.update();
      });
      evse.permit = { ...permit, cancelTimeout };
      station.update();
    },
    pluggedIn(evse) {
      const { permit, transaction } = evse;
      permit?.cancelTimeout();
      transaction?.cancelTimeout();
      if (transaction !== null) {
        tellEvent(station, evse, transaction, "Updated", "CablePluggedIn");
      } else if (permit !== null) begin(evse, permit, "CablePluggedIn");
      else if (has("TxStartPoint", "EVConnected")) begin(evse, null, "CablePluggedIn");
    },
    unplugged(evse) {
      const ending = { reason: "EVDisconnected", trigger: "EVCommunicationLost" } as const;
      const { transaction } = evse;
      evse.hasServed = false;
      if (transaction === null) return;
      if (has("TxStopPoint", "EVConnected", "PowerPathClosed")) return end(evse, ending);
      // E09.FR.01.
      if (variables.isOn("TxCtrlr.StopTxOnEVSideDisconnect")) deauthorize(evse, ending);
      if (evse.transaction === null) return;
      if (!transaction.isAuthorized) return end(evse, ending);
      tellEvent(station, evse, transaction, "Updated", "EVCommunicationLost");
    },
    deauthorize,
    end,
    observe() {
      for (const evse of station.connectors) {
        const { transaction } = evse;
        if (transaction === null || transaction.chargingState === null) continue;
        if (chargingStateOf(station, evse) === transaction.chargingState) continue;
        tellEvent(station, evse, transaction, "Updated", "ChargingStateChanged");
      }
    },
  };
}
