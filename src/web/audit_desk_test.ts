import { assertEquals } from "@std/assert";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import type { AuditEntry, AuditNote } from "../site/mod.ts";
import { createAuditDesk, FAILURES_NOTED_MAX } from "./audit_desk.ts";

const FAILURE = {
  who: "admin",
  way: "page",
  from: "203.0.113.9",
  what: "sign-in",
  about: "",
  detail: "",
} as const;

function setUp() {
  const clock = createVirtualClock(Date.UTC(2026, 0, 5));
  const noted: AuditNote[] = [];
  const logged: string[] = [];
  const disk = { isFull: false };
  const append = (note: AuditNote): Promise<AuditEntry> => {
    if (disk.isFull) return Promise.reject(new Error("no space left"));
    return Promise.resolve({ ...note, number: noted.push(note), hash: "ab" });
  };
  const log = (_level: string, event: string) => void logged.push(event);
  return { clock, noted, logged, disk, desk: createAuditDesk({ audit: { append }, clock, log }) };
}

Deno.test("a note that the disk refuses is no error, and is written before the next one", async () => {
  const { desk, noted, logged, disk, clock } = setUp();
  disk.isFull = true;
  await desk.note({ ...FAILURE, outcome: "done", detail: "first" });
  assertEquals([noted.length, logged], [0, ["audit_not_written"]]);
  disk.isFull = false;
  await clock.advance(5_000);
  await desk.note({ ...FAILURE, outcome: "done", detail: "second" });
  assertEquals(noted.map(({ detail }) => detail), ["first", "second"]);
  const [first, second] = noted;
  assertEquals((second?.atWallMs ?? 0) - (first?.atWallMs ?? 0), 5_000);
});

Deno.test("a flood of failed sign-ins does not flush the log: of most only the count is noted", async () => {
  const { desk, noted, clock } = setUp();
  for (let count = 0; count < 1_000; count++) await desk.noteFailure(FAILURE);
  assertEquals(noted.length, FAILURES_NOTED_MAX);
  await clock.advance(3_600_000);
  await desk.noteFailure(FAILURE);
  assertEquals(noted.length, FAILURES_NOTED_MAX + 2);
  assertEquals(noted.at(-2)?.detail, "940 more sign-ins failed in the hour before");
});
