import { assertEquals } from "@std/assert";
import { createFakeLane, outcomeOf, QUIET } from "./_fake_lane.ts";
import type { Scenario } from "./scenario.ts";
import { shrinkFailure } from "./shrink_failure.ts";

const HANGS: Scenario["faults"] = [1, 2, 3].map((number) => (
  { atS: number, fault: "the gateway hangs", forS: 0, who: number, much: 0 }
));

Deno.test("a failure is shrunk to the report of the smallest scenario that breaks the same rule", async () => {
  const lane = createFakeLane(({ faults }) => faults.some(({ who }) => who === 2) ? "I8" : "I2");
  const failed = outcomeOf({ ...QUIET, faults: HANGS }, "I8").report;
  const told: string[] = [];
  const signal = new AbortController().signal;
  const shrunk = await shrinkFailure(
    failed,
    lane,
    { runsMax: 100, signal },
    (line) => told.push(line),
  );
  assertEquals(shrunk.report.scenario.faults, HANGS.slice(1, 2));
  assertEquals([shrunk.report.findings[0]?.rule, shrunk.isMinimal], ["I8", true]);
  assertEquals(told.length, shrunk.runs);
  assertEquals(
    told.at(-1),
    `shrinking seed 1: run ${shrunk.runs}, 1 faults, 1 s, 1 chargers still break I8`,
  );
});

Deno.test("somebody who has seen enough gets what there is", async () => {
  const failed = outcomeOf({ ...QUIET, faults: HANGS }, "I8").report;
  const lane = createFakeLane(() => "I8");
  const budget = { runsMax: 100, signal: AbortSignal.abort() };
  const shrunk = await shrinkFailure(failed, lane, budget, () => {});
  assertEquals(shrunk, { report: failed, runs: 0, isMinimal: false });
});
