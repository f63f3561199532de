import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { rowMinutes, sessionRows } from "./session_rows.ts";
import type { SessionReadingView } from "./session_story.ts";

const START_MS = Date.UTC(2026, 0, 5, 8);
const reading = (
  minute: number,
  powerW: number | null,
  more: Partial<SessionReadingView> = {},
): SessionReadingView => ({
  at: new Date(START_MS + minute * 60_000).toISOString(),
  offeredAmps: 16,
  currentsAmps: null,
  powerW,
  socPercent: null,
  ...more,
});

Deno.test("rows are the mean of their minutes, and of a phase that nobody told there is none", () => {
  const rows = sessionRows([
    reading(0, 4_000, { currentsAmps: [10, 0, 0], socPercent: 20 }),
    reading(4, 2_000, { currentsAmps: [6, 0, 0], offeredAmps: 8, socPercent: 22 }),
    reading(10, null),
  ], 5);
  assertEquals(rows, [
    {
      at: "2026-01-05T08:00:00.000Z",
      offeredAmps: 12,
      currentsAmps: [8, 0, 0],
      powerW: 3_000,
      socPercent: 22,
    },
    reading(10, null),
  ]);
  assertEquals(sessionRows([], 5), []);
});

Deno.test("a table has no more rows than are wanted, however long the session, for two days", () => {
  const sessions = fc.array(fc.integer({ min: 0, max: 2_880 }), { minLength: 1, maxLength: 300 });
  fc.assert(fc.property(sessions, fc.integer({ min: 26, max: 60 }), (minutes, rowsMax) => {
    const readings = minutes.toSorted((a, b) => a - b).map((each) => reading(each, each));
    const rows = sessionRows(readings, rowMinutes(readings, rowsMax));
    assertEquals(rows.length <= rowsMax, true);
    const times = rows.map(({ at }) => at);
    assertEquals(times, [...new Set(times)].toSorted());
  }));
});

Deno.test("a short session is told minute by minute", () => {
  assertEquals(rowMinutes([], 48), 1);
  assertEquals(rowMinutes([reading(0, 1), reading(40, 1)], 48), 1);
  assertEquals(rowMinutes([reading(0, 1), reading(96, 1)], 48), 5);
  assertEquals(rowMinutes([reading(0, 1), reading(100_000, 1)], 48), 120);
});
