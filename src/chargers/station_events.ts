import { compact } from "../lib/json.ts";
import {
  type ConnectorReport,
  type InsideCall,
  type InsideResponse,
  rpcError,
  type SpokenAnswer,
  type TransactionEvent,
} from "../ocpp/mod.ts";
import { EVSE_ID_MAX, mayBePlaced } from "../site/mod.ts";
import {
  byStationId,
  type EventContext,
  openOn,
  orphanOf,
  readStationEvent,
  type StationAct,
  type Transaction,
} from "../transactions/mod.ts";
import type { Authorizer } from "./authorizer.ts";
import type { Endings } from "./endings.ts";
import { createEventOrders, isNews } from "./event_orders.ts";
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
  readonly transactions: Pick<TransactionRequests, "start" | "stop" | "orphan" | "meter">;
  readonly authorizer: Pick<Authorizer, "authorize">;
  readonly endings: Pick<Endings, "masterPass">;
  readonly unclaimed: UnclaimedStarts;
  readonly shapes: Pick<Shapes, "beyond">;
  /** Takes a connector's new state in, as a StatusNotification would tell it. */
  report(station: Station, report: ConnectorReport): Promise<unknown>;
}

/** More are nobody's honest transactions. */
const UNPLACED_MAX = 1_000;

/** Creates the answers. */
export function createStationEvents(ports: ChargersPorts, hooks: EventHooks): StationEvents {
  const { site, journal, log } = ports;
  const { unclaimed } = hooks;
  const orders = createEventOrders();
  /** Transactions at EVSEs without a place: 2.x names the EVSE but once (E01.FR.16). */
  const unplaced = new Set<string>();
  /** The events of one charger are worked on one after the other, whatever they wait for. */
  const turns = new Map<string, Promise<unknown>>();

  function inTurn<T>(chargerId: string, work: () => Promise<T>): Promise<T> {
    const turn = (turns.get(chargerId) ?? Promise.resolve()).then(work, work);
    turns.set(chargerId, turn.catch(() => {}));
    return turn;
  }

  async function take(station: Station, event: TransactionEvent): Promise<EventAnswer> {
    let answer: EventAnswer = {};
    const context = contextOf(station, event);
    const order = orders.place(station.chargerId, event);
    if (order === "repeated") station.noteQuirk("repeated-message");
    if (order === "old") station.noteQuirk("old-event");
    for (const act of readStationEvent(event, context)) {
      if (!isNews(act, order)) continue;
      answer = { ...answer, ...await perform(station, event, act) };
    }
    return answer;
  }

  function contextOf(station: Station, event: TransactionEvent): EventContext {
    const { chargerId } = station;
    const { transactionId } = event.transactionInfo;
    const booked = byStationId(ports.transactions.state(), chargerId, transactionId);
    const held = unclaimed.of(chargerId, transactionId);
    const isPlaced = booked !== undefined || event.evse !== undefined ||
      (held?.evseId ?? null) !== null;
    const onlyEvseId = isPlaced ? null : evseMeant(chargerId, event);
    if (onlyEvseId !== null) station.noteQuirk("missing-evse");
    return {
      chargerId,
      isBooked: booked !== undefined,
      // An end that the gateway had guessed is not the charger's own: that may still come.
      isEnded: booked?.stop !== undefined && booked.stop !== null && !booked.stop.isGuess &&
        event.eventType !== "Ended",
      unclaimed: held,
      onlyEvseId,
      lastRegisterWh: booked === undefined ? null : registerOf(booked),
    };
  }

  /**
   * The EVSE of an event that names none: the only one, or the only one that has an EV and no session.
   * Before an EV is there a charger may well not know it yet (E01.FR.16).
   */
  function evseMeant(
    chargerId: string,
    { transactionInfo: { chargingState } }: TransactionEvent,
  ): number | null {
    const slots = site.slotsOf(chargerId);
    if (slots.length === 1) return slots[0]?.evseId ?? null;
    if (chargingState === undefined || chargingState === "Idle") return null;
    const meant = slots.filter(({ slot }) =>
      openOn(ports.transactions.state(), slot) === undefined &&
      site.connector(slot)?.report.message.connectorStatus === "Occupied"
    );
    return meant.length === 1 ? meant[0]?.evseId ?? null : null;
  }

  async function perform(
    station: Station,
    event: TransactionEvent,
    act: StationAct,
  ): Promise<EventAnswer> {
    const { chargerId } = station;
    const { transactionId } = event.transactionInfo;
    const said = { isQueued: event.offline === true };
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
        }, said);
        await journal.commit(unclaimed.release(chargerId, transactionId));
        return act.intent.idToken === event.idToken ? { idTokenInfo: message.idTokenInfo } : {};
      }
      case "meter":
        return await ofBooked(station, event, async ({ evseId, number, csmsCost }) => {
          const message = { evseId, transactionNumber: number, meterValue: act.meterValue };
          await hooks.transactions.meter(station, { action: "MeterValues", message }, said);
          // What it costs so far, to be shown (I02.FR.04).
          return csmsCost === undefined || event.eventType !== "Updated"
            ? {}
            : { totalCost: csmsCost.amount };
        });
      case "stop":
        return await ofBooked(station, event, async ({ number }) => {
          const message = { transactionNumber: number, ...act.intent };
          const answer = await hooks.transactions.stop(station, {
            action: "StopTransaction",
            message,
          }, said);
          return answer.message;
        });
      case "orphan":
        await hooks.transactions.orphan(station, act.intent);
        return {};
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
          const report = stateReport(
            event,
            act.chargingState,
            site.connector(slot)?.report.message,
          );
          if (report !== null) await hooks.report(station, { evseId, ...report });
          return {};
        });
    }
  }

  /** True where a session can be kept at the EVSE that the event names, or need not be. */
  function hasPlace(station: Station, { evse, eventType }: TransactionEvent): boolean {
    const { chargerId } = station;
    if (evse === undefined || site.slotOf(chargerId, evse.id) !== undefined) return true;
    const isPossible = evse.id >= 1 && evse.id <= EVSE_ID_MAX;
    if (isPossible && mayBePlaced(site.charger(chargerId), evse.id)) return true;
    log("warning", "event_at_unknown_evse", { charger: chargerId, evse: evse.id, eventType });
    hooks.shapes.beyond(station, evse.id, () => {});
    return false;
  }

  /** The end of a transaction is never refused (ruling 7); the others are said again. */
  async function withoutPlace(
    station: Station,
    event: TransactionEvent,
    key: string,
  ): Promise<{ readonly message: EventAnswer } | (SpokenAnswer & { readonly ok: false })> {
    if (event.eventType === "Ended") {
      await hooks.transactions.orphan(station, orphanOf(event));
      unplaced.delete(key);
      return { message: {} };
    }
    const [oldest] = unplaced;
    if (unplaced.size > UNPLACED_MAX && oldest !== undefined) unplaced.delete(oldest);
    const text = `The EVSE of this transaction has no place on this site yet`;
    return { ok: false, error: rpcError("PropertyConstraintViolation", text) };
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
      const key = `${station.chargerId} ${message.transactionInfo.transactionId}`;
      if (!hasPlace(station, message)) unplaced.add(key);
      else if (message.evse !== undefined) unplaced.delete(key);
      if (unplaced.has(key)) return await withoutPlace(station, message, key);
      return { message: await inTurn(station.chargerId, () => take(station, message)) };
    },
  };
}

/**
 * What an event says of its connector; null for nothing. Where no EV is (Idle) the connector's own status
 * has the word, and out of a queue what the charger has said since. But an end that comes late is still
 * the end of the charging that was told before: whoever is there now does not charge by it.
 */
function stateReport(
  event: TransactionEvent,
  chargingState: NonNullable<ConnectorReport["chargingState"]>,
  before: ConnectorReport | undefined,
): Omit<ConnectorReport, "evseId"> | null {
  const connectorId = event.evse?.connectorId ?? before?.connectorId ?? 1;
  const connectorStatus = "Occupied" as const;
  const isEnd = event.eventType === "Ended";
  if (isBefore(event.timestamp, before?.timestamp)) {
    if (!isEnd || before?.connectorStatus !== "Occupied") return null;
    return compact({
      connectorId,
      connectorStatus,
      timestamp: before.timestamp,
      chargingState: "EVConnected" as const,
    });
  }
  if (chargingState === "Idle") return null;
  const { timestamp } = event;
  const report = { connectorId, connectorStatus, timestamp, chargingState } as const;
  return isEnd ? { ...report, afterTransaction: true } : report;
}

/** Some times have fractions of a second and some have not. */
const SAME_MOMENT_MS = 1_000;

function isBefore(at: string, other: string | undefined): boolean {
  return other !== undefined && Date.parse(at) < Date.parse(other) - SAME_MOMENT_MS;
}

function registerOf({ lastReading, meterStartWh }: Transaction): number {
  return lastReading?.energyWh ?? meterStartWh;
}
