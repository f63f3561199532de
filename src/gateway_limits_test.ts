import { assertEquals } from "@std/assert";
import { createSlowStore } from "../test/support/slow_store.ts";
import type { SentLimit } from "./balancing/mod.ts";
import { createSentLimits, type LimitToSend } from "./gateway_limits.ts";
import { createSpawner } from "./lib/spawn.ts";
import { createVirtualClock } from "./lib/virtual_clock.ts";
import { createJournal } from "./outbox/mod.ts";

const NOTE: SentLimit = { slot: 1, limitAmps: 16, expiresAtMs: null };

/** Notes on a disk that takes `commitMs` for everything, with one limit on it from before. */
function notes(commitMs: number, before: readonly SentLimit[] = []) {
  const clock = createVirtualClock();
  const store = createSlowStore(clock);
  store.commitMs = commitMs;
  const log = () => {};
  const spawn = createSpawner(log);
  const journal = createJournal(store, { clock, log, spawn });
  const limits = createSentLimits({ clock, journal, spawn }, before);
  const ready: (readonly [atMs: number, validForMs: number | null])[] = [];
  return {
    clock,
    store,
    limits,
    ready,
    prepare(changes: Partial<LimitToSend>, note: SentLimit | null = NOTE): void {
      const limit: LimitToSend = {
        slot: 1,
        limitAmps: 16,
        validForMs: 900_000,
        urgent: false,
        failSafeAmps: 6,
        ...changes,
      };
      spawn("test", async () => {
        const validForMs = await limits.prepare(limit, note);
        ready.push([clock.monoMs(), validForMs]);
      });
    },
  };
}

Deno.test("a limit goes out when the disk knows of it", async () => {
  const { clock, store, ready, prepare } = notes(40);
  prepare({});
  await clock.advance(39);
  assertEquals(ready, []);
  await clock.advance(1);
  assertEquals(ready, [[40, 900_000]]);
  assertEquals((await store.load(0))["sent-limits"].get("1"), NOTE);
});

Deno.test("a raise waits for a disk that takes nothing; a reduction does not", async () => {
  const { clock, ready, prepare } = notes(60_000, [NOTE]);
  prepare({ limitAmps: 20 });
  prepare({ slot: 2, limitAmps: 10 }, { ...NOTE, slot: 2 });
  await clock.advance(10_000);
  assertEquals(ready, [], "slot 2 has no note yet, so 10 A would be a raise there");
  prepare({ limitAmps: 8 });
  await clock.advance(500);
  assertEquals(ready, [[10_500, 900_000]]);
});

Deno.test("a reduction goes out at once, for as long as the disk knows of more; a raise never does", async () => {
  const clock = createVirtualClock();
  const { clock: own, store, ready, prepare } = notes(40, [
    { ...NOTE, expiresAtMs: clock.wallMs() + 500_000 },
  ]);
  const note = { ...NOTE, limitAmps: 9 };
  prepare({ limitAmps: 9, urgent: true }, note);
  await own.advance(0);
  assertEquals(ready, [[0, 500_000]]);
  await own.advance(40);
  assertEquals((await store.load(0))["sent-limits"].get("1"), note);
  prepare({ limitAmps: 17, urgent: true });
  prepare({ slot: 2, urgent: true }, { ...NOTE, slot: 2 });
  await own.advance(39);
  assertEquals(
    ready.length,
    1,
    "neither more than the disk knows of, nor what it knows nothing of",
  );
  await own.advance(1);
  assertEquals(ready.slice(1), [[80, 900_000], [80, 900_000]]);
});

Deno.test("without disk, a limit lasts no longer than the disk knows of one", async () => {
  const clock = createVirtualClock();
  const { clock: own, ready, prepare } = notes(60_000, [
    { ...NOTE, expiresAtMs: clock.wallMs() + 100_500 },
  ]);
  prepare({ limitAmps: 12 });
  await own.advance(500);
  assertEquals(ready, [[500, 100_000]]);
});

Deno.test("the fail-safe current and less needs no disk", async () => {
  const { clock, ready, prepare } = notes(60_000);
  prepare({ limitAmps: 6 });
  await clock.advance(500);
  assertEquals(ready, [[500, 900_000]]);
});

Deno.test("a raise that waited for the disk does not go out after a newer limit", async () => {
  const { clock, ready, prepare } = notes(60_000, [NOTE]);
  prepare({ limitAmps: 32 });
  await clock.advance(1_000);
  prepare({ limitAmps: 8 });
  await clock.advance(120_000);
  assertEquals(ready, [[1_500, 900_000], [60_000, null]]);
});

Deno.test("a limit of a transaction that has ended does not go out", async () => {
  const { clock, store, limits, ready, prepare } = notes(5_000, [NOTE]);
  prepare({ limitAmps: 32 });
  await clock.advance(1_000);
  limits.forget(1);
  await clock.advance(20_000);
  assertEquals(ready, [[5_000, null]]);
  assertEquals((await store.load(0))["sent-limits"].size, 0);
});

Deno.test("what the charger may be under already needs no note", async () => {
  const { clock, ready, prepare } = notes(60_000);
  prepare({}, null);
  await clock.advance(0);
  assertEquals(ready, [[0, 900_000]]);
});
