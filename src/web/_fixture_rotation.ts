import type { Line, RotationKnowledge, RotationOutcome } from "../site/mod.ts";

const TOLD: readonly Line[] = ["L1", "L2", "L3"];
const AT_MS = Date.UTC(2026, 0, 4, 9, 30);

const LAST: Readonly<Record<number, RotationOutcome>> = {
  1: { kind: "found", lines: TOLD, proof: "fits" },
  2: { kind: "found", lines: ["L2", "L3", "L1"], proof: "by-field" },
  5: { kind: "not-sure", why: "all-alike" },
};

/** Slots of every kind: tested, tested otherwise, in doubt, being tested, and not to be tested. */
export function fixtureRotation(slot: number): RotationKnowledge {
  const outcome = LAST[slot];
  const isRunning = slot === 3;
  return {
    toldLines: TOLD,
    circuitId: "row-a",
    minCurrentAmps: 6,
    maxCurrentAmps: 32,
    failSafeAmps: 6,
    meterId: "meter-row-a",
    obstacle: isRunning ? null : slot === 1 ? null : slot === 2 ? "another-runs" : "no-session",
    running: isRunning ? { sinceMs: AT_MS, offeredAmps: 6, steps: 2, stepsWanted: 4 } : null,
    last: outcome === undefined ? null : {
      slot,
      chargerId: `CP0${slot}`,
      evseId: 1,
      toldLines: TOLD,
      outcome,
      atMs: AT_MS,
      by: "ina",
    },
  };
}
