import { markOf } from "../../lib/text.ts";

/**
 * What a session costs, after OCPP 2.1's TariffType (2.104) with what site.yaml can say besides.
 * Plain data: it is stored as it is. Money is decimal text.
 */
export interface Tariff {
  readonly id: string;
  readonly origin: "site" | "csms";
  /** ISO 4217. */
  readonly currency: string;
  /** Times of day, days and dates are in this IANA zone. */
  readonly timezone: string;
  /** Volts, line to neutral: for conditions about the current where none is measured. */
  readonly nominalVoltageV: number;
  /** Not before this moment, ISO 8601 (2.1 I07.FR.19); absent: at once. */
  readonly validFrom?: string;
  readonly parts: { readonly [Name in TariffPartName]?: TariffPart };
  /** Prices include the taxes. OCPP's never do. */
  readonly taxIncluded: boolean;
  /**
   * What the time is in which the site, not the car, holds back the current: for OCPP idle time is
   * all time without energy; site.yaml's drivers do not pay for the site's own pauses.
   */
  readonly pausedBySite: "idle" | "free";
  readonly minCost?: CostBound;
  readonly maxCost?: CostBound;
  /** The total is a multiple of this: "0.01", "0.05", "1". */
  readonly roundingStep: string;
}

/** What can have a price. Energy per kWh, times per minute or hour, fees once at the start. */
export const TARIFF_PARTS = [
  "energy",
  "chargingTime",
  "idleTime",
  "fixedFee",
  "reservationFixed",
] as const;
export type TariffPartName = typeof TARIFF_PARTS[number];

/** The prices of one part, of which the first that applies counts (I12.FR.34). */
export interface TariffPart {
  readonly taxRates: readonly TaxRate[];
  readonly prices: readonly TariffPrice[];
}

/** One price, perhaps under conditions. */
export interface TariffPrice {
  /** Never negative. */
  readonly price: string;
  /** Of times: what the price is for; absent: a minute. */
  readonly per?: "hour";
  readonly conditions?: TariffConditions;
}

/** A tax in percent. Stack 0 is on the net price, 1 on what stack 0 makes of it (I12.FR.13). */
export interface TaxRate {
  readonly type: string;
  readonly percent: string;
  readonly stack: number;
}

/** A least or greatest cost of a session: without tax, with tax, or both. */
export interface CostBound {
  readonly exclTax?: string;
  readonly inclTax?: string;
}

export const WEEKDAYS = [
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
  "Sunday",
] as const;
export type Weekday = typeof WEEKDAYS[number];

/**
 * When a price applies: all that is there has to be true. A least value is inclusive, a greatest is
 * not; the end of a season is.
 */
export interface TariffConditions {
  /** "hh:mm" local time; an end that is not after the start lies on the next day. */
  readonly startTimeOfDay?: string;
  readonly endTimeOfDay?: string;
  readonly dayOfWeek?: readonly Weekday[];
  /** "2026-03-31" */
  readonly validFromDate?: string;
  readonly validToDate?: string;
  /** Every year, "MM-DD" both; may run over New Year. */
  readonly season?: { readonly from: string; readonly to: string };
  /** Wh since the start of the session. */
  readonly minEnergy?: number;
  readonly maxEnergy?: number;
  /** W, and A as the sum of the phases, now. */
  readonly minPower?: number;
  readonly maxPower?: number;
  readonly minCurrent?: number;
  readonly maxCurrent?: number;
  /** Seconds: of the session, of charging in all, of the idle period under way. */
  readonly minTime?: number;
  readonly maxTime?: number;
  readonly minChargingTime?: number;
  readonly maxChargingTime?: number;
  readonly minIdleTime?: number;
  readonly maxIdleTime?: number;
  /** From the token's additional information, for tokens that were bought at a payment terminal. */
  readonly paymentBrand?: string;
  readonly paymentRecognition?: string;
}

/** The name under which a tariff is kept: another content under the same id is another tariff. */
export function tariffKey(tariff: Tariff): string {
  return `${tariff.id}#${markOf(JSON.stringify(tariff))}`;
}
