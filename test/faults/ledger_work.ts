import { drop, put } from "../../src/lib/write.ts";
import type { LedgerSnapshot, LedgerWrite } from "../../src/outbox/mod.ts";
import { outboxRow, transactionRecord } from "../contract/sessions.ts";

/**
 * Made-up work for a ledger, in the two batches that a gateway writes most: a session begins and has a
 * row for the CSMS; the CSMS confirms it, so its number is noted and the row leaves.
 */
export interface WorkStep {
  readonly kind: "begin" | "confirm";
  /** Of the session; its row has the same id. */
  readonly number: number;
}

/** The number that the CSMS gave to a session, as the work has it. */
const upstreamNumberOf = (number: number) => 1_000_000 + number;

/** The batch of a step. Every batch has several records, so that half of it would show. */
export function writesOf({ kind, number }: WorkStep): readonly LedgerWrite[] {
  const id = `tx-${number}`;
  return kind === "begin"
    ? [
      put("transactions", id, transactionRecord({ id, number })),
      put("outbox", number, outboxRow({ id: number, transactionId: id })),
      put("secrets", "last", String(number)),
    ]
    : [
      put("transactions", id, {
        ...transactionRecord({ id, number }),
        upstreamNumber: upstreamNumberOf(number),
      }),
      drop("outbox", number),
    ];
}

/** What a ledger holds of the work. */
export interface WorkState {
  /** Sessions that have begun, as numbers. */
  readonly begun: ReadonlySet<number>;
  readonly confirmed: ReadonlySet<number>;
}

/** Reads the state out of a ledger; `torn` says what is there in part only, for a person. */
export function workIn(
  snapshot: LedgerSnapshot,
): WorkState & { readonly torn: readonly string[] } {
  const rows = new Set(snapshot.outbox.map(({ id }) => id));
  const begun = new Set(snapshot.transactions.map(({ number }) => number));
  const confirmed = new Set<number>();
  const torn: string[] = [];
  for (const { number, upstreamNumber } of snapshot.transactions) {
    if (upstreamNumber !== null) confirmed.add(number);
    if (upstreamNumber !== null && rows.has(number)) {
      torn.push(`row ${number} is confirmed and there`);
    }
    if (upstreamNumber === null && !rows.has(number)) torn.push(`row ${number} is neither`);
  }
  const strays = [...rows].filter((id) => !begun.has(id));
  torn.push(...strays.map((id) => `row ${id} has no transaction`));
  const last = Math.max(0, ...begun);
  const told = [Number(snapshot.secrets.get("last") ?? 0), snapshot.lastRowId];
  if (told.some((each) => each !== last)) torn.push(`the last is ${last}, noted as ${told}`);
  return { begun, confirmed, torn };
}
