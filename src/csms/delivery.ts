import { put } from "../lib/write.ts";
import type {
  AuthorizationStatus,
  IdTokenInfo,
  InsideResponse,
  Speaker,
  SpokenOutcome,
} from "../ocpp/mod.ts";
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
  emptyStep,
  followedBy,
  prioritySaid,
  refusalRule,
  refuseTransaction,
  totalCostSaid,
  type Transaction,
  type TransactionState,
  type TransactionStep,
} from "../transactions/mod.ts";
import type { CsmsPorts } from "./ports.ts";
import type { LoadedRows, Preparation, RowPreparation, Said } from "./row_preparation.ts";

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

/** What was picked to go up. */
export type PickedRows = readonly [RowHeader, ...RowHeader[]];

/** The way of rows to the CSMS. */
export interface Delivery {
  /**
   * Null when the rows can go at once; else what to wait for before asking again. Whoever waits may
   * do something else meanwhile: a slow disk holds nobody up but the records.
   */
  waitFor(picked: PickedRows): Promise<unknown> | null;
  /** Sends them, and books the answer. */
  deliver(picked: PickedRows): Promise<DeliveryOutcome>;
}

/** What delivery works on besides the ports. */
export interface DeliveryParts {
  readonly speaker: { readonly send: Speaker["send"] };
  readonly preparation: RowPreparation;
  /** What would go next if this row had been confirmed. */
  readonly pickAfter: (row: RowHeader) => Pick;
}

/** A confirmation on its way to the disk, or there. */
interface Confirming {
  readonly transactionId: string;
  isWritten: boolean;
}

/** Rows that are made ready. */
interface Ahead {
  readonly id: number;
  readonly loading: Promise<LoadedRows>;
  loaded: LoadedRows | null;
  /** Null while it cannot be said before the answer to the start has come. */
  preparing: Promise<void> | null;
  prepared: Preparation | null;
}

/** So long the confirmation of meter values may wait for other writes to go along with. */
const CONFIRMATION_PATIENCE_MS = 5_000;

/**
 * Sends rows of the outbox to the CSMS; a row leaves only on a confirmation. So that a disk does not
 * slow a long backlog down, the next row is made ready while one is in flight, and goes out while the
 * confirmation of that one is still being written. A crash in between makes the CSMS hear one row
 * again that it has confirmed, never more, and never one of a session after its end.
 */
export function createDelivery(ports: CsmsPorts, parts: DeliveryParts): Delivery {
  const { outbox, journal, transactions, clock, log } = ports;
  let ahead: Ahead | null = null;
  let newest: Confirming = { transactionId: "", isWritten: true };
  let older = newest;

  function waitFor([first, ...others]: PickedRows): Promise<unknown> | null {
    if (ahead?.id !== first.id) ahead = startAhead([first, ...others]);
    if (ahead.prepared === null) {
      if (ahead.preparing === null) prepareNow(ahead);
      return ahead.preparing;
    }
    const isItsEnd = first.kind === "ended" && newest.transactionId === first.transactionId;
    return !older.isWritten || (isItsEnd && !newest.isWritten) ? journal.flush() : null;
  }

  async function deliver(picked: PickedRows): Promise<DeliveryOutcome> {
    const ready = ahead?.id === picked[0].id ? ahead.prepared : null;
    ahead = null;
    switch (ready?.kind) {
      case "ready":
        return await deliverReady(ready);
      case "unsaid":
        return "confirmed";
      case "buried":
        return "refused";
      case "unreadable":
        return "unreadable";
      default:
        return "changed";
    }
  }

  function startAhead(picked: PickedRows): Ahead {
    const loading = parts.preparation.load(picked);
    const rows: Ahead = {
      id: picked[0].id,
      loading,
      loaded: null,
      preparing: null,
      prepared: null,
    };
    ports.spawn("load records", async () => {
      rows.loaded = await loading;
    });
    return rows;
  }

  /** Makes rows ready as soon as they are read: at once, where they are. */
  function prepareNow(rows: Ahead): void {
    const { loaded } = rows;
    const preparation = loaded === null
      ? rows.loading.then(parts.preparation.prepare)
      : parts.preparation.prepare(loaded);
    const preparing = preparation.then((prepared) => {
      rows.prepared = prepared;
    });
    rows.preparing = preparing;
    ports.spawn("prepare records", () => preparing);
  }

  async function deliverReady(ready: Preparation & { kind: "ready" }): Promise<DeliveryOutcome> {
    const { row, call } = ready;
    // An operator may have given it up meanwhile.
    if (!holdsRow(outbox.state(), row)) return "changed";
    const answer = parts.speaker.send(call);
    lookAhead(row);
    const outcome = await answer;
    if (outcome.kind === "answered") return confirm(row, call.insideAction, outcome);
    if (outcome.kind === "unsayable") return await bury(row, "cannot be said");
    if (outcome.kind !== "refused") return "unanswered";
    const { code, description } = outcome.error;
    return await refuse(row, description === "" ? code : `${code}: ${description}`);
  }

  /** What follows a start must know the number that it is answered with: it is only read. */
  function lookAhead(row: RowHeader): void {
    const next = parts.pickAfter(row);
    if (next.kind !== "send") return;
    ahead = startAhead(next.rows);
    const mustKnow = row.kind === "started" && next.rows[0].transactionId === row.transactionId;
    if (!mustKnow) prepareNow(ahead);
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
    const isStart = row.kind === "started";
    const lesson = lessonOf(row, action, outcome);
    // One commit: the number that the CSMS gave, what its refusal means, and the end of the row
    // belong together.
    const writes = [...lesson, ...outbox.confirm(row)];
    older = newest;
    newest = { transactionId, isWritten: false };
    const done = written(newest, writes, patienceMs(row, action));
    ports.spawn("confirm record", () => done);
    // In the same commit, where what follows was only waiting for its number.
    if (ahead !== null && ahead.loaded !== null && ahead.preparing === null) prepareNow(ahead);
    ports.events.emit("transaction", { transactionId });
    if (isStart && transactions.state().transactions.get(transactionId)?.refusal !== undefined) {
      ports.spawn("deauthorize", () => done.then(() => ports.chargers.enforce(transactionId)));
    }
    return "confirmed";
  }

  /** What the CSMS's answer says besides that it has it. */
  function lessonOf(
    row: OutboxRow,
    action: Said,
    outcome: SpokenOutcome<Said> & { kind: "answered" },
  ): readonly LedgerWrite[] {
    switch (action) {
      case "StartTransaction":
        return started(row, outcome.message as InsideResponse<"StartTransaction">);
      case "StopTransaction":
        return stopped(row, outcome.message as InsideResponse<"StopTransaction">);
      case "TransactionEvent": {
        const answer = outcome.message as InsideResponse<"TransactionEvent">;
        const { idTokenInfo } = answer;
        const noted = said(row, answer);
        if (idTokenInfo === undefined) return noted;
        const lesson = row.kind === "started"
          ? judged(row, idTokenInfo)
          : stopped(row, { idTokenInfo });
        return [...noted, ...lesson];
      }
      case "MeterValues":
        return [];
    }
  }

  /** What a 2.x CSMS says of cost and importance, in the answer to any event (E01, I02, I03). */
  function said(
    { transactionId }: OutboxRow,
    { totalCost, chargingPriority }: InsideResponse<"TransactionEvent">,
  ): readonly LedgerWrite[] {
    const steps: ((state: TransactionState) => TransactionStep)[] = [];
    if (totalCost !== undefined) {
      const cost = { amount: totalCost, heardAtMs: clock.wallMs() };
      steps.push((state) => totalCostSaid(state, transactionId, cost));
    }
    if (chargingPriority !== undefined) {
      steps.push((state) => prioritySaid(state, transactionId, chargingPriority));
    }
    return steps.flatMap((step) => {
      const applied = transactions.apply(step(transactions.state()));
      return applied.changed.map((each): LedgerWrite => put("transactions", each.id, each));
    });
  }

  /** After live meter values the next write is likely to be another reading, which takes this along. */
  function patienceMs(row: OutboxRow, action: Said): number {
    const isReading = action === "MeterValues" ||
      action === "TransactionEvent" && row.kind === "updated";
    return isReading && ahead === null ? CONFIRMATION_PATIENCE_MS : 0;
  }

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
    return transaction === undefined ? [] : judgedWith(bound, transaction, idTokenInfo);
  }

  /** What a 2.x CSMS makes of the token of a start. */
  function judged(row: OutboxRow, idTokenInfo: IdTokenInfo): readonly LedgerWrite[] {
    const state = transactions.state();
    const transaction = state.transactions.get(row.transactionId);
    return transaction === undefined ? [] : judgedWith(emptyStep(state), transaction, idTokenInfo);
  }

  function judgedWith(
    bound: TransactionStep,
    transaction: Transaction,
    idTokenInfo: IdTokenInfo,
  ): readonly LedgerWrite[] {
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

  return { waitFor, deliver };
}
