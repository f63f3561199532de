import { type Decimal, decimal, decimalText, ZERO } from "../../lib/decimal.ts";
import {
  type CostPeriod,
  type CostState,
  type Counted,
  COUNTED_PARTS,
  PERIODS_MAX,
} from "./cost_state.ts";

type Periods = Pick<CostState, "periods" | "older">;

/** Adds a piece of a session: to the period under way where the same prices apply, else as a new one. */
export function withPiece({ periods, older }: Periods, piece: CostPeriod): Periods {
  const last = periods.at(-1);
  if (last !== undefined && isOne(last, piece)) {
    return { periods: [...periods.slice(0, -1), joined(last, piece)], older };
  }
  const all = [...periods, piece];
  const [oldest, ...rest] = all;
  if (oldest === undefined || all.length <= PERIODS_MAX) return { periods: all, older };
  return { periods: rest, older: withOlder(older, oldest) };
}

/** Both under one tariff, and no part of them at two prices. */
function isOne(left: CostPeriod, right: CostPeriod): boolean {
  return left.tariff === right.tariff && COUNTED_PARTS.every((part) => {
    const [a, b] = [left[part], right[part]];
    return a === undefined || b === undefined || a.price === b.price;
  });
}

function joined(left: CostPeriod, right: CostPeriod): CostPeriod {
  const parts = COUNTED_PARTS.flatMap((part) => {
    const counted = added(left[part], right[part]);
    return counted === undefined ? [] : [[part, counted]];
  });
  const [low, high] = [left.powerW ?? right.powerW, right.powerW ?? left.powerW];
  return {
    tariff: left.tariff,
    startMs: left.startMs,
    ...Object.fromEntries(parts),
    ...(low === undefined || high === undefined
      ? {}
      : { powerW: [Math.min(low[0], high[0]), Math.max(low[1], high[1])] }),
  };
}

function added(left: Counted | undefined, right: Counted | undefined): Counted | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  const volume = decimal(left.volume).plus(right.volume);
  return { price: left.price, volume: decimalText(volume) };
}

/** Which prices a period has, whatever its volumes. */
function pricesOf(period: CostPeriod): string {
  return JSON.stringify([period.tariff, ...COUNTED_PARTS.map((part) => period[part]?.price)]);
}

function withOlder(older: readonly CostPeriod[], period: CostPeriod): readonly CostPeriod[] {
  const at = older.findIndex((each) => pricesOf(each) === pricesOf(period));
  return at < 0
    ? [...older, period]
    : older.map((each, index) => index === at ? joined(each, period) : each);
}

/** Takes energy back, from the newest period first: the register was corrected downwards. */
export function withoutEnergy({ periods, older }: Periods, tooMuchWh: Decimal): Periods {
  const newest = takeBack(periods, tooMuchWh);
  return { periods: newest.periods, older: takeBack(older, newest.left).periods };
}

function takeBack(periods: readonly CostPeriod[], tooMuchWh: Decimal) {
  let left = tooMuchWh;
  const kept = periods.toReversed().map((period) => {
    if (period.energy === undefined || left.lte(ZERO)) return period;
    const had = decimal(period.energy.volume);
    const taken = had.lt(left) ? had : left;
    left = left.minus(taken);
    return { ...period, energy: { ...period.energy, volume: decimalText(had.minus(taken)) } };
  });
  return { periods: kept.toReversed(), left };
}
