import type { Cap, GroupCap, SurplusBudget } from "./facts.ts";
import { type EvseMemory, UNKNOWN_EVSE } from "./_evse_memory.ts";
import { type CircuitMemory, UNKNOWN_CIRCUIT } from "./_meter_memory.ts";

/**
 * By slot; undefined where no EVSE has that number. An array, as it is copied with nearly each event:
 * copying a map of a thousand takes longer than much of what is decided.
 */
export type EvseMemories = readonly (EvseMemory | undefined)[];

/** All that the balancer remembers. A value: every step makes a new one. */
export interface BalancerState {
  readonly startedAtMs: number;
  readonly evses: EvseMemories;
  /** By circuit id. */
  readonly circuits: ReadonlyMap<string, CircuitMemory>;
  /** Bounds on all chargers together. */
  readonly siteCaps: readonly Cap[];
  /** Bounds on chargers below circuits, and those in watts. */
  readonly groupCaps: readonly GroupCap[];
  /** What the sun leaves over, for those who wait for it; null where nobody does. */
  readonly surplus: SurplusBudget | null;
  /** Meters that seem wrong: what they show is not believed. */
  readonly doubtedMeters: ReadonlySet<string>;
  /** Meters for which an alarm stands. */
  readonly lostMeters: ReadonlySet<string>;
  /** Circuits and lines ("row-a L2") for which an alarm stands. */
  readonly overLimits: ReadonlySet<string>;
  /** Slots whose charger disobeys, and slots whose contactor did not open, for which an alarm stands. */
  readonly disobeying: ReadonlySet<number>;
  readonly failedCuts: ReadonlySet<number>;
  /** Slots whose charger did not go over to one phase, for which an alarm stands. */
  readonly keptPhases: ReadonlySet<number>;
  /** Slots that did not fall to their fail-safe current, for which an alarm stands. */
  readonly keptLimits: ReadonlySet<number>;
  /** Slots whose current flows on other lines than site.yaml says, for which an alarm stands. */
  readonly doubtedRotations: ReadonlySet<number>;
}

/** What is remembered of a slot. */
export function evseMemory(state: BalancerState, slot: number): EvseMemory {
  return state.evses[slot] ?? UNKNOWN_EVSE;
}

/** What is remembered of a circuit. */
export function circuitMemory(state: BalancerState, circuitId: string): CircuitMemory {
  return state.circuits.get(circuitId) ?? UNKNOWN_CIRCUIT;
}
