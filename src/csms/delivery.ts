import { errorText } from "../lib/log.ts";
import type { InsideResponse, PreparedCall, Speaker, SpokenOutcome } from "../ocpp/mod.ts";
import {
  foldEvents,
  type LedgerWrite,
  type OutboxRow,
  type Projection16,
  projectTo16,
  type RowHeader,
} from "../outbox/mod.ts";
import { bindUpstream, type Transaction } from "../transactions/mod.ts";
import type { Numbering } from "./numbering.ts";
import type { CsmsPorts } from "./ports.ts";

/** What became of one row (or several sent as one). */
export type DeliveryOutcome =
  | "confirmed"
  | "refused"
  /** No answer, or no connection: the same bytes again later. */
  | "unanswered"
  /** The disk did not give the rows out: they stay where they are. */
  | "unreadable";

type Said = "StartTransaction" | "MeterValues" | "StopTransaction";

/**
 * Sends rows of the outbox to a 1.6 CSMS. The frame is on disk before it goes out, so that a retry
 * repeats its id and its bytes (ruling 2), and a row leaves only on a confirmation.
 */
export function createDelivery(
  ports: CsmsPorts,
  speaker: Speaker,
  numbering: Numbering,
): (rows: readonly RowHeader[]) => Promise<DeliveryOutcome> {
  const { outbox, journal, transactions, clock, log } = ports;
  let isReading = true;

  async function deliver(headers: readonly RowHeader[]): Promise<DeliveryOutcome> {
    const rows = await read(headers.map(({ id }) => id));
    if (rows === null) return "unreadable";
    const [first, ...rest] = rows;
    if (first === undefined) return setAside(headers);
    const frame = first.frame;
    const isSameVersion = frame !== null && frame.version === speaker.dialect.version;
    if (isSameVersion) return await send(first, prepared(first, frame));
    return await sendFirst([first, ...rest]);
  }

  /** Null where the disk fails; it is logged once, until reading works again. */
  async function read(ids: readonly number[]): Promise<readonly OutboxRow[] | null> {
    try {
      const rows = await stored(ids);
      isReading = true;
      return rows;
    } catch (error) {
      if (isReading) log("error", "ledger_read_failed", { error: errorText(error) });
      isReading = false;
      return null;
    }
  }

  /** A row is in the queue as soon as it is decided on; the disk may still be at work on it. */
  async function stored(ids: readonly number[]): Promise<readonly OutboxRow[]> {
    const found = await ports.store.rows(ids);
    if (found.length === ids.length) return found;
    await journal.flush();
    return await ports.store.rows(ids);
  }

  /** The row is in the queue but its content is not on disk, or was changed by nobody we know. */
  function setAside(headers: readonly RowHeader[]): DeliveryOutcome {
    for (const header of headers) {
      outbox.setAside(header, "its record on disk is damaged");
      fault(header, "its record on disk is damaged");
    }
    return "refused";
  }

  async function sendFirst(
    rows: readonly [OutboxRow, ...OutboxRow[]],
  ): Promise<DeliveryOutcome> {
    const content = foldEvents(rows);
    const [first] = rows;
    const transaction = transactions.state().transactions.get(first.transactionId);
    const said = projectTo16(content, { transactionNumber: transaction?.upstreamNumber ?? -1 });
    if (said === null) {
      await journal.commit(rows.flatMap((row) => [...outbox.confirm(row)]));
      return "confirmed";
    }
    const call = speaker.prepare<Said>(first.messageId, renumbered(said));
    if (!("outgoing" in call)) {
      // One row that cannot be said must not take the others with it.
      if (rows.length > 1) return await sendFirst([first]);
      const problem = call.map(({ path, message }) => `${path} ${message}`.trim()).join("; ");
      return await bury(first, `cannot be said in ${speaker.dialect.version}: ${problem}`);
    }
    const marked = outbox.markSent(rows, content, {
      version: speaker.dialect.version,
      action: call.outgoing.action,
      text: call.outgoing.text,
    });
    if (marked === null) return "unanswered";
    await journal.commit(marked.writes);
    return await send(marked.row, call);
  }

  function renumbered(said: Projection16): Projection16 {
    if (said.action === "StopTransaction") return said;
    const evseId = numbering.evseOf(said.message.evseId);
    return said.action === "StartTransaction"
      ? { ...said, message: { ...said.message, evseId } }
      : { ...said, message: { ...said.message, evseId } };
  }

  async function send(row: OutboxRow, call: PreparedCall<Said>): Promise<DeliveryOutcome> {
    const outcome = await speaker.send(call);
    if (outcome.kind === "answered") return await confirm(row, call.insideAction, outcome);
    if (outcome.kind === "unsayable") return await bury(row, "cannot be said");
    if (outcome.kind !== "refused") return "unanswered";
    const { code, description } = outcome.error;
    const text = description === "" ? code : `${code}: ${description}`;
    const { dead, writes } = outbox.refuse(row, text, clock.monoMs());
    await journal.commit(writes);
    if (dead) fault(row, text);
    log("warning", "row_refused", { row: row.id, kind: row.kind, error: text, dead });
    return "refused";
  }

  async function bury(row: OutboxRow, text: string): Promise<DeliveryOutcome> {
    await journal.commit(outbox.bury(row, text));
    fault(row, text);
    return "refused";
  }

  function fault({ id, slot, kind }: RowHeader, text: string): void {
    ports.events.emit("fault", {
      kind: "dead-letter",
      severity: "alarm",
      subject: `slot ${slot}`,
      text: `The CSMS did not take the ${kind} record ${id}: ${text}`,
      state: "raised",
    });
  }

  async function confirm(
    row: OutboxRow,
    action: Said,
    outcome: SpokenOutcome<Said> & { kind: "answered" },
  ): Promise<DeliveryOutcome> {
    const lesson = action === "StartTransaction"
      ? started(row, outcome.message as InsideResponse<"StartTransaction">)
      : action === "StopTransaction"
      ? stopped(row, outcome.message as InsideResponse<"StopTransaction">)
      : [];
    // One commit: the number that the CSMS gave and the end of the row belong together.
    await journal.commit([...lesson, ...outbox.confirm(row)]);
    ports.events.emit("transaction", { transactionId: row.transactionId });
    return "confirmed";
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
    if (idTokenInfo.status !== "Accepted") refusedLater(transaction);
    return [...outbox.record(bound, clock.wallMs()), ...lesson.writes];
  }

  /** Whoever stopped it may have been judged anew (1.6 §3.5.1). */
  function stopped(
    { event: { idToken } }: OutboxRow,
    { idTokenInfo }: InsideResponse<"StopTransaction">,
  ): readonly LedgerWrite[] {
    if (idToken === undefined || idTokenInfo === undefined) return [];
    return ports.tokens.learn(idToken, idTokenInfo, clock.wallMs()).writes;
  }

  /** The site had let the driver start; the CSMS would not have (StopTransactionOnInvalidId). */
  function refusedLater(transaction: Transaction): void {
    if (transaction.stop !== null) return;
    if (!ports.variables.flag("TxCtrlr.StopTxOnInvalidId")) return;
    ports.spawn("deauthorize", () => ports.chargers.deauthorize(transaction.id));
  }

  return deliver;
}

/** A frame from the disk as a call that is ready to go. */
function prepared(
  row: OutboxRow,
  frame: NonNullable<OutboxRow["frame"]>,
): PreparedCall<Said> {
  const insideAction = row.kind === "started"
    ? "StartTransaction"
    : row.kind === "ended"
    ? "StopTransaction"
    : "MeterValues";
  return {
    insideAction,
    outgoing: { id: row.messageId, action: frame.action, text: frame.text },
  };
}
