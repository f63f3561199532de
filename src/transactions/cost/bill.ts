import { type Decimal, decimal, decimalText, roundedTo, sumOf, ZERO } from "../../lib/decimal.ts";
import { type CostState, COUNTED_PARTS } from "./cost_state.ts";
import { minorDigits } from "./currency.ts";
import { withTax } from "./tax.ts";
import type {
  CostBound,
  Tariff,
  TariffConditions,
  TariffPartName,
  TariffPrice,
  TaxRate,
} from "./tariff.ts";

/**
 * What a session costs, in lines that add up: the lines' `exclTax` to `exclTax`, their `tax` to `tax`,
 * and `exclTax` + `tax` + `rounding` is `total`. Money is decimal text in `currency`.
 */
export interface Bill {
  readonly currency: string;
  /** The tariff in force at the end. */
  readonly tariffId: string;
  /** Whether a least or greatest cost took the place of what the lines would come to. */
  readonly typeOfCost: "NormalCost" | "MinCost" | "MaxCost";
  readonly lines: readonly BillLine[];
  readonly exclTax: string;
  readonly tax: string;
  readonly rounding: string;
  readonly total: string;
  /** False while the session goes on. */
  readonly final: boolean;
}

/** One line of a bill. */
export interface BillLine {
  /** What is charged for; "adjustment" leads to a least or greatest cost. */
  readonly kind: TariffPartName | "adjustment";
  readonly tariffId: string;
  readonly quantity: string;
  readonly unit: "kWh" | "min" | "h" | "session";
  /** As the tariff has it: with or without tax. */
  readonly unitPrice: string;
  /** When this price applies; null: always. */
  readonly when: TariffConditions | null;
  readonly exclTax: string;
  readonly tax: string;
  readonly inclTax: string;
  readonly taxRates: readonly TaxRate[];
}

/** Lines are exact to a millionth; amounts of no price have more digits. */
const MONEY_DIGITS = 6;

/** Makes out the bill. `tariffs` are those of the state's `tariffKeys`; null where one is not known. */
export function billOf(
  state: CostState,
  tariffs: readonly Tariff[],
  isFinal: boolean,
): Bill | null {
  const tariff = tariffs.at(-1);
  if (tariff === undefined || tariffs.length < state.tariffKeys.length) return null;
  const counted = [...feeLines(state, tariffs), ...usageLines(state, tariffs)];
  const { typeOfCost, lines } = withinBounds(counted, tariff, isFinal);
  const exclTax = sumOf(lines.map((line) => decimal(line.exclTax)));
  const tax = sumOf(lines.map((line) => decimal(line.tax)));
  const exact = exclTax.plus(tax);
  const total = roundedTo(exact, decimal(tariff.roundingStep));
  const money = moneyOf(tariff.currency);
  return {
    currency: tariff.currency,
    tariffId: tariff.id,
    typeOfCost,
    lines,
    exclTax: money(exclTax),
    tax: money(tax),
    rounding: money(total.minus(exact)),
    total: money(total),
    final: isFinal,
  };
}

function feeLines({ fees }: CostState, [tariff]: readonly Tariff[]): BillLine[] {
  return (["fixedFee", "reservationFixed"] as const).flatMap((kind) => {
    const at = fees[kind];
    return tariff === undefined || at === undefined ? [] : lineOf(tariff, kind, at, decimal(1));
  });
}

/** One line for each price that was used, in the order of the tariff. */
function usageLines({ periods, older }: CostState, tariffs: readonly Tariff[]): BillLine[] {
  return tariffs.flatMap((tariff, tariffAt) =>
    COUNTED_PARTS.flatMap((kind) => {
      const volumes = new Map<number, Decimal>();
      for (const period of [...older, ...periods]) {
        const counted = period[kind];
        if (period.tariff !== tariffAt || counted === undefined) continue;
        const sum = volumes.get(counted.price) ?? ZERO;
        volumes.set(counted.price, sum.plus(counted.volume));
      }
      return [...volumes].toSorted(([a], [b]) => a - b)
        .filter(([, volume]) => volume.gt(ZERO))
        .flatMap(([price, volume]) => lineOf(tariff, kind, price, volume));
    })
  );
}

const MS_PER = { min: 60_000, h: 3_600_000 } as const;

/** `volume` in Wh, ms, or times. None for what has no price. */
function lineOf(
  tariff: Tariff,
  kind: TariffPartName,
  at: number,
  volume: Decimal,
): BillLine[] {
  const part = tariff.parts[kind];
  const price = part?.prices[at];
  if (part === undefined || price === undefined) return [];
  const unit = unitOf(kind, price);
  const size = unit === "kWh" ? 1000 : unit === "session" ? 1 : MS_PER[unit];
  const amount = volume.times(price.price).div(size);
  const { exclTax, inclTax } = withTax(amount, part.taxRates, tariff.taxIncluded);
  return [{
    kind,
    tariffId: tariff.id,
    quantity: decimalText(volume.div(size).toDecimalPlaces(9)),
    unit,
    unitPrice: price.price,
    when: price.conditions ?? null,
    ...amounts(tariff.currency, exclTax, inclTax),
    taxRates: part.taxRates,
  }];
}

function unitOf(kind: TariffPartName, { per }: TariffPrice): BillLine["unit"] {
  switch (kind) {
    case "energy":
      return "kWh";
    case "chargingTime":
    case "idleTime":
      return per === "hour" ? "h" : "min";
    case "fixedFee":
    case "reservationFixed":
      return "session";
  }
}

function amounts(currency: string, exclTax: Decimal, inclTax: Decimal) {
  const money = moneyOf(currency);
  const net = exclTax.toDecimalPlaces(MONEY_DIGITS);
  const gross = inclTax.toDecimalPlaces(MONEY_DIGITS);
  return { exclTax: money(net), tax: money(gross.minus(net)), inclTax: money(gross) };
}

/** "20" as "20.00", and "104.9325" as it is. */
function moneyOf(currency: string): (amount: Decimal) => string {
  const digits = minorDigits(currency);
  return (amount) => amount.toFixed(Math.max(digits, amount.decimalPlaces()));
}

interface Sums {
  readonly exclTax: Decimal;
  readonly inclTax: Decimal;
}

/**
 * A line more where the tariff has a least cost (at the end) or a greatest (at any time) that the
 * others miss (I12.FR.38, FR.39).
 */
function withinBounds(
  lines: readonly BillLine[],
  tariff: Tariff,
  isFinal: boolean,
): Pick<Bill, "typeOfCost" | "lines"> {
  const sums = {
    exclTax: sumOf(lines.map((line) => decimal(line.exclTax))),
    inclTax: sumOf(lines.map((line) => decimal(line.inclTax))),
  };
  const most = tariff.maxCost === undefined ? null : atMost(tariff.maxCost, sums);
  if (most !== null) return { typeOfCost: "MaxCost", lines: [...lines, upTo(most, sums, tariff)] };
  const least = isFinal && tariff.minCost !== undefined ? atLeast(tariff, sums) : null;
  return least === null
    ? { typeOfCost: "NormalCost", lines }
    : { typeOfCost: "MinCost", lines: [...lines, upTo(least, sums, tariff)] };
}

/**
 * The bound that was reached first is met; the other side of the tax follows in proportion, which
 * with one rate of tax is what stood there at that moment. Null where none was reached.
 */
function atMost(bound: CostBound, { exclTax, inclTax }: Sums): Sums | null {
  if (exclTax.lte(ZERO)) return null;
  const shares = [
    ...(bound.exclTax === undefined ? [] : [decimal(bound.exclTax).div(exclTax)]),
    ...(bound.inclTax === undefined ? [] : [decimal(bound.inclTax).div(inclTax)]),
  ].filter((share) => share.lt(1));
  const [first, ...others] = shares;
  if (first === undefined) return null;
  const share = others.reduce((least, each) => each.lt(least) ? each : least, first);
  return { exclTax: exclTax.times(share), inclTax: inclTax.times(share) };
}

/** The least cost in place of less; a side that it leaves open is made with the taxes of the tariff. */
function atLeast({ minCost = {}, parts }: Tariff, sums: Sums): Sums | null {
  const { exclTax, inclTax } = minCost;
  const isBelow = (exclTax !== undefined && sums.exclTax.lt(exclTax)) ||
    (inclTax !== undefined && sums.inclTax.lt(inclTax));
  if (!isBelow) return null;
  const rates = (parts.energy ?? parts.chargingTime ?? parts.fixedFee)?.taxRates ?? [];
  const net = exclTax === undefined
    ? withTax(decimal(inclTax ?? 0), rates, true).exclTax
    : decimal(exclTax);
  const gross = inclTax === undefined ? withTax(net, rates, false).inclTax : decimal(inclTax);
  return { exclTax: net, inclTax: gross };
}

/** The line that leads from what the others come to to a bound. */
function upTo(bound: Sums, sums: Sums, { currency, id }: Tariff): BillLine {
  const money = amounts(
    currency,
    bound.exclTax.minus(sums.exclTax),
    bound.inclTax.minus(sums.inclTax),
  );
  return {
    kind: "adjustment",
    tariffId: id,
    quantity: "1",
    unit: "session",
    unitPrice: money.exclTax,
    when: null,
    ...money,
    taxRates: [],
  };
}
