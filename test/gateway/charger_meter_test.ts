import { assertEquals, assertStringIncludes } from "@std/assert";
import { type ChargerMeterOptions, createChargerMeter } from "../../src/meters/mod.ts";
import type { PlayedCharger } from "./played.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

/** A site whose grid is measured by what the charger of slot 1 tells of itself. */
function openMeasured(options: Partial<ChargerMeterOptions> = {}): Promise<SiteBench> {
  return openSite({
    meters: (clock) => [
      createChargerMeter(
        { driver: "charger", id: "main", role: "circuit", slot: 1, ...options },
        clock,
        () => {},
      ),
    ],
  });
}

async function charging(site: SiteBench): Promise<[PlayedCharger, number]> {
  const charger = await site.arrive("CP1");
  await charger.status("Preparing");
  const { number } = await charger.start("ASHA");
  await charger.status("Charging");
  return [charger, number];
}

/** A reading of the charger's own choice. */
async function tell(
  site: SiteBench,
  charger: PlayedCharger,
  transactionId: number,
  sampledValue: readonly Readonly<Record<string, string>>[],
): Promise<void> {
  const timestamp = new Date(site.clock.wallMs()).toISOString();
  await charger.ask("MeterValues", {
    connectorId: 1,
    transactionId,
    meterValue: [{ timestamp, sampledValue }],
  });
  await site.clock.advance(1_000);
}

function shown(site: SiteBench) {
  const { views } = site.gateway().web;
  const [meter] = views.meters();
  if (meter === undefined) throw new Error("The site has no meter");
  const [circuit] = views.circuits();
  return { ...meter, circuit: circuit?.meterState, loadAmps: circuit?.loadAmps };
}

Deno.test("what a charger tells is a meter's reading: currents, counter and age", async () => {
  const site = await openMeasured();
  assertEquals([shown(site).health, shown(site).ageMs], ["waiting", null]);
  const [charger, number] = await charging(site);
  await charger.meter(number, 2_000, 16);
  await site.clock.advance(2_000);
  const { health, currentsAmps, importWh, ageMs, circuit, loadAmps } = shown(site);
  assertEquals([health, currentsAmps, importWh, ageMs], [
    "good",
    { L1: 16, L2: 16, L3: 16 },
    2_000,
    2_000,
  ]);
  assertEquals([circuit, loadAmps], ["good", { L1: 16, L2: 16, L3: 16 }]);
  assertEquals(site.gateway().web.views.meterRecent("main")?.length, 1);
  await site.stop();
});

Deno.test("another charger's readings say nothing of it, nor does energy alone of what flows", async () => {
  const others = await openMeasured({ slot: 2 });
  const [other, first] = await charging(others);
  await other.meter(first, 2_000, 16);
  assertEquals([shown(others).health, shown(others).readings], ["waiting", 0]);
  await others.stop();

  const site = await openMeasured();
  const [charger, number] = await charging(site);
  const register = { measurand: "Energy.Active.Import.Register", unit: "Wh" };
  await tell(site, charger, number, [{ value: "2000", ...register }]);
  assertEquals([shown(site).health, shown(site).readings], ["waiting", 0]);
  await charger.meter(number, 2_100, 16);
  await site.clock.advance(1_000);
  assertEquals([shown(site).health, shown(site).readings], ["good", 1]);
  await site.stop();
});

Deno.test("a reading grows old: a circuit holds it for 3 s, then reckons without it (ruling 20)", async () => {
  const site = await openMeasured();
  const [charger, number] = await charging(site);
  await charger.meter(number, 2_000, 16);
  const states: (string | undefined)[] = [];
  for (const afterMs of [1_000, 4_000, 8_000, 60_000]) {
    await site.clock.advance(afterMs);
    states.push(shown(site).circuit);
  }
  assertEquals(states, ["good", "held", "substituted", "lost"]);
  assertEquals([shown(site).health, shown(site).ageMs], ["good", 73_000]);
  await charger.meter(number, 2_500, 10);
  await site.clock.advance(1_000);
  assertEquals([shown(site).circuit, shown(site).currentsAmps?.L1], ["good", 10]);
  await site.stop();
});

Deno.test("a charger that goes away leaves an old reading, and then none: the reason says which", async () => {
  const site = await openMeasured();
  const [charger, number] = await charging(site);
  await charger.meter(number, 2_000, 16);
  charger.socket.terminate();
  await site.clock.advance(170_000);
  assertEquals([shown(site).health, shown(site).circuit, shown(site).ageMs], [
    "good",
    "lost",
    170_000,
  ]);
  await site.clock.advance(11_000);
  const { health, trouble } = shown(site);
  assertEquals(health, "failing");
  assertStringIncludes(trouble ?? "", "the charger of slot 1 has measured nothing for 180 s");
  const faults = site.gateway().web.views.faults();
  assertEquals(faults.filter(({ kind }) => kind === "meter-failing").length, 1);

  const back = await site.arrive("CP1");
  await back.meter(number, 2_600, 8);
  await site.clock.advance(1_000);
  assertEquals([shown(site).health, shown(site).currentsAmps?.L1, shown(site).importWh], [
    "good",
    8,
    2_600,
  ]);
  await site.stop();
});

Deno.test("after a restart of the gateway nothing is shown until the charger tells again; its counter goes on", async () => {
  const site = await openMeasured();
  const [charger, number] = await charging(site);
  await charger.meter(number, 20_000, 16);
  await site.stop();
  await site.start();
  assertEquals([shown(site).health, shown(site).importWh], ["waiting", null]);
  const back = await site.arrive("CP1");
  // It lost its register with its memory, as some do.
  await back.meter(number, 40, 12);
  assertEquals([shown(site).importWh, shown(site).counterBreaks[0]?.kind], [20_000, "back"]);
  await site.stop();
});

Deno.test("phases that are wired otherwise come out on the lines that they are on", async () => {
  const site = await openMeasured({ wiring: { lines: ["L2"], inverted: false } });
  const [charger, number] = await charging(site);
  await tell(site, charger, number, [
    { value: "14.5", measurand: "Current.Import", unit: "A", phase: "L1" },
    { value: "3300", measurand: "Power.Active.Import", unit: "W" },
  ]);
  await site.clock.advance(1_000);
  assertEquals(shown(site).currentsAmps, { L1: 0, L2: 14.5, L3: 0 });
  assertEquals(shown(site).totalPowerW, 3_300);
  await site.stop();
});
