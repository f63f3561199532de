import { type Clock, sleep } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
import { errorText, type Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import type { SiteEvents } from "../site/mod.ts";
import { deadLetterFault, RECORD_DAMAGED } from "./dead_letter.ts";
import type { Journal } from "./journal.ts";
import type { OutboxStore } from "./ledger.ts";
import type { Outbox } from "./outbox.ts";
import type { PackJob } from "./pack.ts";
import { holdsRow } from "./queue.ts";
import { readRows } from "./read_rows.ts";

/** Puts the meter rows of a transaction together on disk, in the background. */
export interface Packer {
  /** Something may have come that is to be packed. */
  wake(): void;
  /** Finishes no more than what it is at. */
  stop(): void;
}

/** What the packer works with. */
export interface PackerPorts {
  readonly clock: Clock;
  readonly outbox: Outbox;
  readonly store: Pick<OutboxStore, "rows">;
  readonly journal: Journal;
  readonly spawn: Spawner;
  readonly log: Log;
  readonly events: Events<SiteEvents>;
}

/**
 * Creates the packer. Each transaction is one commit, so a crash leaves it packed or as it was. Between
 * two of them everybody else has a turn: a backlog of a week takes minutes, and chargers wait for
 * answers.
 */
export function createPacker(ports: PackerPorts): Packer {
  const { clock, outbox, journal, log, events } = ports;
  const over = new AbortController();
  let isRunning = false;
  let isReading = true;

  async function run(): Promise<void> {
    try {
      for (let job = outbox.nextPacking(); job !== null; job = outbox.nextPacking()) {
        await pack(job);
        // What the disk does takes no turn of the event loop by itself.
        if (await sleep(clock, 0, over.signal) === "aborted") return;
      }
      isReading = true;
    } catch (error) {
      // The disk does not give them out: they are looked at again with the next that comes.
      if (isReading) log("error", "ledger_read_failed", { error: errorText(error) });
      isReading = false;
    } finally {
      isRunning = false;
    }
  }

  async function pack(job: PackJob): Promise<void> {
    const rows = await readRows(ports, job.rows);
    const found = new Set(rows.map(({ id }) => id));
    const lost = job.rows.filter(({ id }) => !found.has(id));
    for (const row of lost.filter((each) => holdsRow(outbox.state(), each))) {
      outbox.setAside(row, RECORD_DAMAGED);
      events.emit("fault", deadLetterFault(row, RECORD_DAMAGED));
    }
    if (lost.length === 0) await journal.commit(outbox.pack(job, rows));
    // What waited for it may go up now.
    events.emit("transaction", { transactionId: job.transactionId });
  }

  return {
    wake() {
      if (isRunning || over.signal.aborted || !outbox.isPackable()) return;
      isRunning = true;
      ports.spawn("pack records", run);
    },
    stop: () => over.abort(),
  };
}
