import type { BalancerAlarm, BalancerEffect } from "./balancing/mod.ts";
import type { Chargers } from "./chargers/mod.ts";
import { type Clock, isoTime } from "./lib/clock.ts";
import type { Events } from "./lib/events.ts";
import type { Log } from "./lib/log.ts";
import type { Spawner } from "./lib/spawn.ts";
import type { Journal, Outbox } from "./outbox/mod.ts";
import type { SiteBook, SiteEvents, SiteFault } from "./site/mod.ts";
import { noteForCircuit, openOn, type TransactionBook } from "./transactions/mod.ts";

/** What the balancer wants done about a charger that does not obey. */
export type SafetyEffect = Extract<
  BalancerEffect,
  { readonly kind: "ask-schedule" | "stop" | "cut" }
>;

export interface SafetyPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly site: Pick<SiteBook, "place">;
  readonly transactions: TransactionBook;
  readonly chargers: Pick<Chargers, "call">;
  readonly outbox: Outbox;
  readonly journal: Journal;
  /** Opens or closes the contactor in front of a slot. */
  readonly cut: (slot: number, isOpen: boolean) => void;
}

/** Does what is needed where a limit alone does not help, and keeps account of it. */
export interface SafetyDesk {
  perform(effect: SafetyEffect): void;
}

/** How far the charger's own idea of its limit is asked for, in seconds. */
const SCHEDULE_S = 60;

/** Creates the desk. */
export function createSafetyDesk(ports: SafetyPorts): SafetyDesk {
  const { clock, log, site, transactions } = ports;

  async function askSchedule(slot: number): Promise<void> {
    const place = site.place(slot);
    if (place === undefined) return;
    const { chargerId, evseId } = place;
    const outcome = await ports.chargers.call(chargerId, {
      action: "GetCompositeSchedule",
      message: { duration: SCHEDULE_S, evseId },
    });
    const said = outcome.kind === "answered" ? outcome.message : outcome.kind;
    log("warning", "charger_suspect", { charger: chargerId, slot, schedule: said });
  }

  /** First it is written why, so that the bill can be explained whatever happens next. */
  async function note(
    transactionId: string,
    flag: "stopped-for-circuit" | "cut-for-circuit",
  ): Promise<void> {
    const step = transactions.apply(noteForCircuit(transactions.state(), transactionId, flag));
    if (step.changed.length === 0) return;
    ports.events.emit("transaction", { transactionId });
    await ports.journal.commit(ports.outbox.record(step, clock.wallMs()));
  }

  async function stop(slot: number, transactionId: string): Promise<void> {
    const open = transactions.state().transactions.open.get(transactionId);
    if (open === undefined) return;
    const { chargerId, number } = open;
    log("warning", "safety_stop", { charger: chargerId, slot, transaction: transactionId });
    // A full disk does not keep a circuit over its limit.
    ports.spawn("note stop", () => note(transactionId, "stopped-for-circuit"));
    const message = { transactionId: String(number) };
    const call = { action: "RequestStopTransaction", message } as const;
    const outcome = await ports.chargers.call(chargerId, call, true);
    const said = outcome.kind === "answered" ? outcome.message.status : outcome.kind;
    log("warning", "safety_stop_answered", { charger: chargerId, slot, said });
  }

  function cut(slot: number, isOpen: boolean): void {
    const open = openOn(transactions.state(), slot);
    const at = isoTime(clock.wallMs());
    log("warning", isOpen ? "safety_cut" : "safety_cut_over", { slot, at });
    if (isOpen && open !== undefined) {
      ports.spawn("note cut", () => note(open.id, "cut-for-circuit"));
    }
    ports.cut(slot, isOpen);
  }

  return {
    perform(effect) {
      const { slot } = effect;
      switch (effect.kind) {
        case "ask-schedule":
          return ports.spawn("ask schedule", () => askSchedule(slot));
        case "stop":
          return ports.spawn("stop for circuit", () => stop(slot, effect.transactionId));
        case "cut":
          return cut(slot, effect.isOpen);
      }
    },
  };
}

/** An alarm of the balancer as a fault with words that a person can act on. */
export function alarmFault(
  alarm: BalancerAlarm,
  state: SiteFault["state"],
  site: Pick<SiteBook, "place">,
): SiteFault {
  const { kind } = alarm;
  // All its lines are kept free: nothing is unsafe, only less sun is used.
  const severity = kind === "keeps-phases" ? "warning" : "alarm";
  return { kind, severity, ...told(alarm, site), state };
}

function told(
  alarm: BalancerAlarm,
  site: Pick<SiteBook, "place">,
): Pick<SiteFault, "subject" | "text"> {
  switch (alarm.kind) {
    case "meter-lost":
      return {
        subject: alarm.meterId,
        text: `Meter "${alarm.meterId}" is silent: its chargers fall back`,
      };
    case "over-limit":
      return {
        subject: alarm.circuitId,
        text:
          `Circuit "${alarm.circuitId}" is above its limit on ${alarm.line} and no charger can give more`,
      };
    case "disobeys": {
      const place = site.place(alarm.slot);
      const charger = place === undefined ? "The charger" : `Charger "${place.chargerId}"`;
      return {
        subject: `slot ${alarm.slot}`,
        text: `${charger} draws more at slot ${alarm.slot} than it is told, and was told twice: ` +
          `all that it can draw${
            place === undefined ? "" : ` (${place.maxCurrentAmps} A)`
          } is kept for it, so others get less. ` +
          "Restart it, look for its own limits or schedules, or set its current on site",
      };
    }
    case "keeps-phases": {
      const place = site.place(alarm.slot);
      const charger = place === undefined ? "The charger" : `Charger "${place.chargerId}"`;
      return {
        subject: `slot ${alarm.slot}`,
        text:
          `${charger} took the order to charge on one phase at slot ${alarm.slot}, and goes on ` +
          "with all of them: it is not asked again in this session. Set " +
          "quirks: { switchesPhases: false } for it in site.yaml, or have its firmware looked at",
      };
    }
    case "keeps-limit": {
      const place = site.place(alarm.slot);
      const charger = place === undefined ? "The charger" : `Charger "${place.chargerId}"`;
      const failSafe = place === undefined ? "" : ` of ${place.failSafeAmps} A`;
      return {
        subject: `slot ${alarm.slot}`,
        text:
          `${charger} is out of reach at slot ${alarm.slot}, its limit is over, and the meter ` +
          `did not see it fall to its fail-safe current${failSafe}: what it was given last is kept ` +
          "for it. If that is its way, set quirks: { expiry: ignored } for it in site.yaml",
      };
    }
    case "rotation": {
      const place = site.place(alarm.slot);
      const charger = place === undefined ? "The charger" : `Charger "${place.chargerId}"`;
      const told = place?.lines.join(", ") ?? "other lines";
      const seen = alarm.seen.join(", ");
      return {
        subject: `slot ${alarm.slot}`,
        text:
          `${charger} is wired to ${told} at slot ${alarm.slot}, says site.yaml, but the meter ` +
          `saw its current on ${seen} instead, three times in a row: until that is put right ` +
          "(phases of its EVSE, or lines of the meter, in site.yaml) it counts on every line",
      };
    }
    case "cut-failed":
      return {
        subject: `slot ${alarm.slot}`,
        text: `Slot ${alarm.slot} was to be cut off and current may flow there all the same: ` +
          "open its breaker by hand, and have its contactor looked at",
      };
  }
}
