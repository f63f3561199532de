import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { createSeededIds } from "../lib/ids.ts";
import { LINES } from "../site/mod.ts";
import { planDemo } from "./demo_plan.ts";
import { dayFactor, houseWorstAmps } from "./house_load.ts";
import { slotAt } from "./site_plan.ts";
import { type SitePlaces, siteYaml } from "./site_yaml.ts";

const HOUR_MS = 3_600_000;
const plan = () => planDemo({ timeLapse: 20, startWallMs: 1_234_567_890_123 }, createSeededIds(1));

const PLACES: SitePlaces = {
  csmsUrl: "ws://127.0.0.1:9000/ocpp",
  meterHost: "127.0.0.1",
  meterPort: 5_020,
  meterUnit: 1,
  meterProfile: "eastron-sdm630",
  brokerUrl: "mqtt://127.0.0.1:1883",
  solarTopic: "solar/power",
};

const yaml = () =>
  siteYaml(plan(), PLACES, { chargersPort: 9_220, webPort: 8_080, dataPath: "./data" });

Deno.test("without gateway every circuit of the demonstration is safe by itself", () => {
  const { site, circuits, slots } = plan();
  for (const { id, limitAmps, otherWorstAmps } of circuits) {
    const chargers = site.chargers.filter(({ circuitId }) => id === "grid" || circuitId === id);
    const failSafes = chargers.map(({ options }) =>
      slotAt({ slots }, options.identity, 1).failSafeAmps
    );
    const total = failSafes.reduce((sum, amps) => sum + amps, otherWorstAmps);
    assert(total <= limitAmps, `${id}: ${total} of ${limitAmps} A`);
  }
});

Deno.test("what the gateway is told about the building is the worst it can do", () => {
  const { site, circuits } = plan();
  const grid = circuits.find(({ parentId }) => parentId === null);
  assert((grid?.otherWorstAmps ?? 0) >= houseWorstAmps(site.house));
});

Deno.test("load management has something to do: chargers could draw far more than there is", () => {
  const { site, circuits } = plan();
  for (const row of circuits.filter(({ parentId }) => parentId !== null)) {
    for (const line of LINES) {
      const sockets = site.chargers.filter(({ circuitId }) => circuitId === row.id)
        .flatMap(({ options }) => options.outlets)
        .filter(({ lines }) => lines.includes(line));
      const amps = sockets.reduce((sum, { maxAmps }) => sum + maxAmps, 0);
      assert(amps > row.limitAmps, `${row.id} ${line}: ${amps} A`);
    }
  }
});

Deno.test("it is ten in the morning when the demonstration begins", () => {
  const { site } = plan();
  const localMs = 1_234_567_890_123 + site.house.utcOffsetMs;
  assertEquals(localMs % (24 * HOUR_MS), 10 * HOUR_MS);
  assertEquals(site.solar?.utcOffsetMs, site.house.utcOffsetMs);
  assertEquals(dayFactor(site.house.dayShape, localMs), site.house.dayShape[10]);
});

Deno.test("a day of the building has 24 hours", () => {
  assertEquals(plan().site.house.dayShape.length, 24);
});

Deno.test("passwords are unguessable, and every one another", () => {
  const { site, csmsPassword } = plan();
  const passwords = [csmsPassword, ...site.chargers.map(({ options }) => options.password)];
  assertEquals(new Set(passwords).size, 7);
  for (const password of passwords) assert(/^[0-9a-f]{32}$/.test(password ?? ""));
  const other = planDemo({ timeLapse: 20, startWallMs: 0 }, createSeededIds(2));
  assertNotEquals(other.csmsPassword, csmsPassword);
});

Deno.test("drivers have good cards and a bad one, and the CSMS knows them", () => {
  const { site, tokens } = plan();
  assertEquals(site.drivers?.idTags, Object.keys(tokens));
  assertEquals(site.csms.tokens, tokens);
  const statuses = new Set(Object.values(tokens).map(({ status }) => status));
  assertEquals(statuses, new Set(["Accepted", "Blocked"]));
});

Deno.test("the site.yaml names every charger with its password, place and wiring", () => {
  const { chargers } = yaml();
  assertEquals(chargers.known.length, 6);
  assertEquals(chargers.known[1], {
    id: "DEMO-A2",
    password: plan().site.chargers[1]?.options.password ?? "",
    circuit: "row-a",
    evses: [{
      slot: 2,
      evse: 1,
      phases: ["L2", "L3", "L1"],
      minCurrent: 6,
      maxCurrent: 32,
      failSafe: 6,
    }],
  });
  const slots = chargers.known.flatMap(({ evses }) => evses.map(({ slot }) => slot));
  assertEquals(slots, [1, 2, 3, 4, 5, 6]);
});

Deno.test("the site.yaml leads to the meter, the broker and the CSMS", () => {
  const { meters, csms, circuits, listen, store } = yaml();
  assertEquals(meters.map(({ id, role }) => [id, role]), [["main", "grid"], ["pv", "generation"]]);
  assertEquals([csms.url, csms.identity, csms.password], [
    PLACES.csmsUrl,
    "DEMO-SITE",
    plan().csmsPassword,
  ]);
  assertEquals(circuits[0], {
    id: "grid",
    meter: "main",
    limit: 63,
    otherLoad: { worst: 27, substitute: 15 },
  });
  assertEquals([listen.chargers[0]?.port, listen.web.port, store.path], [9_220, 8_080, "./data"]);
});
