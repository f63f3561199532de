import { type Line, LINES, type PerLine, perLine } from "../site/mod.ts";

/** What one step of an EVSE's current shows of the lines behind it. */
export type RotationStep =
  /** These orders of the site's lines fit it, each in the order of the socket's phases. */
  | { readonly kind: "seen"; readonly orders: readonly (readonly Line[])[] }
  | { readonly kind: "worthless"; readonly why: "no-step" | "others-moved" | "unlike" };

/** What moves by less has not moved. */
const STILL_AMPS = 1.5;
/** What moves by more has; in between nobody can say. */
const MOVED_AMPS = 3;
/** How far a meter and a charger's own may be apart, and the phases of one EV. */
const WITHIN_PART = 0.2;

/** Every order of so many of the lines. */
export function ordersOf(count: number): readonly (readonly Line[])[] {
  if (count === 0) return [[]];
  return ordersOf(count - 1).flatMap((some) =>
    LINES.filter((line) => !some.includes(line)).map((line) => [...some, line])
  );
}

/**
 * Judges a step of an EVSE with so many phases by what the meter above it saw, and by what the charger
 * measured itself where it tells its phases apart. Both count positive the way its current was to go.
 * Without the charger's word, an EV on one phase draws from the socket's first, one on two from the first
 * two: so are the pins of a plug connected (IEC 62196-2).
 */
export function judgeRotationStep(
  phaseCount: number,
  meterAmps: PerLine,
  phaseAmps: readonly number[] | null,
): RotationStep {
  const told = phaseAmps ?? phasesBehind(meterAmps);
  if (told === null) return { kind: "worthless", why: "unlike" };
  const peakAmps = Math.max(...told.map(Math.abs));
  if (peakAmps < MOVED_AMPS) return { kind: "worthless", why: "no-step" };
  if (told.slice(phaseCount).some((amps) => Math.abs(amps) > STILL_AMPS)) {
    return { kind: "worthless", why: "unlike" };
  }
  const within = Math.max(STILL_AMPS, WITHIN_PART * peakAmps);
  const orders = ordersOf(phaseCount).filter((order) => {
    const expected = perLine((line) => order.includes(line) ? told[order.indexOf(line)] ?? 0 : 0);
    return LINES.every((line) => Math.abs(expected[line] - meterAmps[line]) <= within);
  });
  return orders.length === 0 ? { kind: "worthless", why: "unlike" } : { kind: "seen", orders };
}

/** What the phases of an EV must draw where the meter saw this; null where no EV draws so. */
function phasesBehind(meterAmps: PerLine): readonly number[] | null {
  const amps = LINES.map((line) => meterAmps[line]);
  const moved = amps.filter((each) => each >= MOVED_AMPS);
  if (amps.some((each) => each < MOVED_AMPS && Math.abs(each) > STILL_AMPS)) return null;
  const mean = moved.reduce((sum, each) => sum + each, 0) / Math.max(1, moved.length);
  if (moved.some((each) => Math.abs(each - mean) > Math.max(STILL_AMPS, WITHIN_PART * mean))) {
    return null;
  }
  return [0, 1, 2].map((phase) => phase < moved.length ? mean : 0);
}
