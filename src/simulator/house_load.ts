import type { Ids } from "../lib/ids.ts";
import { between, type Range } from "./chance.ts";
import { addLines, LINES, type PerLine, perLine } from "../site/mod.ts";

/** What a building draws besides its chargers. */
export interface HouseLoadOptions {
  /** Amperes per line at a day's mean. */
  readonly baseAmps: PerLine;
  /** How the base changes over the day: 24 factors, one an hour, joined by straight lines. */
  readonly dayShape: readonly number[];
  /** Loads that come and go by chance. */
  readonly devices: readonly HouseDevice[];
  /** How far local time is ahead of UTC, in milliseconds. */
  readonly utcOffsetMs: number;
  /** The base trembles by so much: 0.01 is 1 %. A perfectly still meter is a broken one. */
  readonly flicker: number;
}

/** A load that is on or off: a lift, a heat pump. */
export interface HouseDevice {
  readonly name: string;
  readonly amps: PerLine;
  /** Shortest and longest time, in milliseconds. */
  readonly onMs: Range;
  readonly offMs: Range;
}

/** A building at a moment. */
export interface HouseLoad {
  readonly devices: readonly DeviceState[];
  /** Factors on the base. */
  readonly flicker: PerLine;
  readonly atWallMs: number;
}

/** Whether a device runs, and until when. */
export interface DeviceState {
  readonly isOn: boolean;
  readonly untilWallMs: number;
}

const HOUR_MS = 3_600_000;

/** A building in which every device has just been switched off. */
export function newHouseLoad(options: HouseLoadOptions, wallMs: number, ids: Ids): HouseLoad {
  const devices = options.devices.map(({ offMs }) => ({
    isOn: false,
    untilWallMs: wallMs + spanMs(offMs, ids),
  }));
  return { devices, flicker: perLine(() => 1), atWallMs: wallMs };
}

/** The building at `wallMs`. Time may not go back. */
export function stepHouseLoad(
  house: HouseLoad,
  options: HouseLoadOptions,
  wallMs: number,
  ids: Ids,
): HouseLoad {
  const devices = house.devices.map((state, index) => {
    const device = options.devices[index];
    return device === undefined ? state : stepDevice(state, device, wallMs, ids);
  });
  const flicker = perLine(() => 1 + options.flicker * (2 * ids.random() - 1));
  return { devices, flicker, atWallMs: wallMs };
}

function stepDevice(
  state: DeviceState,
  { onMs, offMs }: HouseDevice,
  wallMs: number,
  ids: Ids,
): DeviceState {
  let now = state;
  while (now.untilWallMs <= wallMs) {
    const isOn = !now.isOn;
    now = { isOn, untilWallMs: now.untilWallMs + spanMs(isOn ? onMs : offMs, ids) };
  }
  return now;
}

/** Amperes per line that the building draws. */
export function houseAmps(house: HouseLoad, options: HouseLoadOptions): PerLine {
  const factor = dayFactor(options.dayShape, house.atWallMs + options.utcOffsetMs);
  const base = perLine((line) => options.baseAmps[line] * factor * house.flicker[line]);
  return options.devices
    .filter((_, index) => house.devices[index]?.isOn)
    .map(({ amps }) => amps)
    .reduce(addLines, base);
}

/** The most that a building can draw on any line. */
export function houseWorstAmps({ baseAmps, dayShape, devices, flicker }: HouseLoadOptions): number {
  const factor = Math.max(...dayShape) * (1 + flicker);
  return Math.max(
    ...LINES.map((line) =>
      devices.reduce((sum, { amps }) => sum + amps[line], baseAmps[line] * factor)
    ),
  );
}

/** What a building draws on its busiest line for most of the time: the day's highest base. */
export function houseUsualAmps({ baseAmps, dayShape }: HouseLoadOptions): number {
  return Math.max(...LINES.map((line) => baseAmps[line])) * Math.max(...dayShape);
}

/** The day's factor at a local time. */
export function dayFactor(dayShape: readonly number[], localMs: number): number {
  const hours = localMs / HOUR_MS;
  const hour = Math.floor(hours);
  const left = dayShape[modulo(hour, dayShape.length)] ?? 1;
  const right = dayShape[modulo(hour + 1, dayShape.length)] ?? 1;
  return left + (right - left) * (hours - hour);
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

/** At least a second, so that a device that is always on or off cannot stop time. */
function spanMs(range: Range, ids: Ids): number {
  return Math.max(1_000, between(range, ids));
}
