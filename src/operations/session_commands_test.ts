import { assertEquals, assertStringIncludes } from "@std/assert";
import { beginTransaction, endTransactionOn, openBooks } from "../../test/support/books.ts";
import { openTransactions } from "../transactions/mod.ts";
import { createSessionCommands } from "./session_commands.ts";

/** A session at slot 1, and an operator. */
async function setUp() {
  const books = await openBooks();
  await beginTransaction(books, 1);
  const [open] = openTransactions(books.transactions.state());
  if (open === undefined) throw new Error("no session");
  const commands = createSessionCommands({ ...books, isOnline: () => false });
  return { books, open, commands };
}

Deno.test("a session of a charger that is gone is closed with the last register, and goes up", async () => {
  const { books, open, commands } = await setUp();
  books.site.setConnected(open.chargerId, false);
  const outcome = await commands.closeTransaction(open.id, "asha");
  assertEquals(outcome, { kind: "accepted", detail: "It was closed with the last reading: 0 Wh" });
  const [closed] = (await books.store.load(0)).transactions;
  assertEquals([closed?.stop?.reason, closed?.stop?.isGuess, closed?.stop?.meterStopWh], [
    "Other",
    true,
    open.meterStartWh,
  ]);
  assertEquals(closed?.flags, ["closed-by-gateway"]);
  const rows = [...books.outbox.state().lanes.values()].flatMap((lane) => lane.rows);
  assertEquals(rows.map(({ kind }) => kind), ["started", "ended"]);
});

Deno.test("a connected charger ends its sessions itself", async () => {
  const { books, open, commands } = await setUp();
  books.site.setConnected(open.chargerId, true);
  const outcome = await commands.closeTransaction(open.id, "asha");
  assertEquals(outcome.kind, "refused");
  assertStringIncludes(JSON.stringify(outcome), open.chargerId);
  assertEquals(openTransactions(books.transactions.state()), [open]);
});

Deno.test("a session that has ended, or never was, is not closed", async () => {
  const { books, open, commands } = await setUp();
  await endTransactionOn(books, 1);
  books.site.setConnected(open.chargerId, false);
  const before = books.transactions.state();
  for (const id of [open.id, "nobody"]) {
    assertEquals((await commands.closeTransaction(id, "asha")).kind, "refused");
  }
  assertEquals(books.transactions.state() === before, true);
});
