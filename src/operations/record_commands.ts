import type { Clock } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
import type { Log } from "../lib/log.ts";
import {
  endedDeadLetters,
  type Journal,
  type Outbox,
  type OutboxStore,
  type RowHeader,
} from "../outbox/mod.ts";
import type { CommandOutcome, SiteEvents } from "../site/mod.ts";
import {
  emptyStep,
  energyWh,
  giveUp,
  isStartGivenUp,
  type TransactionBook,
} from "../transactions/mod.ts";

/** What an operator decides about records that the CSMS did not take. */
export interface RecordCommands {
  /** Lets a record that was set aside go up again. */
  retryRow(id: number, by: string): Promise<CommandOutcome>;
  /**
   * Gives a record up that was set aside: the CSMS never hears of it. Who did so, when, and what the
   * session was worth stays with the session. After a start that was given up, the rest of its session
   * goes up as transaction -1 (1.6 errata 3.18).
   */
  discardRow(id: number, by: string): Promise<CommandOutcome>;
}

/** What the commands work with. */
export interface RecordCommandPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly events: Events<SiteEvents>;
  readonly outbox: Outbox;
  readonly journal: Journal;
  readonly store: Pick<OutboxStore, "rows">;
  readonly transactions: TransactionBook;
}

/** Creates the commands. */
export function createRecordCommands(ports: RecordCommandPorts): RecordCommands {
  const { clock, log, outbox, journal, transactions } = ports;

  const transactionOf = ({ transactionId }: RowHeader) =>
    transactions.state().transactions.get(transactionId);

  function noteGivenUp(row: RowHeader, kind: RowHeader["kind"], by: string) {
    return transactions.apply(giveUp(transactions.state(), row.transactionId, {
      kind,
      rowId: row.id,
      by,
      atMs: clock.wallMs(),
      error: row.lastError,
    }));
  }

  /** No number will ever come: its start is neither confirmed nor waiting nor given up. */
  function hasLostStart(row: RowHeader): boolean {
    const transaction = transactionOf(row);
    const rows = outbox.state().lanes.get(row.transactionId)?.rows ?? [];
    return row.kind !== "started" && transaction !== undefined &&
      transaction.upstreamNumber === null && !isStartGivenUp(transaction) &&
      // A 2.x CSMS has heard of its start: in 1.6 it is set aside again (ruling 10).
      (transaction.nextUpstreamSeqNo ?? 0) === 0 &&
      rows.every(({ kind }) => kind !== "started");
  }

  /** The alarm ends with the last record of its EVSE that somebody had to decide on. */
  function decided(row: RowHeader): void {
    for (const fault of endedDeadLetters(outbox.state(), [row])) ports.events.emit("fault", fault);
    ports.events.emit("transaction", { transactionId: row.transactionId });
  }

  async function retryRow(id: number, by: string): Promise<CommandOutcome> {
    const [row] = await ports.store.rows([id]);
    const header = outbox.find(id);
    if (row === undefined || header?.dead !== true) {
      return refused("This record does not wait for a decision", "Reload the page");
    }
    const isLost = hasLostStart(row);
    const step = isLost ? noteGivenUp(row, "started", by) : emptyStep(transactions.state());
    const writes = outbox.record(step, clock.wallMs());
    await journal.commit([...writes, ...outbox.revive(row)]);
    log("info", "operator_retry_row", { row: id, by });
    decided(header);
    return done(
      isLost
        ? "It goes up as transaction -1: the CSMS never confirmed its start"
        : "It goes up again",
    );
  }

  async function discardRow(id: number, by: string): Promise<CommandOutcome> {
    const row = outbox.find(id);
    if (row?.dead !== true) {
      return refused("Only records that were set aside can be given up", "Retry it instead");
    }
    const transaction = transactionOf(row);
    const worthWh = transaction === undefined ? 0 : energyWh(transaction);
    const step = noteGivenUp(row, row.kind, by);
    await journal.commit([...outbox.record(step, clock.wallMs()), ...outbox.discard(row)]);
    log("warning", "operator_discard_row", {
      row: id,
      kind: row.kind,
      transaction: row.transactionId,
      energyWh: worthWh,
      by,
    });
    decided(row);
    return done(consequence(row, worthWh));
  }

  return { retryRow, discardRow };
}

/** What follows from giving a record up, for the one who did. */
function consequence({ kind, readings }: RowHeader, energyWh: number): string {
  switch (kind) {
    case "started":
      return "The CSMS will never hear of this start. The rest of the session goes up as " +
        `transaction -1, which it cannot bill: ${energyWh} Wh so far`;
    case "updated":
      return `The CSMS will never hear of ${readings} readings; the energy of the session is in ` +
        "its end";
    case "ended":
      return `The CSMS will never hear that this session ended, nor of its ${energyWh} Wh`;
  }
}

function done(detail: string): CommandOutcome {
  return { kind: "accepted", detail };
}

function refused(reason: string, advice: string): CommandOutcome {
  return { kind: "refused", reason, advice };
}
