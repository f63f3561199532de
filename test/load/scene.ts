import type { ChargerChanges } from "../../src/simulator/mod.ts";
import type { Device } from "../sim/checkers/breaker.ts";

/** A site for a scene, as an electrician would note it; what is left out is ordinary. */
export interface Scene {
  readonly circuits: readonly SceneCircuit[];
  readonly chargers: readonly SceneCharger[];
  /** Further parts of site.yaml: `{ balancing: { strategy: "priority" } }`. */
  readonly yaml?: Readonly<Record<string, unknown>>;
  /** When it begins, by the wall clock. Default: a Monday morning in January. */
  readonly startsAtMs?: number;
  /** Chance. Default 1. */
  readonly seed?: number;
}

/** A circuit; the first is the grid connection. Amperes per line. */
export interface SceneCircuit {
  readonly id: string;
  /** Default: the first circuit. */
  readonly parent?: string;
  readonly limitAmps: number;
  /** The over-current device in front of it. Default B, the quickest. */
  readonly device?: Device;
  /** Whether a meter measures it. Default: only the grid connection. */
  readonly hasMeter?: boolean;
  /** What its other loads come to at worst, and what stands for them without meter. Default 0. */
  readonly worstAmps?: number;
  readonly substituteAmps?: number;
  /** The most by which its lines may differ, in the oracle and in site.yaml. */
  readonly unbalanceMaxAmps?: number;
  /** Further keys of site.yaml: `{ continuousFactor: 0.8 }`. */
  readonly yaml?: Readonly<Record<string, unknown>>;
}

/** A charger with one socket of 32 A, three-phase where nothing else is said. */
export interface SceneCharger {
  /** Default: the grid connection. */
  readonly circuit?: string;
  /** The site's lines at the socket's terminals: "L2 L3 L1". */
  readonly phases?: string;
  readonly maxAmps?: number;
  /** Default 6; 0 for nothing. */
  readonly failSafeAmps?: number;
  readonly priority?: number;
  /** What is odd about it. */
  readonly but?: Omit<ChargerChanges, "identity" | "outlets">;
  /** Further keys of the charger in site.yaml. */
  readonly chargerYaml?: Readonly<Record<string, unknown>>;
  /** Further keys of its EVSE in site.yaml. */
  readonly yaml?: Readonly<Record<string, unknown>>;
}

/** So many chargers of a kind. */
export function chargers(count: number, kind: SceneCharger = {}): readonly SceneCharger[] {
  return Array.from({ length: count }, () => kind);
}

/** The identity of charger `n`, counted from 1. */
export function chargerId(n: number): string {
  return `CP${n}`;
}
