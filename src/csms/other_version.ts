import { endedDeadLetters, type OutboxRow, type RowHeader } from "../outbox/mod.ts";
import type { Transaction } from "../transactions/mod.ts";
import type { CsmsPorts } from "./ports.ts";

/** Why records of a session are set aside while the CSMS speaks 1.6 (ruling 10). */
export const BEGUN_IN_2X =
  "its session began in OCPP 2.x, and in 1.6 the CSMS has no number for it: it waits for 2.x";

/**
 * True for a session that a 2.x CSMS has begun to hear. 1.6 goes by a number that only the answer to a
 * StartTransaction gives, and another start would be another session: so what is left of it is set
 * aside. Told as transaction -1 nobody could be billed for it.
 */
export function isBegunIn2x(
  { upstreamNumber, nextUpstreamSeqNo = 0 }: Pick<
    Transaction,
    "upstreamNumber" | "nextUpstreamSeqNo"
  >,
): boolean {
  return upstreamNumber === null && nextUpstreamSeqNo > 0;
}

/**
 * The id by which a 2.x CSMS knows a session: ours, or the number that it gave it in 1.6, which is all
 * it ever heard of one that began there.
 */
export function idIn2x({ id, upstreamNumber }: Pick<Transaction, "id" | "upstreamNumber">): string {
  return upstreamNumber === null ? id : String(upstreamNumber);
}

const READ_AT_ONCE = 100;

/** The CSMS speaks 2.x again: what was set aside meanwhile goes up in its order. */
export async function resumeIn2x(
  ports: Pick<CsmsPorts, "outbox" | "store" | "journal" | "log" | "events">,
): Promise<void> {
  const { outbox, store, journal, log, events } = ports;
  const waiting = rowsOf(ports).filter(isWaiting);
  for (let from = 0; from < waiting.length; from += READ_AT_ONCE) {
    const ids = waiting.slice(from, from + READ_AT_ONCE).map(({ id }) => id);
    const rows: readonly OutboxRow[] = await store.rows(ids);
    await journal.commit(rows.filter(isWaiting).flatMap(outbox.revive));
  }
  if (waiting.length > 0) log("info", "records_resumed", { records: waiting.length });
  for (const fault of endedDeadLetters(outbox.state(), waiting)) events.emit("fault", fault);
  for (const { transactionId } of waiting) events.emit("transaction", { transactionId });
}

function rowsOf({ outbox }: Pick<CsmsPorts, "outbox">): readonly RowHeader[] {
  return [...outbox.state().lanes.values()].flatMap(({ rows }) => rows);
}

function isWaiting({ dead, lastError }: RowHeader): boolean {
  return dead && lastError === BEGUN_IN_2X;
}
