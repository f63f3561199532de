import {
  type ConnectorReport,
  type InsideCall,
  type InsideResponse,
  rpcError,
  type SpokenAnswer,
  type TransactionEvent,
} from "../ocpp/mod.ts";
import { mayBePlaced } from "../site/mod.ts";
import {
  byStationId,
  type EventContext,
  readStationEvent,
  type StationAct,
  type Transaction,
} from "../transactions/mod.ts";
import type { Authorizer } from "./authorizer.ts";
import type { Endings } from "./endings.ts";
import type { ChargersPorts } from "./ports.ts";
import type { Shapes } from "./shapes.ts";
import type { Station } from "./station.ts";
import type { TransactionRequests } from "./transaction_requests.ts";
import type { UnclaimedStarts } from "./unclaimed_starts.ts";

type EventAnswer = InsideResponse<"TransactionEvent">;

/** Answers the TransactionEvents of 2.x chargers. Each is on disk before its answer is given. */
export interface StationEvents {
  answer(
    station: Station,
    call: InsideCall<"TransactionEvent">,
  ): Promise<{ readonly message: EventAnswer } | (SpokenAnswer & { readonly ok: false })>;
}

/** What events need of the rest of the edge. */
export interface EventHooks {
  readonly transactions: Pick<TransactionRequests, "start" | "stop" | "meter">;
  readonly authorizer: Pick<Authorizer, "authorize">;
  readonly endings: Pick<Endings, "masterPass">;
  readonly unclaimed: UnclaimedStarts;
  readonly shapes: Pick<Shapes, "beyond">;
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
      case "identify": {
        const { info, masterPass } = await hooks.authorizer.authorize(chargerId, act.idToken);
        // As where it is shown without a session.
        if (masterPass) {
          ports.spawn("master pass", () => hooks.endings.masterPass(chargerId, act.idToken));
        }
        return { idTokenInfo: info };
      }
      case "state":
        return await ofBooked(station, event, async ({ slot, evseId }) => {
          const before = site.connector(slot)?.report.message;
          // Out of a queue: what the charger has said since counts.
          if (isBefore(event.timestamp, before?.timestamp)) return {};
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

  /** True where a session can be kept at the EVSE that the event names, or need not be. */
  function hasPlace(station: Station, { evse, eventType }: TransactionEvent): boolean {
    const { chargerId } = station;
    if (evse === undefined || site.slotOf(chargerId, evse.id) !== undefined) return true;
    if (mayBePlaced(site.charger(chargerId), evse.id)) return true;
    log("warning", "event_at_unknown_evse", { charger: chargerId, evse: evse.id, eventType });
    hooks.shapes.beyond(station, evse.id, () => {});
    return false;
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
      // What waited in the charger while it was offline says nothing of its clock now.
      if (message.offline !== true) station.clock.note(message.timestamp);
      if (!hasPlace(station, message)) {
        // The end of a transaction is never refused (ruling 7); the others are said again.
        if (message.eventType === "Ended") return { message: {} };
        const text = `EVSE ${message.evse?.id} has no place on this site yet`;
        return { ok: false, error: rpcError("PropertyConstraintViolation", text) };
      }
      return { message: await inTurn(station.chargerId, () => take(station, message)) };
    },
  };
}

/** Some times have fractions of a second and some have not. */
const SAME_MOMENT_MS = 1_000;

function isBefore(at: string, other: string | undefined): boolean {
  return other !== undefined && Date.parse(at) < Date.parse(other) - SAME_MOMENT_MS;
}

function registerOf({ lastReading, meterStartWh }: Transaction): number {
  return lastReading?.energyWh ?? meterStartWh;
}
