import type { AuthorizationStatus, InsideResponse, Speaker, SpokenOutcome } from "../ocpp/mod.ts";
import {
  deadLetterFault,
  holdsRow,
  type LedgerWrite,
  type OutboxRow,
  type Pick,
  type RowHeader,
} from "../outbox/mod.ts";
import {
  bindUpstream,
  followedBy,
  refusalRule,
  refuseTransaction,
  type Transaction,
  type TransactionStep,
} from "../transactions/mod.ts";
import type { CsmsPorts } from "./ports.ts";
import type { Preparation, Said } from "./row_preparation.ts";

/** What became of one row (or several sent as one). */
export type DeliveryOutcome =
  | "confirmed"
  | "refused"
  /** They changed before they could go: look again. */
  | "changed"
  /** No answer, or no connection: the same bytes again later. */
  | "unanswered"
  /** The disk did not give the rows out: they stay where they are. */
  | "unreadable";

/** What delivery works on besides the ports. */
export interface DeliveryParts {
  readonly speaker: { readonly send: Speaker["send"] };
  readonly prepare: (picked: readonly RowHeader[]) => Promise<Preparation>;
  /** What would go next if this row had been confirmed. */
  readonly pickAfter: (row: RowHeader) => Pick;
}

/** A confirmation on its way to the disk. */
interface Confirming {
  readonly transactionId: string;
  isWritten: boolean;
}

/** So long the confirmation of meter values may wait for other writes to go along with. */
const CONFIRMATION_PATIENCE_MS = 5_000;

/**
 * Sends rows of the outbox to a 1.6 CSMS; a row leaves only on a confirmation. So that a disk does not
 * slow a long backlog down, the next row is made ready while one is in flight, and goes out while the
 * confirmation of that one is still being written. A crash in between makes the CSMS hear one row
 * again that it has confirmed, never more, and never one of a session after its end.
 */
export function createDelivery(
  ports: CsmsPorts,
  parts: DeliveryParts,
): (picked: readonly [RowHeader, ...RowHeader[]]) => Promise<DeliveryOutcome> {
  const { outbox, journal, transactions, clock, log } = ports;
  let ahead: { readonly id: number; readonly preparation: Promise<Preparation> } | null = null;
  let newest: Confirming = { transactionId: "", isWritten: true };
  let older = newest;

  async function deliver(
    picked: readonly [RowHeader, ...RowHeader[]],
  ): Promise<DeliveryOutcome> {
    const preparation = await prepared(picked);
    switch (preparation.kind) {
      case "ready":
        return await deliverReady(preparation);
      case "unsaid":
        return "confirmed";
      case "buried":
        return "refused";
      case "changed":
      case "unreadable":
        return preparation.kind;
    }
  }

  /** What was made ready ahead, if it is this; else it is made ready now. */
  async function prepared(
    picked: readonly [RowHeader, ...RowHeader[]],
  ): Promise<Preparation> {
    const early = ahead?.id === picked[0].id ? await ahead.preparation : null;
    ahead = null;
    return early?.kind === "ready" ? early : await parts.prepare(picked);
  }

  async function deliverReady(ready: Preparation & { kind: "ready" }): Promise<DeliveryOutcome> {
    const { row, call } = ready;
    const isItsEnd = row.kind === "ended" && newest.transactionId === row.transactionId;
    if (!older.isWritten || (isItsEnd && !newest.isWritten)) await journal.flush();
    // An operator may have given it up meanwhile.
    if (!holdsRow(outbox.state(), row)) return "changed";
    const answer = parts.speaker.send(call);
    prepareAhead(row);
    const outcome = await answer;
    if (outcome.kind === "answered") return confirm(row, call.insideAction, outcome);
    if (outcome.kind === "unsayable") return await bury(row, "cannot be said");
    if (outcome.kind !== "refused") return "unanswered";
    const { code, description } = outcome.error;
    return await refuse(row, description === "" ? code : `${code}: ${description}`);
  }

  /** What follows in the same transaction must know the number that the start is answered with. */
  function prepareAhead(row: RowHeader): void {
    const next = parts.pickAfter(row);
    if (next.kind !== "send") return;
    const [first] = next.rows;
    if (row.kind === "started" && first.transactionId === row.transactionId) return;
    const preparation = parts.prepare(next.rows);
    ahead = { id: first.id, preparation };
    ports.spawn("prepare record", () => preparation);
  }

  async function refuse(row: OutboxRow, text: string): Promise<DeliveryOutcome> {
    const { dead, writes } = outbox.refuse(row, text, clock.monoMs());
    await journal.commit(writes);
    if (dead) ports.events.emit("fault", deadLetterFault(row, text));
    log("warning", "row_refused", { row: row.id, kind: row.kind, error: text, dead });
    return "refused";
  }

  async function bury(row: OutboxRow, text: string): Promise<DeliveryOutcome> {
    await journal.commit(outbox.bury(row, text));
    ports.events.emit("fault", deadLetterFault(row, text));
    return "refused";
  }

  function confirm(
    row: OutboxRow,
    action: Said,
    outcome: SpokenOutcome<Said> & { kind: "answered" },
  ): DeliveryOutcome {
    const { transactionId } = row;
    const isStart = action === "StartTransaction";
    const lesson = isStart
      ? started(row, outcome.message as InsideResponse<"StartTransaction">)
      : action === "StopTransaction"
      ? stopped(row, outcome.message as InsideResponse<"StopTransaction">)
      : [];
    // One commit: the number that the CSMS gave, what its refusal means, and the end of the row
    // belong together.
    const writes = [...lesson, ...outbox.confirm(row)];
    older = newest;
    newest = { transactionId, isWritten: false };
    const patienceMs = action === "MeterValues" ? CONFIRMATION_PATIENCE_MS : 0;
    const done = written(newest, writes, patienceMs);
    ports.spawn("confirm record", () => done);
    ports.events.emit("transaction", { transactionId });
    if (isStart && transactions.state().transactions.get(transactionId)?.refusal !== undefined) {
      ports.spawn("deauthorize", () => done.then(() => ports.chargers.enforce(transactionId)));
    }
    return "confirmed";
  }

  /** After meter values the next write is likely to be another reading, which takes this along. */
  async function written(
    confirming: Confirming,
    writes: readonly LedgerWrite[],
    withinMs: number,
  ): Promise<void> {
    await journal.commitWithin(writes, withinMs);
    confirming.isWritten = true;
  }

  function started(
    row: OutboxRow,
    { transactionNumber, idTokenInfo }: InsideResponse<"StartTransaction">,
  ): readonly LedgerWrite[] {
    const bound = transactions.apply(
      bindUpstream(transactions.state(), row.transactionId, transactionNumber),
    );
    const [transaction] = bound.changed;
    if (transaction === undefined) return [];
    const lesson = ports.tokens.learn(transaction.idToken, idTokenInfo, clock.wallMs());
    const step = idTokenInfo.status === "Accepted"
      ? bound
      : followedBy(bound, refusedLater(transaction, idTokenInfo.status));
    return [...outbox.record(step, clock.wallMs()), ...lesson.writes];
  }

  /** Whoever stopped it may have been judged anew (1.6 §3.5.1). */
  function stopped(
    { event: { idToken } }: OutboxRow,
    { idTokenInfo }: InsideResponse<"StopTransaction">,
  ): readonly LedgerWrite[] {
    if (idToken === undefined || idTokenInfo === undefined) return [];
    return ports.tokens.learn(idToken, idTokenInfo, clock.wallMs()).writes;
  }

  /** The site had let the driver start; the CSMS would not have (1.6 §3.5.4, 2.x C15). */
  function refusedLater({ id }: Transaction, status: AuthorizationStatus): TransactionStep {
    const rule = refusalRule(ports.variables);
    return transactions.apply(
      refuseTransaction(transactions.state(), id, status, rule, clock.wallMs()),
    );
  }

  return deliver;
}
