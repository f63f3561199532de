import type { CounterBreak, EnergyCounter, LeftRegister } from "../site/mod.ts";

/** What a register shows, and what can have flowed meanwhile. */
export interface RegisterReading {
  readonly registerWh: number;
  /** Since the reading before; null where nobody knows, as after a start with a wrong clock. */
  readonly elapsedMs: number | null;
  readonly atWallMs: number;
  /** The most that can flow, in watts. */
  readonly maxPowerW: number;
}

/** A counter after a reading. */
export interface CountedReading {
  readonly counter: EnergyCounter;
  /** Where the register did not go on: what to tell; else null. */
  readonly broken: CounterBreak | null;
}

const HOUR_MS = 3_600_000;
/** Where nobody knows how long it was. */
const UNKNOWN_MS = 24 * HOUR_MS;
/** Registers are read a little late, and count in steps, the coarse ones in kilowatt-hours. */
const SPARE_MS = 60_000;
const SPARE_MIN_WH = 2_000;
/** A register that is reckoned from others trembles; a 32-bit float has 24 digits. */
const TREMBLE_WH = 10;
const FLOAT_STEP = 2 ** -23;
/** A meter that starts shows zero for a while; one that shows something else for longer is another. */
const LEFT_KEPT_MS = 600_000;

/**
 * Where registers run out of digits, in watt-hours: 31 and 32 bits in the units that meters count in,
 * and decimal ones from 9,999.9 kWh on.
 */
const WRAPS_WH: readonly number[] = [
  ...[0.1, 1, 10, 100, 1_000].flatMap((unit) => [2 ** 31 * unit, 2 ** 32 * unit]),
  ...[7, 8, 9, 10, 11, 12, 13].map((digits) => 10 ** digits),
].sort((a, b) => a - b);
/** A register has wrapped only where it stood near its end, and begins anew. */
const NEAR_WRAP = 0.01;

/** The most that can flow through a fuse of so many amperes on each line, in watts. */
export function fusePowerW(fuseAmps: number, nominalVoltageV: number, lines = 3): number {
  // A breaker carries 1.45 times its rating for up to an hour (IEC 60898-1), at 10 % too much voltage.
  return fuseAmps * 1.45 * nominalVoltageV * 1.1 * lines;
}

/**
 * Counts on with what a register shows. The total never goes back, and never rises by more than the
 * fuse lets through in the time that has passed, but for one small reserve: what a register shows
 * beyond that is another register, from which counting goes on. Nothing is guessed: what flowed while
 * a register broke is not counted. A meter that comes back to its old register within ten minutes,
 * because it only showed zero while it started, loses nothing.
 */
export function countOn(before: EnergyCounter | null, reading: RegisterReading): CountedReading {
  const { registerWh, maxPowerW } = reading;
  const spareMaxWh = Math.max(SPARE_MIN_WH, energyWh(maxPowerW, SPARE_MS));
  if (before === null) {
    const counter = { totalWh: registerWh, registerWh, unchangedMs: 0, spareWh: spareMaxWh };
    return { counter: { ...counter, breaks: 0 }, broken: null };
  }
  const counter = aged(before, reading.elapsedMs ?? UNKNOWN_MS);
  const mostWh = energyWh(maxPowerW, counter.unchangedMs) + counter.spareWh;
  const stepWh = registerWh - counter.registerWh;
  const goesOn = (countedWh: number): EnergyCounter => ({
    ...counter,
    ...leftAfter(counter, countedWh),
    totalWh: counter.totalWh + countedWh,
    registerWh,
    unchangedMs: 0,
    spareWh: Math.min(spareMaxWh, mostWh - countedWh),
  });
  if (stepWh <= 0 && -stepWh <= trembleOf(registerWh)) return { counter, broken: null };
  if (stepWh > 0 && stepWh <= mostWh) return { counter: goesOn(stepWh), broken: null };
  const back = cameBack(counter, registerWh, maxPowerW, spareMaxWh);
  if (back !== null) return { counter: back, broken: null };
  const wrappedWh = wrapStep(counter.registerWh, registerWh, mostWh);
  if (wrappedWh !== null) {
    const broken = breakOf(counter, reading, "wrapped");
    return { counter: { ...goesOn(wrappedWh), ...broken.noted }, broken: broken.what };
  }
  const broken = breakOf(counter, reading, stepWh < 0 ? "back" : "jump");
  return { counter: { ...leave(counter, registerWh), ...broken.noted }, broken: broken.what };
}

function energyWh(powerW: number, durationMs: number): number {
  return powerW * durationMs / HOUR_MS;
}

function trembleOf(registerWh: number): number {
  return Math.max(TREMBLE_WH, Math.abs(registerWh) * FLOAT_STEP);
}

function aged({ left, ...counter }: EnergyCounter, elapsedMs: number): EnergyCounter {
  const passedMs = Math.max(0, elapsedMs);
  const older = { ...counter, unchangedMs: counter.unchangedMs + passedMs };
  if (left === undefined || left.awayMs + passedMs > LEFT_KEPT_MS) return older;
  const { unchangedMs, awayMs } = left;
  const aged = { ...left, unchangedMs: unchangedMs + passedMs, awayMs: awayMs + passedMs };
  return { ...older, left: aged };
}

/** What was counted on another register must not be counted again on the way back. */
function leftAfter({ left }: EnergyCounter, countedWh: number): { readonly left?: LeftRegister } {
  return left === undefined ? {} : { left: { ...left, countedWh: left.countedWh + countedWh } };
}

/** The counter on its register of before; null where what it shows is not that one. */
function cameBack(
  { left, ...counter }: EnergyCounter,
  registerWh: number,
  maxPowerW: number,
  spareMaxWh: number,
): EnergyCounter | null {
  if (left === undefined) return null;
  const mostWh = energyWh(maxPowerW, left.unchangedMs) + left.spareWh;
  const stepWh = registerWh - left.registerWh;
  if (stepWh < -trembleOf(registerWh) || stepWh > mostWh) return null;
  const countedWh = Math.max(0, stepWh - left.countedWh);
  return {
    ...counter,
    totalWh: counter.totalWh + countedWh,
    registerWh: Math.max(registerWh, left.registerWh),
    unchangedMs: 0,
    spareWh: Math.max(0, Math.min(spareMaxWh, mostWh - left.countedWh - countedWh)),
  };
}

/** What flowed over the end of the register; null where it has not come to its end. */
function wrapStep(fromWh: number, toWh: number, mostWh: number): number | null {
  for (const endWh of WRAPS_WH) {
    const stepWh = endWh - fromWh + toWh;
    const isAtEnd = fromWh < endWh && fromWh > endWh * (1 - NEAR_WRAP);
    const isAnew = toWh >= 0 && toWh < endWh * NEAR_WRAP;
    if (isAtEnd && isAnew && stepWh <= mostWh) return stepWh;
  }
  return null;
}

/** From now on the counter goes by another register. Of two that come and go, the first is the meter's. */
function leave({ left, ...counter }: EnergyCounter, registerWh: number): EnergyCounter {
  const { registerWh: oldWh, unchangedMs, spareWh } = counter;
  const leaving: LeftRegister = left ??
    { registerWh: oldWh, unchangedMs, awayMs: 0, spareWh, countedWh: 0 };
  return { ...counter, left: leaving, registerWh, unchangedMs: 0 };
}

function breakOf(
  { registerWh: fromWh, breaks }: EnergyCounter,
  { registerWh: toWh, atWallMs }: RegisterReading,
  kind: CounterBreak["kind"],
): {
  readonly what: CounterBreak;
  readonly noted: Pick<EnergyCounter, "breaks" | "lastBreak">;
} {
  const what: CounterBreak = { kind, atWallMs, fromWh, toWh };
  return { what, noted: { breaks: breaks + 1, lastBreak: what } };
}
