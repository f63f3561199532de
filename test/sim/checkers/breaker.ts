/**
 * A miniature circuit breaker on the quick side of real ones: a bimetal with two time constants. The
 * quick one trips at 2.55 In within ten seconds and never below the conventional tripping current of
 * 1.45 In; the slow one at the conventional non-tripping current (1.13 In), which a breaker of the norm
 * must carry for an hour (IEC 60898-1, table 7, which allows 1 to 60 s at 2.55 In). The magnetic part
 * trips at 3 In.
 */
export interface Breaker {
  /** Heat of the quick and of the slow part: 1 at the rated current. */
  readonly quick: number;
  readonly slow: number;
}

const QUICK_TRIPS_AT = 1.45 ** 2;
const SLOW_TRIPS_AT = 1.13 ** 2;
const QUICK_S = 25;
const SLOW_S = 1_200;
const MAGNETIC = 3;

/** A breaker that has carried half its rating for long. */
export const WARM_BREAKER: Breaker = { quick: 0.25, slow: 0.25 };

/** The breaker after `seconds` at `ratio` of its rated current. */
export function heatBreaker(breaker: Breaker, ratio: number, seconds: number): Breaker {
  const towards = (heat: number, timeConstantS: number) =>
    ratio ** 2 + (heat - ratio ** 2) * Math.exp(-seconds / timeConstantS);
  return {
    quick: ratio >= MAGNETIC ? Number.POSITIVE_INFINITY : towards(breaker.quick, QUICK_S),
    slow: towards(breaker.slow, SLOW_S),
  };
}

/** Whether it would be off by now. */
export function hasTripped({ quick, slow }: Breaker): boolean {
  return quick > QUICK_TRIPS_AT || slow > SLOW_TRIPS_AT;
}
