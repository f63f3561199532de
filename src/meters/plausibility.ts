import { type Line, LINES, type MeterSample, type PerLine } from "../site/mod.ts";
import type { MeterReading } from "./sample.ts";

/** What a reading must not exceed. Absent limits are not checked. */
export interface PlausibilityLimits {
  /** The site's main fuse, in amperes. More than three times that is no current but a mistake. */
  readonly mainFuseAmps?: number | undefined;
  /** So many equal readings in a row mean a frozen meter. 0: never. */
  readonly frozenAfterReadings: number;
}

/** At one reading a second, a frozen meter is found out after a minute. */
export const DEFAULT_FROZEN_AFTER_READINGS = 60;

/** Line to neutral, in volts. Outside lies a wrong word order, a wrong scale or a dead line. */
const VOLTAGE_RANGE_V = [80, 300] as const;
/** Mains are 50 or 60 Hz; a generator may stray. */
const FREQUENCY_RANGE_HZ = [40, 70] as const;
const FUSE_MULTIPLE = 3;

/** What the next judgement needs to know about the readings before. */
export interface PlausibilityState {
  readonly previous: MeterReading | null;
  /** How many readings in a row were equal to `previous`, it included. */
  readonly repeats: number;
  /** The last reading that was used. */
  readonly used: MeterSample | null;
}

/** The start: nothing read yet. */
export const NOTHING_READ: PlausibilityState = { previous: null, repeats: 0, used: null };

/** What is to be done with a reading. */
export type Verdict =
  | { readonly kind: "plausible"; readonly remarks: readonly string[] }
  | { readonly kind: "refused"; readonly reason: string };

/** A verdict, and what to remember of the reading. */
export interface Judgement {
  readonly state: PlausibilityState;
  readonly verdict: Verdict;
}

/**
 * Judges a reading.
 *
 * Refused: a number that is none; a voltage outside 80–300 V, a frequency outside 40–70 Hz or a
 * current above three times the main fuse; a frozen meter. Remarked, but used: an energy counter that
 * went back, because the meter may have been replaced.
 *
 * A meter counts as frozen when nothing in its readings changes any more although they hold a
 * voltage finer than 1 V: mains voltage never stands still to a tenth of a volt for a minute. Meters
 * with coarser or no voltages are never called frozen, because a quiet site looks the same.
 */
export function judgeReading(
  state: PlausibilityState,
  reading: MeterReading,
  limits: PlausibilityLimits,
): Judgement {
  const same = state.previous !== null && sameReading(state.previous, reading);
  const repeats = same ? state.repeats + 1 : 1;
  const reason = impossibleValue(reading, limits.mainFuseAmps) ??
    frozenReason(reading, repeats, limits.frozenAfterReadings);
  const { used } = state;
  if (reason !== null) {
    return {
      state: { previous: reading, repeats, used },
      verdict: { kind: "refused", reason },
    };
  }
  return {
    state: { previous: reading, repeats, used: reading.sample },
    verdict: { kind: "plausible", remarks: counterRemarks(used, reading.sample) },
  };
}

/** Says which value cannot be, and why; null when all can. */
export function impossibleValue(
  { sample, voltagesV }: MeterReading,
  mainFuseAmps: number | undefined,
): string | null {
  const line = LINES.find((each) => isOutside(voltagesV.get(each), VOLTAGE_RANGE_V));
  if (line !== undefined) return strayed(`voltage ${line}`, voltagesV.get(line), VOLTAGE_RANGE_V);
  if (isOutside(sample.frequencyHz, FREQUENCY_RANGE_HZ)) {
    return strayed("frequency", sample.frequencyHz, FREQUENCY_RANGE_HZ);
  }
  return notFinite(sample) ?? aboveFuse(sample.currentsAmps, mainFuseAmps);
}

function isOutside(value: number | undefined, [low, high]: readonly [number, number]): boolean {
  return value !== undefined && !(value >= low && value <= high);
}

function strayed(name: string, value: number | undefined, range: readonly number[]): string {
  return `${name} of ${shown(value ?? NaN)} is outside ${range.join(" to ")}`;
}

function notFinite(sample: MeterSample): string | null {
  const { totalPowerW, importWh, exportWh, currentsAmps, powersW } = sample;
  for (const [name, value] of Object.entries({ totalPowerW, importWh, exportWh })) {
    if (value !== undefined && !Number.isFinite(value)) return `${name} is ${value}`;
  }
  for (const [name, lines] of Object.entries({ currentsAmps, powersW })) {
    const line = lines && LINES.find((each) => !Number.isFinite(lines[each]));
    if (line) return `${name} of ${line} is ${lines[line]}`;
  }
  return null;
}

function aboveFuse(currents: PerLine | undefined, mainFuseAmps: number | undefined): string | null {
  if (currents === undefined || mainFuseAmps === undefined) return null;
  const line = LINES.find((each) => Math.abs(currents[each]) > FUSE_MULTIPLE * mainFuseAmps);
  if (line === undefined) return null;
  return `current ${line} of ${shown(currents[line])} A is more than ${FUSE_MULTIPLE} times ` +
    `the main fuse of ${mainFuseAmps} A`;
}

function shown(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** True when only the time differs. */
function sameReading(left: MeterReading, right: MeterReading): boolean {
  const [before, now] = [left.sample, right.sample];
  return before.totalPowerW === now.totalPowerW && before.importWh === now.importWh &&
    before.exportWh === now.exportWh && before.frequencyHz === now.frequencyHz &&
    sameOnLines((line) => [before.currentsAmps?.[line], now.currentsAmps?.[line]]) &&
    sameOnLines((line) => [before.powersW?.[line], now.powersW?.[line]]) &&
    sameOnLines((line) => [left.voltagesV.get(line), right.voltagesV.get(line)]);
}

type Pair = readonly [number | undefined, number | undefined];

function sameOnLines(pairOf: (line: Line) => Pair): boolean {
  return LINES.every((line) => {
    const [left, right] = pairOf(line);
    return left === right;
  });
}

function frozenReason(reading: MeterReading, repeats: number, limit: number): string | null {
  if (limit === 0 || repeats < limit) return null;
  const fine = [...reading.voltagesV.values()].some((voltage) => !Number.isInteger(voltage));
  return fine ? `the meter is frozen: ${limit} equal readings in a row` : null;
}

function counterRemarks(before: MeterSample | null, now: MeterSample): string[] {
  return [
    backRemark("import", before?.importWh, now.importWh),
    backRemark("export", before?.exportWh, now.exportWh),
  ].filter((remark) => remark !== null);
}

function backRemark(
  name: string,
  before: number | undefined,
  now: number | undefined,
): string | null {
  if (before === undefined || now === undefined || now >= before) return null;
  return `the ${name} counter went back from ${before} Wh to ${now} Wh`;
}
