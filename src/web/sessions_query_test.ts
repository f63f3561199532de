import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { formatOf } from "./format.ts";
import { sessionsFilter, SessionsQuerySchema } from "./sessions_query.ts";

const format = formatOf("en", "Asia/Kolkata");
const filterOf = (fields: Record<string, string>) =>
  sessionsFilter(SessionsQuerySchema.parse(fields), format, 100);

Deno.test("sessionsFilter() takes both days as whole days of the site", () => {
  assertEquals(filterOf({ from: "2026-01-04", to: "2026-01-05" }), {
    limit: 100,
    from: "2026-01-03T18:30:00.000Z",
    to: "2026-01-05T18:30:00.000Z",
  });
});

Deno.test("sessionsFilter() takes charger, card and page, and leaves out what is empty", () => {
  assertEquals(filterOf({ charger: " CP01 ", token: "A1", before: "110", from: "", to: "" }), {
    limit: 100,
    charger: "CP01",
    token: "A1",
    before: 110,
  });
  assertEquals(filterOf({}), { limit: 100 });
});

Deno.test("sessionsFilter() takes a place, and whether a session goes on", () => {
  assertEquals(filterOf({ slot: "3", state: "running" }), {
    limit: 100,
    slot: 3,
    state: "running",
  });
  assertEquals(filterOf({ slot: "", state: "" }), { limit: 100 });
  assertEquals(filterOf({ slot: "-3", state: "asleep" }), { limit: 100 });
});

Deno.test("sessionsFilter() leaves out what makes no sense", () => {
  assertEquals(filterOf({ from: "yesterday", to: "2026-02-30", before: "-1" }), { limit: 100 });
  assertEquals(filterOf({ before: "1.5", charger: "x".repeat(65) }), { limit: 100 });
});

Deno.test("sessionsFilter() never throws, whatever an address says", () => {
  const fields = fc.dictionary(
    fc.constantFrom("from", "to", "charger", "token", "slot", "state", "before", "other"),
    fc.string(),
  );
  fc.assert(fc.property(fields, (given) => filterOf(given).limit === 100));
});
