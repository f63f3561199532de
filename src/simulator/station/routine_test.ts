import { assertEquals } from "@std/assert";
import { isoTime } from "../../lib/clock.ts";
import { createSeededIds } from "../../lib/ids.ts";
import { createSpawner } from "../../lib/spawn.ts";
import { createVirtualClock } from "../../lib/virtual_clock.ts";
import { type ChargerChanges, chargerOptions } from "../charger_options.ts";
import { createRoutine } from "./routine.ts";
import { createStationClock } from "./station_clock.ts";

const MINUTE_MS = 60_000;

/** A station whose heartbeats are answered, with what its routine has done. */
function setUp(changes: Omit<ChargerChanges, "identity"> = {}) {
  const options = chargerOptions({ identity: "CP1", ...changes });
  const clock = createVirtualClock();
  const own = createStationClock(clock, options.faults);
  const state = { isReady: true, interval: 60, beats: 0, ticks: 0, reboots: 0 };
  const routine = createRoutine(
    options,
    { clock, ids: createSeededIds(3), spawn: createSpawner(() => {}) },
    {
      clock: own,
      link: {
        isReady: () => state.isReady,
        say() {
          state.beats++;
          const currentTime = isoTime(clock.wallMs() + 5_000);
          return Promise.resolve({ kind: "answered", payload: { currentTime } });
        },
      },
      heartbeatInterval: () => state.interval,
      update: () => void state.ticks++,
      reboot: () => void state.reboots++,
    },
  );
  return { clock, own, state, routine };
}

Deno.test("a heartbeat goes out at each interval, and sets the clock by its answer", async () => {
  const { clock, own, state, routine } = setUp();
  routine.beatRegularly();
  await clock.advance(10.5 * MINUTE_MS);
  assertEquals(state.beats, 10);
  assertEquals(own.nowMs(), clock.wallMs() + 5_000);
});

Deno.test("a new interval counts from its setting on, and 0 is none", async () => {
  const { clock, state, routine } = setUp();
  routine.beatRegularly();
  await clock.advance(0.5 * MINUTE_MS);
  state.interval = 300;
  routine.beatRegularly();
  await clock.advance(4.9 * MINUTE_MS);
  assertEquals(state.beats, 0);
  await clock.advance(0.2 * MINUTE_MS);
  assertEquals(state.beats, 1);
  state.interval = 0;
  routine.beatRegularly();
  await clock.advance(60 * MINUTE_MS);
  assertEquals(state.beats, 1);
});

Deno.test("nothing beats while the connection is gone", async () => {
  const { clock, state, routine } = setUp();
  routine.beatRegularly();
  routine.stopBeating();
  await clock.advance(10 * MINUTE_MS);
  state.isReady = false;
  routine.beatRegularly();
  await clock.advance(10 * MINUTE_MS);
  assertEquals(state.beats, 0);
});

Deno.test("reboots by chance come about as often as they should, and none without that fault", async () => {
  const often = setUp({ faults: { rebootsEveryMs: 10 * MINUTE_MS } });
  const never = setUp();
  for (const { routine, clock } of [often, never]) {
    routine.start();
    await clock.advance(1_000 * MINUTE_MS);
  }
  assertEquals(often.state.reboots > 70 && often.state.reboots < 130, true);
  assertEquals(never.state.reboots, 0);
  assertEquals(never.state.ticks, 60_000);
});

Deno.test("a station that is taken away does nothing any more, not even what was put off", async () => {
  const { clock, state, routine } = setUp({
    faults: { rebootsEveryMs: MINUTE_MS, answerDelayMs: 5_000 },
  });
  const done: string[] = [];
  routine.start();
  routine.beatRegularly();
  routine.later(1_000, () => done.push("in time"));
  routine.later(10_000, () => done.push("too late"));
  const thinking = routine.think().then(() => done.push("thought"));
  await clock.advance(2_000);
  routine.stop();
  routine.later(0, () => done.push("after the end"));
  const { ticks } = state;
  await thinking;
  await clock.advance(60 * MINUTE_MS);
  assertEquals(done, ["in time", "thought"]);
  assertEquals([state.ticks, state.beats, clock.pending()], [ticks, 0, 0]);
});
