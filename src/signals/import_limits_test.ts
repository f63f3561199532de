import { assertEquals, assertStrictEquals } from "@std/assert";
import type { Circuit } from "../site/mod.ts";
import { isImportMet, withImportLimits } from "./import_limits.ts";

const GRID: Circuit = {
  id: "grid",
  parentId: null,
  limitAmps: 100,
  continuousFactor: 0.8,
  meterId: "main",
  otherLoad: { worstAmps: 40, substituteAmps: 30 },
};
const ROW: Circuit = { ...GRID, id: "row", parentId: "grid", limitAmps: 63, powerLimitW: 30_000 };
const CIRCUITS = [GRID, ROW];

const everything = (circuitId: string | null, unit: "A" | "W", limit: number) =>
  ({ circuitId, counts: "everything", unit, limit }) as const;

Deno.test("a limit on all that a circuit draws is a limit of the circuit, the lowest of several", () => {
  const limits = [
    everything(null, "W", 40_000),
    everything("grid", "W", 25_000),
    everything("row", "A", 16),
    everything("row", "W", 50_000),
  ];
  assertEquals(withImportLimits(CIRCUITS, limits), [
    { ...GRID, powerLimitW: 25_000 },
    { ...ROW, limitAmps: 20 },
  ]);
});

Deno.test("limits on chargers alone, and higher ones than the wiring's, leave circuits as they are", () => {
  assertStrictEquals(withImportLimits(CIRCUITS, []), CIRCUITS);
  const ofChargers = { circuitId: "grid", unit: "W", limit: 1_000 } as const;
  assertStrictEquals(withImportLimits(CIRCUITS, [ofChargers]), CIRCUITS);
  assertEquals(withImportLimits(CIRCUITS, [everything("row", "A", 80)]), CIRCUITS);
});

Deno.test("such a limit is met when the rest and what chargers may draw are within it", () => {
  const load = {
    otherLoadAmps: { L1: 10, L2: 5, L3: 5 },
    reservedAmps: { L1: 6, L2: 6, L3: 6 },
  };
  assertEquals(isImportMet({ unit: "A", limit: 16 }, load, 230), true);
  assertEquals(isImportMet({ unit: "A", limit: 15.9 }, load, 230), false);
  assertEquals(isImportMet({ unit: "W", limit: 38 * 230 }, load, 230), true);
  assertEquals(isImportMet({ unit: "W", limit: 38 * 230 - 1 }, load, 230), false);
});
