import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  ASHA,
  atMs,
  startCase,
  stopCase,
  transactionRecord,
} from "../../test/contract/sessions.ts";
import { createTransactionBook } from "./book.ts";
import { orphanKey } from "./orphan_stop.ts";
import { startTransaction } from "./start.ts";

const NOTHING = { transactions: [], remoteStarts: [], lastTransactionNumber: 0 };

Deno.test("a book adopts the state of each step and gives the step back", () => {
  const book = createTransactionBook(NOTHING);
  const step = startTransaction(book.state(), startCase());
  assertStrictEquals(book.apply(step), step);
  assertStrictEquals(book.state(), step.state);
});

Deno.test("a book goes on from what was on disk", () => {
  const order = {
    remoteStartId: 3,
    slot: 2,
    idToken: ASHA,
    origin: "operator" as const,
    expiresAtMs: atMs(60),
  };
  const known = transactionRecord({ number: 10, remoteStartId: 8 });
  const state = createTransactionBook({
    transactions: [known],
    remoteStarts: [order],
    lastTransactionNumber: 0,
  }).state();
  assertEquals([...state.transactions], [["tx-10", known]]);
  assertEquals([...state.remoteStarts], [[2, order]]);
  assertEquals([state.lastNumber, state.lastRemoteStartId], [10, 8]);
});

Deno.test("a book gives no number again that the disk remembers, though its transaction is gone", () => {
  const book = createTransactionBook({ ...NOTHING, lastTransactionNumber: 2_000_000_000 });
  const { transaction } = startTransaction(book.state(), startCase());
  assertEquals(transaction.number, 2_000_000_001);
});

Deno.test("a book knows orphaned Stops again, the oldest first", () => {
  const older = { chargerId: "CP1", heardAtMs: atMs(1), stop: stopCase(7).intent };
  const newer = { chargerId: "CP1", heardAtMs: atMs(2), stop: stopCase(8).intent };
  const book = createTransactionBook({ ...NOTHING, orphanStops: [newer, older] });
  assertEquals([...book.state().orphanStops.keys()], [
    orphanKey("CP1", older.stop.message),
    orphanKey("CP1", newer.stop.message),
  ]);
});
