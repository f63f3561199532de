import { type EvsePlace, LINES, perLine } from "../site/mod.ts";
import type { BalancerOptions } from "./facts.ts";
import { type BalancerState, circuitMemory, evseMemory } from "./_balancer_state.ts";
import { isFresh } from "./_charger_reading.ts";
import type { EvseMemory } from "./_evse_memory.ts";
import type { ChargerReading } from "./_held_limits.ts";
import type { CircuitMemory, Measures } from "./_meter_memory.ts";
import { NO_PHASE_EVIDENCE } from "./_phase_evidence.ts";
import {
  judgeStep,
  type RotationMemory,
  stepOf,
  type Stretch,
  withCompared,
  withEvenness,
  withJudgedStep,
  withToldLines,
} from "./_rotation.ts";

/**
 * Compares a step of a charger's current with the meter above it, where nothing else of the chargers
 * below that meter moved: does it flow on the lines that site.yaml says?
 */
export function withRotationChecked(
  state: BalancerState,
  memory: EvseMemory,
  place: EvsePlace,
  reading: ChargerReading,
  options: BalancerOptions,
): EvseMemory {
  // Two lines with one current between them look the same from either side.
  if (place.connection === "line-to-line") return memory;
  const told = withToldLines(memory.rotation, place);
  const next = withEvenness(told, reading);
  const rotation = judged(state, next, place, options);
  if (rotation === memory.rotation) return memory;
  const changed = { ...memory, rotation };
  if (rotation.isDoubted === memory.rotation.isDoubted) return changed;
  // What was read and learnt on lines on which nothing may flow is worth nothing.
  return { ...changed, reading: null, phases: NO_PHASE_EVIDENCE };
}

function judged(
  state: BalancerState,
  rotation: RotationMemory,
  place: EvsePlace,
  options: BalancerOptions,
): RotationMemory {
  const step = stepOf(rotation);
  const circuit = step === null ? null : meteredAbove(place, options);
  if (step === null || circuit === null) return rotation;
  const { id, meterId } = circuit;
  const isAlone = options.tree.placesBelow(id).every((other) =>
    other.slot === place.slot || isQuiet(evseMemory(state, other.slot), step.before, step.after)
  );
  const memory = circuitMemory(state, id);
  const [was, is] = [shownIn(memory, step.before), shownIn(memory, step.after)];
  if (!isAlone || was === null || is === null) return rotation;
  const meterAmps = perLine((line) =>
    (is[LINES.indexOf(line)] ?? 0) - (was[LINES.indexOf(line)] ?? 0)
  );
  const chargerAmps = step.changeAmps;
  const atMs = step.after.untilMs;
  const compared = withCompared(rotation, { atMs, meterId, chargerAmps, meterAmps });
  const judged = judgeStep(place.lines, chargerAmps, meterAmps);
  if (judged === null || judged === "as-told") return withJudgedStep(compared, judged);
  // Where nothing moved nothing was seen.
  const moved = judged.filter((_, phase) => {
    const line = place.lines[phase];
    return line !== undefined && Math.abs(chargerAmps[line]) > FLUTTER_AMPS;
  });
  return withJudgedStep(compared, moved);
}

/** The nearest circuit with a meter; null where there is none, or a transformer lies between. */
function meteredAbove(
  place: EvsePlace,
  { tree }: BalancerOptions,
): { readonly id: string; readonly meterId: string } | null {
  for (const { id, meterId, transformer } of tree.pathToGrid(place.circuitId)) {
    if (meterId !== null) return { id, meterId };
    if (transformer !== undefined) return null;
  }
  return null;
}

/** True for one that drew the same all that time, or nothing. */
function isQuiet(
  { facts, sessionSinceMs, reading, rotation: { stretch } }: EvseMemory,
  before: Stretch,
  after: Stretch,
): boolean {
  if (facts === null || facts.takesLimits === false || !facts.connected) return false;
  if (facts.transactionId === null) return sessionSinceMs <= before.fromMs;
  return stretch !== null && stretch.fromMs <= before.fromMs && reading !== null &&
    isFresh(reading, after.untilMs);
}

/** A meter and a charger's clock are apart by a moment. */
const AROUND_MS = 2_000;
/** What flutters more than that says nothing of a step. */
const FLUTTER_AMPS = 2;

/** What the meter showed in the mean; null where it was silent, or other load came and went. */
function shownIn({ samples }: CircuitMemory, { fromMs, untilMs }: Stretch): Measures | null {
  const isPoint = untilMs - fromMs < AROUND_MS;
  const [first, last] = isPoint ? [fromMs - AROUND_MS, untilMs] : [fromMs + AROUND_MS, untilMs];
  const within = samples.filter(({ atMs }) => atMs >= first && atMs <= last)
    .map(({ measures }) => measures);
  if (within.length === 0) return null;
  const on = (index: number) => within.map((measures) => measures[index] ?? 0);
  const isSteady = LINES.every((_, index) =>
    Math.max(...on(index)) - Math.min(...on(index)) <= FLUTTER_AMPS
  );
  return isSteady
    ? LINES.map((_, index) => on(index).reduce((sum, amps) => sum + amps, 0) / within.length)
    : null;
}
