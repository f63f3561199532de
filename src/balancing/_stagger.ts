import type { EvseMemory } from "./_evse_memory.ts";
import type { Standing } from "./_standing.ts";
import { isServed } from "./_turns.ts";

/**
 * Sessions that begin together, as after an outage, do not rise together: nobody knows yet what else
 * comes back, and meters need a moment to show it (load management 4.1). They begin at their minimum
 * and rise in bounded steps, one after the other, in an order that chance chose. Who comes alone, or
 * with one other, is held up for five seconds where its charger just came back, and else not at all.
 */
export interface Start {
  readonly slot: number;
  /** When its session began, or when its charger came back to us with it. */
  readonly atMs: number;
}

/** So many starts within so long are no coincidence. */
const TOGETHER = 3;
const TOGETHER_MS = 60_000;
/** From then on everybody has had its steps. */
const RISES_FOR_MS = 120_000;
/** Where a charger came back a moment ago others may follow: so long it is waited for them. */
const BACK_MS = 60_000;
const SETTLES_FOR_MS = 5_000;
/** Within this time everybody of them has one step, of so many: 6 to 32 A in about a minute. */
const ROUND_MS = 15_000;
const STEPS = 4;
/** A step is not smaller. */
const LEAST_STEP_AMPS = 8;

/** By slot: the newest moment from which on it may rise by a step. Only of those who start together. */
export function dueSteps(
  starts: readonly Start[],
  seed: number,
  nowMs: number,
): ReadonlyMap<number, number> {
  const recent = starts.filter(({ atMs }) => nowMs - atMs < RISES_FOR_MS + TOGETHER_MS);
  const together = recent.filter(({ atMs }) =>
    recent.filter((other) => Math.abs(other.atMs - atMs) <= TOGETHER_MS).length >= TOGETHER
  );
  const drawn = together.map(({ slot, atMs }) => ({ slot, atMs, lot: lotOf(slot, seed) }))
    .toSorted((a, b) => a.lot - b.lot || a.slot - b.slot);
  return new Map(
    drawn.map(({ slot, atMs }, index) => {
      const turnMs = index * ROUND_MS / drawn.length;
      const dueMs = turnMs + Math.floor((nowMs - turnMs) / ROUND_MS) * ROUND_MS;
      return [slot, atMs, dueMs] as const;
    }).filter(([, atMs]) => nowMs - atMs < RISES_FOR_MS)
      // What was due before it began is not.
      .map(([slot, atMs, dueMs]) => [slot, dueMs > atMs ? dueMs : -Infinity]),
  );
}

/** A number that looks like chance and is the same each time (the mixing of mulberry32). */
function lotOf(slot: number, seed: number): number {
  let mixed = (seed + Math.imul(slot, 0x6d2b79f5)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return (mixed ^ (mixed >>> 14)) >>> 0;
}

/** The most that each EVSE that starts with others may rise to now, in amperes. */
export function risesUpTo(
  standings: readonly Standing[],
  seed: number | undefined,
  nowMs: number,
): (standing: Standing) => number {
  if (seed === undefined) return () => Infinity;
  const starts = standings.filter(({ memory }) => memory.facts?.transactionId !== null)
    .map(({ place: { slot }, memory }) => ({
      slot,
      atMs: startedAtMs(memory),
    }));
  const due = dueSteps(starts, seed, nowMs);
  return (standing) => {
    const { place, memory, keepAmps } = standing;
    const dueMs = due.get(place.slot) ?? (isSettling(standing, nowMs) ? -Infinity : Infinity);
    if (dueMs === Infinity) return Infinity;
    if (!isServed(standing)) return place.minCurrentAmps;
    if (dueMs === -Infinity || dueMs <= (memory.raisedAtMs ?? -Infinity)) return keepAmps;
    const stepAmps = Math.ceil((place.maxCurrentAmps - place.minCurrentAmps) / STEPS);
    return keepAmps + Math.max(LEAST_STEP_AMPS, stepAmps);
  };
}

function startedAtMs({ sessionSinceMs, connectedSinceMs }: EvseMemory): number {
  return Math.max(sessionSinceMs, connectedSinceMs);
}

function isSettling({ memory }: Standing, nowMs: number): boolean {
  return nowMs - memory.connectedSinceMs < BACK_MS && nowMs - startedAtMs(memory) < SETTLES_FOR_MS;
}
