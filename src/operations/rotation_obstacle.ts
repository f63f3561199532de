import type { CircuitTree, EvsePlace, RotationObstacle } from "../site/mod.ts";
import { ROTATION_STEP_AMPS } from "./rotation_trial.ts";

/** The circuit whose meter sees a socket. */
export interface MeteredCircuit {
  readonly circuitId: string;
  readonly meterId: string;
}

/** The nearest circuit with a meter; null where there is none, or a transformer lies between. */
export function meteredCircuit(place: EvsePlace, tree: CircuitTree): MeteredCircuit | null {
  for (const { id, meterId, transformer } of tree.pathToGrid(place.circuitId)) {
    if (meterId !== null) return { circuitId: id, meterId };
    if (transformer !== undefined) return null;
  }
  return null;
}

/** What a test of the rotation needs to know before it begins. */
export interface RotationStart {
  readonly place: EvsePlace | undefined;
  readonly metered: MeteredCircuit | null;
  /** That meter tells what each line carries. */
  readonly hasLines: boolean;
  readonly takesLimits: boolean;
  readonly isConnected: boolean;
  readonly isCharging: boolean;
  /** What the balancer grants it; null for nothing. */
  readonly limitAmps: number | null;
  /** A test runs somewhere on the site: two would be each other's noise. */
  readonly isAnotherRunning: boolean;
}

/** Why a test cannot begin; null where it can. The first that has to be mended counts. */
export function rotationObstacle(start: RotationStart): RotationObstacle | null {
  const { place, metered, limitAmps } = start;
  if (place === undefined) return "no-place";
  // One current between two lines looks the same from either end.
  if (place.connection === "line-to-line") return "line-to-line";
  if (metered === null) return "no-meter";
  if (!start.hasLines) return "no-line-meter";
  if (start.isAnotherRunning) return "another-runs";
  if (!start.isConnected) return "charger-away";
  if (!start.takesLimits) return "takes-no-limits";
  if (!start.isCharging) return "no-session";
  const isEnough = limitAmps !== null && limitAmps >= place.minCurrentAmps + ROTATION_STEP_AMPS;
  return isEnough ? null : "no-room";
}
