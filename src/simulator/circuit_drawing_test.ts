import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { createSeededIds } from "../lib/ids.ts";
import { LINES } from "../site/mod.ts";
import { drawCircuits, drawPlace, GRID_ID, rateCircuits } from "./circuit_drawing.ts";
import type { PlannedCircuit } from "./site.ts";

const anySeed = fc.integer({ min: 0, max: 2 ** 31 });
const anyCount = fc.integer({ min: 1, max: 50 });

function depthOf(circuits: readonly PlannedCircuit[], id: string): number {
  const parentId = circuits.find((each) => each.id === id)?.parentId ?? null;
  return parentId === null ? 1 : 1 + depthOf(circuits, parentId);
}

Deno.test("a drawn tree has one root, at most three levels, and feeders before what they feed", () => {
  const depths = new Set<number>();
  fc.assert(fc.property(anySeed, anyCount, (seed, count) => {
    const circuits = drawCircuits(count, createSeededIds(seed));
    assertEquals(circuits[0], { id: GRID_ID, parentId: null });
    assertEquals(new Set(circuits.map(({ id }) => id)).size, circuits.length);
    for (const [index, { parentId }] of circuits.entries()) {
      if (index === 0) continue;
      assert(circuits.findIndex(({ id }) => id === parentId) < index);
    }
    const depth = Math.max(...circuits.map(({ id }) => depthOf(circuits, id)));
    assert(depth <= 3);
    depths.add(depth);
  }));
  assertEquals([...depths].toSorted(), [1, 2, 3]);
});

Deno.test("few chargers need no three levels", () => {
  for (let seed = 0; seed < 100; seed++) {
    const circuits = drawCircuits(3, createSeededIds(seed));
    assert(circuits.every(({ id }) => depthOf(circuits, id) <= 2));
  }
});

Deno.test("chargers hang mostly, not only, where nothing else is fed", () => {
  const ids = createSeededIds(4);
  const circuits = [{ id: GRID_ID, parentId: null }, { id: "row-1", parentId: GRID_ID }];
  const places = Array.from({ length: 1_000 }, () => drawPlace(circuits, ids));
  const onGrid = places.filter((id) => id === GRID_ID).length;
  assert(onGrid > 20 && onGrid < 100, `${onGrid}`);
});

const anySocket = fc.record({
  place: fc.nat(),
  lines: fc.constantFrom([...LINES], ["L2", "L3", "L1"] as const, ["L1"] as const, ["L3"] as const),
  maxAmps: fc.constantFrom(16, 32),
  failSafeAmps: fc.constantFrom(0, 6, 8),
});

Deno.test("limits leave room for fail-safe currents beside the worst other load", () => {
  fc.assert(fc.property(
    anySeed,
    fc.array(anySocket, { minLength: 1, maxLength: 60 }),
    fc.integer({ min: 0, max: 120 }),
    (seed, places, worstAmps) => {
      const ids = createSeededIds(seed);
      const circuits = drawCircuits(places.length, ids);
      const sockets = places.map(({ place, ...socket }) => ({
        ...socket,
        circuitId: circuits[place % circuits.length]?.id ?? GRID_ID,
      }));
      const other = { worstAmps, usualAmps: Math.floor(worstAmps / 4) };
      const rated = rateCircuits(circuits, sockets, other, ids);
      assertEquals(rated.map(({ id }) => id), circuits.map(({ id }) => id));
      const isBelow = (id: string, top: string): boolean =>
        id === top || circuits.some((each) =>
          each.id === id && each.parentId !== null &&
          isBelow(each.parentId, top)
        );
      for (const { id, limitAmps, otherWorstAmps, otherSubstituteAmps } of rated) {
        assert(Number.isInteger(limitAmps) && otherSubstituteAmps <= otherWorstAmps);
        for (const line of LINES) {
          const below = sockets.filter(({ circuitId, lines }) =>
            isBelow(circuitId, id) && lines.some((each) => each === line)
          );
          const failSafes = below.reduce((sum, { failSafeAmps }) => sum + failSafeAmps, 0);
          assert(failSafes + otherWorstAmps <= limitAmps, `${id} ${line}`);
        }
      }
    },
  ));
});

Deno.test("a circuit carries less than its sockets could draw, the grid less than its rows", () => {
  const circuits = [GRID_ID, "row-1", "row-2"].map((id) => ({
    id,
    parentId: id === GRID_ID ? null : GRID_ID,
  }));
  const sockets = Array.from({ length: 10 }, (_, index) => ({
    circuitId: `row-${index % 2 + 1}`,
    lines: LINES,
    maxAmps: 32,
    failSafeAmps: 6,
  }));
  for (let seed = 0; seed < 50; seed++) {
    const other = { worstAmps: 0, usualAmps: 0 };
    const [grid, ...rows] = rateCircuits(circuits, sockets, other, createSeededIds(seed))
      .map(({ limitAmps }) => limitAmps);
    for (const amps of rows) assert(amps >= 0.35 * 160 && amps <= 0.65 * 160 + 1, `${amps}`);
    const carried = rows.reduce((sum, amps) => sum + amps, 0);
    assert((grid ?? 0) >= 60 && (grid ?? 0) <= 0.95 * carried + 1, `${grid} of ${carried}`);
  }
});
