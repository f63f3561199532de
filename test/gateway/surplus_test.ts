import { assert, assertEquals } from "@std/assert";
import { isoTime } from "../../src/lib/clock.ts";
import { createSeededIds } from "../../src/lib/ids.ts";
import { newSolar, type SolarOptions, solarWatts, stepSolar } from "../../src/simulator/mod.ts";
import type { PlayedCharger } from "./played.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

const VOLTS = 230;
const MINUTE = 60;
const NOTHING = { departure: null, energyKwh: null, urgent: false };

interface SunnySession {
  readonly charger: PlayedCharger;
  readonly number: number;
  /** Lines that the EV draws from. */
  readonly maxAmps: number;
  energyWh: number;
}

/** What flowed into cars meanwhile, and where it came from, in Wh. */
interface Flown {
  carsWh: number;
  /** Of that, what the sun had not left over. */
  fromGridWh: number;
  /** What the sun had over, whether or not it went into cars. */
  sunWh: number;
}

function openSunny(surplus = {}): Promise<SiteBench> {
  return openSite({
    gridAmps: 100,
    metered: true,
    hasCsms: false,
    unknownOffline: true,
    balancing: {
      strategy: "surplus",
      surplus: {
        enableAfterMs: 60_000,
        disableAfterMs: 180_000,
        reserveW: 0,
        minimumFromGrid: "never",
        battery: "first",
        counts: "total",
        switchPhases: true,
        threePhasesAfterMs: 300_000,
        ...surplus,
      },
    },
  });
}

async function charging(site: SiteBench, chargerId: string, maxAmps = 16): Promise<SunnySession> {
  const charger = await site.arrive(chargerId);
  await charger.status("Preparing");
  const { number } = await charger.start(chargerId, { meterStart: 0 });
  await charger.status("Charging");
  return { charger, number, maxAmps, energyWh: 0 };
}

/** Lets time pass under a sun that has so many watts over, as three-phase cars draw what they may. */
async function shine(
  site: SiteBench,
  seconds: number,
  sunW: (second: number) => number,
  sessions: readonly SunnySession[],
): Promise<Flown> {
  const flown: Flown = { carsWh: 0, fromGridWh: 0, sunWh: 0 };
  for (let second = 0; second < seconds; second++) {
    const amps = sessions.map(({ charger, maxAmps }) =>
      Math.min(maxAmps, charger.limitAmps() ?? 6)
    );
    const carsW = amps.reduce((sum, each) => sum + each * 3 * VOLTS, 0);
    const sun = sunW(second);
    flown.carsWh += carsW / 3_600;
    flown.sunWh += Math.max(0, sun) / 3_600;
    flown.fromGridWh += Math.max(0, carsW - Math.max(0, sun)) / 3_600;
    site.meter.read((carsW - sun) / 3 / VOLTS);
    for (const [index, session] of sessions.entries()) {
      session.energyWh += (amps[index] ?? 0) * 3 * VOLTS / 3_600;
      if (second % 10 !== index) continue;
      const { charger, number, energyWh } = session;
      await charger.meter(number, Math.round(energyWh), amps[index] ?? 0);
    }
    await site.clock.advance(1_000);
  }
  return flown;
}

const offered = (sessions: readonly SunnySession[]) =>
  sessions.map(({ charger }) => charger.limitAmps());
const why = (site: SiteBench, slot = 1) => site.gateway().web.views.evse(slot)?.reason ?? null;

Deno.test("a car waits for the sun, says so, and takes what it leaves over on the wire", async () => {
  const site = await openSunny();
  const sessions = [await charging(site, "CP1")];
  await shine(site, MINUTE, () => 0, sessions);
  assertEquals([offered(sessions), why(site)], [[0], "waits for the sun"]);
  await shine(site, 5 * MINUTE, () => 8_000, sessions);
  assertEquals(offered(sessions), [11], "8,000 W are 11 A on three lines of 230 V");
  const { fromGridWh } = await shine(site, 5 * MINUTE, () => 8_000, sessions);
  assertEquals(fromGridWh, 0);
  await site.stop();
});

Deno.test("who may not wait charges in the dark, and others by what is left", async () => {
  const site = await openSunny();
  const sessions = [await charging(site, "CP1"), await charging(site, "CP2")];
  await shine(site, 2 * MINUTE, () => 0, sessions);
  const { commands } = site.gateway().web;
  await commands.demand(1, { ...NOTHING, urgent: true }, "priya");
  await shine(site, 3 * MINUTE, () => 0, sessions);
  const [urgent, patient] = offered(sessions);
  assert((urgent ?? 0) >= 16 && patient === 0, `${urgent} ${patient}`);
  await site.stop();
});

Deno.test("who leaves soon is let out of the sun's queue in time", async () => {
  const site = await openSunny();
  const sessions = [await charging(site, "CP1", 32)];
  const departure = isoTime(site.clock.wallMs() + 50 * 60_000);
  // On one line of 32 A that is half an hour.
  await site.gateway().web.commands.demand(1, { departure, energyKwh: 3.68, urgent: false }, "p");
  await shine(site, 3 * MINUTE, () => 0, sessions);
  assertEquals(offered(sessions), [0]);
  await shine(site, 5 * MINUTE, () => 0, sessions);
  assert((offered(sessions)[0] ?? 0) >= 6, `${offered(sessions)}`);
  await shine(site, 12 * MINUTE, () => 0, sessions);
  assert((sessions[0]?.energyWh ?? 0) >= 3_680, `${sessions[0]?.energyWh} Wh`);
  await shine(site, 5 * MINUTE, () => 0, sessions);
  assertEquals(offered(sessions), [0], "it has what it wanted");
  await site.stop();
});

Deno.test("a meter that falls silent is no sun: cars go on with their minimum, then wait", async () => {
  const site = await openSunny();
  const sessions = [await charging(site, "CP1")];
  await shine(site, 5 * MINUTE, () => 9_000, sessions);
  assertEquals(offered(sessions), [13]);
  site.meter.read(NaN);
  await site.clock.advance(5 * 60_000);
  assertEquals(offered(sessions), [0]);
  await site.stop();
});

Deno.test("a restart does not pause a car that charges by the sun", async () => {
  const site = await openSunny();
  const [first] = [await charging(site, "CP1")];
  await shine(site, 5 * MINUTE, () => 9_000, [first]);
  site.kill();
  await site.start();
  const charger = await site.connect("CP1");
  await charger.boot();
  await charger.status("Charging");
  const back = { ...first, charger };
  let least = Infinity;
  for (let minute = 0; minute < 3; minute++) {
    await shine(site, MINUTE, () => 9_000, [back]);
    least = Math.min(least, charger.limitAmps() ?? 6);
  }
  assert(least >= 6, `${least}`);
  await site.stop();
});

const HOURS = 4;
const PLANT: SolarOptions = {
  peakWatts: 18_000,
  sunriseHour: 10,
  sunsetHour: 14,
  utcOffsetMs: 0,
  cloudiness: 0.7,
};

Deno.test("a cloudy day from sunrise to sunset: cars take most of the sun and next to nothing of the grid", async (test) => {
  const site = await openSunny();
  site.clock.setWall(Date.UTC(2026, 3, 5, 10));
  const dayMs = site.clock.wallMs();
  const sessions = [await charging(site, "CP1"), await charging(site, "CP2")];
  const ids = createSeededIds(7);
  let solar = newSolar(dayMs);
  const profiles = () =>
    sessions.map(({ charger }) => charger.payloads("SetChargingProfile").length);
  const flown = await shine(site, HOURS * 60 * MINUTE, (second) => {
    const wallMs = dayMs + second * 1_000;
    solar = stepSolar(solar, PLANT, wallMs, ids);
    return solarWatts(solar, PLANT, wallMs) - 600;
  }, sessions);
  const kwh = (wh: number) => Math.round(wh / 100) / 10;
  const seen =
    `sun over ${kwh(flown.sunWh)} kWh, into cars ${kwh(flown.carsWh)} kWh, of that from ` +
    `the grid ${kwh(flown.fromGridWh)} kWh; profiles sent ${profiles().join(" and ")}`;
  await test.step(seen, () => {
    assert(flown.carsWh - flown.fromGridWh >= 0.7 * flown.sunWh, "sun used");
    assert(flown.fromGridWh <= 0.08 * flown.carsWh, "grid used");
  });
  await site.stop();
});
