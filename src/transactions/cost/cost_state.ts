/**
 * What is counted of a session for its bill. It grows with changes of price, not with readings: a week
 * takes no more than a day of the same tariff does each day, and never more than `PERIODS_MAX` periods.
 * Stored with the transaction as it is.
 */
export interface CostState {
  /** Under which it was counted, the first first; the last one is in force. Keys of `tariffKey`. */
  readonly tariffKeys: readonly string[];
  readonly startedAtMs: number;
  readonly meterStartWh: number;
  /** Up to this moment everything is counted. */
  readonly countedToMs: number;
  /** The last moment that anything was heard of; never before `countedToMs`. */
  readonly heardToMs: number;
  /** Wh that are counted, as decimal text. */
  readonly energyWh: string;
  readonly chargingMs: number;
  /** When the idle period began that lasts at `countedToMs`; null while there is none. */
  readonly idleSinceMs: number | null;
  /** What is not counted yet, from `countedToMs` on, the oldest first, never none. */
  readonly spans: readonly SpanSince[];
  /** Fees of the start: the places of their prices in the first tariff; absent: none applies. */
  readonly fees: { readonly fixedFee?: number; readonly reservationFixed?: number };
  /** The newest ones. */
  readonly periods: readonly CostPeriod[];
  /** What was counted in periods before those, in all, tariff by tariff and price by price. */
  readonly older: readonly CostPeriod[];
  readonly paymentBrand?: string;
  readonly paymentRecognition?: string;
}

/** What the EV does: takes current, takes none by its own will, or gets none from the site. */
export type Activity = "charging" | "idle" | "paused";

/** A time of one activity under one tariff; it lasts until the next begins. */
export interface SpanSince {
  readonly sinceMs: number;
  readonly activity: Activity;
  /** The place of the tariff in `tariffKeys`. */
  readonly tariff: number;
}

/** A part of a session in which the same prices applied (2.1 ChargingPeriodType). */
export interface CostPeriod {
  /** The place of its tariff in `tariffKeys`. */
  readonly tariff: number;
  readonly startMs: number;
  /** Absent: there was none of it. */
  readonly energy?: Counted;
  readonly chargingTime?: Counted;
  readonly idleTime?: Counted;
  /** W, the least and the most while it charged. */
  readonly powerW?: readonly [number, number];
}

/** How much at which price. */
export interface Counted {
  /** The place of the price in its part of the tariff; -1 where none applied. */
  readonly price: number;
  /** Wh or ms, as decimal text. */
  readonly volume: string;
}

/** The parts that a period counts. */
export const COUNTED_PARTS = ["energy", "chargingTime", "idleTime"] as const;
export type CountedPart = typeof COUNTED_PARTS[number];

/** Periods kept by themselves. Past that the oldest are added up. */
export const PERIODS_MAX = 64;

/** Spans that are remembered between two readings. */
export const SPANS_MAX = 64;
