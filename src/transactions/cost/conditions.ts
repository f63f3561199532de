import type { LocalTime } from "./local_time.ts";
import type { Tariff, TariffConditions, TariffPart } from "./tariff.ts";
import { TARIFF_PARTS } from "./tariff.ts";

/** Everything that a condition can ask about, at one moment of a session. */
export interface Moment {
  readonly local: LocalTime;
  /** Wh since the start. */
  readonly energyWh: number;
  readonly powerW: number;
  /** Sum of the phases. */
  readonly currentAmps: number;
  /** Since the start of the session, of charging in all, of the idle period under way. */
  readonly sessionMs: number;
  readonly chargingMs: number;
  readonly idleMs: number;
  readonly paymentBrand?: string;
  readonly paymentRecognition?: string;
}

/** No price of the part applies. */
export const NOT_PRICED = -1;

/** The price that counts: the place of the first that applies, or `NOT_PRICED`. */
export function priceAt(part: TariffPart | undefined, moment: Moment): number {
  return part?.prices.findIndex(({ conditions }) =>
    conditions === undefined || applies(conditions, moment)
  ) ?? NOT_PRICED;
}

/** True when all conditions are met at that moment. */
export function applies(conditions: TariffConditions, moment: Moment): boolean {
  return appliesAt(conditions, moment.local) &&
    within(moment.energyWh, conditions.minEnergy, conditions.maxEnergy) &&
    within(moment.powerW, conditions.minPower, conditions.maxPower) &&
    within(moment.currentAmps, conditions.minCurrent, conditions.maxCurrent) &&
    within(moment.sessionMs / 1000, conditions.minTime, conditions.maxTime) &&
    within(moment.chargingMs / 1000, conditions.minChargingTime, conditions.maxChargingTime) &&
    within(moment.idleMs / 1000, conditions.minIdleTime, conditions.maxIdleTime) &&
    isSame(conditions.paymentBrand, moment.paymentBrand) &&
    isSame(conditions.paymentRecognition, moment.paymentRecognition);
}

function appliesAt(conditions: TariffConditions, { minuteOfDay, weekday, date }: LocalTime) {
  const { startTimeOfDay, endTimeOfDay, dayOfWeek, validFromDate, validToDate, season } =
    conditions;
  return isInDay(minuteOfDay, startTimeOfDay, endTimeOfDay) &&
    (dayOfWeek === undefined || dayOfWeek.includes(weekday)) &&
    (validFromDate === undefined || date >= validFromDate) &&
    (validToDate === undefined || date < validToDate) &&
    (season === undefined || isInSeason(date.slice(5), season));
}

/** An end at or before the start lies on the next day; "00:00" as an end is midnight (2.97). */
export function isInDay(minuteOfDay: number, start = "00:00", end = "00:00"): boolean {
  const from = minutesOf(start);
  const to = minutesOf(end);
  return from < to
    ? minuteOfDay >= from && minuteOfDay < to
    : minuteOfDay >= from || minuteOfDay < to;
}

/** True for a day "MM-DD" of a season; both its ends belong to it. */
export function isInSeason(day: string, { from, to }: { from: string; to: string }): boolean {
  return from <= to ? day >= from && day <= to : day >= from || day <= to;
}

/** The minutes since midnight that "hh:mm" says. */
export function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

function within(value: number, least: number | undefined, greatest: number | undefined): boolean {
  return (least === undefined || value >= least) && (greatest === undefined || value < greatest);
}

function isSame(wanted: string | undefined, actual: string | undefined): boolean {
  return wanted === undefined || wanted === actual;
}

/** Where prices of a tariff may change, in the units of their conditions; each list ascending. */
export interface Thresholds {
  /** Minutes since midnight; empty where nothing depends on the time of day, the day or the date. */
  readonly minutes: readonly number[];
  readonly energyWh: readonly number[];
  readonly sessionMs: readonly number[];
  readonly chargingMs: readonly number[];
  readonly idleMs: readonly number[];
}

const known = new WeakMap<Tariff, Thresholds>();

/** The thresholds of a tariff; worked out once. */
export function thresholdsOf(tariff: Tariff): Thresholds {
  const found = known.get(tariff) ?? findThresholds(tariff);
  known.set(tariff, found);
  return found;
}

function findThresholds({ parts }: Tariff): Thresholds {
  const all = TARIFF_PARTS.flatMap((part) => parts[part]?.prices ?? [])
    .flatMap(({ conditions }) => conditions ?? []);
  const seconds = (...values: (number | undefined)[]) =>
    values.flatMap((value) => value === undefined ? [] : value * 1000);
  const dayly = all.filter((each) =>
    each.startTimeOfDay !== undefined || each.endTimeOfDay !== undefined ||
    each.dayOfWeek !== undefined || each.validFromDate !== undefined ||
    each.validToDate !== undefined || each.season !== undefined
  );
  return {
    minutes: ascending(dayly.flatMap(({ startTimeOfDay, endTimeOfDay }) => [
      0,
      minutesOf(startTimeOfDay ?? "00:00"),
      minutesOf(endTimeOfDay ?? "00:00"),
    ])),
    energyWh: ascending(
      all.flatMap(({ minEnergy, maxEnergy }) =>
        [minEnergy, maxEnergy].filter((value) => value !== undefined)
      ),
    ),
    sessionMs: ascending(all.flatMap(({ minTime, maxTime }) => seconds(minTime, maxTime))),
    chargingMs: ascending(
      all.flatMap((each) => seconds(each.minChargingTime, each.maxChargingTime)),
    ),
    idleMs: ascending(all.flatMap((each) => seconds(each.minIdleTime, each.maxIdleTime))),
  };
}

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
