import { type Decimal, decimal, sumOf } from "../../lib/decimal.ts";
import type { TaxRate } from "./tariff.ts";

/** An amount without and with its taxes; `amount` is one or the other. */
export function withTax(
  amount: Decimal,
  rates: readonly TaxRate[],
  isIncluded: boolean,
): { readonly exclTax: Decimal; readonly inclTax: Decimal } {
  const factor = taxFactor(rates);
  return isIncluded
    ? { exclTax: amount.div(factor), inclTax: amount }
    : { exclTax: amount, inclTax: amount.times(factor) };
}

/** What taxes make of 1: the rates of one stack add up, each stack is on top of the last (I12.FR.13). */
export function taxFactor(rates: readonly TaxRate[]): Decimal {
  const stacks = [...new Set(rates.map(({ stack }) => stack))].sort((a, b) => a - b);
  return stacks.reduce((factor, stack) => {
    const percent = sumOf(
      rates.filter((rate) => rate.stack === stack).map((rate) => decimal(rate.percent)),
    );
    return factor.times(percent.div(100).plus(1));
  }, decimal(1));
}
