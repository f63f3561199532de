import { assert, assertEquals } from "@std/assert";
import {
  beginTransaction,
  type Books,
  endTransactionOn,
  meterOn,
  openBooks,
} from "../../test/support/books.ts";
import { createSlowStore } from "../../test/support/slow_store.ts";
import { nextTurn } from "../lib/turn_io.ts";
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

/** A ledger with ended sessions on both slots, as a gateway left it that never came to pack them. */
async function openBacklog(): Promise<{ readonly books: Books; readonly packed: () => number }> {
  const before = await openBooks();
  for (const slot of [1, 2]) {
    await beginTransaction(before, slot);
    for (let minute = 0; minute < 20; minute++) {
      await before.clock.advance(60_000);
      before.spawn("write", () => meterOn(before, slot, 2_000 + minute));
    }
    await before.journal.flush();
    await endTransactionOn(before, slot);
  }
  const { store, clock } = before;
  const books = await openBooks({ store, clock });
  assertEquals(rowsOf(books).length, 2 * 22);
  const packed = () =>
    [...books.outbox.state().lanes.values()].filter(({ rows }) => rows.length < 22).length;
  return { books, packed };
}

Deno.test("a backlog is packed a session at a time, and between two of them others have a turn", async () => {
  const { books, packed } = await openBacklog();
  const seen: number[] = [];
  const look = () => {
    seen.push(packed());
    if (seen.length < 4) books.clock.after(0, look);
  };
  look();
  books.packer.wake();
  await books.clock.advance(0);
  assertEquals(seen.filter((count, at) => count !== seen[at - 1]), [0, 1, 2]);
  await assertOneMind(books);
});

Deno.test("whoever stops does not wait for the backlog: the rest is packed after the next start", async () => {
  const { books, packed } = await openBacklog();
  const { packer } = books;
  packer.wake();
  await nextTurn();
  packer.stop();
  await books.spawn.drain();
  packer.wake();
  await books.clock.advance(1_000);
  assertEquals(packed(), 1);
  await assertOneMind(books);
});
