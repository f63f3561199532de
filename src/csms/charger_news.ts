import type { InsideCall } from "../ocpp/mod.ts";
import type { FollowedOrder } from "../outbox/mod.ts";
import type { SiteBook } from "../site/mod.ts";
import { withEvses } from "./evse_numbers.ts";
import { type FollowUpAction, type FollowUps, isLastWord, renumbered } from "./follow_ups.ts";
import { ofSlot } from "./one_charger.ts";

/** What chargers say that the CSMS may want to hear as well. */
export type NewsAction =
  | FollowUpAction
  | "NotifyEVChargingNeeds"
  | "NotifyEVChargingSchedule"
  | "NotifyEvent";

/** A message as the CSMS hears it. `key`: it takes the place of an older one that still waits. */
export interface News {
  readonly key: string;
  readonly call: InsideCall<NewsAction>;
  /**
   * The order of the CSMS that it is about; then it waits for the next connection where there is none
   * now. Null for what nobody has ordered.
   */
  readonly order: FollowedOrder | null;
  /** Nothing more follows that order. */
  readonly isLast: boolean;
}

/** Numbers of events of each charger, so that no two events of the station have the same. */
const EVENTS_PER_CHARGER = 100_000;

/** So much of one charger, and of one order, may wait: no charger takes the room of the others. */
const EVENTS_WAITING_MAX = 50;
const PIECES_WAITING_MAX = 500;

/** What a charger says, as the one station says it; null for what nobody above has to do with. */
export function newsOf(
  chargerId: string,
  call: InsideCall<NewsAction>,
  { site, followUps }: { readonly site: SiteBook; readonly followUps: FollowUps },
): News | null {
  switch (call.action) {
    case "NotifyEVChargingNeeds":
    case "NotifyEVChargingSchedule": {
      const said = inSlots(call);
      return said === null ? null : news(`${call.action} ${said.message.evseId}`, said);
    }
    case "NotifyEvent":
      return eventNews(call);
    default:
      return orderNews(call);
  }

  function inSlots<Message>(message: Message): Message | null {
    return withEvses(message, (evseId) => site.slotOf(chargerId, evseId)?.slot);
  }

  function eventNews({ message }: InsideCall<"NotifyEvent">): News | null {
    const slot = site.slotsOf(chargerId)[0]?.slot;
    const eventData = inSlots(message.eventData);
    if (slot === undefined || eventData === null) return null;
    const numbered = (eventId: number) =>
      slot * EVENTS_PER_CHARGER + Math.abs(eventId) % EVENTS_PER_CHARGER;
    const told = eventData.map(({ component, eventId, cause, transactionId: _its, ...data }) => ({
      ...data,
      eventId: numbered(eventId),
      ...(cause === undefined ? {} : { cause: numbered(cause) }),
      // What belongs to no EVSE would look like the station's own.
      component: component.evse === undefined && component.instance === undefined
        ? { ...component, instance: chargerId }
        : component,
    }));
    const said = { ...message, seqNo: 0, tbc: false, eventData: told, customData: ofSlot(slot) };
    const place = Math.abs(message.eventData[0]?.eventId ?? 0) % EVENTS_WAITING_MAX;
    return news(`event ${chargerId} ${place}`, {
      action: "NotifyEvent",
      message: said as typeof message,
    });
  }

  /** Under the number that the CSMS gave; what it has not ordered it does not hear. */
  function orderNews(call: InsideCall<FollowUpAction>): News | null {
    const numbers: { readonly requestId?: number; readonly seqNo?: number } = call.message;
    const order = followUps.find(chargerId, call.action, numbers.requestId);
    const said = order === undefined ? null : inSlots(call);
    if (order === undefined || said === null) return null;
    const piece = Math.abs(numbers.seqNo ?? 0) % PIECES_WAITING_MAX;
    return {
      key: `${call.action} ${chargerId} ${order.stationRequestId} ${piece}`,
      call: renumbered(said, order.requestId, { customData: ofSlot(order.slot) }),
      order,
      isLast: isLastWord(call),
    };
  }
}

function news(key: string, call: InsideCall<NewsAction>): News {
  return { key, call, order: null, isLast: false };
}
