import { assert, assertEquals } from "@std/assert";
import {
  beginTransaction,
  type Books,
  endTransactionOn,
  meterOn,
  openBooks,
} from "../../test/support/books.ts";
import { createSlowStore } from "../../test/support/slow_store.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";

const rowsOf = ({ outbox }: Books) =>
  [...outbox.state().lanes.values()].flatMap(({ rows }) => rows);

/** So many readings of the session on slot 1, a minute apart; the disk is at work on them. */
async function meter(books: Books, count: number): Promise<void> {
  const { clock } = books;
  for (let minute = 0; minute < count; minute++) {
    await clock.advance(60_000);
    books.spawn("write", () => meterOn(books, 1, 2_000 + minute));
    books.events.emit("transaction", { transactionId: "any" });
  }
  await clock.advance(60_000);
}

/** What is on disk is what memory believes. */
async function assertOneMind(books: Books): Promise<void> {
  await books.journal.flush();
  assertEquals((await books.store.load(0)).outbox, rowsOf(books).toSorted((a, b) => a.id - b.id));
}

Deno.test("a session of a week keeps a few rows while it goes on, and four messages when it ends", async () => {
  const books = await openBooks();
  await beginTransaction(books, 1);
  await meter(books, 2_000);
  const open = rowsOf(books).length;
  assert(open < 1 + 8 + 51, `${open} rows`);
  await assertOneMind(books);
  await endTransactionOn(books, 1);
  books.events.emit("transaction", { transactionId: "any" });
  await books.clock.advance(1_000);
  assertEquals(rowsOf(books).map(({ kind }) => kind), [
    "started",
    ...Array(4).fill("updated"),
    "ended",
  ]);
  await assertOneMind(books);
  const rows = await books.store.rows(rowsOf(books).map(({ id }) => id));
  const registers = rows.filter(({ kind }) => kind === "updated")
    .flatMap(({ event }) => event.meterValue ?? [])
    .map(({ sampledValue }) => sampledValue[0]?.value ?? -1);
  assertEquals([registers[0], registers.at(-1)], [2_000, 3_999]);
  assertEquals(registers, registers.toSorted((a, b) => a - b));
  const { thinned, forRoom } = books.outbox.loads().dropped;
  assertEquals([registers.length + thinned, forRoom], [2_000, 0]);
});

Deno.test("what was packed but is not on disk yet is not read in its old form", async () => {
  const clock = createVirtualClock();
  const store = createSlowStore(clock);
  const books = await openBooks({ clock, store });
  await beginTransaction(books, 1);
  store.commitMs = 70_000;
  await meter(books, 240);
  store.commitMs = 0;
  await clock.advance(200_000);
  books.events.emit("transaction", { transactionId: "any" });
  await clock.advance(1_000);
  const rows = await store.rows(rowsOf(books).map(({ id }) => id));
  const registers = rows.filter(({ kind }) => kind === "updated")
    .flatMap(({ event }) => event.meterValue ?? [])
    .map(({ sampledValue }) => sampledValue[0]?.value);
  assertEquals(registers, Array.from({ length: 240 }, (_, minute) => 2_000 + minute));
  await assertOneMind(books);
});

Deno.test("a record that is damaged is set aside with an alarm, and the others are packed", async () => {
  const books = await openBooks();
  await beginTransaction(books, 1);
  await meter(books, 40);
  await books.store.commit([{ kind: "drop", collection: "outbox", key: "7" }]);
  await endTransactionOn(books, 1);
  books.events.emit("transaction", { transactionId: "any" });
  await books.clock.advance(1_000);
  assertEquals(rowsOf(books).map(({ kind, dead }) => [kind, dead]), [
    ["started", false],
    ["updated", false],
    ["updated", true],
    ["ended", false],
  ]);
  assertEquals(books.faults.map(({ kind, subject }) => [kind, subject]), [[
    "dead-letter",
    "slot 1",
  ]]);
});

Deno.test("a disk that gives nothing out is asked again with the next record", async () => {
  const books = await openBooks();
  const { store } = books;
  const read = store.rows;
  await beginTransaction(books, 1);
  Object.assign(store, { rows: () => Promise.reject(new Error("disk I/O error")) });
  await meter(books, 60);
  assertEquals(books.logged.filter(({ event }) => event === "ledger_read_failed").length, 1);
  assertEquals(rowsOf(books).length, 61);
  Object.assign(store, { rows: read });
  await meter(books, 1);
  assertEquals(rowsOf(books).map(({ readings }) => readings), [1, 50, ...Array(11).fill(1)]);
  await assertOneMind(books);
});
