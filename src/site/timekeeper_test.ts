import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Clock } from "../lib/clock.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { type ClockLesson, createTimekeeper, type PastTimes } from "./timekeeper.ts";

const NOON_MS = Date.UTC(2026, 5, 1, 12);
const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;

/** A machine whose clock anybody may set, and the true time beside it. */
function bench(machineOffsetMs = 0, past: Partial<PastTimes> = {}) {
  const truth = createVirtualClock(NOON_MS);
  let offsetMs = machineOffsetMs;
  const machine: Clock = { ...truth, wallMs: () => truth.wallMs() + offsetMs };
  let stretches = 0;
  const keeper = createTimekeeper(
    machine,
    { releasedMs: NOON_MS - YEAR_MS, newestMs: NOON_MS - HOUR_MS, ...past },
    () => `s${++stretches}`,
  );
  const lessons: ClockLesson[] = [];
  keeper.listen((lesson) => lessons.push(lesson));
  return {
    truth,
    keeper,
    lessons,
    set: (value: number) => void (offsetMs = value),
    /** By how much the site's time is off. */
    offMs: () => keeper.clock.wallMs() - truth.wallMs(),
    csmsTells: () => keeper.told(truth.wallMs(), 0),
  };
}

Deno.test("a machine whose clock is right is believed, but its word is not certain", () => {
  const { keeper, offMs } = bench();
  assertEquals([keeper.trust(), keeper.stretch(), offMs()], ["presumed", "s1", 0]);
});

Deno.test("what the CSMS confirms is certain, and nothing is corrected", () => {
  const { keeper, offMs, csmsTells, lessons } = bench(-20_000);
  csmsTells();
  assertEquals([keeper.trust(), keeper.stretch(), offMs()], ["known", null, -20_000]);
  assertEquals(lessons, [{ shiftMs: 0, stretches: ["s1"], by: "csms", final: true }]);
  csmsTells();
  assertEquals(lessons.length, 1, "the same again is no news");
});

Deno.test("what is learnt is whole milliseconds, whatever parts of them the monotonic clock has", async () => {
  const truth = createVirtualClock(NOON_MS);
  let offsetMs = -NOON_MS;
  const machine: Clock = {
    ...truth,
    wallMs: () => truth.wallMs() + offsetMs,
    monoMs: () => truth.monoMs() * 1.000_001 + 0.123,
  };
  const past = { releasedMs: NOON_MS - YEAR_MS, newestMs: NOON_MS - HOUR_MS };
  const keeper = createTimekeeper(machine, past, () => "s1");
  const shifts: number[] = [];
  keeper.listen(({ shiftMs }) => shifts.push(shiftMs));
  await truth.advance(100_000);
  keeper.clock.wallMs();
  offsetMs = 0;
  await truth.advance(7_000);
  keeper.clock.wallMs();
  await truth.advance(1);
  assertEquals([shifts.length, shifts.every(Number.isInteger)], [1, true]);
});

Deno.test("a machine that boots in 1970 goes on from the newest time that is past for certain", async () => {
  const { truth, keeper, offMs } = bench(-NOON_MS);
  assertEquals([keeper.trust(), offMs()], ["untrusted", -HOUR_MS]);
  await truth.advance(HOUR_MS);
  assertEquals([keeper.trust(), offMs()], ["untrusted", -HOUR_MS]);
});

Deno.test("without a ledger the release says how late it is at least", () => {
  const { keeper, offMs } = bench(-NOON_MS, { newestMs: 0 });
  assertEquals([keeper.trust(), offMs()], ["untrusted", -YEAR_MS]);
});

Deno.test("a clock that went back by seconds over a restart is no reason to doubt it", () => {
  const { keeper } = bench(0, { newestMs: NOON_MS + 5_000 });
  assertEquals(keeper.trust(), "presumed");
});

Deno.test("when the CSMS tells the time, the time is right and all that was labelled before can be", async () => {
  const { truth, keeper, offMs, csmsTells, lessons } = bench(-NOON_MS);
  await truth.advance(5 * HOUR_MS);
  csmsTells();
  assertEquals([keeper.trust(), keeper.stretch(), offMs()], ["known", null, 0]);
  assertEquals(lessons, [{ shiftMs: HOUR_MS, stretches: ["s1"], by: "csms", final: true }]);
  assertEquals([keeper.shiftOf("s1"), keeper.shiftOf("another")], [HOUR_MS, 0]);
});

Deno.test("an answer that took its time was said half way", () => {
  const { keeper, truth, offMs } = bench(-HOUR_MS / 2);
  keeper.told(truth.wallMs() - 10_000, 20_000);
  assertEquals(offMs(), 0);
});

Deno.test("an answer that took too long to be exact moves nothing that it might have been right", () => {
  const { keeper, truth, offMs } = bench();
  keeper.told(truth.wallMs() - 40_000, 30_000);
  assertEquals([offMs(), keeper.trust()], [0, "known"]);
});

Deno.test("a CSMS that lives before the release has lost the time itself and is not believed", () => {
  const { keeper, offMs, lessons } = bench();
  keeper.told(HOUR_MS, 0);
  assertEquals([offMs(), keeper.trust(), lessons], [0, "presumed", []]);
});

const FORMER = { newestMs: NOON_MS, open: ["a", "b"] };

Deno.test("a time before the newest in the ledger belies the runs that wrote it: theirs are put right as well", async () => {
  const { truth, keeper, csmsTells, lessons } = bench(2 * HOUR_MS, {
    ...FORMER,
    newestMs: NOON_MS + 2 * HOUR_MS,
  });
  assertEquals(keeper.open(), ["a", "b", "s1"]);
  await truth.advance(60_000);
  csmsTells();
  assertEquals(lessons, [
    { shiftMs: -2 * HOUR_MS, stretches: ["a", "b", "s1"], by: "csms", final: true },
  ]);
  assertEquals([keeper.open(), keeper.shiftOf("a")], [[], -2 * HOUR_MS]);
});

Deno.test("what was learnt of this run alone says nothing of former ones", async () => {
  const later = bench(2 * HOUR_MS, FORMER);
  await later.truth.advance(60_000);
  later.csmsTells();
  assertEquals(
    later.lessons.map(({ stretches }) => stretches),
    [["s1"]],
    "they may have been right",
  );
  const set = bench(2 * HOUR_MS, { ...FORMER, newestMs: NOON_MS + HOUR_MS / 2 });
  set.keeper.clock.wallMs();
  set.set(HOUR_MS);
  set.keeper.clock.wallMs();
  await set.truth.advance(1);
  set.csmsTells();
  assertEquals(set.lessons.at(-1)?.stretches.includes("a"), false, "by another clock");
});

Deno.test("runs without the time are remembered, but not for ever", () => {
  const { keeper } = bench(0, { open: Array.from({ length: 90 }, (_, index) => `r${index}`) });
  assertEquals([keeper.open().length, keeper.open()[0]], [51, "r40"]);
});

Deno.test("NTP that sets a machine of 1970 shows the time, once nobody is in the middle of something", async () => {
  const { truth, keeper, set, offMs, lessons } = bench(-NOON_MS);
  await truth.advance(HOUR_MS);
  set(0);
  assertEquals(offMs(), 0);
  assertEquals([keeper.trust(), lessons], ["presumed", []], "whoever asks is left in peace");
  await truth.advance(0);
  assertEquals(lessons, [{ shiftMs: HOUR_MS, stretches: ["s1"], by: "machine", final: false }]);
  assertEquals(keeper.stretch(), "s2", "what comes now needs no such correction");
});

Deno.test("what the machine's clock showed and what the CSMS says after it add up", async () => {
  const { truth, keeper, set, csmsTells, lessons } = bench(-NOON_MS);
  await truth.advance(HOUR_MS);
  set(-3 * HOUR_MS);
  keeper.clock.wallMs();
  await truth.advance(0);
  assertEquals(lessons.length, 0, "that is before what is past for certain");
  set(2 * HOUR_MS);
  keeper.clock.wallMs();
  await truth.advance(0);
  csmsTells();
  assertEquals(lessons.map(({ shiftMs, stretches }) => [shiftMs, stretches]), [
    [3 * HOUR_MS, ["s1"]],
    [-2 * HOUR_MS, ["s1", "s2"]],
  ]);
  assertEquals([keeper.shiftOf("s1"), keeper.shiftOf("s2")], [HOUR_MS, -2 * HOUR_MS]);
});

Deno.test("a clock that is put right by a few minutes was inaccurate: the past stays what it was", async () => {
  const { truth, keeper, set, offMs, lessons } = bench(120_000);
  set(0);
  assertEquals(offMs(), 0);
  await truth.advance(0);
  assertEquals([lessons, keeper.stretch()], [[], "s1"]);
});

Deno.test("once the CSMS has told the time, a machine's clock may jump as it likes", async () => {
  const { truth, keeper, set, offMs, csmsTells, lessons } = bench();
  csmsTells();
  for (const jumpMs of [YEAR_MS, -YEAR_MS, 0, -NOON_MS]) {
    set(jumpMs);
    assertEquals([offMs(), keeper.trust()], [0, "presumed"]);
    await truth.advance(60_000);
  }
  assertEquals(keeper.stretch(), "s2", "what is labelled since may have to be corrected");
  csmsTells();
  assertEquals([offMs(), keeper.trust(), keeper.stretch()], [0, "known", null]);
  assertEquals(lessons.at(-1), { shiftMs: 0, stretches: ["s2"], by: "csms", final: true });
});

Deno.test("a machine that slept shows it by its clock, and the CSMS says that it is right", async () => {
  const { truth, keeper, csmsTells, lessons } = bench();
  csmsTells();
  truth.setWall(truth.wallMs() + HOUR_MS);
  assertEquals(keeper.clock.wallMs(), truth.wallMs() - HOUR_MS);
  await truth.advance(1_000);
  csmsTells();
  assertEquals(keeper.clock.wallMs(), truth.wallMs());
  assertEquals(lessons.at(-1)?.shiftMs, HOUR_MS);
});

Deno.test("a CSMS that changes its mind moves the labels of what comes, not of what was", async () => {
  const { truth, keeper, csmsTells, lessons } = bench();
  csmsTells();
  await truth.advance(HOUR_MS);
  keeper.told(truth.wallMs() + HOUR_MS, 0);
  assertEquals(lessons.at(-1), { shiftMs: HOUR_MS, stretches: [], by: "csms", final: true });
  assertEquals(keeper.clock.wallMs(), truth.wallMs() + HOUR_MS);
});

Deno.test("waiting is not touched by anything that happens to the time", async () => {
  const { truth, keeper, set, csmsTells } = bench(-NOON_MS);
  let rang = 0;
  keeper.clock.after(60_000, () => rang++);
  set(YEAR_MS);
  csmsTells();
  await truth.advance(59_999);
  assertEquals(rang, 0);
  await truth.advance(1);
  assertEquals(rang, 1);
  assertEquals(keeper.clock.monoMs(), truth.monoMs());
});

Deno.test("whatever anybody does to the machine's clock, what was labelled comes out right when the CSMS tells", async () => {
  const jump = fc.oneof(
    fc.constantFrom(0, -NOON_MS, YEAR_MS, -YEAR_MS, HOUR_MS, -HOUR_MS),
    fc.integer({ min: -YEAR_MS, max: YEAR_MS }),
  );
  await fc.assert(
    fc.asyncProperty(jump, fc.array(jump, { maxLength: 6 }), async (first, jumps) => {
      const { truth, keeper, set, csmsTells } = bench(first);
      const labels: { readonly saidMs: number; readonly trueMs: number; stretch: string | null }[] =
        [];
      const label = () => {
        const stretch = keeper.stretch();
        labels.push({ saidMs: keeper.clock.wallMs(), trueMs: truth.wallMs(), stretch });
      };
      label();
      for (const each of jumps) {
        await truth.advance(600_000);
        set(each);
        label();
      }
      await truth.advance(600_000);
      csmsTells();
      for (const { saidMs, trueMs, stretch } of labels) {
        const shiftMs = stretch === null ? 0 : keeper.shiftOf(stretch);
        // Steps of a few minutes count as inaccuracy, and the CSMS counts from half a minute on.
        const offMs = Math.abs(saidMs + shiftMs - trueMs);
        const allowedMs = 30_000 + (jumps.length + 1) * 5 * 60_000;
        assertEquals(offMs <= allowedMs, true, `${offMs} ms off`);
      }
    }),
  );
});
