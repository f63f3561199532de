import { assertEquals } from "@std/assert";
import { openBooks } from "../../test/support/books.ts";
import { createWriteCounts, writesMax } from "./write_counts.ts";

const HOUR_MS = 3_600_000;

Deno.test("writes are counted by EVSE, for a day and since the start", async () => {
  const books = await openBooks();
  const writes = createWriteCounts(books);
  for (let write = 0; write < 3; write++) writes.note("CP1", 1);
  writes.note("CP1", 2);
  await books.clock.advance(30 * HOUR_MS);
  writes.note("CP1", 1);
  assertEquals([1, 2].map((evseId) => writes.of("CP1", evseId)), [
    { today: 1, total: 4 },
    { today: 0, total: 1 },
  ]);
  assertEquals(writes.of("CP2", 1), { today: 0, total: 0 });
});

Deno.test("a day's count goes on after a restart, but for the last few", async () => {
  const books = await openBooks();
  const writes = createWriteCounts(books);
  for (let write = 0; write < 45; write++) writes.note("CP1", 1);
  await books.clock.advance(0);
  const { store, clock } = books;
  const again = await openBooks({ store, clock });
  const { today, total } = createWriteCounts(again).of("CP1", 1);
  assertEquals([today >= 25 && today <= 45, total], [true, 0]);
});

Deno.test("counting itself is not written at each write", async () => {
  const books = await openBooks();
  const writes = createWriteCounts(books);
  const before = books.store.commits();
  for (let write = 0; write < 100; write++) {
    writes.note("CP1", 1);
    await books.clock.advance(1_000);
  }
  assertEquals(books.store.commits() - before <= 7, true, `${books.store.commits() - before}`);
});

Deno.test("flash bears fewer writes than RAM, and is what most have", () => {
  assertEquals(
    [{}, { profileStore: "flash" }, { profileStore: "ram" }].map((quirks) =>
      writesMax(quirks as Parameters<typeof writesMax>[0])
    ),
    [300, 300, 3_000],
  );
});
