import type { RunReport } from "./run.ts";
import type { Scenario } from "./scenario.ts";

/** How far a run is. */
export interface Progress {
  /** Simulated time so far. */
  readonly simulatedS: number;
  readonly sessions: number;
  /** Messages over all wires. */
  readonly frames: number;
}

/** How a run on a lane went. One that threw or hung is a report too, with a finding that says so. */
export interface Outcome {
  readonly report: RunReport;
  /** Of a wall clock. */
  readonly wallMs: number;
  /** False when it was called off before its end: what it found until then counts. */
  readonly isWhole: boolean;
}

/** Somewhere to run scenarios, one at a time. */
export interface Lane {
  /** Never rejects. An aborted `signal` calls the run off. */
  run(
    scenario: Scenario,
    signal: AbortSignal,
    hear: (progress: Progress) => void,
  ): Promise<Outcome>;
  close(): void;
}

/** What a worker says of the scenario that it was given. */
export type WorkerWord =
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "ran"; readonly report: RunReport }
  | { readonly kind: "threw"; readonly text: string };

/** Nothing has happened yet. */
export const NO_PROGRESS: Progress = { simulatedS: 0, sessions: 0, frames: 0 };

/** The report of a run that has no report of its own. */
export function reportOf(
  scenario: Scenario,
  progress: Progress,
  wrong: { readonly rule: "threw" | "hung"; readonly text: string } | null,
): RunReport {
  const findings = wrong === null ? [] : [{ ...wrong, atS: progress.simulatedS }];
  return { scenario, findings, ...progress, digest: 0, story: [] };
}
