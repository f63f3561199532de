import { assertEquals } from "@std/assert";
import { isoTime } from "../lib/clock.ts";
import { createChargerClock } from "./charger_clock.ts";

const NOW = Date.UTC(2026, 0, 5, 6, 0, 0);

Deno.test("a charger's clock has no offset before its first timestamp", () => {
  assertEquals(createChargerClock().offsetMs(), null);
});

Deno.test("a charger's clock is off by the smallest difference seen: messages only come late", () => {
  const clock = createChargerClock();
  clock.note(isoTime(NOW - 3_600_000), NOW);
  clock.note(isoTime(NOW - 2_000), NOW);
  clock.note(isoTime(NOW - 60_000), NOW);
  assertEquals(clock.offsetMs(), 2_000);
});

Deno.test("a charger's clock that runs ahead has a negative offset", () => {
  const clock = createChargerClock();
  clock.note(isoTime(NOW + 45_000), NOW);
  assertEquals(clock.offsetMs(), -45_000);
});

Deno.test("a charger's clock is not judged by what is no time", () => {
  const clock = createChargerClock();
  clock.note("yesterday", NOW);
  clock.note("", NOW);
  assertEquals(clock.offsetMs(), null);
});

Deno.test("a clock that was set right is believed again after sixteen timestamps", () => {
  const clock = createChargerClock();
  clock.note(isoTime(NOW + 3_600_000), NOW);
  for (let count = 0; count < 15; count++) clock.note(isoTime(NOW), NOW);
  assertEquals(clock.offsetMs(), -3_600_000);
  clock.note(isoTime(NOW), NOW);
  assertEquals(clock.offsetMs(), 0);
});

Deno.test("ageMs() is the time that has passed by the charger's own clock", () => {
  const clock = createChargerClock();
  clock.note(isoTime(NOW - 10_000), NOW);
  assertEquals(clock.ageMs(isoTime(NOW - 10_000), NOW), 0);
  assertEquals(clock.ageMs(isoTime(NOW - 25_000), NOW), 15_000);
});

Deno.test("ageMs() is 0 for what seems to come from the future, and for what is no time", () => {
  const clock = createChargerClock();
  clock.note(isoTime(NOW), NOW);
  assertEquals(clock.ageMs(isoTime(NOW + 5_000), NOW), 0);
  assertEquals(clock.ageMs("soon", NOW), 0);
});
