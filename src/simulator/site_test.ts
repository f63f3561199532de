import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { createEvents } from "../lib/events.ts";
import { createSeededIds } from "../lib/ids.ts";
import { createSpawner } from "../lib/spawn.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { loadChecks } from "./checks.ts";
import { LINES, onEachLine } from "../site/mod.ts";
import { chargerOptions } from "./charger_options.ts";
import { type CsmsEvents, FRIENDLY_CSMS, type SimulatedCsms } from "./csms.ts";
import { createCsms } from "./csms/simulated_csms.ts";
import { EV_MODELS } from "./ev_models.ts";
import { createSocketPair } from "./memory_socket.ts";
import { createSite, type SitePlan, type SiteSimulationEvents } from "./site.ts";

const PLAN: SitePlan = {
  volts: 230,
  circuits: [{ id: "grid", parentId: null }, { id: "row", parentId: "grid" }],
  chargers: [1, 2, 3].map((number) => ({
    options: chargerOptions({ identity: `CP${number}` }),
    circuitId: number === 3 ? "grid" : "row",
    firstDriverMs: number * 5_000,
  })),
  drivers: {
    pauseMeanMs: 300_000,
    stayMs: [1_200_000, 2_400_000],
    arrivalSoc: [0.1, 0.3],
    targetSoc: [0.8, 1],
    models: [EV_MODELS.threePhase11kW],
    idTags: ["ANNA", "BERT"],
    cardFirst: 0,
    endsWithCard: 1,
    impatience: 0,
    rush: null,
    crowds: null,
    timeLapse: 1,
  },
  house: {
    baseAmps: { L1: 4, L2: 5, L3: 6 },
    dayShape: [1],
    devices: [],
    utcOffsetMs: 0,
    flicker: 0,
  },
  solar: null,
  csms: FRIENDLY_CSMS,
  outages: null,
};

/** A site with a CSMS of its own for each charger: in place of the gateway, which is not at home here. */
async function setUp(changes: Partial<SitePlan> = {}, seed = 1) {
  const clock = createVirtualClock();
  const spawn = createSpawner(() => {});
  const lines: string[] = [];
  const events = createEvents<SiteSimulationEvents>(() => {});
  events.on("line", ({ source, text }) => lines.push(`${source}: ${text}`));
  const shared = {
    clock,
    ids: createSeededIds(seed),
    log: () => {},
    spawn,
    checks: await loadChecks(),
  };
  const desks = new Map<string, SimulatedCsms>();
  const deskOf = (identity: string) => {
    const events = createEvents<CsmsEvents>(() => {});
    const desk = desks.get(identity) ?? createCsms(FRIENDLY_CSMS, { ...shared, events });
    desks.set(identity, desk);
    return desk;
  };
  const site = createSite({ ...PLAN, ...changes }, {
    ...shared,
    events,
    dialer: {
      dial({ identity }) {
        const wire = createSocketPair(clock);
        deskOf(identity).accept(wire.far, identity, "ocpp1.6");
        return Promise.resolve({ kind: "open", socket: wire.near });
      },
    },
  });
  const end = async () => {
    const closed = site.close();
    await clock.advance(60_000);
    await closed;
    await spawn.drain();
    assertEquals(clock.pending(), 0);
  };
  return { clock, site, desks, lines, end };
}

Deno.test("what chargers draw flows through their circuits up to the grid meter", async () => {
  const { clock, site, desks, end } = await setUp();
  site.powerUp();
  assertEquals(site.meter().amps, PLAN.house.baseAmps);
  site.open();
  await clock.advance(120_000);
  const flows = site.flows();
  assertEquals(flows.get("row"), onEachLine(32));
  assertEquals(flows.get("grid"), { L1: 52, L2: 53, L3: 54 });
  assertEquals(site.meter().amps, flows.get("grid"));
  assertEquals([...desks.values()].map(({ books }) => books.open().length), [1, 1, 1]);
  await end();
});

Deno.test("the sun flows backwards through the grid meter", async () => {
  const solar = {
    peakWatts: 13_800,
    sunriseHour: 0,
    sunsetHour: 12,
    utcOffsetMs: 0,
    cloudiness: 0,
  };
  const { clock, site, end } = await setUp({ solar });
  site.powerUp();
  await clock.advance(1_000);
  assertAlmostEquals(site.solarWatts(), 13_800, 1);
  assertAlmostEquals(site.meter().amps.L1, 4 - 20, 0.001);
  await clock.advance(3_600_000);
  assert(site.meter().totalExportWh > 9_000);
  await end();
});

Deno.test("the CSMS drops out and comes back as planned", async () => {
  const { clock, site, lines, end } = await setUp({
    outages: { afterMs: 180_000, forMs: 40_000 },
  });
  site.powerUp();
  const down: boolean[] = [];
  for (let second = 0; second < 460; second += 10) {
    down.push(site.csms.isDown());
    await clock.advance(10_000);
  }
  assertEquals(down.map((isDown, index) => isDown ? index * 10 : -1).filter((at) => at >= 0), [
    180,
    190,
    200,
    210,
    400,
    410,
    420,
    430,
  ]);
  assertEquals(lines.filter((line) => line.startsWith("CSMS")).length, 4);
  await end();
});

Deno.test("one seed is one day, another seed another", async () => {
  const day = async (seed: number) => {
    const { clock, site, lines, end } = await setUp({
      house: { ...PLAN.house, flicker: 0.01 },
      drivers: PLAN.drivers &&
        { ...PLAN.drivers, models: [EV_MODELS.hybridOnePhase16, EV_MODELS.onePhase32] },
    }, seed);
    site.powerUp();
    site.open();
    await clock.advance(2 * 3_600_000);
    const { totalImportWh } = site.meter();
    await end();
    return { lines, totalImportWh };
  };
  const [first, again, other] = [await day(7), await day(7), await day(8)];
  assertEquals(again, first);
  assert(first.lines.length > 20);
  assert(other.totalImportWh !== first.totalImportWh);
});

Deno.test("drivers can be made to come all at once", async () => {
  const drivers = PLAN.drivers && { ...PLAN.drivers, pauseMeanMs: 36_000_000 };
  const chargers = PLAN.chargers.map(({ options, circuitId }) => ({ options, circuitId }));
  const { clock, site, end } = await setUp({ drivers, chargers });
  site.powerUp();
  site.open();
  await clock.advance(60_000);
  const evs = () => site.chargers.filter((charger) => charger.look(1).ev !== null).length;
  assertEquals(evs(), 0);
  assertEquals([site.gather(2), site.gather(8), site.gather(8)], [2, 1, 0]);
  await clock.advance(1_000);
  assertEquals(evs(), 3);
  await end();
});

Deno.test("a charger needs a circuit that there is", async () => {
  const chargers = [{ options: chargerOptions({ identity: "CP1" }), circuitId: "nowhere" }];
  await assertRejects(() => setUp({ chargers }), RangeError, "no circuit nowhere");
});

Deno.test("currents of the last second are those of the lines that the sockets are wired to", async () => {
  const chargers = LINES.map((line, index) => ({
    options: chargerOptions({
      identity: `CP${index}`,
      outlets: [{ lines: [line], maxAmps: 10 * (index + 1), fixedCable: true }],
    }),
    circuitId: "row",
    firstDriverMs: 0,
  }));
  const { clock, site, end } = await setUp({
    chargers,
    drivers: PLAN.drivers && { ...PLAN.drivers, models: [EV_MODELS.onePhase32] },
  });
  site.powerUp();
  site.open();
  await clock.advance(60_000);
  assertEquals(site.flows().get("row"), { L1: 9.7, L2: 19.7, L3: 29.7 });
  await end();
});
