import { assertEquals } from "@std/assert";
import { offsetMinutes } from "./charger_zone.ts";

Deno.test("a zone is ahead of UTC by as much as it is at that moment", () => {
  assertEquals(offsetMinutes("Asia/Kolkata", Date.UTC(2026, 6, 1)), 330);
  assertEquals(offsetMinutes("Europe/Berlin", Date.UTC(2026, 0, 1)), 60);
  assertEquals(offsetMinutes("Europe/Berlin", Date.UTC(2026, 6, 1)), 120);
  assertEquals(offsetMinutes("America/New_York", Date.UTC(2026, 0, 1)), -300);
});
