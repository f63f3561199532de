import type { Finding } from "./checkers/findings.ts";
import { fewerFaults } from "./fewer_faults.ts";
import type { Scenario } from "./scenario.ts";

/** How a shrinking run tries things out, and when it has to come to an end. */
export interface ShrinkOptions {
  /** Runs a scenario: the first thing that it finds, null when nothing is wrong. */
  fails(scenario: Scenario): Promise<Finding | null>;
  readonly runsMax: number;
  /** Whether the time for it is over. */
  isOver?(): boolean;
  /** Hears of each scenario that is tried. */
  tell?(best: Scenario, runs: number): void;
}

/** The smallest scenario that was found. */
export interface Shrunk {
  readonly scenario: Scenario;
  readonly finding: Finding;
  readonly runs: number;
  /** Whether leaving out any one fault, or any other step, lets it pass; false if time was up. */
  readonly isMinimal: boolean;
}

/**
 * Makes a failing scenario smaller as long as it breaks the same rule: fewer faults by delta debugging,
 * then a shorter time, fewer chargers, no quirks, a memory disk and shorter faults, over again until
 * nothing helps any more. Whatever is found when time is up is still the best so far.
 */
export async function shrink(
  scenario: Scenario,
  finding: Finding,
  options: ShrinkOptions,
): Promise<Shrunk> {
  const search = beginSearch(scenario, finding, options);
  await search.accept(cutBehind(scenario, finding));
  let before: Scenario | null = null;
  while (before !== search.best().scenario && !search.isOver()) {
    before = search.best().scenario;
    await fewerFaults(search);
    for (const step of STEPS) await repeat(search, step);
    await shorterFaults(search);
  }
  return { ...search.best(), runs: search.runs(), isMinimal: !search.isOver() };
}

/** What was found best so far, and how to try another. */
export interface Search {
  best(): { readonly scenario: Scenario; readonly finding: Finding };
  /** Makes it the best if it breaks the same rule. */
  accept(candidate: Scenario): Promise<boolean>;
  isOver(): boolean;
  runs(): number;
}

function beginSearch(scenario: Scenario, finding: Finding, options: ShrinkOptions): Search {
  const { fails, runsMax, isOver = () => false, tell = () => {} } = options;
  let best = { scenario, finding };
  let runs = 0;
  // Steps come back to the same scenario; it passes again.
  const passing = new Set<string>([JSON.stringify(scenario)]);
  const over = () => runs >= runsMax || isOver();
  return {
    best: () => best,
    runs: () => runs,
    isOver: over,
    async accept(candidate) {
      const key = JSON.stringify(candidate);
      if (over() || passing.has(key)) return false;
      runs++;
      const found = await fails(candidate);
      if (found?.rule === finding.rule) best = { scenario: candidate, finding: found };
      else passing.add(key);
      tell(best.scenario, runs);
      return best.scenario === candidate;
    },
  };
}

/** Nothing that comes after a finding took part in it. */
function cutBehind(scenario: Scenario, { atS }: Finding): Scenario {
  const seconds = Math.min(scenario.seconds, Math.max(1, Math.ceil(atS) + 1));
  return {
    ...scenario,
    seconds,
    faults: scenario.faults.filter((fault) => fault.atS < seconds),
  };
}

/** Smaller scenarios to try, the boldest first. */
type Step = (scenario: Scenario) => readonly Scenario[];

const STEPS: readonly Step[] = [
  (scenario) => smaller(scenario.seconds, 1).map((seconds) => ({ ...scenario, seconds })),
  (scenario) => fewer(scenario.chargers, 1).map((chargers) => ({ ...scenario, chargers })),
  (scenario) => scenario.quirks ? [{ ...scenario, quirks: false }] : [],
  (scenario) => scenario.disk === "sqlite" ? [{ ...scenario, disk: "memory" }] : [],
];

/** Takes the first that fails, and tries on from there. */
async function repeat(search: Search, step: Step): Promise<void> {
  let isSmaller = true;
  while (isSmaller) {
    isSmaller = false;
    for (const candidate of step(search.best().scenario)) {
      isSmaller = await search.accept(candidate);
      if (isSmaller) break;
    }
  }
}

async function shorterFaults(search: Search): Promise<void> {
  for (let index = 0; index < search.best().scenario.faults.length; index++) {
    await repeat(search, (scenario) => {
      const fault = scenario.faults[index];
      return smaller(fault?.forS ?? 0, 0).map((forS) => ({
        ...scenario,
        faults: scenario.faults.map((each, at) => at === index ? { ...each, forS } : each),
      }));
    });
  }
}

/** Smaller numbers, boldest first; to the last unit would take more runs than it is worth. */
function smaller(value: number, least: number): readonly number[] {
  const span = value - least;
  const drops = [span, Math.ceil(span / 2), Math.ceil(span / 8)];
  return span <= 0 ? [] : [...new Set(drops)].map((drop) => value - drop);
}

function fewer(value: number, least: number): readonly number[] {
  return value <= least ? [] : [...new Set([...smaller(value, least), value - 1])];
}
