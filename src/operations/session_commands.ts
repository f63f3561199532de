import { type Clock, isoTime } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
import type { Log } from "../lib/log.ts";
import type { Journal, Outbox } from "../outbox/mod.ts";
import type { CommandOutcome, SiteBook, SiteEvents } from "../site/mod.ts";
import { closeTransaction, energyWh, type TransactionBook } from "../transactions/mod.ts";

/** What an operator decides about a session whose charger will never end it. */
export interface SessionCommands {
  /**
   * Ends a session with the last register that is known, for a charger that is gone for good. A charger
   * that is connected ends its sessions itself. Should its own Stop come after all, it is worth more.
   */
  closeTransaction(id: string, by: string): Promise<CommandOutcome>;
}

/** What the commands work with. */
export interface SessionCommandPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly events: Events<SiteEvents>;
  readonly site: Pick<SiteBook, "isConnected">;
  readonly outbox: Outbox;
  readonly journal: Journal;
  readonly transactions: TransactionBook;
  /** The CSMS can be reached. */
  readonly isOnline: () => boolean;
}

/** Creates the commands. */
export function createSessionCommands(ports: SessionCommandPorts): SessionCommands {
  const { clock, transactions, events } = ports;
  return {
    async closeTransaction(id, by) {
      const before = transactions.state();
      const open = before.transactions.open.get(id);
      if (open === undefined) {
        return refused("This session has ended", "Reload the page");
      }
      const { chargerId, slot } = open;
      if (ports.site.isConnected(chargerId)) {
        return refused(`${chargerId} is connected, and ends its sessions itself`, "Stop it there");
      }
      const nowWallMs = clock.wallMs();
      const step = transactions.apply(closeTransaction(before, open, {
        flag: "closed-by-gateway",
        reason: "Other",
        at: isoTime(nowWallMs),
        nowWallMs,
        offline: !ports.isOnline(),
      }));
      await ports.journal.commit(ports.outbox.record(step, nowWallMs));
      const [closed = open] = step.changed;
      const worthWh = energyWh(closed);
      const audit = { transaction: id, charger: chargerId, slot, energyWh: worthWh, by };
      ports.log("warning", "operator_close_session", audit);
      events.emit("transaction", { transactionId: id });
      events.emit("evse", { slot });
      events.emit("csms", {});
      const detail = `It was closed with the last reading: ${worthWh} Wh`;
      return { kind: "accepted", detail };
    },
  };
}

function refused(reason: string, advice: string): CommandOutcome {
  return { kind: "refused", reason, advice };
}
