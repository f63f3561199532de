import { assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Claim } from "./claim.ts";
import { compareUrgency, knownNeed, paceAmps } from "./urgency.ts";

const HOUR_MS = 3_600_000;

function claim(id: number, ampHours: number | null, hours: number | null, maxAmps = 32): Claim {
  const leftMs = hours === null ? null : hours * HOUR_MS;
  const need = { ampHours, leftMs };
  return { id, minAmps: 6, maxAmps, step: 0, priority: 0, laxityMs: Infinity, need, draws: [] };
}

Deno.test("a need is known when its energy and its departure are", () => {
  assertEquals(knownNeed(claim(1, 10, 2)), { ampHours: 10, leftMs: 2 * HOUR_MS });
  assertEquals(knownNeed(claim(1, 0, 0)), { ampHours: 0, leftMs: 0 });
  assertEquals(knownNeed(claim(1, null, 2)), null);
  assertEquals(knownNeed(claim(1, 10, null)), null);
  assertEquals(knownNeed({}), null);
});

Deno.test("the pace of one is its energy over its time", () => {
  assertAlmostEquals(paceAmps([claim(1, 20, 2)]), 10);
  assertEquals(paceAmps([]), 0);
  assertEquals(paceAmps([claim(1, null, 2), claim(2, 0, 2)]), 0);
});

Deno.test("the pace is what the hardest departure asks for", () => {
  // By two hours 10 Ah are due, by four 60 Ah, by ten 70 Ah: 5, 15 and 7 A.
  const all = [claim(1, 10, 10), claim(2, 50, 4), claim(3, 10, 2)];
  assertAlmostEquals(paceAmps(all), 15);
});

Deno.test("energy that an EV cannot take in its time sets no pace", () => {
  assertAlmostEquals(paceAmps([claim(1, 500, 2)]), 32);
  assertAlmostEquals(paceAmps([claim(1, 500, 2, 16)]), 16);
});

Deno.test("one that should be gone asks for all it can take, and no more", () => {
  assertAlmostEquals(paceAmps([claim(1, 20, 0)]), 32);
});

Deno.test("served by departure at their pace, nobody is late, and at less somebody is", () => {
  const dues = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 2, max: 12 })),
    {
      minLength: 1,
      maxLength: 8,
    },
  );
  fc.assert(fc.property(dues, (all) => {
    const claims = all.map(([ampHours, hours], id) => claim(id, ampHours, hours, 1_000));
    const pace = paceAmps(claims);
    const isDone = (amps: number) => {
      let due = 0;
      return all.toSorted(([, a], [, b]) => a - b).every(([ampHours, hours]) => {
        due += ampHours;
        return amps * hours >= due - 1e-9;
      });
    };
    return isDone(pace) && !isDone(pace * 0.99);
  }));
});

Deno.test("urgency is an order: of two, one goes first, whichever is asked about", () => {
  const some = fc.record({
    id: fc.nat(5),
    ampHours: fc.option(fc.nat(40)),
    hours: fc.option(fc.nat(12)),
    nowAmps: fc.constantFrom(0, 6, 30),
  }).map(({ id, ampHours, hours, nowAmps }) => ({ ...claim(id, ampHours, hours), nowAmps }));
  fc.assert(fc.property(some, some, some, (a, b, c) => {
    assertEquals(Math.sign(compareUrgency(a, b)), -Math.sign(compareUrgency(b, a)) + 0);
    if (compareUrgency(a, b) <= 0 && compareUrgency(b, c) <= 0) {
      assertEquals(compareUrgency(a, c) <= 0, true);
    }
  }));
});
