/**
 * The whole gateway among simulated chargers, meter and CSMS, on virtual time, from a seed. What goes
 * wrong is drawn from the seed as well. A seed that fails prints its story. `SIM_SECONDS` says for how
 * long seeds are run here; `deno task sim` runs any number.
 */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { remark } from "../support/remark.ts";
import { createFakeLane } from "./_fake_lane.ts";
import { findingLine } from "./checkers/findings.ts";
import type { Lane } from "./lane.ts";
import { runScenario } from "./run.ts";
import { drawScenario } from "./scenario.ts";
import { runSeeds } from "./seeds_run.ts";
import { createWorkerLane } from "./worker_lane.ts";

const BUDGET_S = Number(Deno.env.get("SIM_SECONDS") ?? 90);
/** Other tests run beside these. */
const LANES = Math.max(1, navigator.hardwareConcurrency - 1);

Deno.test("the same seed tells the same story", async () => {
  const scenario = drawScenario(5, { chargers: 6, seconds: 900 });
  const [first, second] = [await runScenario(scenario), await runScenario(scenario)];
  assertEquals(first.findings.map(findingLine), []);
  assert(first.sessions > 3, "hardly anybody charged");
  assertEquals([second.digest, second.frames], [first.digest, first.frames]);
  const other = await runScenario({ ...scenario, seed: 6 });
  assert(other.digest !== first.digest, "another seed is another story");
});

Deno.test("sites go wrong in every way that a seed can think of, and are whole afterwards", async () => {
  assert(BUDGET_S >= 0, "SIM_SECONDS takes a number of seconds");
  const lanes = Array.from({ length: LANES }, () => createWorkerLane());
  const tell = (lines: string) => lines.split("\n").forEach(remark);
  await runSeeds({ budgetMs: BUDGET_S * 1_000, from: 1, lanes, tell });
});

/** Passes seeds on until the fifth, with which time is up. */
function fiveSeeds(ruleOf: (seed: number) => string | null): Lane {
  const inner = createFakeLane(({ seed }) => ruleOf(seed));
  return {
    close: inner.close,
    run(scenario, signal, hear) {
      if (scenario.seed < 5) return inner.run(scenario, signal, hear);
      const { promise, resolve } = Promise.withResolvers<void>();
      signal.addEventListener("abort", () => resolve());
      return promise.then(() => inner.run(scenario, signal, hear));
    },
  };
}

Deno.test("a seed that fails among others fails the run, with its story", async () => {
  const told: string[] = [];
  const tell = (line: string) => void told.push(line);
  const lanes = [fiveSeeds((seed) => seed === 3 ? "I8" : null)];
  const { message } = await assertRejects(
    () => runSeeds({ budgetMs: 1, from: 1, lanes, tell }),
    Error,
    "1 failed",
  );
  assertStringIncludes(message, "Seed 3: a site with ");
  assertStringIncludes(message, "I8, 12.5 s: the fuse is warm");
  assertStringIncludes(message, "Shrink it: deno task sim --seed 3");
  assertEquals(told[0], "seed 3 FAILED: I8, 12.5 s: the fuse is warm");
  assertStringIncludes(told.at(-1) ?? "", "5 seeds, 5.0 site-hours");
});

Deno.test("seeds of which none fails do not fail the run", async () => {
  await runSeeds({ budgetMs: 1, from: 1, lanes: [fiveSeeds(() => null)], tell: () => {} });
});
