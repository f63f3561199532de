import type { Ids } from "../lib/ids.ts";
import { ampsOn, LINES, onEachLine, type PerLine, perLine } from "../site/mod.ts";
import { between, happens, pick, wholeBetween } from "./chance.ts";
import type { HouseDevice, HouseLoadOptions } from "./house_load.ts";

/** A working day: quiet nights, a long noon. */
export const WORKING_DAY: readonly number[] = [
  ...[0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.5, 0.8, 1, 1.1, 1.2, 1.2],
  ...[1.25, 1.2, 1.1, 1.1, 1, 1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4],
];

/** A block of flats: a little in the morning, most of it in the evening. */
const LIVING_DAY: readonly number[] = [
  ...[0.4, 0.3, 0.3, 0.3, 0.3, 0.5, 0.9, 1.1, 0.9, 0.7, 0.7, 0.8],
  ...[1, 0.9, 0.7, 0.7, 0.8, 1.1, 1.5, 1.7, 1.6, 1.3, 0.9, 0.6],
];

/** A step that is felt at the grid connection: lifts, heat pumps and the like, amperes. */
const STEP_AMPS = [10, 40] as const;

/** What comes and goes in buildings, and for how long, in milliseconds. */
const KINDS = [
  { name: "lift", phases: 3, onMs: [15_000, 40_000], offMs: [40_000, 300_000] },
  { name: "heat pump", phases: 3, onMs: [120_000, 900_000], offMs: [120_000, 1_200_000] },
  { name: "water heater", phases: 1, onMs: [300_000, 1_200_000], offMs: [600_000, 3_600_000] },
  // The load that a generator has carried comes back to the grid in one step, and goes again.
  {
    name: "genset switch-over",
    phases: 3,
    onMs: [300_000, 1_800_000],
    offMs: [1_800_000, 7_200_000],
  },
  { name: "kitchen", phases: 1, onMs: [60_000, 600_000], offMs: [120_000, 1_800_000] },
] as const;

/** Draws the building that so many chargers belong to. */
export function drawHouse(chargerCount: number, utcOffsetMs: number, ids: Ids): HouseLoadOptions {
  const sizeAmps = 3 + chargerCount * 0.8;
  return {
    baseAmps: perLine(() => between([0.5, 1.5], ids) * sizeAmps),
    dayShape: pick([WORKING_DAY, LIVING_DAY], ids),
    devices: Array.from({ length: wholeBetween([0, 3], ids) }, () => drawDevice(ids)),
    utcOffsetMs,
    flicker: between([0.005, 0.03], ids),
  };
}

function drawDevice(ids: Ids): HouseDevice {
  const { name, phases, onMs, offMs } = pick(KINDS, ids);
  // Small steps are more common than large ones.
  const [least, most] = STEP_AMPS;
  const amps = least + (most - least) * ids.random() ** 2;
  const onLines: PerLine = phases === 3 ? onEachLine(amps) : ampsOn([pick(LINES, ids)], amps);
  // Some sites share a device with nobody: it comes half as often.
  const pause = happens(0.5, ids) ? 1 : 2;
  return { name, amps: onLines, onMs, offMs: [offMs[0] * pause, offMs[1] * pause] };
}
