import type { Carry, TransactionEvent } from "../ocpp/mod.ts";

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
  /** Never thinned: it is signed, or a clock-aligned value that tariffs need. */
  readonly essential: boolean;
  /** It was handed to the socket at least once; from then on it does not change. */
  readonly sent: boolean;
  /** How often the CSMS answered with an error. */
  readonly refusals: number;
  readonly lastError: string | null;
  /** Set aside after too many refusals, until an operator decides. */
  readonly dead: boolean;
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
  } | null;
}

/** The header of a row. */
export function headerOf(row: OutboxRow): RowHeader {
  const { event: _event, carry: _carry, frame: _frame, ...header } = row;
  return header;
}
