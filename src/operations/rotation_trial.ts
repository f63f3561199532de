import {
  type Line,
  LINES,
  type PerLine,
  perLine,
  type RotationDoubt,
  type RotationOutcome,
} from "../site/mod.ts";
import { judgeRotationStep, ordersOf, type RotationStep } from "./rotation_step.ts";

/** A test of the lines behind one socket, as it begins. */
export interface RotationSetup {
  readonly slot: number;
  /** The site's lines behind the socket's phases, as site.yaml has them. */
  readonly toldLines: readonly Line[];
  /** The lower of the two currents that it is offered in turn: what an EV needs at least. */
  readonly lowAmps: number;
  /** The higher one: what the balancer grants as it begins. It is never offered more. */
  readonly highAmps: number;
  /** What other EVSEs below the same meter are offered as it begins; they get no more meanwhile. */
  readonly othersAmps: ReadonlyMap<number, number>;
}

/** What there is to see at one moment. */
export interface RotationSight {
  readonly isConnected: boolean;
  /** A session is open there. */
  readonly isCharging: boolean;
  /** The limit that the balancer has given it; null where it has none. */
  readonly limitAmps: number | null;
  /** What the charger measured on its own phases, and when; null where it does not tell them apart. */
  readonly phases:
    | { readonly amps: readonly [number, number, number]; readonly atMs: number }
    | null;
  /** The newest reading of the meter above it; null where that is silent. */
  readonly meter: { readonly amps: PerLine; readonly atMs: number } | null;
  /** What the others below that meter draw, on their fullest phase, as far as it is known. */
  readonly othersAmps: ReadonlyMap<number, number>;
}

/** What flowed while its current was at one level. */
interface Plateau {
  readonly meterAmps: PerLine;
  readonly phaseAmps: readonly [number, number, number] | null;
  readonly othersAmps: ReadonlyMap<number, number>;
}

type Level = "high" | "low";

/** A test under way. Times are monotonic. */
export interface RotationTrial {
  readonly setup: RotationSetup;
  readonly sinceMs: number;
  readonly level: Level;
  readonly levelSinceMs: number;
  /** Since when its limit is at that level; null while it is not. */
  readonly followsSinceMs: number | null;
  readonly samples: readonly NonNullable<RotationSight["meter"]>[];
  readonly heardMeterMs: number;
  readonly last: Plateau | null;
  readonly steps: readonly RotationStep[];
  /** Null while it goes on. */
  readonly outcome: RotationOutcome | null;
}

/** A smaller step is lost among what else comes and goes (load management 4.4). */
export const ROTATION_STEP_AMPS = 4;
/** So many steps have to show the same; one may show something else: a kettle, at that moment. */
export const ROTATION_STEPS_WANTED = 4;
const STRAY_STEPS = 1;
const STEPS_MOST = 8;
/** An EV follows within 5 s (IEC 61851-1 annex A); chargers take theirs. */
const EV_FOLLOWS_MS = 10_000;
const STEADY_SAMPLES = 3;
const STEADY_MS = 5_000;
const STEADY_WITHIN_AMPS = 2;
const SAMPLES_KEPT = 20;
/** A charger that tells its phases is waited for so long: many tell once a minute. */
const PHASES_PATIENCE_MS = 75_000;
const LEVEL_PATIENCE_MS = 180_000;
const METER_PATIENCE_MS = 30_000;
const LASTS_MOST_MS = 25 * 60_000;
/** Others that moved by more make a step worthless. */
const OTHERS_WITHIN_AMPS = 2;

/** Begins at the current that flows now. */
export function beginRotationTrial(setup: RotationSetup, nowMs: number): RotationTrial {
  return {
    setup,
    sinceMs: nowMs,
    level: "high",
    levelSinceMs: nowMs,
    followsSinceMs: null,
    samples: [],
    heardMeterMs: nowMs,
    last: null,
    steps: [],
    outcome: null,
  };
}

/** Somebody has seen enough of it. */
export function cancelRotationTrial(trial: RotationTrial): RotationTrial {
  return trial.outcome === null ? doubted(trial, "cancelled") : trial;
}

/**
 * What each EVSE may draw at most meanwhile, in amperes per line, besides all that bounds it anyway;
 * nothing once it is over. No cap is above what the EVSE was granted as the test began.
 */
export function rotationCaps(
  { setup, level, outcome }: RotationTrial,
): ReadonlyMap<number, number> {
  if (outcome !== null) return new Map();
  const own = level === "low" ? setup.lowAmps : setup.highAmps;
  return new Map([...setup.othersAmps, [setup.slot, own]]);
}

/** Looks once; due each second. */
export function stepRotationTrial(
  trial: RotationTrial,
  sight: RotationSight,
  nowMs: number,
): RotationTrial {
  if (trial.outcome !== null) return trial;
  const heard = withReading(trial, sight, nowMs);
  const ended = endOf(heard, sight, nowMs);
  if (ended !== null) return doubted(heard, ended);
  if (heard.followsSinceMs === null) {
    return isAtLevel(heard, sight) ? { ...heard, followsSinceMs: nowMs, samples: [] } : heard;
  }
  const plateau = plateauOf(heard, sight, nowMs);
  return plateau === null ? heard : withPlateau(heard, plateau, nowMs);
}

function doubted(trial: RotationTrial, why: RotationDoubt): RotationTrial {
  return { ...trial, outcome: { kind: "not-sure", why } };
}

function withReading(
  trial: RotationTrial,
  { meter }: RotationSight,
  nowMs: number,
): RotationTrial {
  if (meter === null || meter.atMs <= (trial.samples.at(-1)?.atMs ?? trial.levelSinceMs)) {
    return trial;
  }
  const samples = [...trial.samples, meter].slice(-SAMPLES_KEPT);
  return { ...trial, samples, heardMeterMs: nowMs };
}

function endOf(trial: RotationTrial, sight: RotationSight, nowMs: number): RotationDoubt | null {
  const { level, levelSinceMs, followsSinceMs, heardMeterMs, sinceMs } = trial;
  if (!sight.isConnected) return "charger-away";
  if (!sight.isCharging) return "session-over";
  if (nowMs - heardMeterMs > METER_PATIENCE_MS) return "meter-silent";
  if (nowMs - sinceMs > LASTS_MOST_MS) return "too-long";
  if (nowMs - levelSinceMs <= LEVEL_PATIENCE_MS) return null;
  if (followsSinceMs !== null) return "unsteady";
  return level === "high" ? "no-room" : "does-not-follow";
}

const ROUNDED_AMPS = 0.5;

function isAtLevel({ setup, level }: RotationTrial, { limitAmps }: RotationSight): boolean {
  if (limitAmps === null) return false;
  return level === "low"
    ? limitAmps <= setup.lowAmps + ROUNDED_AMPS
    : limitAmps >= setup.lowAmps + ROTATION_STEP_AMPS;
}

/** What flows evenly at this level; null while it does not, or the charger has not told of it. */
function plateauOf(
  { samples, followsSinceMs }: RotationTrial,
  { phases, othersAmps }: RotationSight,
  nowMs: number,
): Plateau | null {
  const fromMs = (followsSinceMs ?? nowMs) + EV_FOLLOWS_MS;
  const since = samples.filter(({ atMs }) => atMs >= fromMs);
  const newestMs = since.at(-1)?.atMs ?? fromMs;
  const oldest = since.findLastIndex((sample, index) =>
    since.length - index >= STEADY_SAMPLES && newestMs - sample.atMs >= STEADY_MS
  );
  if (oldest < 0) return null;
  const even = since.slice(oldest).map(({ amps }) => amps);
  if (LINES.some((line) => spreadOn(even, line) > STEADY_WITHIN_AMPS)) return null;
  const hasTold = phases === null || phases.atMs >= fromMs;
  if (!hasTold && nowMs - fromMs < PHASES_PATIENCE_MS) return null;
  return {
    meterAmps: perLine((line) => even.reduce((sum, amps) => sum + amps[line], 0) / even.length),
    phaseAmps: hasTold ? phases?.amps ?? null : null,
    othersAmps,
  };
}

function spreadOn(amps: readonly PerLine[], line: Line): number {
  const on = amps.map((each) => each[line]);
  return Math.max(...on) - Math.min(...on);
}

function withPlateau(trial: RotationTrial, plateau: Plateau, nowMs: number): RotationTrial {
  const { last, level, setup } = trial;
  const steps = last === null
    ? trial.steps
    : [...trial.steps, stepBetween(setup, level, last, plateau)];
  const next: RotationTrial = {
    ...trial,
    steps,
    last: plateau,
    level: level === "high" ? "low" : "high",
    levelSinceMs: nowMs,
    followsSinceMs: null,
    samples: [],
  };
  const outcome = concluded(setup.toldLines, steps);
  return outcome === null ? next : { ...next, outcome };
}

function stepBetween(
  { toldLines }: RotationSetup,
  level: Level,
  before: Plateau,
  after: Plateau,
): RotationStep {
  const slots = new Set([...before.othersAmps.keys(), ...after.othersAmps.keys()]);
  const haveMoved = [...slots].some((slot) =>
    Math.abs((after.othersAmps.get(slot) ?? 0) - (before.othersAmps.get(slot) ?? 0)) >
      OTHERS_WITHIN_AMPS
  );
  if (haveMoved) return { kind: "worthless", why: "others-moved" };
  const sign = level === "high" ? 1 : -1;
  const { phaseAmps: from } = before;
  return judgeRotationStep(
    toldLines.length,
    perLine((line) => sign * (after.meterAmps[line] - before.meterAmps[line])),
    from === null || after.phaseAmps === null
      ? null
      : after.phaseAmps.map((amps, phase) => sign * (amps - (from[phase] ?? 0))),
  );
}

/** What the steps so far tell together; null where more are needed. */
export function concluded(
  toldLines: readonly Line[],
  steps: readonly RotationStep[],
): RotationOutcome | null {
  const good = steps.flatMap((step) => step.kind === "seen" ? [step.orders] : []);
  // A kettle that joins in must not make sure what the others leave open: only like counts with like.
  const like = Map.groupBy(good, (orders) => orders.map((order) => order.join()).join(" "));
  const [most = []] = [...like.values()].toSorted((a, b) => b.length - a.length);
  const [fitting] = most;
  const isClear = most.length >= ROTATION_STEPS_WANTED &&
    good.length - most.length <= STRAY_STEPS;
  if (isClear && fitting !== undefined) return named(toldLines, fitting);
  const worthless = steps.flatMap((step) => step.kind === "worthless" ? [step.why] : []);
  const unmoved = worthless.filter((why) => why === "no-step").length;
  if (unmoved >= ROTATION_STEPS_WANTED) return { kind: "not-sure", why: "no-step" };
  if (steps.length < STEPS_MOST) return null;
  const why = good.length > worthless.length ? "contradiction" : worthless.at(-1) ?? "unlike";
  return { kind: "not-sure", why };
}

/** A field that turns to the right: the only orders that an electrician connects on purpose. */
const RIGHT_HANDED: readonly string[] = ["L1,L2,L3", "L2,L3,L1", "L3,L1,L2"];

function named(
  toldLines: readonly Line[],
  fitting: readonly (readonly Line[])[],
): RotationOutcome {
  const [first] = fitting;
  if (fitting.length === 1 && first !== undefined) {
    return { kind: "found", lines: first, proof: "sure" };
  }
  if (fitting.length === ordersOf(toldLines.length).length) {
    return { kind: "not-sure", why: "all-alike" };
  }
  const isTold = fitting.some((order) => order.join() === toldLines.join());
  const turning = fitting.filter((order) => RIGHT_HANDED.includes(order.join()));
  const [only] = turning;
  // Two sets of lines that say nothing of their order: for two phases both ways fit alike.
  if (toldLines.length === 2) return { kind: "not-sure", why: "all-alike" };
  if (isTold) return { kind: "found", lines: toldLines, proof: "fits" };
  return turning.length === 1 && only !== undefined
    ? { kind: "found", lines: only, proof: "by-field" }
    : { kind: "not-sure", why: "all-alike" };
}
