/** What the simulator draws, and what the gateway accepts: the one has to be within the other. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type ConfigPorts, readConfig } from "../../src/config.ts";
import { assume } from "../../src/lib/assert.ts";
import { createSeededIds } from "../../src/lib/ids.ts";
import { loadMeterProfile } from "../../src/meters/meter_profile_io.ts";
import { drawSite, planDemo, type SimulatedSitePlan, siteYaml } from "../../src/simulator/mod.ts";

const START_MS = 1_767_592_800_000;
const PLACES = {
  csmsUrl: "ws://127.0.0.1:9000/ocpp",
  meterHost: "127.0.0.1",
  meterPort: 5_020,
  meterUnit: 1,
  meterProfile: "eastron-sdm630",
  brokerUrl: "mqtt://127.0.0.1:1883",
  solarTopic: "solar/power",
};

async function ports(): Promise<ConfigPorts> {
  const profile = await loadMeterProfile("eastron-sdm630", ".");
  assume(profile.ok, "the profile of the simulated meter is not there");
  return { env: () => null, file: () => null, profile: () => profile.value };
}

function read(plan: SimulatedSitePlan, outside: ConfigPorts) {
  const gateway = { chargersPort: 9_220, webPort: 8_080, dataPath: "./data" };
  return readConfig(JSON.stringify(siteYaml(plan, PLACES, gateway)), outside);
}

Deno.test("every drawn site is one that the gateway accepts, with the slots of its plan", async () => {
  const outside = await ports();
  const anySite = fc.record({
    seed: fc.integer({ min: 0, max: 2 ** 31 }),
    chargers: fc.integer({ min: 1, max: 50 }),
    timeLapse: fc.integer({ min: 1, max: 100 }),
    withQuirks: fc.boolean(),
  });
  fc.assert(
    fc.property(anySite, ({ seed, ...drawing }) => {
      const plan = drawSite({ ...drawing, startWallMs: START_MS }, createSeededIds(seed));
      const reading = read(plan, outside);
      assume(reading.ok, JSON.stringify(reading));
      assertEquals(reading.notices, []);
      const { places } = reading.config;
      assertEquals(
        places.map(({ slot, chargerId, evseId }) => [slot, chargerId, evseId]),
        plan.slots.map(({ slot, chargerId, connectorId }) => [slot, chargerId, connectorId]),
      );
    }),
    { numRuns: 150 },
  );
});

Deno.test("the demonstration is one that the gateway accepts", async () => {
  const plan = planDemo({ timeLapse: 20, startWallMs: START_MS }, createSeededIds(1));
  const reading = read(plan, await ports());
  assume(reading.ok, JSON.stringify(reading));
  assertEquals(reading.config.places.length, 6);
});
