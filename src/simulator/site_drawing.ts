import type { Ids } from "../lib/ids.ts";
import { type Line, LINES } from "../site/mod.ts";
import { between, happens, pick, wholeBetween } from "./chance.ts";
import { type ChargerOptions, chargerOptions } from "./charger_options.ts";
import { drawChargerQuirks } from "./charger_quirks.ts";
import { drawCircuits, drawPlace, rateCircuits, type WiredSocket } from "./circuit_drawing.ts";
import { FRIENDLY_CSMS } from "./csms.ts";
import type { DriverOptions } from "./driver.ts";
import { drawDrivers, drawTokens } from "./driver_drawing.ts";
import { drawHouse } from "./house_drawing.ts";
import { houseUsualAmps, houseWorstAmps } from "./house_load.ts";
import type { OutletOptions } from "./outlet.ts";
import type { PlannedCharger, SitePlan } from "./site.ts";
import { newPassword, type PlannedSlot, type SimulatedSitePlan } from "./site_plan.ts";

/** What kind of site is to be drawn. */
export interface SiteDrawing {
  /** How many, 1 to 50. */
  readonly chargers: number;
  /** Batteries fill so many times faster, and drivers come and go as much more often. 1 is honest. */
  readonly timeLapse: number;
  /** When it begins. What hour it is there then is drawn. */
  readonly startWallMs: number;
  /** Chargers have the quirks of real ones; else they do everything right. */
  readonly withQuirks: boolean;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const CHARGERS_MAX = 50;
const MIN_AMPS = 6;

/** Where everybody has waited for the power to come back, all of them plug in at once. */
const AFTER_OUTAGE_MS = 5_000;

/** Sockets as they are sold, the common ones more often. */
const SOCKETS = [
  { phases: 3, maxAmps: 32 },
  { phases: 3, maxAmps: 32 },
  { phases: 3, maxAmps: 16 },
  { phases: 1, maxAmps: 32 },
  { phases: 1, maxAmps: 16 },
] as const;

/**
 * Draws a site that could stand somewhere, with what its gateway must know: its site.yaml is one that
 * the gateway accepts. Everything comes from `ids`, so that a seed gives the same site again.
 *
 * @throws RangeError for fewer chargers than one or more than 50
 */
export function drawSite(drawing: SiteDrawing, ids: Ids): SimulatedSitePlan {
  const count = drawing.chargers;
  if (!Number.isInteger(count) || count < 1 || count > CHARGERS_MAX) {
    throw new RangeError(`Cannot draw site: ${count} chargers`);
  }
  const tokens = drawTokens(count, ids);
  const drivers = drawDrivers(tokens, drawing.timeLapse, ids);
  const utcOffsetMs = drawHour(drivers, ids) * HOUR_MS - drawing.startWallMs % DAY_MS;
  const circuits = drawCircuits(count, ids);
  const isAfterOutage = happens(0.2, ids);
  const chargers = Array.from({ length: count }, (_, index): PlannedCharger => ({
    options: drawCharger(index, drawing, ids),
    circuitId: drawPlace(circuits, ids),
    ...(isAfterOutage ? { firstDriverMs: AFTER_OUTAGE_MS } : {}),
  }));
  const house = drawHouse(count, utcOffsetMs, ids);
  const slots = drawSlots(chargers, ids);
  const other = {
    worstAmps: Math.ceil(houseWorstAmps(house)),
    usualAmps: Math.ceil(houseUsualAmps(house)),
  };
  return {
    name: `Sangam simulation of ${count}`,
    site: {
      volts: 230,
      circuits,
      chargers,
      drivers,
      house,
      solar: drawSolar(count, utcOffsetMs, ids),
      csms: {
        ...FRIENDLY_CSMS,
        tokens,
        unknownTokens: "Invalid",
        intervalSeconds: pick([30, 60, 300], ids),
      },
      outages: null,
    },
    circuits: rateCircuits(circuits, socketsOf(chargers, slots), other, ids),
    slots,
    minAmps: MIN_AMPS,
    tokens,
    csmsIdentity: "SIM-SITE",
    csmsPassword: newPassword(ids),
  };
}

/** When it begins: any hour of the day, but where drivers come in rush hours not a quiet one. */
function drawHour({ rush }: DriverOptions, ids: Ids): number {
  const hours = Array.from({ length: 24 }, (_, hour) => hour);
  return pick(hours.filter((hour) => (rush?.[hour] ?? 1) >= 1), ids);
}

function drawCharger(index: number, { withQuirks }: SiteDrawing, ids: Ids): ChargerOptions {
  const number = String(index + 1).padStart(2, "0");
  const socket = pick(SOCKETS, ids);
  const fixedCable = happens(0.5, ids);
  const connectors = happens(0.25, ids) ? 2 : 1;
  const interval = String(wholeBetween([10, 60], ids));
  const quirks = withQuirks
    ? drawChargerQuirks(ids)
    : { configuration: { MeterValueSampleInterval: interval } };
  return chargerOptions({
    ...quirks,
    identity: `SIM-${number}`,
    password: newPassword(ids),
    model: `Simulated ${socket.phases}x${socket.maxAmps}`,
    outlets: Array.from({ length: connectors }, (_, connector): OutletOptions => ({
      lines: rotated(index + connector).slice(0, socket.phases),
      maxAmps: socket.maxAmps,
      fixedCable,
    })),
    registerWh: wholeBetween([0, 2_000_000], ids),
  });
}

/** The lines from another one on: neighbours are turned so that one-phase EVs spread. */
function rotated(by: number): readonly Line[] {
  return [0, 1, 2].flatMap((step) => LINES[(step + by) % LINES.length] ?? []);
}

/** Numbers the connectors; where a charger was taken away, a gap is left. */
function drawSlots(chargers: readonly PlannedCharger[], ids: Ids): readonly PlannedSlot[] {
  let slot = 0;
  return chargers.flatMap(({ options }) => {
    if (happens(0.1, ids)) slot += wholeBetween([1, 5], ids);
    const failSafeAmps = pick([0, MIN_AMPS, MIN_AMPS, MIN_AMPS, 8], ids);
    return options.outlets.map((_, index) => ({
      slot: ++slot,
      chargerId: options.identity,
      connectorId: index + 1,
      failSafeAmps,
    }));
  });
}

function socketsOf(
  chargers: readonly PlannedCharger[],
  slots: readonly PlannedSlot[],
): readonly WiredSocket[] {
  return chargers.flatMap(({ options, circuitId }) => {
    const own = slots.filter(({ chargerId }) => chargerId === options.identity);
    return options.outlets.map(({ lines, maxAmps }, index) => ({
      circuitId,
      lines,
      maxAmps,
      failSafeAmps: own[index]?.failSafeAmps ?? 0,
    }));
  });
}

function drawSolar(chargerCount: number, utcOffsetMs: number, ids: Ids): SitePlan["solar"] {
  if (happens(0.5, ids)) return null;
  return {
    peakWatts: between([2_000, 5_000 + 1_000 * chargerCount], ids),
    sunriseHour: 6,
    sunsetHour: 19,
    cloudiness: between([0, 0.9], ids),
    utcOffsetMs,
  };
}
