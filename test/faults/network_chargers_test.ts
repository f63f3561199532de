import { playScenarios } from "./network_rounds.ts";
import { CHARGER_SCENARIOS } from "./network_scenarios.ts";

const SEED = 20_260_109;

Deno.test("whatever happens between chargers and gateway, all sessions arrive once", async (test) => {
  await playScenarios(test, CHARGER_SCENARIOS, SEED);
});
