import { type Decimal, decimal, decimalText } from "../lib/decimal.ts";
import type { FactSum } from "../transactions/mod.ts";
import type { Column, ReportRow } from "./report.ts";

const HOUR_MS = 3_600_000;

/** Milliseconds as hours, to the second. */
export function hours(ms: number): number {
  return Math.round(ms / 1_000) / 3_600;
}

/** Hours for a table: to the hundredth. */
export function hoursCell(ms: number): number {
  return Math.round(ms / HOUR_MS * 100) / 100;
}

/** Watt-hours as kilowatt-hours, to the watt-hour. */
export function kwh(wh: number): number {
  return Math.round(wh) / 1_000;
}

/** A part of a whole, to the ten thousandth; null where there is no whole. */
export function share(part: number, whole: number): number | null {
  return whole <= 0 ? null : Math.round(part / whole * 10_000) / 10_000;
}

/** What sessions come to: how many, their energy and time, their money by currency. */
export interface SessionSum {
  sessions: number;
  /** Of those, how many have a bill. */
  billed: number;
  energyWh: number;
  durationMs: number;
  /** By currency, in its millionths: whole numbers, which add up exactly. */
  readonly money: Map<string, { totalMicros: number; taxMicros: number }>;
}

/** Nothing yet. */
export function newSum(): SessionSum {
  return { sessions: 0, billed: 0, energyWh: 0, durationMs: 0, money: new Map() };
}

/** Adds sums of sessions; money exactly. */
export function addSum(sum: SessionSum, more: FactSum): void {
  sum.sessions += more.sessions;
  sum.energyWh += more.energyWh;
  sum.durationMs += more.durationMs;
  if (more.currency === null) return;
  sum.billed += more.sessions;
  addMoney(sum, more.currency, more);
}

/** Adds what was paid in a currency. */
export function addMoney(
  { money }: SessionSum,
  currency: string,
  { totalMicros, taxMicros }: Pick<FactSum, "totalMicros" | "taxMicros">,
): void {
  const known = money.get(currency) ?? { totalMicros: 0, taxMicros: 0 };
  money.set(currency, {
    totalMicros: known.totalMicros + totalMicros,
    taxMicros: known.taxMicros + taxMicros,
  });
}

/** The columns that every sum of sessions has. */
export const SUM_COLUMNS: readonly Column[] = [
  { name: "sessions", kind: "count" },
  { name: "energyKwh", kind: "energyKwh" },
  { name: "hours", kind: "hours" },
];

/** The cells of those. */
export function sumCells({ sessions, energyWh, durationMs }: SessionSum): ReportRow {
  return { sessions, energyKwh: kwh(energyWh), hours: hoursCell(durationMs) };
}

export const MONEY_COLUMNS: readonly Column[] = [
  { name: "currency", kind: "text" },
  { name: "exclTax", kind: "money" },
  { name: "tax", kind: "money" },
  { name: "total", kind: "money" },
];

/** A row for each currency; one without money where there was none. */
export function moneyRows({ money }: SessionSum): readonly ReportRow[] {
  if (money.size === 0) return [{ currency: null, exclTax: null, tax: null, total: null }];
  return [...money].toSorted(([a], [b]) => a < b ? -1 : 1)
    .map(([currency, { totalMicros, taxMicros }]) => ({
      currency,
      exclTax: amountText(ofMicros(totalMicros - taxMicros)),
      tax: amountText(ofMicros(taxMicros)),
      total: amountText(ofMicros(totalMicros)),
    }));
}

function ofMicros(micros: number): Decimal {
  return decimal(micros).div(1_000_000);
}

/** With two decimals at least: "20.00". */
export function amountText(amount: Decimal): string {
  return amount.decimalPlaces() < 2 ? amount.toFixed(2) : decimalText(amount);
}

/** Sums by a name, of which no more are kept apart than `max`: the rest is joined under `REST`. */
export interface Grouped {
  of(key: string): SessionSum;
  entries(): readonly (readonly [string, SessionSum])[];
  isJoined(): boolean;
}

export const REST = "…";

/** Groups, each begun when it is first asked for. */
export function createGroups(max: number): Grouped {
  const sums = new Map<string, SessionSum>();
  let isJoined = false;
  return {
    of(key) {
      const known = sums.get(key);
      if (known !== undefined) return known;
      if (sums.size >= max && key !== REST) {
        isJoined = true;
        return this.of(REST);
      }
      const sum = newSum();
      sums.set(key, sum);
      return sum;
    },
    entries: () => [...sums],
    isJoined: () => isJoined,
  };
}

/** More energy first. */
export function byEnergy(
  [, left]: readonly [string, SessionSum],
  [, right]: readonly [string, SessionSum],
): number {
  return right.energyWh - left.energyWh;
}
