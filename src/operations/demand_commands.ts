import { type Clock, isoTime } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import {
  type ChargingWish,
  type CommandOutcome,
  DEPARTURE_MAX_MS,
  FIRST_CLASS,
  type PriorityOrder,
  type SiteBook,
} from "../site/mod.ts";
import { openOn, type TransactionBook } from "../transactions/mod.ts";

/** An operator's word on who goes first. */
export interface PriorityWord {
  /** A class, "first" for before everybody, or null to take the last word back. */
  readonly class: number | "first" | null;
  /** Null: for as long as the session that runs now. */
  readonly minutes: number | null;
}

/** What an operator says for the driver of the session that runs now. All absent: nothing any more. */
export interface DemandWord {
  /** ISO 8601. */
  readonly departure: string | null;
  /** Of the whole session. */
  readonly energyKwh: number | null;
  readonly urgent: boolean;
}

/** What an operator may say for drivers. */
export interface DemandCommands {
  priority(slot: number, word: PriorityWord, by: string): Promise<CommandOutcome>;
  demand(slot: number, word: DemandWord, by: string): Promise<CommandOutcome>;
}

/** What the commands work with. */
export interface DemandCommandPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly site: Pick<SiteBook, "slots">;
  readonly transactions: TransactionBook;
  readonly demands: {
    order(slot: number, order: PriorityOrder | null): Promise<void>;
    wish(slot: number, wish: ChargingWish | null): Promise<void>;
  };
}

/** Creates the commands. */
export function createDemandCommands(ports: DemandCommandPorts): DemandCommands {
  const { clock, log, site, transactions, demands } = ports;
  const isThere = (slot: number) => site.slots().get(slot)?.removed === false;
  const openId = (slot: number) => openOn(transactions.state(), slot)?.id ?? null;

  return {
    async priority(slot, word, by) {
      if (!isThere(slot)) return noSlot(slot);
      const { class: wanted, minutes } = word;
      const transactionId = minutes === null ? openId(slot) : null;
      if (wanted !== null && minutes === null && transactionId === null) {
        return refused("No session is running here", "Say for how many minutes it is to hold");
      }
      await demands.order(
        slot,
        wanted === null ? null : {
          slot,
          class: wanted === "first" ? FIRST_CLASS : wanted,
          transactionId,
          untilMs: minutes === null ? null : clock.wallMs() + minutes * 60_000,
          by,
        },
      );
      log("info", "operator_priority", { slot, class: wanted, minutes, by });
      if (wanted === null) return done("Its turn is as that of others again");
      const how = wanted === "first" ? "It goes before all others" : `It is in class ${wanted}`;
      return done(`${how}, ${minutes === null ? "as long as this session" : `for ${minutes} min`}`);
    },
    async demand(slot, { departure, energyKwh, urgent }, by) {
      if (!isThere(slot)) return noSlot(slot);
      const transactionId = openId(slot);
      if (transactionId === null) {
        return refused("No session is running here", "It can be said once the driver has started");
      }
      const departsAtMs = departure === null ? null : Date.parse(departure);
      if (departsAtMs !== null && departsAtMs - clock.wallMs() > DEPARTURE_MAX_MS) {
        return refused("The departure is more than a month away", "Enter the next departure");
      }
      const says = departsAtMs !== null || energyKwh !== null || urgent;
      await demands.wish(
        slot,
        !says ? null : {
          slot,
          transactionId,
          source: "operator",
          departsAtMs,
          energyWh: energyKwh === null ? null : Math.round(energyKwh * 1_000),
          fromWh: 0,
          isUrgent: urgent,
          by,
        },
      );
      const departs = departsAtMs === null ? null : isoTime(departsAtMs);
      log("info", "operator_demand", { slot, departs, energyKwh, urgent, by });
      return done(says ? "It is reckoned with from now on" : "What was said is taken back");
    },
  };
}

function noSlot(slot: number): CommandOutcome {
  return refused(`There is no EVSE ${slot}`, "Reload the page");
}

function refused(reason: string, advice: string): CommandOutcome {
  return { kind: "refused", reason, advice };
}

function done(detail: string): CommandOutcome {
  return { kind: "accepted", detail };
}
