/**
 * An over-current device on the quick side of real ones: two time constants. The slow part trips at the
 * conventional non-tripping current, which a device of the norm must carry for an hour; the quick one is
 * off at a few times the rating, and never below the conventional tripping current. What is magnetic
 * trips at once.
 */
export interface Breaker {
  /** Heat of the quick and of the slow part: 1 at the rated current. */
  readonly quick: number;
  readonly slow: number;
}

/**
 * Miniature circuit breakers of type B or C (IEC 60898-1, table 7: 1.13 In for an hour, 1.45 In within
 * the hour, 2.55 In in 1 to 60 s, up to 32 A, or 120 s; at once between 3 and 5, or 5 and 10 In), and the
 * gG fuse (IEC 60269-1: 1.25 In for an hour, 1.6 In within the hour, and what table 3 says it must bear
 * for 10 s: 2.5 to 2.9 In).
 */
export type Device = "B" | "C" | "gG";

interface Curve {
  readonly quickTripsAt: number;
  readonly slowTripsAt: number;
  readonly quickS: number;
  readonly slowS: number;
  readonly atOnce: number;
}

const BIMETAL = {
  quickTripsAt: 1.45 ** 2,
  slowTripsAt: 1.13 ** 2,
  quickS: 25,
  slowS: 1_200,
} as const;

const CURVES: Readonly<Record<Device, Curve>> = {
  B: { ...BIMETAL, atOnce: 3 },
  C: { ...BIMETAL, atOnce: 5 },
  gG: {
    quickTripsAt: 1.6 ** 2,
    slowTripsAt: 1.25 ** 2,
    quickS: 28,
    slowS: 1_200,
    // Nothing about a fuse is magnetic.
    atOnce: Number.POSITIVE_INFINITY,
  },
};

/** A breaker that has carried half its rating for long. */
export const WARM_BREAKER: Breaker = { quick: 0.25, slow: 0.25 };

/** The breaker after `seconds` at `ratio` of its rated current. */
export function heatBreaker(
  breaker: Breaker,
  ratio: number,
  seconds: number,
  device: Device = "B",
): Breaker {
  const { quickS, slowS, atOnce } = CURVES[device];
  const towards = (heat: number, timeConstantS: number) =>
    ratio ** 2 + (heat - ratio ** 2) * Math.exp(-seconds / timeConstantS);
  return {
    quick: ratio >= atOnce ? Number.POSITIVE_INFINITY : towards(breaker.quick, quickS),
    slow: towards(breaker.slow, slowS),
  };
}

/** Whether it would be off by now. */
export function hasTripped({ quick, slow }: Breaker, device: Device = "B"): boolean {
  const { quickTripsAt, slowTripsAt } = CURVES[device];
  return quick > quickTripsAt || slow > slowTripsAt;
}
