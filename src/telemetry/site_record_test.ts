import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { CircuitLoad } from "../balancing/mod.ts";
import { createEvents } from "../lib/events.ts";
import { createSpawner } from "../lib/spawn.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { CONNECTOR_USES, type SiteEvents } from "../site/mod.ts";
import { createMemoryRecord, type RecordBatch, type UseChange } from "./record_store.ts";
import { createSiteRecord, spansOf, type UseNow, type UseSpan } from "./site_record.ts";

const NOON = Date.UTC(2026, 0, 5, 12);
const MINUTE_MS = 60_000;

function openRecord() {
  const clock = createVirtualClock(NOON);
  const events = createEvents<SiteEvents>((error) => {
    throw error;
  });
  const memory = createMemoryRecord();
  const bench = { trouble: false, mayWrite: true };
  const written: RecordBatch[] = [];
  const logged: string[] = [];
  const now = new Map<number, UseNow>([[1, { slot: 1, use: "free", cause: null }]]);
  let amps = 10;
  let isLimiting = false;
  const load = (): CircuitLoad => ({
    circuitId: "grid",
    limitAmps: 63,
    measuredAmps: { L1: amps, L2: amps, L3: null },
    otherLoadAmps: { L1: 0, L2: 0, L3: 0 },
    reservedAmps: { L1: 0, L2: 0, L3: 0 },
    headroomAmps: { L1: 0, L2: 0, L3: 0 },
    meter: "good",
  });
  const open = () =>
    createSiteRecord({
      clock,
      log: (_level, event) => void logged.push(event),
      spawn: createSpawner(() => {}),
      events,
      store: {
        ...memory,
        writeRecord(batch) {
          if (bench.trouble) return Promise.reject(new Error("disk gone"));
          written.push(batch);
          return memory.writeRecord(batch);
        },
      },
      uses: () => [...now.values()],
      circuits: () => [{ load: load(), isLimiting }],
      nominalVoltageV: 230,
      mayWrite: () => bench.mayWrite,
    });
  return {
    clock,
    events,
    bench,
    written,
    logged,
    open,
    use(use: UseNow["use"], cause: string | null = null) {
      now.set(1, { slot: 1, use, cause });
      events.emit("evse", { slot: 1 });
    },
    async carryFor(seconds: number, withAmps: number, limiting = false) {
      [amps, isLimiting] = [withAmps, limiting];
      for (let second = 0; second < seconds; second++) {
        await clock.advance(1_000);
        events.emit("circuits", {});
      }
    },
  };
}

/** Everything, though a reader gives others a turn between two pieces. */
async function all<Item>(
  clock: { advance(ms: number): Promise<void> },
  pieces: AsyncIterable<readonly Item[]>,
): Promise<readonly Item[]> {
  let isDone = false;
  const reading = Array.fromAsync(pieces).finally(() => void (isDone = true));
  for (let turn = 0; !isDone && turn < 1_000; turn++) await clock.advance(0);
  return (await reading).flat();
}

const brief = ({ use, cause, fromMs, toMs }: UseSpan) =>
  [use, cause, (fromMs - NOON) / MINUTE_MS, (toMs - NOON) / MINUTE_MS] as const;
const DAY = { fromMs: NOON - 3_600_000, toMs: NOON + 24 * 3_600_000 };

Deno.test("what a connector is used for is known from change to change, before it is on disk and after", async () => {
  const site = openRecord();
  const record = site.open();
  record.start();
  await site.clock.advance(2 * MINUTE_MS);
  site.use("charging");
  await site.clock.advance(MINUTE_MS);
  site.use("charging");
  site.use("faulted", "GroundFailure");
  await site.clock.advance(MINUTE_MS);
  const expected = [
    ["free", null, 0, 2],
    ["charging", null, 2, 3],
    ["faulted", "GroundFailure", 3, 4],
  ];
  assertEquals((await all(site.clock, record.useSpans(DAY))).map(brief), expected as never);
  assertEquals(site.written.length, 0);
  await record.stop();
  assertEquals((await all(site.clock, record.useSpans(DAY))).map(brief), expected as never);
  assertEquals(await record.sinceMs(), NOON);
});

Deno.test("what happened while no gateway ran is not known", async () => {
  const site = openRecord();
  const first = site.open();
  first.start();
  await site.clock.advance(10 * MINUTE_MS);
  await first.stop();
  await site.clock.advance(20 * MINUTE_MS);
  const second = site.open();
  second.start();
  await site.clock.advance(5 * MINUTE_MS);
  assertEquals((await all(site.clock, second.useSpans(DAY))).map(brief), [
    ["free", null, 0, 10],
    ["unknown", null, 10, 30],
    ["free", null, 30, 35],
  ]);
  await second.stop();
});

Deno.test("a connector that flutters is noted no more than so often", async () => {
  const site = openRecord();
  const record = site.open();
  record.start();
  for (let times = 0; times < 2_000; times++) {
    await site.clock.advance(20_000);
    site.use(times % 2 === 0 ? "charging" : "occupied");
  }
  await record.stop();
  const noted = site.written.flatMap(({ uses }) => uses).length;
  assert(noted >= 300 && noted < 360, String(noted));
});

Deno.test("a disk that takes nothing loses nothing, and one that is wanted for sessions is left alone", async () => {
  const site = openRecord();
  const record = site.open();
  record.start();
  site.bench.trouble = true;
  site.use("charging");
  await site.clock.advance(6 * MINUTE_MS);
  assertEquals(site.logged, ["record_not_written"]);
  site.bench.trouble = false;
  site.bench.mayWrite = false;
  await site.clock.advance(5 * MINUTE_MS);
  assertEquals(site.written, []);
  site.bench.mayWrite = true;
  await site.clock.advance(5 * MINUTE_MS);
  assertEquals(site.written[0]?.uses.map(({ use }) => use), ["free", "charging"]);
  await record.stop();
});

Deno.test("a fault that is raised again and again is one until it is over", async () => {
  const site = openRecord();
  const record = site.open();
  record.start();
  const fault = { kind: "a", severity: "alarm", subject: "main", text: "…" } as const;
  for (const state of ["over", "raised", "raised", "over", "over", "raised"] as const) {
    site.events.emit("fault", { ...fault, state });
    await site.clock.advance(1_000);
  }
  const states = (await record.faultChanges(DAY)).map(({ state }) => state);
  assertEquals(states, ["raised", "over", "raised"]);
  await record.stop();
  assertEquals((await record.faultChanges(DAY)).map(({ state }) => state), states);
});

Deno.test("a circuit's quarter is the mean of what flowed, its most, and how long it held cars back", async () => {
  const site = openRecord();
  const record = site.open();
  record.start();
  await site.carryFor(1, 10);
  await site.carryFor(300, 10);
  await site.carryFor(300, 30, true);
  const [quarter] = await all(site.clock, record.circuitQuarters(DAY));
  assertEquals(quarter, {
    circuitId: "grid",
    quarterMs: NOON,
    coveredMs: 600_000,
    meanVa: 40 * 230,
    maxVa: 60 * 230,
    maxAmps: { L1: 30, L2: 30, L3: 0 },
    limitAmps: 63,
    limitedMs: 300_000,
  });
  await record.stop();
  // A silence of minutes is not measured.
  const again = site.open();
  again.start();
  await site.carryFor(1, 10);
  await site.clock.advance(200_000);
  await site.carryFor(1, 10);
  const [whole] = await all(site.clock, again.circuitQuarters(DAY));
  assertEquals(whole?.coveredMs, 610_000);
  await again.stop();
});

Deno.test("spans fill a time without a gap, whatever changed and whoever watched", () => {
  const moment = fc.integer({ min: 0, max: 1_000 });
  const change = fc.record({
    slot: fc.constantFrom(1, 2),
    atMs: moment,
    use: fc.constantFrom(...CONNECTOR_USES),
    cause: fc.constant(null),
  });
  const watch = fc.tuple(moment, moment).map(([a, b]) => ({
    fromMs: Math.min(a, b),
    toMs: Math.max(a, b),
  }));
  const time = { fromMs: 100, toMs: 900 };
  fc.assert(fc.property(
    fc.array(change, { maxLength: 20 }),
    fc.array(watch, { maxLength: 4 }),
    (changes, watches) => {
      const sorted: UseChange[] = changes.toSorted((a, b) => a.atMs - b.atMs);
      const spans = spansOf(sorted, watches, time);
      for (const [slot, own] of Map.groupBy(spans, (span) => span.slot)) {
        let at = time.fromMs;
        for (const span of own) {
          assertEquals(span.fromMs, at, `slot ${slot}`);
          assert(span.toMs > span.fromMs);
          at = span.toMs;
        }
        assertEquals(at, time.toMs);
      }
    },
  ));
});
