import { assertEquals, assertThrows } from "@std/assert";
import { assume } from "../lib/assert.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import type { MeterListener, MeterSource } from "../site/mod.ts";
import { failure, hearMeter } from "../../test/support/meters.ts";
import type { VirtualMeterOptions } from "./virtual_meter.ts";
import { withVirtualMeters } from "./virtual_source.ts";

/** Two meters and what is reckoned from them, all started. */
function site(changes: Partial<VirtualMeterOptions> = {}) {
  const clock = createVirtualClock();
  const listeners = new Map<string, MeterListener>();
  const source = (id: string): MeterSource => ({
    id,
    role: "circuit",
    start: (listener) => void listeners.set(id, listener),
    stop: () => Promise.resolve(),
  });
  const house: VirtualMeterOptions = {
    driver: "virtual",
    id: "house",
    role: "consumer",
    plus: ["grid"],
    minus: ["pv"],
    ...changes,
  };
  const all = withVirtualMeters([source("grid"), source("pv")], [house], clock, () => {});
  const heard = all.map((each) => {
    const one = hearMeter();
    each.start(one);
    return one;
  });
  const [grid, , whole] = heard;
  assume(grid !== undefined && whole !== undefined, "there are three meters");
  return {
    clock,
    grid,
    whole,
    all,
    says(id: string, watts: number) {
      const at = { atMonoMs: clock.monoMs(), atWallMs: clock.wallMs() };
      listeners.get(id)?.sample({ meterId: id, ...at, totalPowerW: watts });
    },
    fails: (id: string, reason: string) =>
      listeners.get(id)?.health({ kind: "failing", sinceMonoMs: clock.monoMs(), reason }),
  };
}

Deno.test("a reckoned meter says nothing until every part has spoken", () => {
  const { says, whole, grid } = site();
  says("grid", 1_000);
  assertEquals(whole.samples, []);
  assertEquals(whole.current().kind, "waiting");
  says("pv", -400);
  assertEquals(whole.samples.map(({ totalPowerW }) => totalPowerW), [1_400]);
  assertEquals(grid.samples.length, 1);
});

Deno.test("a reading counts once, when its oldest part has spoken again", async () => {
  const { clock, says, whole } = site();
  says("grid", 1_000);
  says("pv", -400);
  await clock.advance(1_000);
  says("grid", 1_100);
  assertEquals(whole.samples.length, 1);
  says("pv", -300);
  assertEquals(whole.samples.map(({ totalPowerW }) => totalPowerW), [1_400, 1_400]);
  assertEquals(whole.samples[1]?.atMonoMs, 1_000);
});

Deno.test("with one part gone there is no number, whatever the others say", async () => {
  const { clock, says, fails, whole } = site();
  says("grid", 1_000);
  says("pv", -400);
  fails("pv", "no answer from 10.0.0.9:502");
  assertEquals(failure(whole.current()), 'meter "pv": no answer from 10.0.0.9:502');
  await clock.advance(1_000);
  says("grid", 2_000);
  assertEquals(whole.samples.length, 1);
  says("pv", -100);
  assertEquals(whole.samples.length, 2);
  assertEquals(whole.current().kind, "good");
});

Deno.test("a part that has been silent too long is named", async () => {
  const { clock, says, whole } = site({ maxAgeMs: 5_000 });
  says("grid", 1_000);
  says("pv", -400);
  await clock.advance(6_000);
  says("grid", 1_000);
  assertEquals(failure(whole.current()), 'no reading of meter "pv" for 5 s');
});

Deno.test("a meter that was stopped says nothing more", async () => {
  const { says, whole, all } = site();
  await all[2]?.stop();
  says("grid", 1_000);
  says("pv", -400);
  assertEquals(whole.samples, []);
});

Deno.test("a part that is not there is a mistake of the caller", () => {
  assertThrows(() => site({ minus: ["sun"] }), RangeError, 'there is no meter "sun"');
});
