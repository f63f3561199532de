import { assertEquals, assertThrows } from "@std/assert";
import { BrokenAssumption } from "../lib/assert.ts";
import { createSpawner } from "../lib/spawn.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { failure, hearMeter, testProfile } from "../../test/support/meters.ts";
import { createPolledMeter } from "./_modbus_poller.ts";
import type { PolledMeterOptions } from "./modbus_options.ts";
import type { ModbusLine, ReadFault, ReadOutcome, TimedRead } from "./modbus_line.ts";

const GOOD = [2301, 2310, 2299, 160, 0, 5];

/** A line that answers as told; `answer` may wait. */
function setUp(
  changes: Partial<PolledMeterOptions> = {},
  answer: (read: TimedRead, count: number) => ReadOutcome | Promise<ReadOutcome> = registersFor,
  shared = false,
) {
  const clock = createVirtualClock();
  const heard = hearMeter();
  const spawn = createSpawner(() => {});
  const reads: { read: TimedRead; atMonoMs: number }[] = [];
  let released = 0;
  const line: ModbusLine = {
    address: "gateway:502",
    shared,
    restAfterSilenceMs: 0,
    read(read) {
      reads.push({ read, atMonoMs: clock.monoMs() });
      return Promise.resolve(answer(read, reads.length));
    },
    release() {
      released += 1;
      return Promise.resolve();
    },
  };
  const options: PolledMeterOptions = {
    id: "main",
    role: "grid",
    profile: testProfile(),
    ...changes,
  };
  const meter = createPolledMeter(options, line, clock, () => {}, spawn);
  const times = () => reads.map(({ atMonoMs }) => atMonoMs);
  return { clock, heard, spawn, meter, reads, times, released: () => released };
}

function registersFor(read: TimedRead): ReadOutcome {
  return { kind: "registers", registers: GOOD.slice(read.address, read.address + read.count) };
}

function fault(value: ReadFault): ReadOutcome {
  return { kind: "fault", fault: value };
}

Deno.test("a meter is read at its interval and reports what it measures", async () => {
  const { clock, heard, meter, reads, times, spawn } = setUp({ intervalMs: 500, unit: 9 });
  meter.start(heard);
  await clock.advance(1_200);
  await meter.stop();
  assertEquals(times(), [0, 500, 1_000]);
  assertEquals(reads[0]?.read, {
    unit: 9,
    functionCode: 4,
    address: 0,
    count: 6,
    timeoutMs: 1_000,
  });
  assertEquals(heard.samples.map(({ atMonoMs }) => atMonoMs), [0, 500, 1_000]);
  assertEquals(heard.samples[0]?.currentsAmps, { L1: 16, L2: 0, L3: 0.5 });
  assertEquals(heard.healths.map(({ kind }) => kind), ["waiting", "good"]);
  await spawn.drain();
  assertEquals(clock.pending(), 0);
});

Deno.test("a slow meter skips polls; they never pile up", async () => {
  const { clock, heard, meter, times } = setUp({ intervalMs: 1_000 }, async (read) => {
    await new Promise<void>((resolve) => void clock.after(2_300, resolve));
    return registersFor(read);
  });
  meter.start(heard);
  await clock.advance(8_000);
  assertEquals(times(), [0, 3_000, 6_000]);
  // A sample is as old as its first request.
  assertEquals(heard.samples.map(({ atMonoMs }) => atMonoMs), [0, 3_000]);
  const stopped = meter.stop();
  await clock.advance(2_300);
  await stopped;
  assertEquals(heard.samples.length, 2);
});

Deno.test("a round is several reads where the meter takes no more at once", async () => {
  const profile = testProfile({ maxRegistersPerRead: 4 });
  const { clock, heard, meter, reads } = setUp({ profile });
  meter.start(heard);
  await clock.settle();
  await meter.stop();
  assertEquals(reads.map(({ read }) => [read.address, read.count]), [[0, 4], [4, 2]]);
  assertEquals(heard.samples.length, 1);
});

Deno.test("a round ends at its first failure, and gives no sample", async () => {
  const profile = testProfile({ maxRegistersPerRead: 2 });
  const { clock, heard, meter, reads } = setUp(
    { profile },
    (read) => read.address === 2 ? fault({ kind: "exception", code: 2 }) : registersFor(read),
  );
  meter.start(heard);
  await clock.settle();
  await meter.stop();
  assertEquals(reads.map(({ read }) => read.address), [0, 2]);
  assertEquals(heard.samples, []);
  assertEquals(heard.refusals, [
    "Modbus exception 2 (illegal address) at 2 from unit 1 of gateway:502",
  ]);
  assertEquals(failure(heard.current()), heard.refusals[0]);
});

Deno.test("silence fails a good meter at the third time, and is not counted as refused", async () => {
  const { clock, heard, meter } = setUp(
    {},
    (read, count) => count === 1 ? registersFor(read) : fault({ kind: "silent", strayAnswers: 0 }),
  );
  meter.start(heard);
  await clock.advance(2_000);
  assertEquals(heard.current().kind, "good");
  await clock.advance(1_000);
  assertEquals(failure(heard.current()), "no answer from gateway:502 (unit 1)");
  assertEquals(heard.refusals, []);
  await meter.stop();
});

Deno.test("a silent meter on a shared line may hold it up for a tenth of the time", async () => {
  const silent = () => fault({ kind: "silent", strayAnswers: 0 });
  const { clock, heard, meter, times } = setUp({}, silent, true);
  meter.start(heard);
  await clock.advance(45_000);
  await meter.stop();
  assertEquals(times(), [0, 1_000, 10_000, 19_000, 28_000, 37_000]);
});

Deno.test("a silent meter on a line of its own is asked at every interval", async () => {
  const silent = () => fault({ kind: "silent", strayAnswers: 0 });
  const { clock, heard, meter, times } = setUp({}, silent);
  meter.start(heard);
  await clock.advance(4_000);
  await meter.stop();
  assertEquals(times(), [0, 1_000, 2_000, 3_000, 4_000]);
});

Deno.test("a meter on a shared line that answers with an exception is not left alone", async () => {
  const busy = () => fault({ kind: "exception", code: 6 });
  const { clock, heard, meter, times } = setUp({}, busy, true);
  meter.start(heard);
  await clock.advance(3_000);
  await meter.stop();
  assertEquals(times(), [0, 1_000, 2_000, 3_000]);
});

Deno.test("an implausible reading is refused and the next good one counts", async () => {
  const { clock, heard, meter } = setUp(
    { mainFuseAmps: 5 },
    (read, count) =>
      count === 1
        ? registersFor(read)
        : { kind: "registers", registers: GOOD.with(3, count === 2 ? 40 : 30) },
  );
  meter.start(heard);
  await clock.advance(2_000);
  await meter.stop();
  assertEquals(heard.refusals, ["current L1 of 16 A is more than 3 times the main fuse of 5 A"]);
  assertEquals(heard.samples.map(({ currentsAmps }) => currentsAmps?.L1), [4, 3]);
});

Deno.test("a frozen meter fails, and is good again when it moves", async () => {
  const { clock, heard, meter } = setUp(
    { frozenAfterReadings: 3 },
    (_read, count) => ({ kind: "registers", registers: GOOD.with(5, count < 7 ? 5 : count) }),
  );
  meter.start(heard);
  await clock.advance(5_000);
  assertEquals(failure(heard.current()), "the meter is frozen: 3 equal readings in a row");
  assertEquals(heard.samples.length, 2);
  await clock.advance(1_000);
  assertEquals(heard.current().kind, "good");
  await meter.stop();
});

Deno.test("the word order of the options wins over the profile's", async () => {
  const registers = [1, 2, 3].map((terminal) => ({
    quantity: `current_l${terminal}` as "current_l1",
    address: terminal * 2,
    type: "uint32" as const,
    scale: 1,
    unit: "A" as const,
  }));
  const { clock, heard, meter } = setUp(
    { profile: testProfile({ registers }), wordOrder: "low-first" },
    () => ({ kind: "registers", registers: [11, 0, 12, 0, 13, 0] }),
  );
  meter.start(heard);
  await clock.settle();
  await meter.stop();
  assertEquals(heard.samples[0]?.currentsAmps, { L1: 11, L2: 12, L3: 13 });
});

Deno.test("after stop() nothing is heard, and the line is released once", async () => {
  let answer = (_outcome: ReadOutcome) => {};
  const { clock, heard, meter, reads, released } = setUp(
    {},
    () => new Promise<ReadOutcome>((resolve) => answer = resolve),
  );
  meter.start(heard);
  await clock.settle();
  const stopped = meter.stop();
  answer({ kind: "registers", registers: GOOD });
  await stopped;
  await meter.stop();
  await clock.advance(5_000);
  assertEquals([heard.samples.length, reads.length, released()], [0, 1, 1]);
  assertEquals(heard.healths, [{ kind: "waiting" }]);
});

Deno.test("a meter that was never started can be stopped, and none starts twice", async () => {
  const { heard, meter, released } = setUp();
  await meter.stop();
  assertEquals(released(), 1);
  assertThrows(() => meter.start(heard), BrokenAssumption);
  const other = setUp();
  other.meter.start(other.heard);
  assertThrows(() => other.meter.start(other.heard), BrokenAssumption);
  await other.meter.stop();
});
