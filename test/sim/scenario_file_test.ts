import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { QUIET } from "./_fake_lane.ts";
import { regressionJson } from "./failure_story.ts";
import { drawScenario } from "./scenario.ts";
import { readRegression, readScenario } from "./scenario_file.ts";

Deno.test("what a failure prints can be read as a regression and as a scenario", () => {
  for (const seed of [2, 3, 4]) {
    const scenario = drawScenario(seed);
    const text = regressionJson(scenario);
    assertEquals(readRegression(text, "a.json").scenario, scenario);
    assertEquals(readScenario(text, "a.json"), scenario);
    assertEquals(readScenario(JSON.stringify(scenario), "a.json"), scenario);
  }
});

Deno.test("what is wrong with a file is said with its place", () => {
  const fault = { atS: 1, fault: "the cat sleeps", forS: 0, who: 0, much: 2 };
  const regression = {
    name: "?",
    foundBy: 1,
    scenario: { ...QUIET, chargers: 0, faults: [fault] },
  };
  const { message } = assertThrows(
    () => readRegression(JSON.stringify(regression), "a.json"),
    Error,
    "Cannot read a.json:",
  );
  assertStringIncludes(message, "name: a sentence is wanted");
  assertStringIncludes(message, "scenario.chargers: ");
  assertStringIncludes(message, "scenario.faults.0.fault: no fault is called so");
  assertStringIncludes(message, "scenario.faults.0.much: ");
  assertThrows(() => readScenario("{", "a.json"), Error, "Cannot read a.json: no JSON");
});
