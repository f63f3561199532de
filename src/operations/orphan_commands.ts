import { createHash } from "node:crypto";
import type { Clock } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
import type { Log } from "../lib/log.ts";
import type { Journal, Outbox } from "../outbox/mod.ts";
import type { CommandOutcome, SiteEvents } from "../site/mod.ts";
import { dismissOrphan, shownOrphans, type TransactionBook } from "../transactions/mod.ts";

/** What an operator decides about ends of sessions that nobody knows. */
export interface OrphanCommands {
  /**
   * Takes an end off the list: somebody has looked into it. It stays in the ledger, so that the charger
   * can say the same again without its coming back. `id`: as `orphanId` makes it.
   */
  dismissOrphan(id: string, by: string): Promise<CommandOutcome>;
}

/** What the commands work with. */
export interface OrphanCommandPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly events: Events<SiteEvents>;
  readonly outbox: Pick<Outbox, "record">;
  readonly journal: Pick<Journal, "commit">;
  readonly transactions: TransactionBook;
}

/** A short name of the end with this key, fit for an address. */
export function orphanId(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 16);
}

/** Creates the commands. */
export function createOrphanCommands(ports: OrphanCommandPorts): OrphanCommands {
  const { clock, log, events, outbox, journal, transactions } = ports;
  return {
    async dismissOrphan(id, by) {
      const state = transactions.state();
      const [key, orphan] = shownOrphans(state).find(([each]) => orphanId(each) === id) ?? [];
      if (key === undefined || orphan === undefined) {
        return {
          kind: "refused",
          reason: "This end is not on the list any more",
          advice: "Reload the page",
        };
      }
      const atMs = clock.wallMs();
      const step = transactions.apply(dismissOrphan(state, key, { by, atMs }));
      await journal.commit(outbox.record(step, atMs));
      const { chargerId, stop: { message: { meterStopWh } } } = orphan;
      log("warning", "operator_dismiss_orphan_stop", { charger: chargerId, meterStopWh, by });
      events.emit("orphan-stop", { chargerId });
      return {
        kind: "accepted",
        detail: `The end at ${meterStopWh} Wh of charger ${chargerId} is off the list`,
      };
    },
  };
}
