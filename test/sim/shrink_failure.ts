import type { Lane } from "./lane.ts";
import type { RunReport } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import { shrink } from "./shrink.ts";

/** How long somebody is willing to wait for a smaller scenario. */
export interface ShrinkBudget {
  readonly runsMax: number;
  /** Aborts when the time is over, or somebody has seen enough. */
  readonly signal: AbortSignal;
}

/** The smallest report that was found, and how. */
export interface ShrunkFailure {
  readonly report: RunReport;
  readonly runs: number;
  readonly isMinimal: boolean;
}

/** Shrinks what a run reported, each try on `lane`; closes it. */
export async function shrinkFailure(
  failed: RunReport,
  lane: Lane,
  { runsMax, signal }: ShrinkBudget,
  tell: (line: string) => void,
): Promise<ShrunkFailure> {
  const [finding] = failed.findings;
  if (finding === undefined) throw new RangeError("Cannot shrink: nothing was found");
  const reports = new Map<Scenario, RunReport>([[failed.scenario, failed]]);
  const shrunk = await shrink(failed.scenario, finding, {
    runsMax,
    isOver: () => signal.aborted,
    async fails(scenario) {
      const { report } = await lane.run(scenario, signal, () => {});
      if (report.findings.length > 0) reports.set(scenario, report);
      return report.findings[0] ?? null;
    },
    tell: ({ faults, seconds, chargers }, runs) =>
      tell(
        `shrinking seed ${failed.scenario.seed}: run ${runs}, ${faults.length} faults, ` +
          `${seconds} s, ${chargers} chargers still break ${finding.rule}`,
      ),
  });
  lane.close();
  const { runs, isMinimal } = shrunk;
  return { report: reports.get(shrunk.scenario) ?? failed, runs, isMinimal };
}
