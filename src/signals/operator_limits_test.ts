import { assertEquals } from "@std/assert";
import { createEvents } from "../lib/events.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import type { OperatorLimit, SiteEvents } from "../site/mod.ts";
import { createOperatorLimits } from "./operator_limits.ts";

function bench(stored: (nowMs: number) => readonly OperatorLimit[] = () => []) {
  const clock = createVirtualClock();
  const events = createEvents<SiteEvents>(() => {});
  const told: number[] = [];
  events.on("evse", ({ slot }) => told.push(slot));
  const limits = createOperatorLimits({ clock, events }, stored(clock.wallMs()));
  const cap = (slot: number, amps: number, lastsMs: number): OperatorLimit => ({
    slot,
    amps,
    untilMs: clock.wallMs() + lastsMs,
    by: "priya",
  });
  return { clock, limits, told, cap };
}

Deno.test("a cap holds for its time and ends by itself, with a word both times", async () => {
  const { clock, limits, told, cap } = bench();
  const limit = cap(3, 10, 60_000);
  assertEquals(limits.set(3, limit), [
    { kind: "put", collection: "operator-limits", key: "3", value: limit },
  ]);
  assertEquals([limits.on(3), limits.on(4), told], [limit, null, [3]]);
  await clock.advance(59_999);
  assertEquals([limits.on(3), told], [limit, [3]]);
  await clock.advance(1);
  assertEquals([limits.on(3), told, clock.pending()], [null, [3, 3], 0]);
});

Deno.test("a newer cap takes the place of an older one, whose end says nothing any more", async () => {
  const { clock, limits, told, cap } = bench();
  limits.set(3, cap(3, 10, 60_000));
  const longer = cap(3, 6, 120_000);
  limits.set(3, longer);
  await clock.advance(60_000);
  assertEquals([limits.on(3), told], [longer, [3, 3]]);
  await clock.advance(60_000);
  assertEquals([limits.on(3), told], [null, [3, 3, 3]]);
});

Deno.test("a cap that is lifted is gone at once, and leaves no timer", () => {
  const { clock, limits, told, cap } = bench();
  limits.set(3, cap(3, 10, 60_000));
  assertEquals(limits.set(3, null), [{ kind: "drop", collection: "operator-limits", key: "3" }]);
  assertEquals([limits.on(3), told, clock.pending()], [null, [3, 3], 0]);
});

Deno.test("lifting a cap that is not there does no harm", () => {
  const { clock, limits } = bench();
  limits.set(3, null);
  assertEquals([limits.on(3), clock.pending()], [null, 0]);
});

Deno.test("a cap from before a restart holds for the rest of its time", async () => {
  const { clock, limits, told } = bench((nowMs) => [
    { slot: 3, amps: 10, untilMs: nowMs + 30_000, by: "priya" },
    { slot: 4, amps: 10, untilMs: nowMs - 1, by: "priya" },
  ]);
  assertEquals([limits.on(3)?.amps, limits.on(4)], [10, null]);
  await clock.advance(0);
  assertEquals(told, [4], "the one that ended meanwhile is told of");
  await clock.advance(30_000);
  assertEquals([limits.on(3), told], [null, [4, 3]]);
});

Deno.test("a wall clock that is set, either way, says nothing about how long a cap lasts", async () => {
  for (const jumpMs of [365 * 86_400_000, -365 * 86_400_000]) {
    const { clock, limits, cap } = bench();
    limits.set(3, cap(3, 10, 60_000));
    clock.setWall(clock.wallMs() + jumpMs);
    await clock.advance(59_999);
    assertEquals(limits.on(3)?.amps, 10);
    await clock.advance(1);
    assertEquals(limits.on(3), null);
  }
});

Deno.test("when the time is put right, the disk knows the new end of a cap, and it lasts as long", async () => {
  const { clock, limits, cap } = bench();
  const limit = cap(3, 10, 60_000);
  limits.set(3, limit);
  const moved = { ...limit, untilMs: limit.untilMs + 5_000_000 };
  assertEquals(limits.moved(5_000_000), [
    { kind: "put", collection: "operator-limits", key: "3", value: moved },
  ]);
  assertEquals(limits.on(3), moved);
  await clock.advance(60_000);
  assertEquals([limits.on(3), limits.moved(1)], [null, []]);
});

Deno.test("a cap from the disk that seems to last for years, by a clock that was wrong, ends within a day", async () => {
  const { clock, limits } = bench((nowMs) => [
    { slot: 3, amps: 10, untilMs: nowMs + 365 * 86_400_000, by: "priya" },
  ]);
  await clock.advance(86_400_000);
  assertEquals(limits.on(3), null);
});

Deno.test("a cap of 0 A is a cap: it pauses", () => {
  const { limits, cap } = bench();
  limits.set(3, cap(3, 0, 60_000));
  assertEquals(limits.on(3)?.amps, 0);
});

Deno.test("stop() lets go of every timer", () => {
  const { clock, limits, cap } = bench();
  for (const slot of [1, 2, 3]) limits.set(slot, cap(slot, 10, 60_000));
  limits.stop();
  assertEquals(clock.pending(), 0);
});
