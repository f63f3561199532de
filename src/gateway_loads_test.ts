import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { CircuitLoad } from "./balancing/mod.ts";
import { circuitBounds, loadHistory } from "./gateway_loads.ts";
import { type Circuit, onEachLine } from "./site/mod.ts";
import { createMemoryTelemetry } from "./telemetry/mod.ts";

const GRID: Circuit = {
  id: "grid",
  parentId: null,
  limitAmps: 63,
  continuousFactor: 1,
  meterId: "main",
  otherLoad: { worstAmps: 0, substituteAmps: 0 },
  powerLimitW: 20_000,
  apparentLimitVa: 25_000,
  unbalanceMaxAmps: 20,
  neutralLimitAmps: 32,
};
const load = (measuredAmps: CircuitLoad["measuredAmps"]): CircuitLoad => ({
  circuitId: "grid",
  limitAmps: 63,
  measuredAmps,
  otherLoadAmps: onEachLine(0),
  reservedAmps: onEachLine(0),
  headroomAmps: onEachLine(0),
  meter: "good",
});
const POWER = { powerW: 11_500, nominalVoltageV: 230 };
const loads = (bounds: ReturnType<typeof circuitBounds>) =>
  Object.fromEntries(bounds.map((each) => [each.kind, each.load]));

Deno.test("circuitBounds() has each bound that is set, with what there is of it", () => {
  const bounds = circuitBounds(GRID, load({ L1: 30, L2: 10, L3: 10 }), POWER);
  assertEquals(bounds.map(({ kind, unit, limit }) => [kind, unit, limit]), [
    ["power", "W", 20_000],
    ["apparent", "VA", 25_000],
    ["unbalance", "A", 20],
    ["neutral", "A", 32],
  ]);
  assertEquals(loads(bounds), { power: 11_500, apparent: 50 * 230, unbalance: 20, neutral: 20 });
});

Deno.test("circuitBounds() finds nothing in a neutral that balances, and as much as one line alone", () => {
  const neutral = (L1: number, L2: number, L3: number) =>
    loads(circuitBounds(GRID, load({ L1, L2, L3 }), POWER))["neutral"] ?? NaN;
  assertAlmostEquals(neutral(16, 16, 16), 0);
  assertAlmostEquals(neutral(16, 0, 0), 16);
  assertAlmostEquals(neutral(16, 16, 0), 16);
});

Deno.test("circuitBounds() says of what nobody measures that nobody knows", () => {
  const bounds = circuitBounds(GRID, load({ L1: 30, L2: null, L3: 10 }), {
    ...POWER,
    powerW: null,
  });
  assertEquals(loads(bounds), { power: null, apparent: null, unbalance: null, neutral: null });
  assertEquals(circuitBounds(undefined, load(onEachLine(1)), POWER), []);
});

Deno.test("loadHistory() puts a minute's quantities together, and leaves out what was not measured", async () => {
  const store = createMemoryTelemetry();
  const summary = (minuteMs: number, quantity: string, max: number, subject = "circuit grid") => ({
    minuteMs,
    subject,
    quantity,
    min: 0,
    mean: max / 2,
    max,
    count: 60,
  });
  await store.write({
    decisions: [],
    limits: [],
    summaries: [
      summary(60_000, "measuredAmps.L1", 41),
      summary(60_000, "reservedAmps.L1", 20),
      summary(60_000, "limitAmps", 63),
      summary(120_000, "limitAmps", 50),
      summary(120_000, "limitAmps", 1, "circuit other"),
    ],
  }, 0);
  assertEquals(await loadHistory(store, "grid", 0, 1e12), [
    {
      at: "1970-01-01T00:01:00.000Z",
      loadAmps: { L1: 41, L2: null, L3: null },
      reservedAmps: { L1: 20, L2: null, L3: null },
      limitAmps: 63,
    },
    {
      at: "1970-01-01T00:02:00.000Z",
      loadAmps: onEachLine(null),
      reservedAmps: onEachLine(null),
      limitAmps: 50,
    },
  ]);
  assertEquals(await loadHistory(store, "grid", 120_000, 1e12).then((all) => all.length), 1);
});
