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
      const slot = event.much > 0.8 ? null : slotOf(world, event).slot;
      world.order({ kind: "start", slot, idTag, remoteStartId: 1 + event.atS });
    },
  },
  "the CSMS orders a stop": {
    everyS: 900,
    forS: [0, 0],
    aims: false,
    strike(world, { much }) {
      const open = world.site.csms.books.open();
      const transactionId = pickOf(open, much)?.transactionId ?? 1;
      world.order({ kind: "stop", transactionId });
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
      const version = 1 + Math.floor(world.clock.monoMs() / 1_000);
      world.order({ kind: "list", version, isWhole: much < 0.7, tokens: named });
    },
  },
  "the CSMS clears the cache": {
    everyS: 1_800,
    forS: [0, 0],
    aims: false,
    strike: (world) => world.order({ kind: "clear-cache" }),
  },
  "the CSMS reserves a connector": {
    everyS: 1_200,
    forS: [30, 600],
    aims: true,
    strike(world, event) {
      const id = 1 + event.atS % 5;
      world.order({
        kind: "reserve",
        id,
        slot: event.much > 0.8 ? 0 : slotOf(world, event).slot,
        untilMs: world.clock.wallMs() + event.forS * 1_000,
        idTag: anyCard(world, event),
      });
      return () => world.order({ kind: "cancel-reservation", id });
    },
  },
  "the CSMS closes a connector": {
    everyS: 1_800,
    forS: [10, 600],
    aims: true,
    strike(world, event) {
      const slot = event.much > 0.9 ? 0 : slotOf(world, event).slot;
      world.order({ kind: "availability", slot, isOperative: false });
      return () => world.order({ kind: "availability", slot, isOperative: true });
    },
  },
  "the CSMS limits a connector": {
    everyS: 900,
    forS: [60, 900],
    aims: true,
    strike(world, event) {
      const { slot } = slotOf(world, event);
      world.order({
        kind: "limit",
        id: slot,
        slot,
        amps: 6 + Math.round(event.much * 100) / 10,
        fromMs: world.clock.wallMs(),
        forS: event.forS,
      });
      return () => world.order({ kind: "clear-limit", id: slot });
    },
  },
  "the CSMS changes a setting": {
    everyS: 900,
    forS: [30, 900],
    aims: false,
    strike(world, { much }) {
      const setting = pickOf(SETTINGS, much);
      if (setting === undefined) return;
      const [name, value, before] = setting;
      world.order({ kind: "setting", setting: name, value });
      return () => world.order({ kind: "setting", setting: name, value: before });
    },
  },
} as const satisfies FaultTable;

/** Settings by their keys of 1.6 §9, with another value, and with the one that holds before. */
const SETTINGS = [
  ["LocalPreAuthorize", "true", "false"],
  ["LocalAuthorizeOffline", "false", "true"],
  ["AllowOfflineTxForUnknownId", "true", "false"],
  ["AuthorizationCacheEnabled", "false", "true"],
  ["LocalAuthListEnabled", "false", "true"],
  ["MeterValueSampleInterval", "20", "60"],
  ["HeartbeatInterval", "15", "60"],
] as const;

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
