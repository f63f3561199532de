import { assertAlmostEquals, assertEquals } from "@std/assert";
import { type Claim, settable } from "./claim.ts";
import { fillByDeparture } from "./departure.ts";
import { createPool, everybody } from "./pool.ts";
import { DELTA_DRAWS, deltaSite, drawn, type DrawnCapacities, type DrawnClaim } from "./_drawn.ts";

const HOUR_MS = 3_600_000;

/** An EV that still takes so many ampere-hours and stays for so many hours. */
function wants(ampHours: number, hours: number, otherwise: Partial<Claim> = {}) {
  return { need: { ampHours, leftMs: hours * HOUR_MS }, ...otherwise };
}

function shared(
  capacities: DrawnCapacities,
  claims: readonly DrawnClaim[],
  hadAmps: readonly number[] = [],
): number[] {
  const site = drawn(capacities, claims);
  const pool = createPool(site.claims.map(settable), site.capacities);
  for (const [index, amps] of hadAmps.entries()) {
    pool.amps[index] = amps;
    for (const { capacity, re } of site.claims[index]?.draws ?? []) {
      pool.re[capacity] = (pool.re[capacity] ?? 0) + amps * re;
    }
  }
  fillByDeparture(pool, everybody(pool));
  return [...pool.amps].map((amps) => Math.round(amps * 1e6) / 1e6);
}

Deno.test("the one with least time to spare gets all it can use, the next one the rest", () => {
  const amps = shared({ L1: 50 }, [
    [6, 32, "L1", wants(20, 9)],
    [6, 32, "L1", wants(20, 1)],
    [6, 32, "L1", wants(20, 5)],
  ]);
  assertEquals(amps, [0, 32, 18]);
});

Deno.test("not who leaves first, but who could wait least is served first", () => {
  const amps = shared({ L1: 32 }, [[6, 32, "L1", wants(4, 3)], [6, 32, "L1", wants(120, 4)]]);
  assertEquals(amps, [0, 32]);
});

Deno.test("what is too little for the next one's minimum is made up by those before it", () => {
  const both: DrawnClaim[] = [[6, 32, "L1", wants(20, 2)], [6, 32, "L1", wants(20, 5)]];
  assertEquals(shared({ L1: 36 }, both), [30, 6]);
  assertEquals(shared({ L1: 11.9 }, both), [11.9, 0]);
  const inSteps = both.map((
    [min, max, draws, other],
  ): DrawnClaim => [min, max, draws, { ...other, step: 1 }]);
  assertEquals(shared({ L1: 35.5 }, inSteps), [29, 6]);
  const inEights = both.map((
    [min, max, draws, other],
  ): DrawnClaim => [min, max, draws, { ...other, step: [0, 8, 16, 24, 32] }]);
  assertEquals(shared({ L1: 39 }, inEights), [24, 8]);
});

Deno.test("one who charges keeps its place until another has half an hour less to spare", () => {
  const other = (hours: number): DrawnClaim[] => [
    [6, 32, "L1", wants(16, 5, { nowAmps: 32 })],
    [6, 32, "L1", wants(16, hours)],
  ];
  assertEquals(shared({ L1: 32 }, other(4.6)), [32, 0]);
  assertEquals(shared({ L1: 32 }, other(4.4)), [0, 32]);
});

Deno.test("who should have left by now goes first, and who has what it wanted last", () => {
  const claims: DrawnClaim[] = [
    [6, 16, "L1", wants(0, 0.1)],
    [6, 16, "L1", wants(10, 1)],
    [6, 16, "L1", wants(10, 0)],
  ];
  assertEquals(shared({ L1: 16 }, claims), [0, 0, 16]);
  assertEquals(shared({ L1: 32 }, claims), [0, 16, 16]);
  assertEquals(shared({ L1: 40 }, claims), [8, 16, 16]);
});

Deno.test("phases share evenly where there is too little for all, however long their queues are", () => {
  const long = Array.from({ length: 5 }, (): DrawnClaim => [0, 32, DELTA_DRAWS.AB, wants(64, 2)]);
  const amps = shared(deltaSite(Math.sqrt(3) * 20, 1_000), [
    ...long,
    [0, 32, DELTA_DRAWS.BC, wants(64, 2)],
    [0, 32, DELTA_DRAWS.CA, wants(64, 2)],
  ]);
  assertEquals(amps.slice(0, 5), [20, 0, 0, 0, 0]);
  assertEquals(amps.slice(5), [20, 20]);
});

Deno.test("each phase has the pace it needs to be done in time where there is enough for that", () => {
  const amps = shared(deltaSite(Math.sqrt(3) * 20, 1_000), [
    [0, 32, DELTA_DRAWS.AB, wants(54, 2)],
    [0, 32, DELTA_DRAWS.BC, wants(10, 2)],
    [0, 32, DELTA_DRAWS.CA, wants(10, 2)],
  ]);
  const [ab = 0, bc = 0, ca = 0] = amps;
  // 27 : 5 : 5 in need. More goes to the one that needs more, until its lines are full.
  assertEquals(ab >= 27, true, `${ab}`);
  assertEquals(bc, ca);
  assertEquals(bc < ab / 3, true, `${bc}`);
});

Deno.test("the same phases in two rows are one queue, and a full row lets the other go on", () => {
  const strand = "L1";
  const amps = shared({ L1: 60, rowA: 20, rowB: 60 }, [
    [6, 32, "L1 rowA", wants(32, 1, { strand })],
    [6, 32, "L1 rowA", wants(30, 1, { strand })],
    [6, 32, "L1 rowB", wants(20, 4, { strand })],
    [6, 32, "L1 rowB", wants(20, 5, { strand })],
  ]);
  // Row A is full with the first two; what it cannot carry goes to row B.
  assertEquals(amps, [20, 0, 32, 8]);
});

Deno.test("whose departure or energy nobody knows has what it would have if all shared evenly", () => {
  const known: DrawnClaim[] = [[6, 32, "L1", wants(32, 1)], [6, 32, "L1", wants(32, 9)]];
  const ends = [
    {},
    { need: { ampHours: 20, leftMs: null } },
    { need: { ampHours: null, leftMs: HOUR_MS } },
  ];
  for (const unknown of ends) {
    assertEquals(shared({ L1: 48 }, [...known, [6, 32, "L1", unknown]]), [32, 0, 16]);
    assertEquals(shared({ L1: 10 }, [...known, [6, 32, "L1", unknown]]), [10, 0, 0]);
    assertEquals(shared({ L1: 90 }, [...known, [6, 32, "L1", unknown]]), [32, 28, 30]);
  }
});

Deno.test("nobody loses what it has already, and queues stand behind it", () => {
  const claims: DrawnClaim[] = [[6, 32, "L1", wants(20, 9)], [6, 32, "L1", wants(20, 1)]];
  assertEquals(shared({ L1: 32 }, claims, [6, 0]), [6, 26]);
  assertEquals(shared({ L1: 10 }, claims, [6, 0]), [10, 0]);
});

Deno.test("what steps leave over on one phase goes to the phase that lost most", () => {
  const amps = shared({ site: 20.9 }, [
    [6, 32, "site", wants(40, 2, { strand: "L1", step: 1 })],
    [6, 32, "site", wants(40, 2, { strand: "L2", step: 1 })],
  ]);
  // 10.45 each.
  assertEquals(amps, [10, 10]);
  assertEquals(
    shared({ site: 21 }, [
      [6, 32, "site", wants(40, 2, { strand: "L1", step: 1 })],
      [6, 32, "site", wants(40, 2, { strand: "L2", step: 1 })],
    ]),
    [11, 10],
  );
});

Deno.test("a bound on the difference of two lines holds when one of them is rounded to nothing", () => {
  const lines = { "1-2": 4, "2-1": 4, L2: 3 };
  const amps = shared(lines, [
    [6, 32, "1-2 2-1:-1", wants(20, 1, { strand: "L1", step: 1 })],
    [6, 32, "2-1 1-2:-1 L2", wants(20, 1, { strand: "L2", step: 1 })],
  ]);
  assertEquals(amps, [0, 0]);
  const both = shared({ ...lines, L2: 8 }, [
    [6, 32, "1-2 2-1:-1", wants(20, 1, { strand: "L1", step: 1 })],
    [6, 32, "2-1 1-2:-1 L2", wants(20, 1, { strand: "L2", step: 1 })],
  ]);
  assertEquals(both, [12, 8]);
});

Deno.test("an EV that can take nothing between its minimum and its maximum gets nothing", () => {
  assertEquals(shared({ L1: 50 }, [[6, 5, "L1", wants(20, 1)]]), [0]);
  assertEquals(shared({ L1: 50 }, [[6, 7, "L1", wants(20, 1, { step: [0, 8, 16] })]]), [0]);
  assertAlmostEquals(shared({ L1: 50 }, [[6, 7, "L1", wants(20, 1)]])[0] ?? 0, 7);
});
