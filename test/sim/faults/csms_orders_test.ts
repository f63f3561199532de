import { assertEquals } from "@std/assert";
import { QUIET } from "../_fake_lane.ts";
import { runScenario } from "../run.ts";
import type { FaultEvent } from "../scenario.ts";
import type { World } from "../world.ts";
import { CSMS_ORDERS } from "./csms_orders.ts";

const NAMES = Object.keys(CSMS_ORDERS) as (keyof typeof CSMS_ORDERS)[];

Deno.test("what the CSMS orders is answered by the gateway, and the site is as it was afterwards", async () => {
  const faults = NAMES.flatMap((fault, index) =>
    [0.1, 0.4, 0.95].map((much, time): FaultEvent => ({
      atS: 200 + 20 * index + 400 * time,
      fault,
      forS: Math.min(60, CSMS_ORDERS[fault].forS[1]),
      who: index + time,
      much,
    }))
  ).toSorted((a, b) => a.atS - b.atS);
  const scenario = { ...QUIET, seed: 3, chargers: 4, seconds: 1_500, timeLapse: 20, faults };
  const worlds = new Set<World>();
  const { findings } = await runScenario(scenario, (_second, world) => void worlds.add(world));
  assertEquals(findings, []);
  const said = [...worlds].flatMap(({ story }) => story.lines())
    .flatMap((line) => /the CSMS ordered \{"kind":"([\w-]+)".*\}: \{"/.exec(line)?.[1] ?? []);
  assertEquals([...new Set(said)].toSorted(), [
    "availability",
    "cancel-reservation",
    "clear-cache",
    "clear-limit",
    "limit",
    "list",
    "reserve",
    "setting",
    "start",
    "stop",
  ]);
});
