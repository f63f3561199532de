import { playScenarios } from "./network_rounds.ts";
import { CSMS_SCENARIOS } from "./network_scenarios.ts";

const SEED = 20_260_108;

Deno.test("whatever happens between gateway and CSMS, all sessions arrive once", async (test) => {
  await playScenarios(test, CSMS_SCENARIOS, SEED);
});
