import { timestamp } from "../station/body.ts";
import { compact } from "../../lib/json.ts";
import type { LostMessage } from "../charger.ts";
import {
  endOf2x,
  type IdTokenInfo2x,
  type MeterValue2x,
  type StopReason2x,
  type TransactionEvent2x,
  type TriggerReason2x,
} from "./messages.ts";
import {
  chargingStateOf,
  CONNECTOR_ID,
  type Evse2x,
  type Station2x,
  type Transaction2x,
} from "./station.ts";

/** What an event tells besides what every event tells. */
export interface EventContent {
  readonly idToken?: TransactionEvent2x["idToken"];
  readonly reservationId?: number;
  readonly remoteStartId?: number;
  readonly stoppedReason?: StopReason2x;
  readonly meterValue?: readonly MeterValue2x[];
  /** What came in the answer about the token that the event named. */
  readonly answered?: (info: IdTokenInfo2x) => void;
}

/** Tells what happens in a transaction, behind everything that waits already. */
export function tellEvent(
  station: Station2x,
  evse: Evse2x,
  transaction: Transaction2x,
  eventType: TransactionEvent2x["eventType"],
  triggerReason: TriggerReason2x,
  { answered, ...content }: EventContent = {},
): void {
  const event = eventOf(station, evse, transaction, eventType, triggerReason, content);
  const { link, memory } = station;
  const wasOnline = link.isReady();
  const losses = memory.losses;
  station.queue.add({
    action: "TransactionEvent",
    part: partOf(eventType, content),
    about: { connectorId: evse.id, startedAtWallMs: transaction.startedMs },
    // E11.FR.07: offline is what waits while the station is, whenever it happened.
    payload: () => wasOnline && losses === memory.losses ? event : { ...event, offline: true },
    delivered(answer) {
      const said = endOf2x("TransactionEvent", { kind: "answered", payload: answer });
      const info = said.kind === "answered" ? said.payload.idTokenInfo : undefined;
      if (info !== undefined) answered?.(info);
    },
    discarded: () => {},
  });
}

/** What tells whose it is may no more be lost than the begin. */
function partOf(
  eventType: TransactionEvent2x["eventType"],
  { idToken }: EventContent,
): LostMessage["part"] {
  if (eventType === "Ended") return "end";
  return eventType === "Started" || idToken !== undefined ? "start" : "reading";
}

function eventOf(
  station: Station2x,
  evse: Evse2x,
  transaction: Transaction2x,
  eventType: TransactionEvent2x["eventType"],
  triggerReason: TriggerReason2x,
  { idToken, reservationId, remoteStartId, stoppedReason, meterValue = [] }: EventContent,
): TransactionEvent2x {
  const chargingState = chargingStateOf(station, evse);
  const isNews = chargingState !== transaction.chargingState || triggerReason === "Trigger";
  const tellsEvse = !transaction.hasToldEvse && evse.outlet.ev !== null;
  transaction.chargingState = chargingState;
  transaction.hasToldEvse ||= tellsEvse;
  const [first, ...rest] = meterValue;
  const phases = evse.outlet.ev?.drawnPhases ?? 0;
  return compact({
    eventType,
    timestamp: timestamp(station),
    triggerReason,
    seqNo: transaction.seqNo++,
    transactionInfo: compact({
      transactionId: transaction.id,
      chargingState: isNews ? chargingState : undefined,
      remoteStartId,
      stoppedReason,
    }),
    // Who begins without an EV names the EVSE all the same, or nobody knew where.
    evse: tellsEvse || eventType === "Started"
      ? { id: evse.id, connectorId: CONNECTOR_ID }
      : undefined,
    idToken,
    reservationId,
    numberOfPhasesUsed: isNews && chargingState === "Charging" && phases > 0 ? phases : undefined,
    meterValue: first === undefined ? undefined : [first, ...rest],
  }) as TransactionEvent2x;
}
