import { assertEquals } from "@std/assert";
import { isoTime } from "../lib/clock.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import type { LimitOrder } from "../signals/mod.ts";
import { type CircuitLimitWord, createCircuitCommands } from "./circuit_commands.ts";

function bench() {
  const clock = createVirtualClock();
  const orders: LimitOrder[] = [];
  const chosen: (readonly string[])[] = [];
  const lifts: (string | null)[] = [];
  const commands = createCircuitCommands({
    clock,
    options: { circuits: [{ id: "row", sources: [{ id: "genset", limitAmps: 40 }] }] },
    circuitSources: { choose: (...args) => Promise.resolve(void chosen.push(args)) },
    circuitLimits: {
      set: (order) => Promise.resolve(void orders.push(order)),
      lift(circuitId, source) {
        lifts.push(circuitId);
        return Promise.resolve(source === "signal");
      },
    },
  });
  return { clock, orders, lifts, chosen, commands };
}

const DIM: CircuitLimitWord = {
  source: "signal",
  limit: { unit: "W", amount: 4_200 },
  minutes: 120,
  until: null,
  reason: "§14a",
};

Deno.test("limitCircuit() orders a limit with its end, by minutes, by a moment, or none", async () => {
  const { clock, orders, commands } = bench();
  const nowMs = clock.wallMs();
  const until = isoTime(nowMs + 5_000);
  const outcome = await commands.limitCircuit("row", DIM, "grid-box");
  assertEquals(outcome, {
    kind: "accepted",
    detail: "All chargers there together: at most 4.2 kW",
  });
  await commands.limitCircuit(null, { ...DIM, minutes: null, until }, "grid-box");
  await commands.limitCircuit("row", { ...DIM, minutes: null }, "grid-box");
  assertEquals(orders.map(({ circuitId, untilMs }) => [circuitId, untilMs]), [
    ["row", nowMs + 120 * 60_000],
    [null, nowMs + 5_000],
    ["row", null],
  ]);
  assertEquals(orders[0], {
    circuitId: "row",
    source: "signal",
    unit: "W",
    limit: 4_200,
    reason: "§14a",
    by: "grid-box",
    untilMs: nowMs + 120 * 60_000,
  });
});

Deno.test("limitCircuit() refuses an end that is past, or too far, and names the field", async () => {
  const { clock, orders, commands } = bench();
  for (const aheadMs of [0, -1_000, 8 * 24 * 3_600_000]) {
    const until = isoTime(clock.wallMs() + aheadMs);
    const outcome = await commands.limitCircuit("row", { ...DIM, minutes: null, until }, "priya");
    assertEquals(outcome.kind === "refused" && outcome.errors?.[0]?.path, "until", until);
  }
  assertEquals(orders, []);
});

Deno.test("limitCircuit() lifts with null, and says where there was nothing, or no such circuit", async () => {
  const { lifts, commands } = bench();
  const lift = { ...DIM, limit: null, minutes: null };
  assertEquals((await commands.limitCircuit("row", lift, "priya")).kind, "accepted");
  const none = await commands.limitCircuit("row", { ...lift, source: "operator" }, "priya");
  assertEquals(none.kind, "refused");
  assertEquals((await commands.limitCircuit("attic", lift, "priya")).kind, "refused");
  assertEquals(lifts, ["row", "row"]);
});

Deno.test("switchSource() takes the grid and what site.yaml names, and says what there is", async () => {
  const { chosen, commands } = bench();
  assertEquals((await commands.switchSource("row", "genset", "priya")).kind, "accepted");
  assertEquals((await commands.switchSource("row", "grid", "priya")).kind, "accepted");
  assertEquals(await commands.switchSource("row", "sun", "priya"), {
    kind: "refused",
    reason: '"row" has no source "sun"',
    advice: "It has grid, genset",
    errors: [{ path: "source", message: '"row" has no source "sun"' }],
  });
  assertEquals((await commands.switchSource("attic", "grid", "priya")).kind, "refused");
  assertEquals(chosen, [["row", "genset", "priya"], ["row", "grid", "priya"]]);
});
