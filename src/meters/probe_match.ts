import type { MeterProfile } from "./profile.ts";
import { type Terminal, TERMINALS, type Values } from "./quantity.ts";
import { decodeImage, type RegisterImage } from "./register_image.ts";
import { SUNSPEC_PROFILE } from "./sunspec.ts";
import { PART_ORDERS, type PartOrder } from "./register_value.ts";

/** A profile that makes sense of a meter's registers. */
export interface ProfileMatch {
  readonly profile: MeterProfile;
  /** The only order of words in which voltages and frequency are possible. */
  readonly wordOrder: PartOrder;
  readonly values: Values;
  /** Which of a SunSpec device's models they are of. */
  readonly sunspec?: { readonly model: number; readonly nth: number };
  /** How many things fit together; comparable between matches of one meter. */
  readonly score: number;
}

/** Line to neutral, in volts: the mains of any country. */
const VOLTAGE_RANGE_V = [80, 300] as const;
/** A line that is not connected shows a little. */
const DEAD_LINE_V = 20;
const FREQUENCY_RANGE_HZ = [45, 65] as const;
/** More than any current transformer of a site carries. */
const MOST_AMPS = 10_000;

/**
 * Whether registers, read as a profile has them, are those of a meter on the mains: at least one
 * voltage between 80 and 300 V and none beyond, a frequency of 45 to 65 Hz where there is one, in
 * exactly one order of words; and powers that the voltages and currents can be. Null where they are not.
 */
export function matchProfile(profile: MeterProfile, image: RegisterImage): ProfileMatch | null {
  const matches = PART_ORDERS.flatMap((wordOrder) => {
    const values = decodeImage({ ...profile, wordOrder }, image);
    const score = scoreOf(values);
    return score === null ? [] : [{ profile, wordOrder, values, score }];
  });
  // Both only where no number has two registers: the profile's own order then is as good.
  return matches.find(({ wordOrder }) => wordOrder === profile.wordOrder) ?? matches[0] ?? null;
}

/** A device that says by itself what it measures is known for certain. */
const SUNSPEC_SCORE = 100;

/** What a SunSpec device measures: a match for each of its meters and inverters. */
export function sunspecMatches(
  measured: readonly { readonly model: number; readonly nth: number; readonly values: Values }[],
): readonly ProfileMatch[] {
  return measured.map(({ model, nth, values }) => ({
    profile: SUNSPEC_PROFILE,
    wordOrder: SUNSPEC_PROFILE.wordOrder,
    values,
    sunspec: { model, nth },
    score: SUNSPEC_SCORE,
  }));
}

/** Null where the values cannot be. */
function scoreOf(values: Values): number | null {
  const voltages = TERMINALS.flatMap((terminal) => values.get(`voltage_l${terminal}`) ?? []);
  const alive = voltages.filter((volts) => isWithin(volts, VOLTAGE_RANGE_V));
  const dead = voltages.filter((volts) => Math.abs(volts) < DEAD_LINE_V);
  if (alive.length === 0 || alive.length + dead.length < voltages.length) return null;
  const frequency = values.get("frequency");
  if (frequency !== undefined && !isWithin(frequency, FREQUENCY_RANGE_HZ)) return null;
  const lines = TERMINALS.map((terminal) => lineScore(values, terminal));
  if (lines.includes(null)) return null;
  const fitting = lines.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  return alive.length + (frequency === undefined ? 0 : 2) + fitting + totalScore(values);
}

/** 1 for a power that its line can have, 0 where nothing can be said, null where it cannot be. */
function lineScore(values: Values, terminal: Terminal): number | null {
  const volts = values.get(`voltage_l${terminal}`);
  const amps = values.get(`current_l${terminal}`);
  const watts = values.get(`active_power_l${terminal}`);
  if (amps !== undefined && !(Math.abs(amps) <= MOST_AMPS)) return null;
  if (volts === undefined || amps === undefined || watts === undefined) return 0;
  return Math.abs(watts) <= 1.2 * Math.abs(volts * amps) + 50 ? 1 : null;
}

/** 1 where the total is the sum of the lines. */
function totalScore(values: Values): number {
  const total = values.get("active_power_total");
  const lines = TERMINALS.map((terminal) => values.get(`active_power_l${terminal}`));
  if (total === undefined || lines.includes(undefined)) return 0;
  const sum = lines.reduce<number>((before, each) => before + (each ?? 0), 0);
  return Math.abs(total - sum) <= 0.05 * Math.abs(sum) + 50 ? 1 : 0;
}

function isWithin(value: number, [low, high]: readonly [number, number]): boolean {
  return value >= low && value <= high;
}

const CONFIDENCE_ORDER = ["high", "medium", "low"] as const;

/** The likeliest first: what explains more, then what needs no change, then what is surer. */
export function rankMatches(matches: readonly ProfileMatch[]): readonly ProfileMatch[] {
  const swapped = ({ profile, wordOrder }: ProfileMatch) => profile.wordOrder === wordOrder ? 0 : 1;
  const doubt = ({ profile }: ProfileMatch) => CONFIDENCE_ORDER.indexOf(profile.confidence);
  return matches.toSorted((left, right) =>
    right.score - left.score || swapped(left) - swapped(right) || doubt(left) - doubt(right) ||
    left.profile.id.localeCompare(right.profile.id)
  );
}

/** True where two matches read the same voltages, currents and powers of all lines: one is as good. */
export function isAlike(left: ProfileMatch, right: ProfileMatch): boolean {
  return left.wordOrder === right.wordOrder &&
    TERMINALS.every((terminal) =>
      (["voltage", "current", "active_power"] as const).every((each) =>
        left.values.get(`${each}_l${terminal}`) === right.values.get(`${each}_l${terminal}`)
      )
    );
}
