import { assertEquals } from "@std/assert";
import { createSessionBook } from "./session_book.ts";

const start = (chargerId: string, connectorId: number, atWallMs: number) => ({
  chargerId,
  kind: "started" as const,
  connectorId,
  idTag: "ASHA",
  atWallMs,
  registerWh: 1_000,
});
const stop = (chargerId: string, connectorId: number, atWallMs: number) => ({
  chargerId,
  kind: "stopped" as const,
  connectorId,
  reason: "Local",
  atWallMs,
  registerWh: 3_000,
  startedAtWallMs: 0,
  energyWh: 2_000,
});

Deno.test("a session has its begin and its end, at its own connector", () => {
  const book = createSessionBook();
  book.note(start("CP1", 1, 100));
  book.note(start("CP1", 2, 200));
  book.note(start("CP2", 1, 300));
  book.note(stop("CP1", 2, 400));
  assertEquals(book.all().map((each) => each.startedAtMs), [100, 200, 300]);
  assertEquals(book.at("CP1", 2).map((each) => each.stop), [
    { atMs: 400, meterStopWh: 3_000, reason: "Local" },
  ]);
  assertEquals(book.at("CP1", 1).map((each) => each.stop), [null]);
  assertEquals(book.at("CP3", 1), []);
});

Deno.test("an end is of the newest session that is open, and one without session is of none", () => {
  const book = createSessionBook();
  book.note(stop("CP1", 1, 50));
  book.note(start("CP1", 1, 100));
  book.note(stop("CP1", 1, 200));
  book.note(start("CP1", 1, 300));
  book.note(stop("CP1", 1, 400));
  book.note(stop("CP1", 1, 500));
  assertEquals(book.at("CP1", 1).map((each) => each.stop?.atMs), [200, 400]);
});
