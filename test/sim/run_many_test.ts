import { assertEquals } from "@std/assert";
import { createFakeLane, outcomeOf } from "./_fake_lane.ts";
import type { Lane } from "./lane.ts";
import { drawScenarios, runMany } from "./run_many.ts";

const never = new AbortController().signal;

Deno.test("each seed runs once, on whichever lane is free", async () => {
  const lanes = [1, 2, 3].map(() => createFakeLane(({ seed }) => seed % 4 === 0 ? "I8" : null));
  const over: (readonly [number, boolean])[] = [];
  await runMany(drawScenarios(5, 6), lanes, never, {
    over: ({ report }) => over.push([report.scenario.seed, report.findings.length > 0]),
  });
  assertEquals(over.toSorted((a, b) => a[0] - b[0]), [
    [5, false],
    [6, false],
    [7, false],
    [8, true],
    [9, false],
    [10, false],
  ]);
});

Deno.test("when time is up no further seed begins, and lanes are closed", async () => {
  const timeIsUp = new AbortController();
  let closed = 0;
  const lane: Lane = {
    run(scenario) {
      if (scenario.seed === 2) timeIsUp.abort();
      return Promise.resolve(outcomeOf(scenario));
    },
    close: () => closed++,
  };
  let seeds = 0;
  await runMany(drawScenarios(1, Infinity), [lane], timeIsUp.signal, { over: () => seeds++ });
  assertEquals([seeds, closed], [2, 1]);
});
