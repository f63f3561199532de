import { assertEquals } from "@std/assert";
import { transactionRecord } from "../../test/contract/sessions.ts";
import { openBooks } from "../../test/support/books.ts";
import { indexOf, type TransactionFlag } from "../transactions/mod.ts";
import { watchEnergy } from "./energy_watch.ts";

async function told(flags: readonly TransactionFlag[], times = 1): Promise<readonly string[]> {
  const books = await openBooks();
  const session = transactionRecord({ flags });
  const state = { ...books.transactions.state(), transactions: indexOf([session]) };
  const end = watchEnergy({ ...books, transactions: { state: () => state } });
  for (let time = 0; time < times; time++) {
    books.events.emit("transaction", { transactionId: session.id });
  }
  books.events.emit("transaction", { transactionId: "nobody knows it" });
  end();
  books.events.emit("transaction", { transactionId: session.id });
  return books.faults.map(({ kind, subject, text }) => `${kind} ${subject}: ${text}`);
}

Deno.test("a session whose register went back is a fault of its connector, once", async () => {
  const [only, ...more] = await told(["register-went-back"], 5);
  assertEquals(more, []);
  assertEquals(only?.startsWith("implausible-energy slot "), true, only);
  assertEquals(only?.includes("register"), true, only);
});

for (const flag of ["stop-below-start", "register-jumped", "energy-disagrees"] as const) {
  Deno.test(`so is one with the mark "${flag}"`, async () => {
    assertEquals((await told([flag])).length, 1);
  });
}

Deno.test("other marks of a session say nothing of its energy", async () => {
  assertEquals(await told([]), []);
  assertEquals(await told(["resumed", "clock-corrected", "stop-came-late"]), []);
});
