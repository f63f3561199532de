import type { TransactionEvent } from "../ocpp/mod.ts";
import type { StationAct } from "../transactions/mod.ts";

/**
 * Where an event stands among those of its transaction that were heard before. `repeated`: the very same
 * once more, under another message id. `old`: a later one was heard already.
 */
export type EventOrder = "new" | "repeated" | "old";

/** Keeps the order of the events of 2.x chargers by their sequence numbers (2.1 E01.FR.07). */
export interface EventOrders {
  place(chargerId: string, event: TransactionEvent): EventOrder;
}

interface Heard {
  seqNo: number;
  atMs: number;
  /** The newest ones, so as to know them again. */
  readonly marks: Set<string>;
}

const TRANSACTIONS_MAX = 8;
const MARKS_MAX = 64;

/** Creates them; what was heard before the gateway started is not known. */
export function createEventOrders(): EventOrders {
  const chargers = new Map<string, Map<string, Heard>>();

  function heardOf(chargerId: string, transactionId: string): Heard {
    const own = chargers.get(chargerId) ?? new Map<string, Heard>();
    chargers.set(chargerId, own);
    const heard = own.get(transactionId) ??
      { seqNo: -1, atMs: Number.NEGATIVE_INFINITY, marks: new Set<string>() };
    // The one that is spoken of stands last, so the first is the one that was not for longest.
    own.delete(transactionId);
    own.set(transactionId, heard);
    if (own.size > TRANSACTIONS_MAX) dropFirst(own);
    return heard;
  }

  return {
    place(chargerId, { seqNo, timestamp, eventType, transactionInfo }) {
      const heard = heardOf(chargerId, transactionInfo.transactionId);
      const mark = `${seqNo} ${eventType} ${timestamp}`;
      if (heard.marks.has(mark)) return "repeated";
      heard.marks.add(mark);
      if (heard.marks.size > MARKS_MAX) dropFirst(heard.marks);
      const atMs = Date.parse(timestamp);
      // Some count from 0 again after a restart, and some do not count at all: only with its time is a
      // number proof.
      if (seqNo < heard.seqNo && atMs < heard.atMs) return "old";
      heard.seqNo = seqNo;
      heard.atMs = atMs;
      return "new";
    },
  };
}

/**
 * Whether what an event stands for is still to be done. A start, an end and a token are answered however
 * often they come; readings count once, and a state only while nothing later was heard.
 */
export function isNews({ kind }: StationAct, order: EventOrder): boolean {
  if (order === "new") return true;
  return kind !== "state" && (order === "old" || kind !== "meter");
}

function dropFirst<T>(items: { keys(): Iterator<T>; delete(item: T): boolean }): void {
  const { value, done } = items.keys().next();
  if (!done) items.delete(value);
}
