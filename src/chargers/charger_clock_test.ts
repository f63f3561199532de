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
