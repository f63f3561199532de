import { errorText } from "../lib/log.ts";
import { put } from "../lib/write.ts";
import type { PreparedCall, Speaker } from "../ocpp/mod.ts";
import {
  asSentNow,
  deadLetterFault,
  type FoldedEvent,
  foldEvents,
  holdsRow,
  type LedgerWrite,
  type OutboxRow,
  type Projection16,
  type Projection2x,
  projectTo16,
  projectTo2x,
  readRows,
  RECORD_DAMAGED,
  type RowHeader,
  withLateReadings,
  withTrueTimes,
} from "../outbox/mod.ts";
import { countUpstream, isStartGivenUp } from "../transactions/mod.ts";
import type { Numbering } from "./numbering.ts";
import { BEGUN_IN_2X, idIn2x, isBegunIn2x } from "./other_version.ts";
import type { CsmsPorts } from "./ports.ts";

/** What rows can say to a CSMS, of 1.6 or of 2.x. */
export type Said = "StartTransaction" | "MeterValues" | "StopTransaction" | "TransactionEvent";

/** Rows on their way to the socket. */
export type Preparation =
  /** Their frame is on disk. */
  | { readonly kind: "ready"; readonly row: OutboxRow; readonly call: PreparedCall<Said> }
  /** The version has no words for them; they are done. */
  | { readonly kind: "unsaid" }
  /** One was set aside: it can never be said. */
  | { readonly kind: "buried" }
  /** They are not what they were when they were picked. */
  | { readonly kind: "changed" }
  /** The disk did not give them out: they stay where they are. */
  | { readonly kind: "unreadable" };

/** What preparing works with. */
export type PreparationPorts = Pick<
  CsmsPorts,
  "outbox" | "store" | "tariffs" | "journal" | "transactions" | "events" | "log" | "timekeeper"
>;

/** Rows with what the disk has of them. */
export interface LoadedRows {
  readonly picked: readonly RowHeader[];
  /** Null where the disk fails. */
  readonly rows: readonly OutboxRow[] | null;
}

/** How rows are made ready. */
export interface RowPreparation {
  load(picked: readonly RowHeader[]): Promise<LoadedRows>;
  /** What it writes is handed to the disk before this returns, so that it can share a commit. */
  prepare(loaded: LoadedRows): Promise<Preparation>;
}

/**
 * Makes rows ready to go: reads them, says them in the CSMS's version, and puts the frame on disk
 * before anybody can send it, so that a retry repeats its id and its bytes (ruling 2).
 */
export function createRowPreparation(
  ports: PreparationPorts,
  speaker: Pick<Speaker, "dialect" | "prepare">,
  numbering: Numbering,
  liveAfterRowId: () => number,
): RowPreparation {
  const { outbox, journal, transactions, log } = ports;
  const is16 = speaker.dialect.version === "ocpp1.6";
  let isReading = true;

  async function prepare({ picked, rows }: LoadedRows): Promise<Preparation> {
    if (rows === null) return { kind: "unreadable" };
    const [first, ...rest] = rows;
    if (first === undefined) return setAside(picked);
    const { frame } = first;
    if (frame !== null && frame.version === speaker.dialect.version) {
      return { kind: "ready", row: first, call: prepared(first, frame) };
    }
    return await write(picked, [first, ...rest]);
  }

  /** A disk that fails is logged once, until reading works again. */
  async function load(picked: readonly RowHeader[]): Promise<LoadedRows> {
    try {
      const rows = await readRows(ports, picked);
      isReading = true;
      return { picked, rows };
    } catch (error) {
      if (isReading) log("error", "ledger_read_failed", { error: errorText(error) });
      isReading = false;
      return { picked, rows: null };
    }
  }

  /** They are in the queue but their content is not on disk, or was changed by nobody we know. */
  function setAside(picked: readonly RowHeader[]): Preparation {
    const held = picked.filter((row) => holdsRow(outbox.state(), row));
    for (const header of held) {
      outbox.setAside(header, RECORD_DAMAGED);
      ports.events.emit("fault", deadLetterFault(header, RECORD_DAMAGED));
    }
    return { kind: held.length === 0 ? "changed" : "buried" };
  }

  async function write(
    picked: readonly RowHeader[],
    rows: readonly [OutboxRow, ...OutboxRow[]],
  ): Promise<Preparation> {
    const [first] = rows;
    const content = asSentNow(contentOf(timed(withLate(rows))), first, liveAfterRowId());
    const transactionNumber = numberOf(first);
    if (transactionNumber === null) return await bury(first, whyUnnumbered(first));
    const said = is16
      ? projectTo16(content, { transactionNumber })
      : projectTo2x(priced(introduced(content, first), first), idOf(first), seqNoOf(first));
    if (said === null) {
      await journal.commit(rows.flatMap((row) => [...outbox.confirm(row)]));
      return { kind: "unsaid" };
    }
    const call = speaker.prepare<Said>(first.messageId, renumbered(said));
    if (!("outgoing" in call)) {
      // One row that cannot be said must not take the others with it.
      if (rows.length > 1) return await write(picked, [first]);
      const problem = call.map(({ path, message }) => `${path} ${message}`.trim()).join("; ");
      return await bury(first, `cannot be said in ${speaker.dialect.version}: ${problem}`);
    }
    const counted = first.frame?.seqNo;
    const seqNo = is16 ? counted : seqNoOf(first);
    const marked = outbox.markSent(picked, rows, content, {
      version: speaker.dialect.version,
      action: call.outgoing.action,
      text: call.outgoing.text,
      ...(seqNo === undefined ? {} : { seqNo }),
    });
    if (marked === null) return { kind: "changed" };
    const isNew = !is16 && counted === undefined;
    await journal.commit([...marked.writes, ...isNew ? count(first) : []]);
    return { kind: "ready", row: marked.row, call };
  }

  /** An event that tells something else than readings stays as it is. */
  function contentOf(rows: readonly [OutboxRow, ...OutboxRow[]]): FoldedEvent {
    const [first, ...others] = rows;
    const hasNone = others.length === 0 && first.event.meterValue === undefined;
    return hasNone ? { event: first.event, carry: first.carry } : foldEvents(rows);
  }

  /**
   * A session that was begun to a CSMS of 1.6 is told to the end in 2.x, under the number that it gave:
   * its first event there says whose it is.
   */
  function introduced(content: FoldedEvent, row: OutboxRow): FoldedEvent {
    const transaction = transactions.state().transactions.get(row.transactionId);
    const isKnown = row.kind === "started" || transaction === undefined || seqNoOf(row) > 0;
    if (isKnown || content.event.idToken !== undefined) return content;
    return { ...content, event: { ...content.event, idToken: transaction.idToken } };
  }

  /** The end tells what the session costs by the tariff that the CSMS gave (2.1 I12; older ones cannot). */
  function priced(content: FoldedEvent, { kind, transactionId }: OutboxRow): FoldedEvent {
    const transaction = transactions.state().transactions.get(transactionId);
    const isTold = kind === "ended" && speaker.dialect.version === "ocpp2.1";
    const costDetails = isTold && transaction !== undefined
      ? ports.tariffs.costDetails(transaction)
      : null;
    return costDetails === null
      ? content
      : { ...content, event: { ...content.event, costDetails } };
  }

  /** One that was said in 2.x before has its number already, whatever was spoken in between. */
  function seqNoOf({ transactionId, event, frame }: OutboxRow): number {
    if (frame?.seqNo !== undefined) return frame.seqNo;
    const transaction = transactions.state().transactions.get(transactionId);
    return transaction === undefined ? event.seqNo : transaction.nextUpstreamSeqNo ?? 0;
  }

  function idOf({ transactionId }: OutboxRow): string {
    const transaction = transactions.state().transactions.get(transactionId);
    return transaction === undefined ? transactionId : idIn2x(transaction);
  }

  function whyUnnumbered({ transactionId }: RowHeader): string {
    const transaction = transactions.state().transactions.get(transactionId);
    return transaction !== undefined && isBegunIn2x(transaction)
      ? BEGUN_IN_2X
      : "the CSMS never gave it a number";
  }

  /** The number is used up with the frame that bears it, which is on disk from then on. */
  function count({ transactionId }: OutboxRow): readonly LedgerWrite[] {
    const { changed } = transactions.apply(countUpstream(transactions.state(), transactionId));
    return changed.map((each) => put("transactions", each.id, each));
  }

  /** What came after the end still goes up with it; a frame of before, in another version, has it. */
  function withLate(
    rows: readonly [OutboxRow, ...OutboxRow[]],
  ): readonly [OutboxRow, ...OutboxRow[]] {
    const [first] = rows;
    if (first.kind !== "ended" || first.frame !== null) return rows;
    const transaction = transactions.state().transactions.get(first.transactionId);
    return [{ ...first, ...withLateReadings(foldEvents(rows), transaction?.lateReadings ?? []) }];
  }

  /** What was heard before the time was known goes up with the time that is known by now. */
  function timed(
    [first, ...rest]: readonly [OutboxRow, ...OutboxRow[]],
  ): readonly [OutboxRow, ...OutboxRow[]] {
    const transaction = transactions.state().transactions.get(first.transactionId);
    const inTime = (row: OutboxRow) => withTrueTimes(row, transaction, ports.timekeeper.shiftOf);
    return [inTime(first), ...rest.map(inTime)];
  }

  /**
   * The number under which the CSMS knows the transaction. -1 says that it will never have one: only
   * an operator who gave the start up can say so (1.6 errata 3.18). Null: it has none, and who knows why.
   */
  function numberOf(row: RowHeader): number | null {
    const transaction = transactions.state().transactions.get(row.transactionId);
    // A start goes up without a number: it asks for one. 2.x goes by our own ids.
    if (row.kind === "started" || !is16) return -1;
    if (transaction === undefined) return null;
    return transaction.upstreamNumber ?? (isStartGivenUp(transaction) ? -1 : null);
  }

  function renumbered(said: Projection16 | Projection2x): Projection16 | Projection2x {
    if (said.action === "StopTransaction" || said.action === "TransactionEvent") return said;
    const evseId = numbering.evseOf(said.message.evseId);
    return said.action === "StartTransaction"
      ? { ...said, message: { ...said.message, evseId } }
      : { ...said, message: { ...said.message, evseId } };
  }

  async function bury(row: OutboxRow, text: string): Promise<Preparation> {
    await journal.commit(outbox.bury(row, text));
    ports.events.emit("fault", deadLetterFault(row, text));
    return { kind: "buried" };
  }

  return { load, prepare };
}

/** A frame from the disk as a call that is ready to go. */
function prepared(
  row: OutboxRow,
  frame: NonNullable<OutboxRow["frame"]>,
): PreparedCall<Said> {
  const insideAction = frame.action === "TransactionEvent"
    ? "TransactionEvent"
    : row.kind === "started"
    ? "StartTransaction"
    : row.kind === "ended"
    ? "StopTransaction"
    : "MeterValues";
  return {
    insideAction,
    outgoing: { id: row.messageId, action: frame.action, text: frame.text },
  };
}
