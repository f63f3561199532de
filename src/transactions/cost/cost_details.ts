import { type Decimal, decimal, sumOf } from "../../lib/decimal.ts";
import type { CostDetails } from "../../ocpp/mod.ts";
import type { Bill, BillLine } from "./bill.ts";
import { type CostPeriod, type CostState, COUNTED_PARTS } from "./cost_state.ts";
import type { TaxRate } from "./tariff.ts";

type ChargingPeriod = NonNullable<CostDetails["chargingPeriods"]>[number];
type Dimension = NonNullable<ChargingPeriod["dimensions"]>[number];
type TotalCost = CostDetails["totalCost"];
type Price = NonNullable<TotalCost["energy"]>;

const TOTALS = {
  fixedFee: "fixed",
  energy: "energy",
  chargingTime: "chargingTime",
  idleTime: "idleTime",
  reservationFixed: "reservationFixed",
} as const satisfies Partial<Record<BillLine["kind"], keyof TotalCost>>;

/**
 * The cost of a transaction as 2.1 tells it (I12). Charging periods only at the end (errata 2025-09,
 * I12.FR.02); of very many the oldest are left out.
 *
 * @param tariffIds the ids of the state's tariffs, in its order
 */
export function costDetailsOf(
  state: CostState,
  bill: Bill,
  tariffIds: readonly string[],
): CostDetails {
  const periods = state.periods.map((period) => periodOf(period, tariffIds));
  return {
    ...(bill.final && periods.length > 0 ? { chargingPeriods: periods } : {}),
    totalCost: totalCostOf(bill),
    totalUsage: {
      energy: Number(state.energyWh),
      chargingTime: secondsOf(state, "chargingTime"),
      idleTime: secondsOf(state, "idleTime"),
    },
  };
}

/** The schema of 2.1 writes "IdleTIme", and so it is on the wire. */
const DIMENSIONS = {
  energy: "Energy",
  chargingTime: "ChargingTime",
  idleTime: "IdleTIme",
} as const;

function periodOf(period: CostPeriod, tariffIds: readonly string[]): ChargingPeriod {
  const tariffId = tariffIds[period.tariff];
  const counted = COUNTED_PARTS.flatMap((part): Dimension[] => {
    const volume = period[part]?.volume;
    if (volume === undefined) return [];
    return [{ type: DIMENSIONS[part], volume: Number(volume) / (part === "energy" ? 1 : 1000) }];
  });
  const power = (period.powerW ?? []).map((volume, index): Dimension => ({
    type: index === 0 ? "MinPower" : "MaxPower",
    volume,
  }));
  return {
    ...(tariffId === undefined ? {} : { tariffId }),
    startPeriod: new Date(period.startMs).toISOString(),
    dimensions: [...counted, ...power],
  };
}

/** A least cost stands alone, as a fee (I12.FR.38). */
function totalCostOf({ lines, currency, typeOfCost, exclTax, tax }: Bill): TotalCost {
  const total = {
    exclTax: Number(exclTax),
    inclTax: decimal(exclTax).plus(tax).toNumber(),
  };
  if (typeOfCost === "MinCost") return { currency, typeOfCost, fixed: total, total };
  const parts = Object.entries(TOTALS).flatMap(([kind, name]) => {
    const own = lines.filter((line) => line.kind === kind);
    return own.length === 0 ? [] : [[name, priceOf(own)] as const];
  });
  return { currency, typeOfCost, ...Object.fromEntries(parts), total };
}

function priceOf(lines: readonly BillLine[]): Price {
  const sum = (side: "exclTax" | "inclTax"): Decimal =>
    sumOf(lines.map((line) => decimal(line[side])));
  const taxRates = lines[0]?.taxRates ?? [];
  return {
    exclTax: sum("exclTax").toNumber(),
    inclTax: sum("inclTax").toNumber(),
    ...(taxRates.length === 0 ? {} : { taxRates: taxRates.map(taxOf) }),
  };
}

function taxOf({ type, percent, stack }: TaxRate) {
  return { type, tax: Number(percent), stack };
}

function secondsOf({ periods, older }: CostState, part: "chargingTime" | "idleTime"): number {
  const volumes = [...older, ...periods].map((period) => decimal(period[part]?.volume ?? 0));
  return Math.round(sumOf(volumes).div(1000).toNumber());
}
