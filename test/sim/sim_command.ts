/**
 * Simulated sites in any number, followed by a person: `deno task sim --minutes 30`. Each failure is
 * told at once with the command that repeats it.
 */
import { failureStory, regressionJson } from "./failure_story.ts";
import { findingLine } from "./checkers/findings.ts";
import type { Outcome } from "./lane.ts";
import { createProgressLine, standardOutput } from "./progress_line.ts";
import type { RunReport } from "./run.ts";
import { drawScenarios, runMany, type Running } from "./run_many.ts";
import { drawScenario, type Scenario } from "./scenario.ts";
import { readScenario } from "./scenario_file.ts";
import { readSimFlags, repeatCommand, SIM_HELP, type SimOptions } from "./sim_flags.ts";
import { shrinkFailure } from "./shrink_failure.ts";
import { createTally } from "./tally.ts";
import { createWorkerLane } from "./worker_lane.ts";

/** Somebody waits for it. */
const SHRINK_MS = 600_000;
const SHRINK_RUNS_MAX = 1_000;
/** What shells say of a program that was ended by Ctrl-C. */
const STOPPED_BY_HAND = 130;

const output = standardOutput();
const screen = createProgressLine(output, () => performance.now());

async function scenariosOf({ what, wishes }: SimOptions): Promise<Iterable<Scenario>> {
  if (what.kind === "seeds") return drawScenarios(what.from, what.count, wishes);
  if (what.kind === "seed") return [drawScenario(what.seed, wishes)];
  const text = await Deno.readTextFile(what.path).catch((cause: unknown) => {
    throw new Error(`Cannot read ${what.path}: ${cause instanceof Error ? cause.message : cause}`);
  });
  return [readScenario(text, what.path)];
}

/** What somebody can do about a failure, said as soon as there is one. */
function tellFailure({ report }: Outcome, { what, wishes }: SimOptions): void {
  const { scenario, findings } = report;
  const again = what.kind === "file"
    ? `deno task sim --replay ${what.path}`
    : repeatCommand(scenario.seed, wishes);
  screen.print(`seed ${scenario.seed} FAILED; again with: ${again}`);
  for (const finding of findings) screen.print(`  ${findingLine(finding)}`);
}

/** Runs what is wanted; the reports that found something. */
async function runAll(options: SimOptions, signal: AbortSignal): Promise<readonly RunReport[]> {
  const scenarios = await scenariosOf(options);
  const lanes = Array.from({ length: lanesFor(options) }, () => createWorkerLane());
  const tally = createTally();
  const failed: RunReport[] = [];
  const began = performance.now();
  const wallMs = () => performance.now() - began;
  await runMany(scenarios, lanes, signal, {
    going: (running: readonly Running[]) => screen.renew(tally.line(running, wallMs())),
    over(outcome) {
      tally.add(outcome);
      if (outcome.report.findings.length === 0) return;
      failed.push(outcome.report);
      tellFailure(outcome, options);
    },
  });
  screen.end();
  screen.print(tally.summary(wallMs()));
  return failed;
}

function lanesFor({ what, cores }: SimOptions): number {
  return what.kind === "seeds" ? Math.min(cores, what.count) : 1;
}

/** Makes a failure smaller for as long as somebody waits, and tells its story. */
async function tellStory(
  failed: RunReport,
  { shrink, lines }: SimOptions,
  interrupted: AbortSignal,
): Promise<void> {
  let report = failed;
  if (shrink && !interrupted.aborted) {
    const signal = AbortSignal.any([interrupted, AbortSignal.timeout(SHRINK_MS)]);
    const budget = { runsMax: SHRINK_RUNS_MAX, signal };
    const shrunk = await shrinkFailure(failed, createWorkerLane(), budget, screen.renew);
    screen.end();
    screen.print(
      `\nShrunk in ${shrunk.runs} runs from ${failed.scenario.faults.length} faults to ` +
        `${shrunk.report.scenario.faults.length}` +
        (shrunk.isMinimal ? "; all that is left is needed." : ", as far as there was time."),
    );
    report = shrunk.report;
  }
  screen.print(`\n${failureStory(report, lines)}`);
  screen.print("\nTo be kept in test/sim/regressions/, or for --replay:");
  screen.print(regressionJson(report.scenario));
}

async function simulate(options: SimOptions, interrupted: AbortSignal): Promise<number> {
  const signals = [interrupted];
  if (options.budgetMs !== null) signals.push(AbortSignal.timeout(options.budgetMs));
  const failed = await runAll(options, AbortSignal.any(signals));
  const isOne = options.what.kind !== "seeds";
  for (const report of failed) {
    if (isOne || options.shrink) await tellStory(report, options, interrupted);
  }
  if (failed.length > 0) return 1;
  return interrupted.aborted ? STOPPED_BY_HAND : 0;
}

async function main(): Promise<number> {
  const flags = readSimFlags(Deno.args, navigator.hardwareConcurrency);
  if (flags.kind === "help") output.write(SIM_HELP);
  if (flags.kind === "bad") output.write(`${flags.sentence}\n`);
  if (flags.kind !== "run") return flags.kind === "help" ? 0 : 1;
  const interruption = new AbortController();
  Deno.addSignalListener("SIGINT", () => interruption.abort());
  try {
    return await simulate(flags.options, interruption.signal);
  } catch (error) {
    output.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

Deno.exit(await main());
