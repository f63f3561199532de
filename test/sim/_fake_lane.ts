import { type Lane, NO_PROGRESS, type Outcome, reportOf } from "./lane.ts";
import type { Scenario } from "./scenario.ts";

/** A scenario in which nothing is drawn. */
export const QUIET: Scenario = {
  seed: 1,
  chargers: 4,
  seconds: 3_600,
  timeLapse: 20,
  quirks: false,
  disk: "memory",
  faults: [],
};

/** An outcome of `scenario`: an hour in a second; with a rule it failed. */
export function outcomeOf(scenario: Scenario, rule: string | null = null): Outcome {
  const report = reportOf(scenario, { simulatedS: 3_600, sessions: 10, frames: 500 }, null);
  const findings = rule === null ? [] : [{ rule, text: "the fuse is warm", atS: 12.5 }];
  const story = ["12.0 s a car comes", "12.5 s it is too much"];
  return { report: { ...report, findings, story }, wallMs: 1_000, isWhole: true };
}

/** A lane on which nothing is simulated: which rule a scenario breaks is decided by `ruleOf`. */
export function createFakeLane(ruleOf: (scenario: Scenario) => string | null): Lane {
  return {
    run(scenario, _signal, hear) {
      hear(NO_PROGRESS);
      return Promise.resolve(outcomeOf(scenario, ruleOf(scenario)));
    },
    close: () => {},
  };
}
