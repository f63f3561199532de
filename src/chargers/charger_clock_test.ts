import { assertEquals } from "@std/assert";
import { isoTime } from "../lib/clock.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { createChargerClock } from "./charger_clock.ts";

/** A charger's clock, and messages that bear a time so many milliseconds before their arrival. */
function bench() {
  const time = createVirtualClock();
  const clock = createChargerClock(time);
  return {
    time,
    clock,
    note: (lateMs: number) => clock.note(isoTime(time.wallMs() - lateMs)),
    ageMs: (lateMs: number) => clock.ageMs(isoTime(time.wallMs() - lateMs)),
  };
}

Deno.test("a charger's clock has no offset before its first timestamp", () => {
  const { clock, ageMs } = bench();
  assertEquals([clock.offsetMs(), ageMs(4_000)], [null, 4_000]);
});

Deno.test("a charger's clock is off by the smallest difference seen: messages only come late", () => {
  const { clock, note } = bench();
  note(3_600_000);
  note(2_000);
  note(60_000);
  assertEquals(clock.offsetMs(), 2_000);
});

Deno.test("a charger's clock that runs ahead has a negative offset", () => {
  const { clock, note } = bench();
  note(-45_000);
  assertEquals(clock.offsetMs(), -45_000);
});

Deno.test("a charger's clock is not judged by what is no time", () => {
  const { clock } = bench();
  clock.note("yesterday");
  clock.note("");
  assertEquals(clock.offsetMs(), null);
});

Deno.test("a clock that was put back is believed after three messages that did not wait", async () => {
  const { time, clock, note } = bench();
  note(-3_600_000);
  for (let count = 0; count < 2; count++) {
    await time.advance(10_000);
    note(0);
    assertEquals(clock.offsetMs(), -3_600_000);
  }
  await time.advance(10_000);
  note(100);
  assertEquals(clock.offsetMs(), 0);
});

Deno.test("messages that waited in a queue do not make the clock seem late", async () => {
  const { time, clock, note } = bench();
  note(0);
  await time.advance(600_000);
  // One for each ten seconds of an outage, all at once; then a few that come slowly.
  for (let lateMs = 590_000; lateMs > 300_000; lateMs -= 10_000) note(lateMs);
  for (let lateMs = 300_000; lateMs > 280_000; lateMs -= 10_000) {
    await time.advance(6_000);
    note(lateMs);
  }
  note(0);
  assertEquals(clock.offsetMs(), 0);
});

Deno.test("what came at once and bears one time was queued, however much of it", async () => {
  const { time, clock, note } = bench();
  note(0);
  await time.advance(100_000);
  for (let count = 0; count < 10; count++) note(90_000);
  assertEquals(clock.offsetMs(), 0);
});

Deno.test("a clock that nothing was heard of for sixteen messages is forgotten", () => {
  const { clock, note } = bench();
  note(-3_600_000);
  for (let count = 0; count < 15; count++) note(0);
  assertEquals(clock.offsetMs(), -3_600_000);
  note(0);
  assertEquals(clock.offsetMs(), 0);
});

Deno.test("ageMs() is the time that has passed by the charger's own clock", () => {
  const { note, ageMs } = bench();
  note(10_000);
  assertEquals([ageMs(10_000), ageMs(25_000)], [0, 15_000]);
});

Deno.test("ageMs() does not change when our own clock is set", async () => {
  const { time, clock, note } = bench();
  note(0);
  const reading = isoTime(time.wallMs());
  await time.advance(5_000);
  time.setWall(time.wallMs() + 3_600_000);
  clock.note(isoTime(time.wallMs() - 3_600_000));
  assertEquals(clock.ageMs(reading), 5_000);
  assertEquals(clock.offsetMs(), 3_600_000, "but the charger is an hour behind us now");
});

Deno.test("ageMs() is 0 for what seems to come from the future, and for what is no time", () => {
  const { clock, note, ageMs } = bench();
  note(0);
  assertEquals([ageMs(-5_000), clock.ageMs("soon")], [0, 0]);
});

// What is wrong with a timestamp

const HOUR_MS = 3_600_000;

/** A clock and a charger whose messages come every 10 seconds, each so many milliseconds late. */
function errors() {
  const made = bench();
  const error = (lateMs: number, isCertain = true) => {
    const text = isoTime(made.time.wallMs() - lateMs);
    made.clock.note(text);
    return made.clock.errorOf(text, isCertain);
  };
  const live = async (lateMs: number) => {
    await made.time.advance(10_000);
    return error(lateMs);
  };
  return { ...made, error, live };
}

Deno.test("a clock that is off by less than half a minute is right enough", () => {
  for (const lateMs of [0, 29_000, -29_000]) assertEquals(errors().error(lateMs), null);
});

Deno.test("what comes before it happens is of a clock that is ahead, such as local time written as Z", () => {
  const lateMs = -5.5 * HOUR_MS;
  assertEquals(errors().error(lateMs), { shiftMs: lateMs, isMeasured: true });
});

Deno.test("while our own time is not certain, it may be ours that is behind", () => {
  assertEquals(errors().error(-5.5 * HOUR_MS, false), null);
});

Deno.test("what comes late may have waited in a queue, and is left as it is", async () => {
  const { error, live } = errors();
  assertEquals(error(3 * HOUR_MS), null);
  for (const lateMs of [2 * HOUR_MS, HOUR_MS, 0]) assertEquals(await live(lateMs), null);
});

Deno.test("several in a row that are equally late are of a clock that is behind", async () => {
  const { live } = errors();
  await live(5 * HOUR_MS);
  await live(5 * HOUR_MS);
  assertEquals(await live(5 * HOUR_MS), { shiftMs: 5 * HOUR_MS, isMeasured: true });
  assertEquals(
    await live(7 * HOUR_MS),
    { shiftMs: 5 * HOUR_MS, isMeasured: true },
    "one that waited is of the same clock",
  );
});

Deno.test("a clock that was never set is known to be off, but not by how much until it is measured", async () => {
  const { live, time } = errors();
  const lateMs = time.wallMs();
  assertEquals((await live(lateMs))?.isMeasured, false);
  await live(lateMs);
  assertEquals((await live(lateMs))?.isMeasured, true);
});

Deno.test("a charger that takes the time that it is told is right from then on, either way", async () => {
  for (const lateMs of [-HOUR_MS, HOUR_MS]) {
    const { live, clock } = errors();
    for (let message = 0; message < 4; message++) await live(lateMs);
    assertEquals((await live(lateMs))?.shiftMs, lateMs);
    clock.told(null);
    assertEquals([await live(0), clock.offsetMs()], [null, 0]);
    assertEquals(await live(2 * HOUR_MS), null, "what waited is what it is");
  }
});

Deno.test("what waited comes right after the boot, and the clock is right all the same", async () => {
  const { error, live, clock } = errors();
  clock.told(null);
  for (const lateMs of [9 * HOUR_MS, 8 * HOUR_MS]) assertEquals(error(lateMs), null);
  assertEquals([await live(0), clock.offsetMs()], [null, 0]);
});

Deno.test("a charger that does not take the time stays corrected", async () => {
  const { live, clock } = errors();
  for (let message = 0; message < 3; message++) await live(HOUR_MS);
  clock.told(null);
  assertEquals((await live(HOUR_MS))?.shiftMs, HOUR_MS);
});

Deno.test("a text that is no time has nothing wrong with it", () => {
  const { clock, error } = errors();
  error(0);
  assertEquals(clock.errorOf("yesterday", true), null);
});

Deno.test("a charger may go by what it was told in a stretch from the first time on", async () => {
  const { time, clock } = bench();
  assertEquals(clock.lastTold(), null);
  clock.told("s1");
  const sinceMs = time.wallMs();
  await time.advance(60_000);
  clock.told("s1");
  assertEquals(clock.lastTold(), { stretch: "s1", sinceMs });
  clock.told(null);
  assertEquals(clock.lastTold(), { stretch: null, sinceMs: sinceMs + 60_000 });
});

Deno.test("a queue that empties as slowly as it fills makes no clock seem late that was right before", async () => {
  const { time, clock, note } = bench();
  note(200);
  // Five minutes without a connection; then each message takes as long as the charger waits between two.
  await time.advance(300_000);
  for (let count = 0; count < 6; count++) {
    await time.advance(10_000);
    note(290_000);
  }
  const waited = isoTime(time.wallMs() - 290_000);
  assertEquals(clock.errorOf(waited, true), null);
  // What is older than a message that came in time cannot have been behind it in a queue.
  const older = isoTime(time.wallMs() - 400_000);
  assertEquals(clock.errorOf(older, true), { shiftMs: 290_000, isMeasured: true });
});
