import { assertEquals } from "@std/assert";
import { createBackupKeeper, lastDueMs } from "./gateway_backups.ts";
import { createEvents } from "./lib/events.ts";
import { createSpawner } from "./lib/spawn.ts";
import { createVirtualClock } from "./lib/virtual_clock.ts";
import type { SiteEvents } from "./site/mod.ts";

const HOUR_MS = 3_600_000;
/** Three at night in Pune. */
const OPTIONS = { atMinute: 180, timezone: "Asia/Kolkata" };

async function createBench(newestMs: number | null) {
  const clock = createVirtualClock(Date.UTC(2026, 0, 5, 6));
  const made: string[] = [];
  const faults: string[] = [];
  const bench = { failures: 0, hasRoom: true };
  const events = createEvents<SiteEvents>((error) => {
    throw error;
  });
  events.on("fault", ({ state }) => faults.push(state));
  const keeper = createBackupKeeper(OPTIONS, {
    clock,
    log: () => {},
    spawn: createSpawner(() => {}),
    events,
    hasRoom: () => bench.hasRoom,
    backups: {
      newestMs: () => Promise.resolve(newestMs),
      make(nowWallMs) {
        if (bench.failures-- > 0) return Promise.reject(new Error("no room"));
        made.push(new Date(nowWallMs).toISOString().slice(5, 16));
        return Promise.resolve();
      },
    },
  });
  await keeper.start();
  return { clock, made, faults, bench, keeper };
}

Deno.test("the first backup is made soon after the first start, the others each night by the site's clock", async () => {
  const { clock, made, keeper } = await createBench(null);
  await clock.advance(9 * 60_000);
  assertEquals(made, []);
  await clock.advance(72 * HOUR_MS);
  assertEquals(made, ["01-05T06:10", "01-05T21:30", "01-06T21:30", "01-07T21:30"]);
  keeper.stop();
  assertEquals(clock.pending(), 0);
});

Deno.test("a gateway that was off at night makes up for it, and one that was not does not", async () => {
  const missed = await createBench(Date.UTC(2026, 0, 4, 12));
  await missed.clock.advance(HOUR_MS);
  assertEquals(missed.made, ["01-05T06:01"]);
  missed.keeper.stop();
  const fresh = await createBench(Date.UTC(2026, 0, 4, 22));
  await fresh.clock.advance(HOUR_MS);
  assertEquals(fresh.made, []);
  fresh.keeper.stop();
});

Deno.test("a backup that fails is told of, tried again after half an hour, and then it is over", async () => {
  const { clock, made, faults, bench, keeper } = await createBench(null);
  bench.failures = 2;
  await clock.advance(2 * HOUR_MS);
  assertEquals([made, faults], [["01-05T07:10"], ["raised", "raised", "over"]]);
  keeper.stop();
});

Deno.test("no backup is made while the disk has no room for it, and one as soon as it has", async () => {
  const { clock, made, bench, keeper } = await createBench(null);
  bench.hasRoom = false;
  await clock.advance(2 * HOUR_MS);
  assertEquals(made, []);
  bench.hasRoom = true;
  await clock.advance(60_000);
  assertEquals(made.length, 1);
  keeper.stop();
});

Deno.test("a wall clock that is set, to and fro, neither ends the backups nor makes many", async () => {
  const { clock, made, keeper } = await createBench(Date.UTC(2026, 0, 4, 22));
  clock.setWall(0);
  await clock.advance(26 * HOUR_MS);
  assertEquals(made.length, 1);
  for (let each = 0; each < 10; each++) {
    clock.setWall(Date.UTC(2030 + each, 0, 1));
    await clock.advance(6 * 60_000);
  }
  assertEquals(made.length <= 4, true, `${made.length}`);
  keeper.stop();
});

Deno.test("lastDueMs() is the last such time of the site's day, also when clocks change", () => {
  assertEquals(
    lastDueMs(Date.UTC(2026, 0, 5, 21, 29), OPTIONS),
    Date.UTC(2026, 0, 4, 21, 30),
  );
  assertEquals(lastDueMs(Date.UTC(2026, 0, 5, 21, 30), OPTIONS), Date.UTC(2026, 0, 5, 21, 30));
  // Half past two does not exist in Berlin on that night.
  const berlin = { atMinute: 150, timezone: "Europe/Berlin" };
  assertEquals(lastDueMs(Date.UTC(2026, 2, 29, 12), berlin), Date.UTC(2026, 2, 29, 1, 30));
});
