import type { ConnectorReport, InsideCall, InsideResponse, TransactionEvent } from "../ocpp/mod.ts";
import {
  byStationId,
  type EventContext,
  readStationEvent,
  type StationAct,
  type Transaction,
} from "../transactions/mod.ts";
import type { Authorizer } from "./authorizer.ts";
import type { ChargersPorts } from "./ports.ts";
import type { Station } from "./station.ts";
import type { TransactionRequests } from "./transaction_requests.ts";
import type { UnclaimedStarts } from "./unclaimed_starts.ts";

type EventAnswer = InsideResponse<"TransactionEvent">;

/** Answers the TransactionEvents of 2.x chargers. Each is on disk before its answer is given. */
export interface StationEvents {
  answer(
    station: Station,
    call: InsideCall<"TransactionEvent">,
  ): Promise<{ readonly message: EventAnswer }>;
}

/** What events need of the rest of the edge. */
export interface EventHooks {
  readonly transactions: Pick<TransactionRequests, "start" | "stop" | "meter">;
  readonly authorizer: Pick<Authorizer, "authorize">;
  readonly unclaimed: UnclaimedStarts;
  /** Takes a connector's new state in, as a StatusNotification would tell it. */
  report(station: Station, report: ConnectorReport): Promise<unknown>;
}

/** Creates the answers. */
export function createStationEvents(ports: ChargersPorts, hooks: EventHooks): StationEvents {
  const { site, journal, log } = ports;
  const { unclaimed } = hooks;
  /** The events of one charger are worked on one after the other, whatever they wait for. */
  const turns = new Map<string, Promise<unknown>>();

  function inTurn<T>(chargerId: string, work: () => Promise<T>): Promise<T> {
    const turn = (turns.get(chargerId) ?? Promise.resolve()).then(work, work);
    turns.set(chargerId, turn.catch(() => {}));
    return turn;
  }

  async function take(station: Station, event: TransactionEvent): Promise<EventAnswer> {
    let answer: EventAnswer = {};
    for (const act of readStationEvent(event, contextOf(station, event))) {
      answer = { ...answer, ...await perform(station, event, act) };
    }
    return answer;
  }

  function contextOf({ chargerId }: Station, event: TransactionEvent): EventContext {
    const { transactionId } = event.transactionInfo;
    const booked = byStationId(ports.transactions.state(), chargerId, transactionId);
    const slots = site.slotsOf(chargerId);
    return {
      chargerId,
      isBooked: booked !== undefined,
      // An end that the gateway had guessed is not the charger's own: that may still come.
      isEnded: booked?.stop !== undefined && booked.stop !== null && !booked.stop.isGuess &&
        event.eventType !== "Ended",
      unclaimed: unclaimed.of(chargerId, transactionId),
      onlyEvseId: slots.length === 1 ? slots[0]?.evseId ?? null : null,
      lastRegisterWh: booked === undefined ? null : registerOf(booked),
    };
  }

  async function perform(
    station: Station,
    event: TransactionEvent,
    act: StationAct,
  ): Promise<EventAnswer> {
    const { chargerId } = station;
    const { transactionId } = event.transactionInfo;
    switch (act.kind) {
      case "hold":
        await journal.commit(unclaimed.hold(act.start));
        return {};
      case "forget":
        await journal.commit(unclaimed.release(chargerId, transactionId));
        return {};
      case "start": {
        const { message } = await hooks.transactions.start(station, {
          action: "StartTransaction",
          message: act.intent,
        });
        await journal.commit(unclaimed.release(chargerId, transactionId));
        return act.intent.idToken === event.idToken ? { idTokenInfo: message.idTokenInfo } : {};
      }
      case "meter":
        return await ofBooked(station, event, async ({ evseId, number }) => {
          const message = { evseId, transactionNumber: number, meterValue: act.meterValue };
          await hooks.transactions.meter(station, { action: "MeterValues", message });
          return {};
        });
      case "stop":
        return await ofBooked(station, event, async ({ number }) => {
          const message = { transactionNumber: number, ...act.intent };
          const answer = await hooks.transactions.stop(station, {
            action: "StopTransaction",
            message,
          });
          return answer.message;
        });
      case "identify":
        return { idTokenInfo: (await hooks.authorizer.authorize(chargerId, act.idToken)).info };
      case "state":
        return await ofBooked(station, event, async ({ slot, evseId }) => {
          const before = site.connector(slot)?.report.message;
          await hooks.report(station, {
            evseId,
            connectorId: event.evse?.connectorId ?? before?.connectorId ?? 1,
            connectorStatus: "Occupied",
            timestamp: event.timestamp,
            chargingState: act.chargingState,
            ...(event.eventType === "Ended" ? { afterTransaction: true } as const : {}),
          });
          return {};
        });
    }
  }

  async function ofBooked(
    { chargerId }: Station,
    { transactionInfo: { transactionId } }: TransactionEvent,
    work: (transaction: Transaction) => Promise<EventAnswer>,
  ): Promise<EventAnswer> {
    const booked = byStationId(ports.transactions.state(), chargerId, transactionId);
    if (booked !== undefined) return await work(booked);
    log("warning", "event_of_unknown_transaction", { charger: chargerId });
    return {};
  }

  return {
    async answer(station, { message }) {
      station.clock.note(message.timestamp);
      return { message: await inTurn(station.chargerId, () => take(station, message)) };
    },
  };
}

function registerOf({ lastReading, meterStartWh }: Transaction): number {
  return lastReading?.energyWh ?? meterStartWh;
}
