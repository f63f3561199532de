import { assert, assertEquals } from "@std/assert";
import { createEvents } from "../lib/events.ts";
import { createSpawner } from "../lib/spawn.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import type { MeterSample, SiteEvents } from "../site/mod.ts";
import { createEnergyHistory } from "./energy_history.ts";
import { createMemoryHistory, type HistoryBatch } from "./history_store.ts";

const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
const NOON = 2_000_000 * QUARTER_MS;
const ALL = { meterId: "main", fromMs: 0, toMs: 1e15 };

function openHistory() {
  const clock = createVirtualClock(NOON);
  const set = { byMs: 0 };
  const memory = createMemoryHistory();
  const bench = { trouble: "", mayWrite: true, aside: "" };
  const written: HistoryBatch[] = [];
  const faults: string[] = [];
  const events = createEvents<SiteEvents>((error) => {
    throw error;
  });
  events.on("fault", ({ kind, state }) => faults.push(`${kind} ${state}`));
  const open = () =>
    createEnergyHistory({
      clock: { ...clock, wallMs: () => clock.wallMs() + set.byMs },
      log: () => {},
      spawn: createSpawner(() => {}),
      events,
      mayWrite: () => bench.mayWrite,
      store: {
        ...memory,
        write(batch) {
          if (bench.trouble !== "") return Promise.reject(new Error(bench.trouble));
          written.push(batch);
          return memory.write(batch);
        },
        quarters: (filter) =>
          bench.trouble === "" ? memory.quarters(filter) : Promise.reject(new Error(bench.trouble)),
        begunAnew() {
          const { aside } = bench;
          bench.aside = "";
          return aside === "" ? null : aside;
        },
      },
    });
  let importWh = 0;
  return {
    clock,
    set,
    bench,
    written,
    faults,
    open,
    /** Every meter says something each ten seconds: ten watt-hours more. */
    async run(minutes: number, meters = ["main"]) {
      for (let count = 0; count < minutes * 6; count++) {
        await clock.advance(10_000);
        importWh += 10;
        for (const meterId of meters) {
          const at = { atMonoMs: clock.monoMs(), atWallMs: 0 };
          const sample: MeterSample = { meterId, ...at, importWh, totalPowerW: 3_600 };
          events.emit("sample", sample);
        }
      }
    },
  };
}

Deno.test("all meters are written together, once a quarter of an hour", async () => {
  const { open, run, written } = openHistory();
  const history = open();
  await history.start();
  await run(60, ["main", "pv", "row"]);
  assertEquals(written.map(({ quarters }) => quarters.length), [3, 3, 3]);
  assertEquals(written.map(({ positions }) => positions.length), [3, 3, 3]);
  assertEquals(
    written[1]?.quarters.map(({ quarterMs }) => quarterMs),
    [1, 1, 1].map(() => NOON + QUARTER_MS),
  );
  await history.stop();
});

Deno.test("what is not on disk yet is found with what is, and joined", async () => {
  const { clock, open, run } = openHistory();
  const first = open();
  await first.start();
  await run(20);
  await first.stop();
  const second = open();
  await second.start();
  await run(4);
  const found = await second.quarters(ALL);
  assertEquals(found.map(({ energy }) => energy.import?.wh), [890, 540]);
  assertEquals(found.map(({ quarterMs }) => quarterMs), [NOON, NOON + QUARTER_MS]);
  assertEquals(await second.quarters({ ...ALL, toMs: NOON + 1 }), found.slice(0, 1));
  assertEquals(await second.quarters({ ...ALL, fromMs: clock.wallMs() }), []);
  await second.stop();
});

Deno.test("what flowed while the gateway was away stands apart, and nothing is counted twice", async () => {
  const { clock, open, run } = openHistory();
  const first = open();
  await first.start();
  await run(20);
  await first.stop();
  await clock.advance(3 * QUARTER_MS);
  const second = open();
  await second.start();
  await run(1);
  const found = await second.quarters(ALL);
  const total = found.reduce(
    (sum, { energy }) => sum + (energy.import?.wh ?? 0) + (energy.import?.unreadWh ?? 0),
    0,
  );
  assertEquals(total, 1_250);
  assertEquals(found.at(-1)?.energy.import?.unreadWh, 10);
  await second.stop();
});

Deno.test("what cannot be written waits, is told once, and is written when it can be", async () => {
  const { bench, faults, open, run, written } = openHistory();
  const history = open();
  await history.start();
  bench.trouble = "no room";
  await run(40);
  assertEquals(faults, ["history-not-written raised"]);
  assertEquals((await history.quarters(ALL)).length, 3, "what is in memory is shown");
  bench.trouble = "";
  await run(2);
  assertEquals(faults, ["history-not-written raised", "history-not-written over"]);
  assertEquals(written.map(({ quarters }) => quarters.length), [2]);
  await history.stop();
});

Deno.test("what was measured before the clock was set back is written, not kept until that time comes", async () => {
  const { open, run, set, written } = openHistory();
  const history = open();
  await history.start();
  await run(20);
  set.byMs = -5 * 3_600_000;
  await run(2);
  assertEquals(written.at(-1)?.quarters.map(({ quarterMs }) => quarterMs), [NOON + QUARTER_MS]);
  await history.stop();
});

Deno.test("while the disk is wanted for sessions nothing is written; what was damaged is told", async () => {
  const { bench, faults, open, run, written } = openHistory();
  const history = open();
  bench.aside = "/data/history.db.damaged";
  await history.start();
  assertEquals(faults, ["history-damaged raised"]);
  bench.mayWrite = false;
  await run(40);
  assertEquals(written.length, 0);
  bench.mayWrite = true;
  await history.stop();
  assertEquals(written.map(({ quarters }) => quarters.length), [3]);
});

Deno.test("what waits for a disk is bounded: the oldest goes", async () => {
  const { bench, clock, open, run } = openHistory();
  bench.mayWrite = false;
  const history = open();
  await history.start();
  const meters = Array.from({ length: 400 }, (_, index) => `m${index}`);
  for (let quarter = 0; quarter < 15; quarter++) {
    await run(1, [...meters, "main"]);
    await clock.advance(QUARTER_MS - MINUTE_MS);
  }
  await clock.advance(QUARTER_MS);
  const kept = await history.quarters(ALL);
  assert(kept.length > 10 && kept.length < 15, `${kept.length}`);
  assertEquals(kept.at(-1)?.quarterMs, NOON + 14 * QUARTER_MS);
  bench.mayWrite = true;
  await history.stop();
});
