import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { createRecentEvents, RECENT_BYTES_MAX, RECENT_EVENTS_MAX } from "./recent_events.ts";

Deno.test("whoever comes back is told what it missed, in order, or that something is missing", () => {
  const step = fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 0, max: 100_000 }) },
    { weight: 1, arbitrary: fc.constant("interrupt" as const) },
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 800 }), fc.nat(), (steps, from) => {
    const recent = createRecentEvents<number>("run");
    const ids = [recent.lastId()];
    let told = 0;
    let interruptedAt = 0;
    for (const each of steps) {
      if (each === "interrupt") {
        recent.interrupt();
        interruptedAt = told + 1;
      } else {
        ids.push(recent.add(told++, each).id);
      }
    }
    const had = from % ids.length;
    const missed = recent.since(ids[had] ?? "");
    if (missed.kind === "known") {
      assertEquals(missed.events.map(({ event }) => event), [...Array(told).keys()].slice(had));
      assertEquals(had >= interruptedAt, true);
    } else {
      assertEquals(missed.reason, "too-old");
    }
  }));
});

Deno.test("the last events are kept, by count and by size", () => {
  const recent = createRecentEvents<number>("run");
  const first = recent.lastId();
  for (let count = 0; count < RECENT_EVENTS_MAX; count++) recent.add(count, 1);
  assertEquals(recent.since(first).kind, "known");
  recent.add(0, 1);
  assertEquals(recent.since(first), { kind: "gap", reason: "too-old" });
  const before = recent.lastId();
  recent.add(1, RECENT_BYTES_MAX);
  assertEquals(recent.since(before).kind, "known");
  recent.add(2, RECENT_BYTES_MAX);
  assertEquals(recent.since(before).kind, "gap");
});

Deno.test("a place of another run, one still to come, and nonsense are gaps", () => {
  const recent = createRecentEvents<number>("run");
  recent.add(0, 1);
  assertEquals(recent.since("other-1"), { kind: "gap", reason: "restarted" });
  for (const id of ["run-2", "run-9", "7", "", "run-x", "run-99999999999999999999"]) {
    assertEquals(recent.since(id), { kind: "gap", reason: "no-such-event" }, id);
  }
});
