import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { type Bench, bench } from "./_bench.ts";
import { chargingAt, emptyAt, type SiteDrawing } from "./_site_drawing.ts";
import { dueSteps, type Start } from "./_stagger.ts";

const timing = { raiseIntervalMs: 15_000 };

/** Sockets of 32 A on a connection that has room for all of them. */
function wide(count: number, startSeed = 1): SiteDrawing {
  return {
    circuits: [{ id: "grid", amps: 400, meter: "main" }],
    evses: Array.from({ length: count }, (_, index) => ({
      slot: index + 1,
      on: "grid",
      failSafe: 6,
    })),
    timing,
    startSeed,
  };
}

/** The power is back, and an EV is at each socket. */
function started(drawing: SiteDrawing): Bench {
  const desk = bench(drawing, { isLive: true });
  desk.meter("main", 0);
  desk.wait(300);
  for (const { slot } of drawing.evses) desk.facts(emptyAt(slot));
  for (const { slot } of drawing.evses) desk.facts(chargingAt(slot));
  return desk;
}

/** Second by second: who was raised from what to what. */
function raisesOf(desk: Bench, seconds: number): readonly (readonly [number, number, number])[][] {
  const log: (readonly [number, number, number])[][] = [];
  let before = desk.limits();
  for (let second = 0; second < seconds; second++) {
    desk.wait(1);
    const now = desk.limits();
    log.push(now.flatMap((amps, index) => {
      const was = before[index] ?? 0;
      return amps !== null && amps > was ? [[index + 1, was, amps] as const] : [];
    }));
    before = now;
  }
  return log;
}

Deno.test("Eight that start together begin at their minimum and rise one after the other, within about a minute", () => {
  const desk = started(wide(8));
  assertEquals(desk.limits(), [6, 6, 6, 6, 6, 6, 6, 6]);
  const log = raisesOf(desk, 75);
  assertEquals(desk.limits(), [32, 32, 32, 32, 32, 32, 32, 32]);
  for (const raised of log) {
    assert(raised.length <= 1, JSON.stringify(raised));
    for (const [, was, is] of raised) assert(is - was <= 8, JSON.stringify(raised));
  }
});

Deno.test("The same seed gives the same order, another one another", () => {
  const orderOf = (seed: number) =>
    raisesOf(started(wide(8, seed)), 16).flat().map(([slot]) => slot);
  assertEquals(orderOf(5), orderOf(5));
  assertNotEquals(orderOf(5), orderOf(6));
  assertEquals(orderOf(5).toSorted(), [1, 2, 3, 4, 5, 6, 7, 8]);
});

Deno.test("One that comes alone, or with one other, has all that there is, five seconds after an outage and else at once", () => {
  for (const count of [1, 2]) {
    const desk = started(wide(count));
    assertEquals(desk.limits().at(0), 6);
    desk.wait(5);
    assertEquals(desk.limits().at(0), 32);
    desk.wait(60);
    desk.facts(emptyAt(1));
    desk.facts(chargingAt(1, { transactionId: "next" }));
    assertEquals(desk.limits().at(0), 32);
  }
});

Deno.test("Who has charged for long is not held up by others that start", () => {
  const desk = started(wide(5));
  desk.wait(300);
  desk.facts(chargingAt(1, { caps: [{ source: "operator", amps: 10 }] }));
  desk.wait(30);
  for (const slot of [2, 3, 4, 5]) desk.facts(emptyAt(slot));
  for (const slot of [2, 3, 4, 5]) desk.facts(chargingAt(slot, { transactionId: "next" }));
  desk.facts(chargingAt(1));
  desk.wait(1);
  assertEquals(desk.limit(1).limitAmps, 32);
  assertEquals(desk.limits().slice(3), [6, 6]);
});

Deno.test("A reduction does not wait for anybody's turn", () => {
  const desk = started(wide(8));
  desk.wait(40);
  desk.meter("main", 330);
  desk.wait(3);
  const sum = desk.limits().reduce<number>((all, amps) => all + (amps ?? 0), 0);
  assert(sum <= 70, `${sum} A`);
});

Deno.test("Chargers that come back together hold what they have, and rise in steps", () => {
  const desk = started(wide(4));
  desk.wait(200);
  for (const slot of [1, 2, 3, 4]) {
    desk.facts(chargingAt(slot, { connected: false, caps: [{ source: "operator", amps: 10 }] }));
  }
  desk.wait(5);
  for (const slot of [1, 2, 3, 4]) {
    desk.facts(chargingAt(slot, { caps: [{ source: "operator", amps: 10 }] }));
  }
  desk.wait(15);
  assertEquals(desk.limits(), [10, 10, 10, 10]);
  for (const slot of [1, 2, 3, 4]) desk.facts(chargingAt(slot));
  desk.wait(1);
  assert(desk.limits().every((amps) => (amps ?? 0) <= 18), `${desk.limits()}`);
  desk.wait(75);
  assertEquals(desk.limits(), [32, 32, 32, 32]);
});

Deno.test("Whenever they start, each has exactly one step in a round, and it is never early", () => {
  const starts: fc.Arbitrary<readonly Start[]> = fc.array(fc.nat(40_000), {
    minLength: 3,
    maxLength: 40,
  }).map((times) => times.map((atMs, index) => ({ slot: index + 1, atMs })));
  fc.assert(fc.property(starts, fc.nat(), (all, seed) => {
    const steps = new Map<number, Set<number>>();
    for (let nowMs = 45_000; nowMs < 75_000; nowMs += 500) {
      for (const [slot, dueMs] of dueSteps(all, seed, nowMs)) {
        assert(dueMs <= nowMs, `due at ${dueMs}, now ${nowMs}`);
        if (dueMs >= 45_000) steps.set(slot, (steps.get(slot) ?? new Set()).add(dueMs));
      }
    }
    assertEquals(steps.size, all.length);
    for (const due of steps.values()) assert(due.size === 2, `${[...due]}`);
  }));
});
