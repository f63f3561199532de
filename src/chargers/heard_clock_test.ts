import { assertEquals } from "@std/assert";
import { isoTime } from "../lib/clock.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { createTimekeeper } from "../site/mod.ts";
import { createChargerClock } from "./charger_clock.ts";
import { heardClock } from "./heard_clock.ts";

const HOUR_MS = 3_600_000;

/** A charger that was told the time two hours ago, and what is made of a message so many ms late. */
async function bench(isBehind: boolean, isKnown = false, isTold = true) {
  const machine = createVirtualClock();
  const newestMs = isBehind ? machine.wallMs() + HOUR_MS : 0;
  const keeper = createTimekeeper(machine, { releasedMs: 0, newestMs }, () => "s1");
  if (isKnown) keeper.told(machine.wallMs(), 0);
  const charger = createChargerClock(keeper.clock);
  if (isTold) charger.told(keeper.stretch());
  await machine.advance(2 * HOUR_MS);
  return (lateMs: number) => {
    const timestamp = isoTime(keeper.clock.wallMs() - lateMs);
    charger.note(timestamp);
    return heardClock(keeper, charger, timestamp);
  };
}

Deno.test("where the time is known and the charger's clock right there is nothing to say", async () => {
  const heard = await bench(false, true);
  assertEquals([heard(0), heard(5 * HOUR_MS)], [{}, {}]);
});

Deno.test("a charger that is ahead of a time that is known is off; of one that is not, it may know better", async () => {
  const known = await bench(false, true);
  assertEquals(known(-HOUR_MS), { shiftMs: -HOUR_MS });
  const unknown = await bench(false);
  assertEquals(unknown(-HOUR_MS), { stretch: "s1", ownTime: true });
  assertEquals(unknown(-100_000), { stretch: "s1" }, "it may be ahead of what it was told");
});

Deno.test("what the charger was told may have timed a message, what lies before that cannot", async () => {
  const heard = await bench(true);
  const marks = { stretch: "s1", untrusted: true } as const;
  assertEquals(heard(0), marks);
  assertEquals(heard(HOUR_MS), { ...marks, lateMs: HOUR_MS });
  assertEquals(heard(3 * HOUR_MS), { ...marks, ownTime: true });
  const untold = await bench(true, false, false);
  assertEquals(untold(0), { ...marks, ownTime: true });
});

Deno.test("a time that is the gateway's own has its stretch, and nothing of the charger", async () => {
  const machine = createVirtualClock();
  const keeper = createTimekeeper(machine, { releasedMs: 0, newestMs: 0 }, () => "s1");
  await machine.advance(1_000);
  assertEquals(heardClock(keeper, createChargerClock(machine), null), { stretch: "s1" });
});

Deno.test("a charger that was told the wrong time, and has not asked since, is corrected by what was learnt", async () => {
  const machine = createVirtualClock();
  const newestMs = machine.wallMs() + HOUR_MS;
  const keeper = createTimekeeper(machine, { releasedMs: 0, newestMs }, () => "s1");
  const charger = createChargerClock(keeper.clock);
  charger.told(keeper.stretch());
  await machine.advance(60_000);
  keeper.told(keeper.clock.wallMs() + 3 * HOUR_MS, 0);
  const heard = (lateMs: number) =>
    heardClock(keeper, charger, isoTime(keeper.clock.wallMs() - lateMs));
  assertEquals(heard(3 * HOUR_MS), { shiftMs: 3 * HOUR_MS });
  assertEquals(heard(0), {}, "it has the time from elsewhere");
  assertEquals(heard(9 * HOUR_MS), {}, "that was before it was told");
  charger.told(null);
  assertEquals(heard(3 * HOUR_MS), {}, "it has waited");
});

Deno.test("a charger that knew the time better until it was told ours is corrected by what was learnt", async () => {
  const machine = createVirtualClock();
  const keeper = createTimekeeper(machine, {
    releasedMs: 0,
    newestMs: machine.wallMs() + HOUR_MS,
  }, () => "s1");
  const charger = createChargerClock(keeper.clock);
  const heard = (lateMs: number) => {
    const timestamp = isoTime(keeper.clock.wallMs() - lateMs);
    charger.note(timestamp);
    return heardClock(keeper, charger, timestamp);
  };
  for (let message = 0; message < 3; message++) {
    await machine.advance(10_000);
    heard(-200_000);
  }
  charger.told(keeper.stretch());
  await machine.advance(120_000);
  keeper.told(keeper.clock.wallMs() + 300_000, 0);
  // It runs a minute behind what it was told: by what was measured before, it would have waited.
  assertEquals(heard(370_000), { shiftMs: 300_000 });
});

Deno.test("a charger that is ahead of a time that is behind for certain may be right, however often it says so", async () => {
  const heard = await bench(true);
  assertEquals(heard(-HOUR_MS), { stretch: "s1", untrusted: true, ownTime: true });
});

Deno.test("how far a clock is off that was never set is a guess until it is measured, whoever else has doubts", async () => {
  for (const isKnown of [true, false]) {
    const heard = await bench(!isKnown, isKnown);
    const { shiftMs, untrusted, guessed } = heard(50 * 365 * 24 * HOUR_MS);
    assertEquals([shiftMs, untrusted, guessed], [50 * 365 * 24 * HOUR_MS, true, true]);
  }
  const machine = createVirtualClock();
  const newestMs = machine.wallMs() + HOUR_MS;
  const keeper = createTimekeeper(machine, { releasedMs: 0, newestMs }, () => "s1");
  const charger = createChargerClock(keeper.clock);
  const say = async () => {
    await machine.advance(10_000);
    const timestamp = isoTime(keeper.clock.wallMs() - 98_000);
    charger.note(timestamp);
    return heardClock(keeper, charger, timestamp);
  };
  for (let message = 0; message < 2; message++) await say();
  assertEquals(await say(), { stretch: "s1", untrusted: true, shiftMs: 98_000 });
});
