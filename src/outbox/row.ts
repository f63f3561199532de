import type { Carry, TransactionEvent } from "../ocpp/mod.ts";
import type { RowClock } from "../transactions/mod.ts";

/** What a row is in the life of its transaction. */
export type RowKind = "started" | "updated" | "ended";

/** All about a row but its content: what order and thinning need, kept in memory. */
export interface RowHeader {
  /** Grows with every row: the order in which things happened. */
  readonly id: number;
  /** The transaction it belongs to. Rows of one transaction go up one after the other. */
  readonly transactionId: string;
  readonly slot: number;
  readonly kind: RowKind;
  /** The id under which it goes up, the same at every try (ruling 2). */
  readonly messageId: string;
  readonly createdAtMs: number;
  /** How many meter values it carries: messages are kept to a bounded number of them. */
  readonly readings: number;
  /** The length of its content as JSON; absent in a ledger of before it was counted. */
  readonly bytes?: number;
  /** How often its content was changed since it was written; absent is never. */
  readonly revision?: number;
  /** Never thinned as a whole: something in it is signed, or a clock-aligned value for tariffs. */
  readonly essential: boolean;
  /** It tells something else than readings: it goes up by itself, in its place, and is never thinned. */
  readonly alone?: true;
  /** Its frame is on disk and may have been handed to the socket; from then on it does not change. */
  readonly sent: boolean;
  /** It holds readings that were put together and thinned; there is nothing to gain by doing it again. */
  readonly packed?: boolean;
  /** How often the CSMS answered with an error. */
  readonly refusals: number;
  readonly lastError: string | null;
  /** Set aside after too many refusals, until an operator decides. */
  readonly dead: boolean;
  /** What has to be put right about its times when it goes up; absent where they are right. */
  readonly clock?: RowClock;
}

/** A row with its content, as it is on disk. */
export interface OutboxRow extends RowHeader {
  readonly event: TransactionEvent;
  readonly carry: Carry | null;
  /** The frame of the first try and the version it was written in: a retry repeats its bytes. */
  readonly frame: {
    readonly version: string;
    readonly action: string;
    readonly text: string;
    /** By which 2.x counts it, once it was said there: the same again after another version. */
    readonly seqNo?: number;
  } | null;
}

/** The header of a row. */
export function headerOf(row: OutboxRow): RowHeader {
  const { event: _event, carry: _carry, frame: _frame, ...header } = row;
  return header;
}

/** The length of a row's content as JSON: what it takes on disk and, about, on the wire. */
export function contentBytes({ event, carry }: Pick<OutboxRow, "event" | "carry">): number {
  return JSON.stringify(event).length + (carry === null ? 0 : JSON.stringify(carry).length);
}

/** What a row of an older ledger takes for its frame of an event, and for each reading. */
const EVENT_BYTES = 400;
const READING_BYTES = 300;

/** The bytes of a row, estimated where nobody has counted them. */
export function bytesOf({ bytes, readings }: Pick<RowHeader, "bytes" | "readings">): number {
  return bytes ?? EVENT_BYTES + READING_BYTES * readings;
}
