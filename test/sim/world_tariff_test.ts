import { assert, assertEquals } from "@std/assert";
import { createSeededIds } from "../../src/lib/ids.ts";
import { createVirtualClock } from "../../src/lib/virtual_clock.ts";
import { drawScenario } from "./scenario.ts";
import { configOf } from "./world_config.ts";
import { planOf } from "./world_plan.ts";
import { tariffYaml } from "./world_tariff.ts";

const YAMLS = Array.from({ length: 60 }, (_, seed) => tariffYaml(createSeededIds(seed)));

Deno.test("whatever tariff is drawn, the gateway takes it, and some sites have none", async () => {
  const plan = planOf(drawScenario(1), createVirtualClock(), createSeededIds(1));
  const tariffs = [];
  for (const yaml of YAMLS) tariffs.push((await configOf(plan, yaml)).gateway.tariff);
  assertEquals(tariffs.map((each) => each === null), YAMLS.map((each) => each === null));
  const drawn = tariffs.filter((each) => each !== null);
  assert(drawn.length < tariffs.length);
  for (const part of ["energy", "chargingTime", "idleTime", "fixedFee"] as const) {
    assert(drawn.some(({ parts }) => parts[part] !== undefined), part);
  }
  assert(drawn.every(({ parts }) => parts.energy !== undefined));
  assert(drawn.some(({ parts }) => (parts.energy?.prices.length ?? 0) > 1));
  assert(drawn.some(({ taxIncluded }) => taxIncluded) && drawn.some((each) => !each.taxIncluded));
});

Deno.test("the same seed draws the same tariff", () => {
  assertEquals(tariffYaml(createSeededIds(7)), tariffYaml(createSeededIds(7)));
});
