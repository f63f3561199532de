import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { createSeededIds } from "../lib/ids.ts";
import {
  asksForEnergy,
  type Ev,
  type EvOffer,
  newEv,
  PILOT_MIN_AMPS,
  stateOfCharge,
  stepEv,
} from "./ev.ts";
import { drawEvModel } from "./ev_drawing.ts";
import { EV_MODELS, type EvModel } from "./ev_models.ts";

const PLAIN: EvModel = {
  name: "plain",
  batteryWh: 50_000,
  phases: 3,
  maxAmps: 16,
  minAmps: 6,
  stall: null,
  reactionMs: 2_000,
  startMs: 10_000,
  rampUpMs: 4_000,
  rampDownMs: 800,
  underDrawAmps: 0.5,
  taperFromSoc: 0.8,
  taperEnd: 0.1,
  cooling: null,
  sleepsAfterMs: null,
  wakesBy: "new-offer",
  givesUpAfterStops: null,
  efficiency: 0.9,
};

function offer(amps: number, phases: EvOffer["phases"] = 3): EvOffer {
  return { amps, phases, volts: 230 };
}

/** An EV of that model that has charged with `amps` long enough to be settled. */
function charging(model: EvModel, amps: number, soc = 0.2): Ev {
  return stepEv(newEv(model, { soc }, 0), offer(amps), 60_000);
}

Deno.test("an EV draws nothing before its reaction and its start are over", () => {
  let ev = newEv(PLAIN, { soc: 0.5 }, 0);
  ev = stepEv(ev, offer(16), 2_000);
  assertEquals([ev.mood, ev.drawnAmps], ["starting", 0]);
  ev = stepEv(ev, offer(16), 12_000);
  assertEquals([ev.mood, ev.drawnAmps, asksForEnergy(ev)], ["charging", 0, true]);
  ev = stepEv(ev, offer(16), 12_100);
  assert(ev.drawnAmps > 0);
});

Deno.test("an EV ramps up in a straight line, to a little below the offer", () => {
  const begun = stepEv(newEv(PLAIN, { soc: 0.5 }, 0), offer(12), 12_000);
  assertAlmostEquals(stepEv(begun, offer(12), 13_000).drawnAmps, 4, 1e-9);
  assertAlmostEquals(stepEv(begun, offer(12), 14_000).drawnAmps, 8, 1e-9);
  assertAlmostEquals(stepEv(begun, offer(12), 30_000).drawnAmps, 11.5, 1e-9);
});

Deno.test("an EV takes no more than its own charger can", () => {
  assertEquals(charging(PLAIN, 32).drawnAmps, 16);
});

Deno.test("an EV follows a lower offer within its reaction and a second", () => {
  let ev = charging(PLAIN, 16);
  ev = stepEv(ev, offer(8), 61_900);
  assertAlmostEquals(ev.drawnAmps, 15.5, 1e-9, "not yet noticed");
  ev = stepEv(ev, offer(8), 62_500);
  assertAlmostEquals(ev.drawnAmps, 7.5, 1e-9);
});

Deno.test("an open contactor ends the current at once", () => {
  const ev = stepEv(charging(PLAIN, 16), offer(16, 0), 60_001);
  assertEquals([ev.drawnAmps, ev.drawnPhases], [0, 0]);
});

for (const phases of [1, 2, 3] as const) {
  Deno.test(`an EV of ${phases} phases uses as many as both it and the socket have`, () => {
    const model = { ...PLAIN, phases };
    assertEquals(charging(model, 16).drawnPhases, phases);
    const oneLeft = stepEv(newEv(model, { soc: 0.2 }, 0), offer(16, 1), 60_000);
    assertEquals(oneLeft.drawnPhases, 1);
  });
}

Deno.test("energy is voltage times current times phases times time", () => {
  const ev = charging(PLAIN, 16);
  const later = stepEv(ev, offer(16), 60_000 + 3_600_000);
  const expectedWh = 230 * 15.5 * 3;
  assertAlmostEquals(later.receivedWh - ev.receivedWh, expectedWh, 1e-6);
  assertAlmostEquals(later.storedWh - ev.storedWh, expectedWh * 0.9, 1e-6);
});

Deno.test("time lapse fills the battery faster and leaves the socket's energy as it is", () => {
  const slow = stepEv(newEv(PLAIN, { soc: 0.1 }, 0), offer(16), 100_000);
  const fast = stepEv(newEv(PLAIN, { soc: 0.1, timeLapse: 20 }, 0), offer(16), 100_000);
  assertAlmostEquals(fast.receivedWh, slow.receivedWh, 1e-6);
  assertAlmostEquals(fast.storedWh - 5_000, 20 * (slow.storedWh - 5_000), 1e-6);
});

Deno.test("an EV that needs 7 A stays away from 6", () => {
  const picky = { ...PLAIN, minAmps: 7 };
  assertEquals(charging(picky, 6.9).drawnAmps, 0);
  assertAlmostEquals(charging(picky, 7).drawnAmps, 6.5, 1e-9);
  const starved = stepEv(charging(picky, 16), offer(6), 70_000);
  assertEquals([starved.drawnAmps, asksForEnergy(starved)], [0, false]);
});

Deno.test("after a pause an EV has to start anew", () => {
  const paused = stepEv(charging(PLAIN, 16), offer(0), 70_000);
  assertEquals([paused.mood, paused.drawnAmps], ["idle", 0]);
  const offered = stepEv(paused, offer(16), 81_900);
  assertEquals([offered.mood, offered.drawnAmps], ["starting", 0]);
  assert(stepEv(offered, offer(16), 83_000).drawnAmps > 0);
});

Deno.test("an EV takes less from 80 % on, and a tenth of its maximum at the end", () => {
  assertEquals(charging(PLAIN, 32, 0.79).drawnAmps, 16);
  assertAlmostEquals(charging(PLAIN, 32, 0.9).drawnAmps, 16 * 0.55, 0.15);
  assertAlmostEquals(charging(PLAIN, 32, 0.999).drawnAmps, 1.67, 0.15);
});

Deno.test("a full EV stops and asks for nothing more", () => {
  const ev = stepEv(newEv(PLAIN, { soc: 0.95 }, 0), offer(32), 5 * 3_600_000);
  assertEquals([ev.mood, ev.drawnAmps, stateOfCharge(ev)], ["full", 0, 1]);
  assertEquals(stepEv(ev, offer(6), 6 * 3_600_000).receivedWh, ev.receivedWh);
});

Deno.test("an EV stops at the energy or the state of charge that is enough", () => {
  const byEnergy = newEv(PLAIN, { soc: 0.2, wantedWh: 3_000 }, 0);
  assertAlmostEquals(stepEv(byEnergy, offer(16), 3_600_000).storedWh, 13_000, 5);
  const bySoc = newEv(PLAIN, { soc: 0.2, targetSoc: 0.25, wantedWh: 30_000 }, 0);
  assertAlmostEquals(stepEv(bySoc, offer(16), 3_600_000).storedWh, 12_500, 5);
});

Deno.test("an EV that sleeps when it is kept waiting wakes only by another offer", () => {
  const sleepy = { ...PLAIN, sleepsAfterMs: 300_000 };
  let ev = stepEv(charging(sleepy, 16), offer(0), 400_000);
  assertEquals(ev.mood, "asleep");
  ev = stepEv(ev, offer(16), 500_000);
  assertEquals([ev.mood, ev.drawnAmps], ["asleep", 0], "an offer alone is not enough");
  ev = stepEv(ev, offer(0), 510_000);
  assertEquals(ev.mood, "idle");
  ev = stepEv(ev, offer(16), 540_000);
  assertAlmostEquals(ev.drawnAmps, 15.5, 1e-9);
});

Deno.test("a short pause does not put an EV to sleep", () => {
  const sleepy = { ...PLAIN, sleepsAfterMs: 300_000 };
  const ev = stepEv(charging(sleepy, 16), offer(0), 200_000);
  assertAlmostEquals(stepEv(ev, offer(16), 240_000).drawnAmps, 15.5, 1e-9);
});

Deno.test("an EV that only a break of the control pilot wakes sleeps through new offers", () => {
  const sleepy = { ...PLAIN, sleepsAfterMs: 300_000, wakesBy: "pilot-break" } as const;
  let ev = stepEv(charging(sleepy, 16), offer(0), 400_000);
  ev = stepEv(stepEv(ev, offer(16), 410_000), offer(0), 420_000);
  ev = stepEv(ev, offer(16), 500_000);
  assertEquals([ev.mood, ev.drawnAmps], ["asleep", 0]);
  ev = stepEv(ev, offer(16, 0), 510_000);
  assertEquals(ev.mood, "idle");
  assertAlmostEquals(stepEv(ev, offer(16), 540_000).drawnAmps, 15.5, 1e-9);
});

Deno.test("an EV does not fall asleep before its transaction: no control pilot, no waiting", () => {
  const sleepy = { ...PLAIN, sleepsAfterMs: 300_000, wakesBy: "pilot-break" } as const;
  const waiting = stepEv(newEv(sleepy, { soc: 0.2 }, 0), offer(0, 0), 3_600_000);
  assertEquals(waiting.mood, "idle");
  assertEquals(stepEv(waiting, offer(0), 3_600_000 + 299_000).mood, "idle", "it counts anew");
  assertEquals(stepEv(waiting, offer(0), 3_600_000 + 301_000).mood, "asleep");
});

Deno.test("an EV that stalls draws 500 W below its minimum for a while, and then stops", () => {
  const stalling = { ...PLAIN, minAmps: 7, stall: { watts: 500, forMs: 60_000 } };
  const before = charging(stalling, 16);
  let ev = stepEv(before, offer(6), 80_000);
  assertEquals([ev.mood, asksForEnergy(ev)], ["stalling", true]);
  assertAlmostEquals(ev.drawnAmps * 230 * 3, 500, 1e-9);
  ev = stepEv(ev, offer(6), 130_000);
  assertEquals([ev.mood, ev.drawnAmps, asksForEnergy(ev)], ["idle", 0, false]);
  assertEquals(stepEv(ev, offer(6), 900_000).mood, "idle", "6 A do not bring it back");
  assertAlmostEquals(stepEv(ev, offer(7), 160_000).drawnAmps, 6.5, 1e-9);
});

Deno.test("a stalling EV goes on at once when it is offered enough", () => {
  const stalling = { ...PLAIN, minAmps: 7, stall: { watts: 500, forMs: 60_000 } };
  const ev = stepEv(charging(stalling, 16), offer(6), 80_000);
  assertAlmostEquals(stepEv(ev, offer(10), 90_000).drawnAmps, 9.5, 1e-9);
  assertEquals(stepEv(ev, offer(0), 90_000).mood, "idle");
});

Deno.test("an EV that has to cool pauses once after each start, and goes on asking", () => {
  const hot = { ...PLAIN, cooling: { afterMs: 20_000, forMs: 30_000 } };
  // Reaction and start take 12 s.
  let ev = stepEv(newEv(hot, { soc: 0.2 }, 0), offer(16), 31_900);
  assertEquals([ev.mood, ev.drawnAmps], ["charging", 15.5]);
  ev = stepEv(ev, offer(16), 34_000);
  assertEquals([ev.mood, ev.drawnAmps, asksForEnergy(ev)], ["cooling", 0, true]);
  ev = stepEv(ev, offer(16), 70_000);
  assertEquals([ev.mood, ev.drawnAmps], ["charging", 15.5]);
  ev = stepEv(ev, offer(16), 600_000);
  assertEquals([ev.mood, ev.drawnAmps], ["charging", 15.5], "only once");
  ev = stepEv(stepEv(ev, offer(0), 700_000), offer(16), 740_000);
  assertEquals(ev.mood, "cooling", "after another start again");
});

Deno.test("an EV that was stopped three times gives up until the control pilot breaks", () => {
  const proud = { ...PLAIN, givesUpAfterStops: 3 };
  let ev = charging(proud, 16);
  const moods: string[] = [];
  for (let stop = 0; stop < 3; stop++) {
    ev = stepEv(ev, offer(0), ev.atMs + 60_000);
    moods.push(ev.mood);
    ev = stepEv(ev, offer(16), ev.atMs + 60_000);
  }
  assertEquals(moods, ["idle", "idle", "given-up"]);
  assertEquals([ev.mood, ev.drawnAmps, asksForEnergy(ev)], ["given-up", 0, false]);
  ev = stepEv(stepEv(ev, offer(16, 0), ev.atMs + 5_000), offer(16), ev.atMs + 60_000);
  assertEquals([ev.mood, ev.drawnAmps, ev.stops], ["charging", 15.5, 0]);
});

Deno.test("the end of its transaction is no stop that an EV takes amiss", () => {
  let ev = charging({ ...PLAIN, givesUpAfterStops: 1 }, 16);
  ev = stepEv(ev, offer(16, 0), ev.atMs + 60_000);
  assertEquals(ev.mood, "idle");
});

Deno.test("newEv() refuses a state of charge that cannot be", () => {
  for (const soc of [-0.1, 1.1, NaN]) {
    assertThrows(() => newEv(PLAIN, { soc }, 0), RangeError, "Cannot create EV");
  }
});

const anyModel = fc.oneof(
  fc.constantFrom<EvModel>(...Object.values(EV_MODELS)),
  fc.integer({ min: 0, max: 2 ** 31 }).map((seed) => drawEvModel(createSeededIds(seed))),
);
const anyOffer = fc.record({
  amps: fc.double({ min: 0, max: 40, noNaN: true }),
  phases: fc.constantFrom<EvOffer["phases"]>(0, 1, 2, 3),
  volts: fc.double({ min: 200, max: 250, noNaN: true }),
});
const anyHistory = fc.array(
  fc.record({ offer: anyOffer, forMs: fc.integer({ min: 0, max: 200_000 }) }),
  { maxLength: 12 },
);

Deno.test("whatever is offered, an EV keeps to what it may draw and energy only grows", () => {
  fc.assert(fc.property(anyModel, anyHistory, fc.double({ min: 0, max: 1, noNaN: true }), run));

  function run(
    model: EvModel,
    history: readonly { readonly offer: EvOffer; readonly forMs: number }[],
    soc: number,
  ): void {
    let ev = newEv(model, { soc }, 0);
    for (const { offer, forMs } of history) {
      const before = ev;
      ev = stepEv(ev, offer, ev.atMs + forMs);
      assertEquals(ev.atMs, before.atMs + forMs);
      assert(ev.receivedWh >= before.receivedWh);
      assert(ev.storedWh >= before.storedWh && ev.storedWh <= model.batteryWh);
      assert(ev.drawnAmps >= 0 && ev.drawnAmps <= model.maxAmps);
      assert(offer.phases > 0 || ev.drawnAmps === 0);
      const hasFollowed = forMs >= model.reactionMs + model.rampDownMs;
      const least = model.stall === null ? model.minAmps : PILOT_MIN_AMPS;
      const allowed = offer.amps < least ? 0 : offer.amps;
      if (hasFollowed) assert(ev.drawnAmps <= allowed, `${ev.drawnAmps} of ${allowed} A`);
    }
  }
});

Deno.test("looking at an EV more often does not change it", () => {
  fc.assert(fc.property(anyModel, anyHistory, fc.integer({ min: 1, max: 7 }), run));

  function run(
    model: EvModel,
    history: readonly { readonly offer: EvOffer; readonly forMs: number }[],
    looks: number,
  ): void {
    let seldom = newEv(model, { soc: 0.3 }, 0);
    let often = seldom;
    for (const { offer, forMs } of history) {
      const startMs = seldom.atMs;
      seldom = stepEv(seldom, offer, startMs + forMs);
      for (let look = 1; look <= looks; look++) {
        often = stepEv(often, offer, startMs + forMs * look / looks);
      }
      assertEquals(often.mood, seldom.mood);
      assertAlmostEquals(often.drawnAmps, seldom.drawnAmps, 0.05);
      assertAlmostEquals(often.receivedWh, seldom.receivedWh, 1 + seldom.receivedWh * 0.001);
    }
  }
});
