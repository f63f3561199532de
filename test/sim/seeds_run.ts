import { findingLine } from "./checkers/findings.ts";
import { failureStory } from "./failure_story.ts";
import type { Lane, Outcome } from "./lane.ts";
import { drawScenarios, runMany } from "./run_many.ts";
import { repeatCommand } from "./sim_flags.ts";
import { createTally } from "./tally.ts";

/** As many seeds as fit into a time. */
export interface SeedsRun {
  readonly budgetMs: number;
  /** The first seed. */
  readonly from: number;
  readonly lanes: readonly Lane[];
  /** Hears how it goes, and each failure at once. */
  tell(line: string): void;
}

const STORY_LINES = 40;
const TELL_EVERY_MS = 15_000;

/**
 * Runs seeds from `from` upwards until the time is up; those that are under way then count as far as
 * they came. Throws with the stories of all that failed, and with the command that shrinks each.
 */
export async function runSeeds({ budgetMs, from, lanes, tell }: SeedsRun): Promise<void> {
  const timeIsUp = new AbortController();
  const timer = setTimeout(() => timeIsUp.abort(), budgetMs);
  const began = performance.now();
  const wallMs = () => performance.now() - began;
  const tally = createTally();
  const stories: string[] = [];
  let toldMs = 0;
  try {
    await runMany(drawScenarios(from, Infinity), lanes, timeIsUp.signal, {
      going(running) {
        if (wallMs() - toldMs < TELL_EVERY_MS) return;
        toldMs = wallMs();
        tell(tally.line(running, wallMs()));
      },
      over(outcome) {
        tally.add(outcome);
        if (outcome.report.findings.length === 0) return;
        stories.push(storyOf(outcome));
        tell(`seed ${outcome.report.scenario.seed} FAILED: ${firstFinding(outcome)}`);
      },
    });
  } finally {
    clearTimeout(timer);
  }
  tell(tally.summary(wallMs()));
  if (stories.length > 0) throw new Error(`${stories.length} failed\n\n${stories.join("\n\n")}`);
}

function firstFinding({ report }: Outcome): string {
  return report.findings.slice(0, 1).map(findingLine).join("");
}

function storyOf({ report }: Outcome): string {
  return `${failureStory(report, STORY_LINES)}\nShrink it: ${
    repeatCommand(report.scenario.seed, {})
  }`;
}
