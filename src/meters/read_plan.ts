import { assume } from "../lib/assert.ts";
import { type MeterProfile, type MeterRegister, readableRegisters } from "./profile.ts";
import { registerCount } from "./register_value.ts";

/** One request: `count` registers from `address` on. */
export interface RegisterRange {
  readonly address: number;
  readonly count: number;
}

/** What a plan may do. */
export interface ReadLimits {
  /** The most registers in one read, 1 to 125. */
  readonly maxRegistersPerRead: number;
  /** The longest run of registers without a value that may be read along. */
  readonly maxGap: number;
}

/**
 * What a request costs before its first register, counted in registers. At 9600 baud a register
 * takes 2 ms; the fixed bytes of request and answer and the meter's turnaround take about 65 ms.
 */
const REQUEST_COST = 30;

/** The reads that bring in everything a sample needs from a meter of that profile. */
export function planReads(profile: MeterProfile): readonly RegisterRange[] {
  return planRanges(readableRegisters(profile), profile);
}

/**
 * The cheapest reads that cover all registers: each number whole and in one read, no read longer
 * than allowed. Reading across a gap is cheaper than another request until the gap is long.
 */
export function planRanges(
  registers: readonly MeterRegister[],
  limits: ReadLimits,
): readonly RegisterRange[] {
  const sorted = registers.toSorted((left, right) => left.address - right.address);
  // plans[n] is the cheapest way to read the first n registers of the list.
  const plans: Plan[] = [{ cost: 0, ranges: [] }];
  for (let end = 1; end <= sorted.length; end++) {
    const plan = cheapestEndingAt(sorted.slice(0, end), plans, limits);
    assume(plan !== null, "a single register fits into a read");
    plans.push(plan);
  }
  return plans.at(-1)?.ranges ?? [];
}

interface Plan {
  readonly cost: number;
  readonly ranges: readonly RegisterRange[];
}

/** Tries every length of the last read; the earlier registers have their plan already. */
function cheapestEndingAt(
  sorted: readonly MeterRegister[],
  plans: readonly Plan[],
  limits: ReadLimits,
): Plan | null {
  let best: Plan | null = null;
  for (let first = sorted.length - 1; first >= 0; first--) {
    const range = rangeOver(sorted.slice(first), limits);
    const before = plans[first];
    // An earlier number may span the gap that a later one leaves, so a failure ends nothing.
    if (range === null || before === undefined) continue;
    const cost = before.cost + REQUEST_COST + range.count;
    if (best === null || cost < best.cost) best = { cost, ranges: [...before.ranges, range] };
  }
  return best;
}

/** The one read over all of them; null where that would be too long or cross too wide a gap. */
function rangeOver(sorted: readonly MeterRegister[], limits: ReadLimits): RegisterRange | null {
  const address = sorted[0]?.address ?? 0;
  let end = address;
  for (const register of sorted) {
    if (register.address - end > limits.maxGap) return null;
    end = Math.max(end, register.address + registerCount(register.type));
  }
  const count = end - address;
  return count > limits.maxRegistersPerRead ? null : { address, count };
}
