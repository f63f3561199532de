import { billOf } from "./bill.ts";
import { type CostEvent, costStep, startCost } from "./cost_step.ts";
import type { Tariff, TariffPart, TariffPrice } from "./tariff.ts";

/** A tariff in Pune with nothing in it but what is given. */
export function tariff(given: Partial<Tariff>): Tariff {
  return {
    id: "T1",
    origin: "site",
    currency: "INR",
    timezone: "Asia/Kolkata",
    nominalVoltageV: 230,
    parts: {},
    taxIncluded: false,
    pausedBySite: "free",
    roundingStep: "0.01",
    ...given,
  };
}

/** Prices without tax. */
export function prices(...list: readonly TariffPrice[]): TariffPart {
  return { taxRates: [], prices: list };
}

/** Prices with 18 % of GST on top. */
export function withGst(...list: readonly TariffPrice[]): TariffPart {
  return { taxRates: [{ type: "GST", percent: "18", stack: 0 }], prices: list };
}

/** Milliseconds of a local time that ISO 8601 says with its offset. */
export function at(text: string): number {
  return Date.parse(text);
}

/** One session told event by event, from a register of 1,000 Wh. */
export function told(under: Tariff, startedAt: string, ...events: readonly CostEvent[]) {
  const start = { atMs: at(startedAt), meterStartWh: 1_000, hasReservation: false };
  return events.reduce(
    (state, event) => costStep(state, event, [under]),
    startCost(start, under),
  );
}

/** The final bill of a session. */
export function billed(under: Tariff, startedAt: string, ...events: readonly CostEvent[]) {
  const bill = billOf(told(under, startedAt, ...events), [under], true);
  if (bill === null) throw new Error("the tariff is not known");
  return bill;
}

export function reading(time: string, registerWh: number): CostEvent {
  return { kind: "reading", atMs: at(time), registerWh };
}

export function stop(time: string, registerWh: number): CostEvent {
  return { kind: "stop", atMs: at(time), registerWh };
}

export function activity(
  time: string,
  what: Extract<CostEvent, { kind: "activity" }>["activity"],
): CostEvent {
  return { kind: "activity", atMs: at(time), activity: what };
}
