import { assertEquals } from "@std/assert";
import { NO_WRITES, withWrite, type Writes, writesPerDay } from "./_writes.ts";

const HOUR_MS = 3_600_000;

Deno.test("Writes of a day are counted, older ones are forgotten", () => {
  let writes: Writes = NO_WRITES;
  assertEquals(writesPerDay(writes, 5 * HOUR_MS), 0);
  for (let hour = 10; hour < 40; hour++) {
    for (let each = 0; each < 3; each++) writes = withWrite(writes, hour * HOUR_MS + each);
  }
  assertEquals(writesPerDay(writes, 39 * HOUR_MS), 72);
  assertEquals(writes.counts.length, 24);
  assertEquals(writesPerDay(writes, 49 * HOUR_MS), 42);
  assertEquals(writesPerDay(writes, 500 * HOUR_MS), 0);
  assertEquals(writesPerDay(withWrite(writes, 500 * HOUR_MS), 500 * HOUR_MS), 1);
});
