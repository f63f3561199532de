import { assertEquals } from "@std/assert";
import { type Bench, bench } from "./_bench.ts";
import type { ChargerTraits } from "./facts.ts";
import { USUAL_TRAITS } from "./facts.ts";
import { chargingAt, emptyAt } from "./_site_drawing.ts";

/** Two EVs that charge on a circuit, both measured each 10 s by `pass()`. */
function twoOn(amps: number, traits: ChargerTraits = USUAL_TRAITS) {
  const desk = bench({
    circuits: [{ id: "grid", amps }],
    evses: [{ slot: 1, on: "grid" }, { slot: 2, on: "grid" }],
  });
  for (const slot of [1, 2]) {
    desk.facts(emptyAt(slot));
    desk.facts(chargingAt(slot, slot === 1 ? { traits } : {}));
  }
  const drawn: [number | null, number | null] = [null, null];
  function pass(seconds: number): void {
    for (let s = 0; s < seconds; s++) {
      desk.wait(1);
      if (desk.nowMs() % 10_000 !== 0) continue;
      for (const slot of [1, 2]) {
        const limitAmps = desk.limit(slot).limitAmps ?? 0;
        desk.measured(slot, Math.min(limitAmps, drawn[slot - 1] ?? limitAmps));
      }
    }
  }
  const isAsleep = (is: boolean) => {
    drawn[0] = is ? 0 : null;
    desk.facts(chargingAt(1, { traits, suspendedByEv: is }));
  };
  pass(60);
  return { desk, pass, isAsleep, drawn };
}

/** Without current the charger holds back, not the EV. */
function suspendedByCharger(desk: Bench): void {
  desk.facts(chargingAt(1, { traits: USUAL_TRAITS }));
}

Deno.test("A full EV gives all its current to one who wants more, within a minute, and counts as no pause", () => {
  const { desk, pass, isAsleep } = twoOn(20);
  assertEquals(desk.limits(), [10, 10]);
  isAsleep(true);
  pass(29);
  assertEquals(desk.limits(), [6, 14]);
  pass(16);
  assertEquals(desk.limits(), [0, 20]);
  assertEquals(desk.reason(1), { kind: "satisfied", takesAmps: null });
  assertEquals(desk.limit(1).pauses, 0);
});

Deno.test("A full EV keeps its minimum where everybody has what he wants", () => {
  const { desk, pass, isAsleep } = twoOn(38);
  isAsleep(true);
  pass(4_000);
  assertEquals(desk.limits(), [6, 32]);
});

Deno.test("A full EV is asked again when there is plenty, after a quarter of an hour at the earliest", () => {
  const { desk, pass, isAsleep } = twoOn(20);
  isAsleep(true);
  pass(60);
  suspendedByCharger(desk);
  desk.facts(emptyAt(2));
  pass(850);
  assertEquals(desk.limit(1).limitAmps, 0);
  pass(60);
  assertEquals(desk.limit(1).limitAmps, 20);
});

Deno.test("A full EV is asked after an hour, and has time to start before it stands back again", () => {
  const { desk, pass, isAsleep } = twoOn(20);
  isAsleep(true);
  pass(60);
  // Some chargers go on saying that the EV holds back.
  pass(3_500);
  assertEquals(desk.limits(), [0, 20]);
  pass(90);
  assertEquals(desk.limits()[0], 6);
  pass(60);
  assertEquals(desk.limits()[0], 6);
  pass(60);
  assertEquals(desk.limits(), [0, 20]);
});

Deno.test("A sign of life of an EV that was paused full counts a quarter of an hour later, and then at once", () => {
  const { desk, pass, isAsleep } = twoOn(20);
  isAsleep(true);
  pass(60);
  // The answer of the charger to the pause.
  suspendedByCharger(desk);
  pass(900);
  assertEquals(desk.limits(), [0, 20]);
  pass(5);
  desk.measured(1, 3);
  pass(30);
  assertEquals(desk.limits(), [10, 10]);
});

Deno.test("Where 0 A do not pause a charger, its full EV keeps the minimum", () => {
  const { desk, pass, isAsleep } = twoOn(20, { ...USUAL_TRAITS, pausesAtZero: false });
  isAsleep(true);
  pass(600);
  assertEquals(desk.limits(), [6, 14]);
});

Deno.test("An EV that says it charges and draws nothing is full after five minutes; while it cools down, it is not", () => {
  const { desk, pass, drawn } = twoOn(20);
  drawn[0] = 0;
  pass(240);
  assertEquals(desk.limits(), [6, 14]);
  drawn[0] = null;
  pass(120);
  assertEquals(desk.limits(), [10, 10]);
  drawn[0] = 0.4;
  pass(340);
  assertEquals(desk.limits(), [0, 20]);
});

Deno.test("An EV that is slow to start after a pause is not taken for a full one", () => {
  const { desk, pass, isAsleep } = twoOn(20);
  isAsleep(true);
  pass(60 + 3_610);
  assertEquals(desk.limits()[0], 6);
  pass(50);
  isAsleep(false);
  pass(60);
  assertEquals(desk.limits(), [10, 10]);
});

Deno.test("A full EV that was asked in vain is asked after two hours, then after four; one that took something after one", () => {
  const { desk, pass, isAsleep } = twoOn(20);
  const asked: number[] = [];
  let had = 0;
  const watch = (seconds: number) => {
    for (let s = 0; s < seconds; s += 10) {
      pass(10);
      const has = desk.limit(1).limitAmps ?? 0;
      if (has > 0 && had === 0) asked.push(desk.nowMs() / 60_000);
      had = has;
    }
  };
  isAsleep(true);
  pass(60);
  watch(10.5 * 3_600);
  const waits = asked.map((at, index) => Math.round((at - (asked[index - 1] ?? 0)) / 60));
  assertEquals(waits, [1, 2, 4], `asked at ${asked} min`);
  // It wakes as it is asked, and sleeps again: nothing was in vain.
  watch(3_600);
  isAsleep(false);
  watch(300);
  isAsleep(true);
  asked.length = 0;
  const sleptAt = desk.nowMs() / 60_000;
  watch(1.5 * 3_600);
  assertEquals(asked.map((at) => Math.round((at - sleptAt) / 60)), [1]);
});

Deno.test("An EV that begins has its share at once, though its charger says for a while that it takes nothing", () => {
  const desk = bench({
    circuits: [{ id: "grid", amps: 20 }],
    evses: [{ slot: 1, on: "grid" }],
  });
  desk.facts(emptyAt(1));
  desk.facts(chargingAt(1, { suspendedByEv: true }));
  desk.wait(5);
  assertEquals(desk.limits(), [20]);
  desk.wait(24);
  assertEquals(desk.limits(), [20]);
  // One that has not begun by then keeps nothing from others.
  desk.facts(emptyAt(1));
  const two = bench({
    circuits: [{ id: "grid", amps: 20 }],
    evses: [{ slot: 1, on: "grid" }, { slot: 2, on: "grid" }],
  });
  for (const slot of [1, 2]) {
    two.facts(emptyAt(slot));
    two.facts(chargingAt(slot, { suspendedByEv: slot === 1 }));
  }
  two.wait(25);
  assertEquals(two.limits(), [10, 10]);
  two.wait(45);
  assertEquals(two.limits(), [6, 14]);
});
