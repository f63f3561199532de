import type { InsideCall } from "../ocpp/mod.ts";
import type { SiteBook } from "../site/mod.ts";
import { withEvses } from "./evse_numbers.ts";
import type { FollowUpAction, FollowUps } from "./follow_ups.ts";
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
  /** It is about an order of the CSMS, and waits for the next connection where there is none now. */
  readonly isOrdered: boolean;
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
      const message = inSlots(call.message);
      return message === null
        ? null
        : news(`${call.action} ${message.evseId}`, { ...call, message } as InsideCall<NewsAction>);
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
    const { requestId, seqNo } = call.message as {
      readonly requestId?: number;
      readonly seqNo?: number;
    };
    const order = followUps.find(chargerId, call.action, requestId);
    const message = order === undefined ? null : inSlots(call.message);
    if (order === undefined || message === null) return null;
    const piece = Math.abs(seqNo ?? 0) % PIECES_WAITING_MAX;
    const { requestId: _its, ...said } = message as { readonly requestId?: number };
    const numbered = {
      ...said,
      ...(order.requestId === null ? {} : { requestId: order.requestId }),
      customData: ofSlot(order.slot),
    };
    return {
      key: `${call.action} ${chargerId} ${order.stationRequestId} ${piece}`,
      call: { action: call.action, message: numbered } as unknown as InsideCall<NewsAction>,
      isOrdered: true,
    };
  }
}

function news(key: string, call: InsideCall<NewsAction>): News {
  return { key, call, isOrdered: false };
}
