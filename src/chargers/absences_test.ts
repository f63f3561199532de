import { assertEquals } from "@std/assert";
import { openBooks } from "../../test/support/books.ts";
import { chargerOrNew } from "../site/mod.ts";
import { createAbsences } from "./absences.ts";

Deno.test("a charger that does not come back within half an hour is told of, until it is back (quirk 33)", async () => {
  const books = await openBooks();
  const { site, clock, faults } = books;
  const absences = createAbsences(books);
  site.saveCharger({ ...chargerOrNew(site, "CP1"), bootedAtMs: clock.wallMs() });
  async function pass(minutes: number): Promise<readonly string[]> {
    for (let minute = 0; minute < minutes; minute++) {
      absences.sweep();
      await clock.advance(60_000);
    }
    absences.sweep();
    return faults.splice(0).map(({ subject, state }) => `${subject} ${state}`);
  }
  site.setConnected("CP1", true);
  assertEquals(await pass(60), []);
  site.setConnected("CP1", false);
  assertEquals(await pass(29), [], "and CP2 never was here");
  assertEquals(await pass(1), ["CP1 raised"]);
  assertEquals(await pass(60), [], "once");
  site.setConnected("CP1", true);
  assertEquals(await pass(1), ["CP1 over"]);
  site.setConnected("CP1", false);
  assertEquals(await pass(29), [], "it counts anew");
});
