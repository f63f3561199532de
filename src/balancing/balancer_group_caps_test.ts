import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { bench, settled } from "./_bench.ts";
import { isWithinCaps } from "./balancer.ts";
import type { GroupCap } from "./facts.ts";
import { chargingAt, emptyAt, type SiteDrawing } from "./_site_drawing.ts";

/** Two on a row, one beside it, under a margin that is no matter of caps. */
const ROW: SiteDrawing = {
  marginAmps: 2,
  circuits: [{ id: "grid", amps: 100 }, { id: "row", amps: 66, from: "grid" }],
  evses: [{ slot: 1, on: "row" }, { slot: 2, on: "row", failSafe: 6 }, { slot: 3, on: "grid" }],
};

function capped(...caps: readonly GroupCap[]) {
  const desk = settled(ROW, [1, 2, 3], true);
  assertEquals(desk.limits(), [32, 32, 32]);
  desk.tell({ kind: "group-caps", caps });
  return desk;
}

const ON_ROW: GroupCap = {
  circuitId: "row",
  source: "signal",
  unit: "A",
  limit: 20,
  untilWallMs: 5_000,
};

Deno.test("a cap on a circuit is shared by the chargers below it, at once, and nobody else hears of it", () => {
  const desk = capped(ON_ROW);
  assertEquals(desk.limits(), [10, 10, 32]);
  desk.wait(60);
  assertEquals(desk.limits(), [10, 10, 32]);
  assertEquals(desk.reason(1), {
    kind: "shared",
    bottleneck: {
      kind: "cap",
      source: "signal",
      circuitId: "row",
      line: "L1",
      limitAmps: 20,
      untilWallMs: 5_000,
      othersAmps: 10,
    },
  });
});

Deno.test("a cap in watts counts all lines together", () => {
  const desk = capped({ ...ON_ROW, unit: "W", limit: 4_200 });
  desk.wait(60);
  // 4.2 kW are 6.09 A on three lines: one charges, the other waits its turn.
  assertEquals(desk.limits().toSorted(), [0, 32, 6]);
  const waiting = desk.limits().indexOf(0) + 1;
  const reason = desk.reason(waiting);
  if (reason.kind !== "waiting") throw new Error(reason.kind);
  assertEquals(reason.bottleneck?.kind, "power-cap");
  assert(reason.nextAtMs !== null, "its turn comes");
});

Deno.test("the lowest of each unit counts, and on the whole site it bounds everybody", () => {
  const desk = capped(
    { circuitId: null, source: "operator", unit: "W", limit: 30 * 690 },
    { circuitId: null, source: "signal", unit: "A", limit: 40 },
    { circuitId: null, source: "signal", unit: "W", limit: 90_000 },
  );
  desk.wait(60);
  assertEquals(desk.limits(), [10, 10, 10]);
  assertEquals(desk.reasonKey(1), "shared power-cap operator");
});

Deno.test("when a cap is over, all have what they had, step by step", () => {
  const desk = capped(ON_ROW);
  desk.wait(60);
  desk.tell({ kind: "group-caps", caps: [] });
  desk.wait(100);
  assertEquals(desk.limits(), [32, 32, 32]);
});

Deno.test("a cap of 0 pauses all below; one of a circuit that is not there bounds nothing; NaN bounds at 0", () => {
  const desk = capped({ ...ON_ROW, limit: 0 });
  desk.wait(30);
  assertEquals(desk.limits(), [0, 0, 32]);
  desk.tell({ kind: "group-caps", caps: [{ ...ON_ROW, circuitId: "gone", limit: 0 }] });
  desk.wait(400);
  assertEquals(desk.limits(), [32, 32, 32]);
  desk.tell({ kind: "group-caps", caps: [{ ...ON_ROW, limit: NaN }] });
  assertEquals(desk.limits(), [0, 0, 32]);
});

Deno.test("what a charger out of reach may draw counts under a cap", () => {
  const desk = bench(ROW, { isLive: true });
  for (const slot of [1, 2, 3]) desk.facts(emptyAt(slot));
  desk.tell({ kind: "group-caps", caps: [ON_ROW] });
  desk.facts(chargingAt(1));
  desk.facts(chargingAt(2, { connected: false }));
  desk.wait(60);
  assertEquals(desk.limits()[0], 14, "the fail-safe current of the other is kept");
});

Deno.test("it is met once chargers have provably followed, not when they are told", () => {
  const desk = capped(ON_ROW);
  const isMet = () => isWithinCaps(desk.state(), "row", desk.nowMs(), desk.options);
  assertEquals(isMet(), false);
  desk.wait(15);
  assertEquals(isMet(), true);
  assertEquals(isWithinCaps(desk.state(), null, desk.nowMs(), desk.options), true);
});

Deno.test("no cap raises anybody, and what is settled is within every cap and every line", () => {
  const anyCap = fc.record({
    circuitId: fc.constantFrom(null, "grid", "row"),
    source: fc.constantFrom("signal" as const, "operator" as const),
    unit: fc.constantFrom("A" as const, "W" as const),
    limit: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 70_000 })),
  });
  fc.assert(
    fc.property(fc.array(anyCap, { maxLength: 4 }), (caps) => {
      const desk = capped(...caps);
      desk.wait(40);
      const amps = desk.limits().map((limit) => limit ?? 0);
      for (const { circuitId, unit, limit } of caps) {
        const below = circuitId === "row" ? amps.slice(0, 2) : amps;
        const sum = below.reduce((all, each) => all + each, 0);
        assert(sum * (unit === "A" ? 1 : 690) <= limit + 1e-6, `${amps} A under ${limit} ${unit}`);
      }
      assert(amps.every((each) => each === 0 || (each >= 6 && each <= 32)));
    }),
    { numRuns: 60 },
  );
});
