import { assertEquals } from "@std/assert";
import {
  beginTransaction,
  type Books,
  endTransactionOn,
  openBooks,
} from "../../test/support/books.ts";
import { deadLetterFault, headerOf } from "../outbox/mod.ts";
import { countUpstream } from "../transactions/mod.ts";
import { createFaults } from "./faults.ts";
import { createRecordCommands } from "./record_commands.ts";

/** A session of 500 Wh whose record of this kind the CSMS has refused for good. */
async function refused(kind: "started" | "ended") {
  const books = await openBooks();
  await beginTransaction(books, 1);
  await endTransactionOn(books, 1);
  const { outbox, journal, store } = books;
  const header = rowsOf(books).find((row) => row.kind === kind);
  const [row] = await store.rows([header?.id ?? 0]);
  if (row === undefined) throw new Error("no such row");
  await journal.commit(outbox.bury(row, "InternalError: no"));
  return { books, row, commands: createRecordCommands(books) };
}

const rowsOf = ({ outbox }: Books) =>
  [...outbox.state().lanes.values()].flatMap(({ rows }) => rows);

Deno.test("who gave a start up, when, why, and what it was worth stays with the session, also over a restart", async () => {
  const { books, row, commands } = await refused("started");
  const outcome = await commands.discardRow(row.id, "asha");
  assertEquals(outcome, {
    kind: "accepted",
    detail: "The CSMS will never hear of this start. The rest of the session goes up as " +
      "transaction -1, which it cannot bill: 500 Wh so far",
  });
  const [transaction] = (await books.store.load(0)).transactions;
  assertEquals(transaction?.givenUp, [{
    kind: "started",
    rowId: row.id,
    by: "asha",
    atMs: books.clock.wallMs(),
    error: "InternalError: no",
    energyWh: 500,
  }]);
  assertEquals(rowsOf(books).map(({ kind }) => kind), ["ended"]);
  assertEquals((await books.store.load(0)).outbox.map(({ kind }) => kind), ["ended"]);
});

Deno.test("an end that was given up is told with what the CSMS will lack", async () => {
  const { row, commands } = await refused("ended");
  assertEquals(await commands.discardRow(row.id, "asha"), {
    kind: "accepted",
    detail: "The CSMS will never hear that this session ended, nor of its 500 Wh",
  });
});

Deno.test("a record that waits for nobody cannot be given up or tried again", async () => {
  const { books, commands } = await refused("started");
  const waiting = rowsOf(books).find(({ kind }) => kind === "ended");
  for (const id of [waiting?.id ?? 0, 4_711]) {
    assertEquals((await commands.discardRow(id, "asha")).kind, "refused");
    assertEquals((await commands.retryRow(id, "asha")).kind, "refused");
  }
  assertEquals(rowsOf(books).length, 2);
});

Deno.test("a record that is tried again is as it was, and nothing is given up", async () => {
  const { books, row, commands } = await refused("started");
  assertEquals(await commands.retryRow(row.id, "asha"), {
    kind: "accepted",
    detail: "It goes up again",
  });
  assertEquals(books.outbox.find(row.id), headerOf(row));
  assertEquals((await books.store.load(0)).transactions[0]?.givenUp, undefined);
});

for (
  const [decision, decide] of [
    ["tried again", "retryRow"],
    ["given up", "discardRow"],
  ] as const
) {
  Deno.test(`the alarm ends when the last record of an EVSE that was set aside is ${decision}`, async () => {
    const { books, row, commands } = await refused("started");
    const end = rowsOf(books).find(({ kind }) => kind === "ended");
    const [other] = await books.store.rows([end?.id ?? 0]);
    if (other === undefined) throw new Error("no such row");
    await books.journal.commit(books.outbox.bury(other, "InternalError: nor this"));
    const faults = createFaults({ ...books, keep: () => true });
    for (const each of [row, other]) books.events.emit("fault", deadLetterFault(each, "no"));
    assertEquals(faults.alarms(), 1);
    await commands[decide](other.id, "asha");
    assertEquals(faults.alarms(), 1, "the start is still set aside");
    await commands[decide](row.id, "asha");
    assertEquals(faults.alarms(), 0);
    assertEquals(faults.list().map(({ kind, state, text }) => [kind, state, text]), [[
      "dead-letter",
      "over",
      `The CSMS did not take the ended record ${other.id}: no`,
    ]]);
  });
}

Deno.test("an end without a start anywhere goes up as -1 when an operator wants it to", async () => {
  const { books, row, commands } = await refused("ended");
  const start = rowsOf(books).find(({ kind }) => kind === "started");
  if (start !== undefined) await books.journal.commit(books.outbox.discard(start));
  const outcome = await commands.retryRow(row.id, "asha");
  assertEquals(outcome, {
    kind: "accepted",
    detail: "It goes up as transaction -1: the CSMS never confirmed its start",
  });
  const [transaction] = (await books.store.load(0)).transactions;
  assertEquals(transaction?.givenUp?.map(({ kind, by }) => [kind, by]), [["started", "asha"]]);
});

Deno.test("what a 2.x CSMS has begun to hear never goes up as -1, whoever tries it again (ruling 10)", async () => {
  const { books, row, commands } = await refused("ended");
  const start = rowsOf(books).find(({ kind }) => kind === "started");
  if (start !== undefined) await books.journal.commit(books.outbox.discard(start));
  books.transactions.apply(countUpstream(books.transactions.state(), row.transactionId));
  const outcome = await commands.retryRow(row.id, "asha");
  assertEquals(outcome, { kind: "accepted", detail: "It goes up again" });
  const transaction = books.transactions.state().transactions.get(row.transactionId);
  assertEquals(transaction?.givenUp, undefined);
});
