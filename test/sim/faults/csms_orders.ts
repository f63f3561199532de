import { isoTime } from "../../../src/lib/clock.ts";
import type { Requests16 } from "../../../src/ocpp/messages/mod.ts";
import type { PlannedSlot } from "../../../src/simulator/mod.ts";
import type { FaultEvent } from "../scenario.ts";
import type { World } from "../world.ts";
import type { FaultTable } from "./fault.ts";

/** What an operator of the CSMS does, at whatever moment that is. Connectors are slots there. */
export const CSMS_ORDERS = {
  "the CSMS orders a start": {
    everyS: 600,
    forS: [0, 0],
    aims: true,
    strike(world, event) {
      const idTag = anyCard(world, event);
      // Now and then it leaves the choice of the connector to the site.
      const where = event.much > 0.8 ? {} : { connectorId: slotOf(world, event).slot };
      world.order("RemoteStartTransaction", { ...where, idTag });
    },
  },
  "the CSMS orders a stop": {
    everyS: 900,
    forS: [0, 0],
    aims: false,
    strike(world, { much }) {
      const open = world.site.csms.books.open();
      const transactionId = pickOf(open, much)?.transactionId ?? 1;
      world.order("RemoteStopTransaction", { transactionId });
    },
  },
  "the CSMS blocks a card": {
    everyS: 900,
    forS: [30, 900],
    aims: true,
    strike(world, event) {
      const { csms } = world.plan.site;
      const tokens = { ...csms.tokens, [anyCard(world, event)]: { status: "Blocked" } as const };
      world.site.csms.change({ tokens });
      return () => world.site.csms.change({ tokens: csms.tokens });
    },
  },
  "the CSMS sends its list": {
    everyS: 900,
    forS: [0, 0],
    aims: true,
    strike(world, { who, much }) {
      const all = Object.entries(world.plan.tokens);
      const named = all.filter((_, index) => much < 0.5 || (index + who) % 3 !== 0);
      const localAuthorizationList = named.map(([idTag, idTagInfo]) => ({ idTag, idTagInfo }));
      const listVersion = 1 + Math.floor(world.clock.monoMs() / 1_000);
      const updateType = much < 0.7 ? "Full" : "Differential";
      world.order("SendLocalList", { listVersion, updateType, localAuthorizationList });
    },
  },
  "the CSMS clears the cache": {
    everyS: 1_800,
    forS: [0, 0],
    aims: false,
    strike: (world) => world.order("ClearCache", {}),
  },
  "the CSMS reserves a connector": {
    everyS: 1_200,
    forS: [30, 600],
    aims: true,
    strike(world, event) {
      const reservationId = 1 + event.atS % 5;
      world.order("ReserveNow", {
        connectorId: event.much > 0.8 ? 0 : slotOf(world, event).slot,
        expiryDate: isoTime(world.clock.wallMs() + event.forS * 1_000),
        idTag: anyCard(world, event),
        reservationId,
      });
      return () => world.order("CancelReservation", { reservationId });
    },
  },
  "the CSMS closes a connector": {
    everyS: 1_800,
    forS: [10, 600],
    aims: true,
    strike(world, event) {
      const connectorId = event.much > 0.9 ? 0 : slotOf(world, event).slot;
      world.order("ChangeAvailability", { connectorId, type: "Inoperative" });
      return () => world.order("ChangeAvailability", { connectorId, type: "Operative" });
    },
  },
  "the CSMS limits a connector": {
    everyS: 900,
    forS: [60, 900],
    aims: true,
    strike(world, event) {
      const { slot } = slotOf(world, event);
      world.order("SetChargingProfile", defaultProfile(world, event, slot));
      return () => world.order("ClearChargingProfile", { id: slot });
    },
  },
  "the CSMS changes a setting": {
    everyS: 900,
    forS: [30, 900],
    aims: false,
    strike(world, { much }) {
      const setting = pickOf(SETTINGS, much);
      if (setting === undefined) return;
      const [key, value, before] = setting;
      world.order("ChangeConfiguration", { key, value });
      return () => world.order("ChangeConfiguration", { key, value: before });
    },
  },
} as const satisfies FaultTable;

/** Keys of 1.6 §9 with another value, and with the one that holds before. */
const SETTINGS = [
  ["LocalPreAuthorize", "true", "false"],
  ["LocalAuthorizeOffline", "false", "true"],
  ["AllowOfflineTxForUnknownId", "true", "false"],
  ["AuthorizationCacheEnabled", "false", "true"],
  ["LocalAuthListEnabled", "false", "true"],
  ["MeterValueSampleInterval", "20", "60"],
  ["HeartbeatInterval", "15", "60"],
] as const;

function defaultProfile(
  { clock }: World,
  { much, forS }: FaultEvent,
  slot: number,
): Requests16["SetChargingProfile"] {
  return {
    connectorId: slot,
    csChargingProfiles: {
      chargingProfileId: slot,
      stackLevel: 1,
      chargingProfilePurpose: "TxDefaultProfile",
      chargingProfileKind: "Absolute",
      chargingSchedule: {
        duration: forS,
        startSchedule: isoTime(clock.wallMs()),
        chargingRateUnit: "A",
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 + Math.round(much * 100) / 10 }],
      },
    },
  };
}

function slotOf({ plan }: World, { who, much }: FaultEvent): PlannedSlot {
  const slot = plan.slots[(who + Math.floor(much * 7)) % plan.slots.length];
  if (slot === undefined) throw new RangeError("Cannot find slot: the site has none");
  return slot;
}

function anyCard({ plan }: World, { who, much }: FaultEvent): string {
  const cards = Object.keys(plan.tokens);
  return cards[(who + Math.floor(much * 13)) % cards.length] ?? "";
}

function pickOf<T>(items: readonly T[], much: number): T | undefined {
  return items[Math.min(items.length - 1, Math.floor(much * items.length))];
}
