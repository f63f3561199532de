import { assertEquals } from "@std/assert";
import { openBooks } from "../../test/support/books.ts";
import { keepStationStop, shownOrphans } from "../transactions/mod.ts";
import { createOrphanCommands, orphanId } from "./orphan_commands.ts";

/** A site where CP1 has told the end of a session that nobody knows. */
async function withOrphan() {
  const books = await openBooks();
  const tell = async () => {
    const step = books.transactions.apply(keepStationStop(books.transactions.state(), {
      chargerId: "CP1",
      nowWallMs: books.clock.wallMs(),
      message: { meterStopWh: 4_200, timestamp: "2026-01-05T06:30:00Z" },
    }));
    await books.journal.commit(books.outbox.record(step, books.clock.wallMs()));
  };
  await tell();
  const told: string[] = [];
  books.events.on("orphan-stop", ({ chargerId }) => told.push(chargerId));
  const shown = () => shownOrphans(books.transactions.state()).map(([key]) => orphanId(key));
  return { books, tell, told, shown, commands: createOrphanCommands(books) };
}

Deno.test("an end that somebody has looked into is off the list, with who did so in the log and in the ledger", async () => {
  const { books, told, shown, commands } = await withOrphan();
  const [id = ""] = shown();
  assertEquals(await commands.dismissOrphan(id, "priya"), {
    kind: "accepted",
    detail: "The end at 4200 Wh of charger CP1 is off the list",
  });
  assertEquals([shown(), told], [[], ["CP1"]]);
  const line = books.logged.find(({ event }) => event === "operator_dismiss_orphan_stop");
  assertEquals([line?.["charger"], line?.["by"]], ["CP1", "priya"]);
  const stored = [...(await books.store.load(0))["orphan-stops"].values()];
  assertEquals(stored.map(({ dismissed }) => dismissed), [
    { by: "priya", atMs: books.clock.wallMs() },
  ]);
});

Deno.test("what the charger says again, or after a restart, does not come back to the list", async () => {
  const { books, tell, shown, commands } = await withOrphan();
  await commands.dismissOrphan(shown()[0] ?? "", "priya");
  await tell();
  assertEquals(shown(), []);
  const again = await openBooks({ store: books.store, clock: books.clock });
  assertEquals(again.transactions.state().orphanStops.size, 1);
  assertEquals(shownOrphans(again.transactions.state()), []);
});

Deno.test("an end is taken off once, and one that there is not is refused", async () => {
  const { books, shown, commands } = await withOrphan();
  const [id = ""] = shown();
  assertEquals((await commands.dismissOrphan("0000000000000000", "priya")).kind, "refused");
  assertEquals(shown(), [id]);
  await commands.dismissOrphan(id, "priya");
  assertEquals((await commands.dismissOrphan(id, "asha")).kind, "refused");
  const [stored] = (await books.store.load(0))["orphan-stops"].values();
  assertEquals(stored?.dismissed?.by, "priya");
});
