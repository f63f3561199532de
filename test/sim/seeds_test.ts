/**
 * The whole gateway among simulated chargers, meter and CSMS, on virtual time, from a seed. What goes
 * wrong is drawn from the seed as well. A seed that fails prints its story.
 */
import { assert, assertEquals } from "@std/assert";
import { findingLine } from "./checkers/findings.ts";
import { runScenario } from "./run.ts";
import { drawScenario } from "./scenario.ts";

Deno.test("the same seed tells the same story", async () => {
  const scenario = drawScenario(3, { chargers: 6, seconds: 900 });
  const [first, second] = [await runScenario(scenario), await runScenario(scenario)];
  assertEquals(first.findings.map(findingLine), []);
  assert(first.sessions > 3, "hardly anybody charged");
  assertEquals([second.digest, second.frames], [first.digest, first.frames]);
  const other = await runScenario({ ...scenario, seed: 4 });
  assert(other.digest !== first.digest, "another seed is another story");
});
