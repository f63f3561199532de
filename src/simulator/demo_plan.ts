import type { Ids } from "../lib/ids.ts";
import type { OcppVersion } from "../ocpp/mod.ts";
import { onEachLine } from "../site/mod.ts";
import { chargerOptions } from "./charger_options.ts";
import { FRIENDLY_CSMS } from "./csms.ts";
import type { TokenRecord } from "./csms/books.ts";
import type { DriverOptions } from "./driver.ts";
import { EV_MODELS } from "./ev_models.ts";
import { WORKING_DAY } from "./house_drawing.ts";
import { type HouseLoadOptions, houseWorstAmps } from "./house_load.ts";
import type { OutletOptions } from "./outlet.ts";
import {
  newPassword,
  numberSlots,
  type RatedCircuit,
  type SimulatedSitePlan,
} from "./site_plan.ts";
import type { SolarOptions } from "./solar.ts";

/** What a demonstration is to be like. */
export interface DemoOptions {
  /** Batteries fill so many times faster, so that something happens within minutes. */
  readonly timeLapse: number;
  /** When it begins: it is ten in the morning there then, whatever the time is here. */
  readonly startWallMs: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const VOLTS = 230;
const MIN_AMPS = 6;

/** Loads of a small office building: the day's base, a lift and a heat pump. */
const HOUSE: Omit<HouseLoadOptions, "utcOffsetMs"> = {
  baseAmps: { L1: 5, L2: 6, L3: 4.5 },
  dayShape: WORKING_DAY,
  devices: [
    { name: "lift", amps: onEachLine(12), onMs: [20_000, 40_000], offMs: [60_000, 240_000] },
    { name: "heat pump", amps: onEachLine(7), onMs: [120_000, 300_000], offMs: [120_000, 360_000] },
  ],
  flicker: 0.02,
};

const SOLAR: Omit<SolarOptions, "utcOffsetMs"> = {
  peakWatts: 8_000,
  sunriseHour: 6,
  sunsetHour: 19,
  cloudiness: 0.6,
};

/** Cards of the site's drivers; the last one is blocked. */
const TOKENS: Readonly<Record<string, TokenRecord>> = {
  "04A35C1B7E2A80": { status: "Accepted" },
  "04B7119A2D4C81": { status: "Accepted", parentIdTag: "FLEET" },
  "04C0DE44F17B80": { status: "Accepted", parentIdTag: "FLEET" },
  "04D9E2077C9381": { status: "Accepted" },
  "04E81F30B5D680": { status: "Accepted" },
  "04F6429D8AF181": { status: "Blocked" },
};

/** Sockets of the six chargers: rotated, and the last one small. */
const SOCKETS: readonly OutletOptions[] = [
  { lines: ["L1", "L2", "L3"], maxAmps: 32, fixedCable: false },
  { lines: ["L2", "L3", "L1"], maxAmps: 32, fixedCable: false },
  { lines: ["L3", "L1", "L2"], maxAmps: 32, fixedCable: false },
  { lines: ["L1", "L2", "L3"], maxAmps: 32, fixedCable: true },
  { lines: ["L2", "L3", "L1"], maxAmps: 32, fixedCable: true },
  { lines: ["L3"], maxAmps: 32, fixedCable: true },
];

/** What they speak: each row has all versions, and the CSMS the middle one. */
const VERSIONS: readonly OcppVersion[] = [
  "ocpp2.1",
  "ocpp1.6",
  "ocpp2.0.1",
  "ocpp1.6",
  "ocpp2.0.1",
  "ocpp2.1",
];
const CSMS_VERSIONS: readonly OcppVersion[] = ["ocpp2.0.1"];

/** When the first drivers come, in seconds: soon, but not all at once. */
const FIRST_DRIVERS_S = [4, 10, 18, 30, 45, 60];

/**
 * Draws up the demonstration: six chargers in two rows of 32 A behind a main fuse of 63 A. Three EVs
 * of 16 A fill a row by half again, so that load management has something to do at once.
 */
export function planDemo(options: DemoOptions, ids: Ids): SimulatedSitePlan {
  const utcOffsetMs = 10 * HOUR_MS - options.startWallMs % DAY_MS;
  const house = { ...HOUSE, utcOffsetMs };
  const otherWorstAmps = Math.ceil(houseWorstAmps(house));
  const rows = ["row-a", "row-b"];
  const chargers = SOCKETS.map((outlet, index) => ({
    options: demoCharger(outlet, index, ids),
    circuitId: rows[Math.floor(index / 3)] ?? "grid",
    firstDriverMs: (FIRST_DRIVERS_S[index] ?? 60) * 1_000,
  }));
  return {
    name: "Sangam demo",
    site: {
      volts: VOLTS,
      circuits: [
        { id: "grid", parentId: null },
        ...rows.map((id) => ({ id, parentId: "grid" })),
      ],
      chargers,
      drivers: demoDrivers(options.timeLapse),
      house,
      solar: { ...SOLAR, utcOffsetMs },
      csms: {
        ...FRIENDLY_CSMS,
        protocols: CSMS_VERSIONS,
        tokens: TOKENS,
        unknownTokens: "Invalid",
        intervalSeconds: 60,
      },
      outages: { afterMs: 140_000, forMs: 40_000 },
    },
    circuits: [
      { id: "grid", parentId: null, limitAmps: 63, otherWorstAmps, otherSubstituteAmps: 15 },
      ...rows.map((id): RatedCircuit => ({
        id,
        parentId: "grid",
        limitAmps: 32,
        otherWorstAmps: 0,
        otherSubstituteAmps: 0,
      })),
    ],
    slots: numberSlots(chargers, MIN_AMPS),
    minAmps: MIN_AMPS,
    tokens: TOKENS,
    csmsIdentity: "DEMO-SITE",
    csmsPassword: newPassword(ids),
  };
}

function demoCharger(outlet: OutletOptions, index: number, ids: Ids) {
  const row = index < 3 ? "A" : "B";
  return chargerOptions({
    identity: `DEMO-${row}${index % 3 + 1}`,
    version: VERSIONS[index] ?? "ocpp1.6",
    password: newPassword(ids),
    model: outlet.lines.length === 3 ? "Wallbox 22" : "Wallbox 7",
    outlets: [outlet],
    volts: VOLTS,
    registerWh: Math.floor(ids.random() * 2_000_000),
    configuration: { MeterValueSampleInterval: "30" },
  });
}

function demoDrivers(timeLapse: number): DriverOptions {
  return {
    pauseMeanMs: 60_000,
    stayMs: [180_000, 600_000],
    arrivalSoc: [0.15, 0.6],
    targetSoc: [0.7, 1],
    models: [
      EV_MODELS.threePhase11kW,
      EV_MODELS.threePhase11kW,
      EV_MODELS.threePhase11kW,
      EV_MODELS.onePhase32,
      EV_MODELS.onePhase16SlowStart,
      EV_MODELS.twoPhase16,
      EV_MODELS.hybridOnePhase16,
    ],
    idTags: Object.keys(TOKENS),
    cardFirst: 0.3,
    endsWithCard: 0.7,
    impatience: 0,
    rush: null,
    crowds: null,
    timeLapse,
  };
}
