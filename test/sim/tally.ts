import type { Outcome, Progress } from "./lane.ts";
import type { Running } from "./run_many.ts";

/** What was run so far, in figures. */
export interface Tally {
  add(outcome: Outcome): void;
  failures(): number;
  /** Scenarios that are over, called off ones included. */
  seeds(): number;
  /** In one line, with what runs now counted in. */
  line(running: readonly Running[], wallMs: number): string;
  /** In several lines. */
  summary(wallMs: number): string;
}

/** Small sites and large ones differ in speed. */
const BUCKETS = [{ title: "1–8 chargers", to: 8 }, { title: "9–50 chargers", to: 50 }] as const;
const HOUR_S = 3_600;

interface Sum {
  seeds: number;
  simulatedS: number;
  sessions: number;
  frames: number;
  wallMs: number;
}

const newSum = (): Sum => ({ seeds: 0, simulatedS: 0, sessions: 0, frames: 0, wallMs: 0 });

/** Counts nothing yet. */
export function createTally(): Tally {
  const sums = BUCKETS.map(newSum);
  let failures = 0;
  let calledOff = 0;

  function total(): Sum {
    const all = newSum();
    for (const sum of sums) {
      for (const key of Object.keys(all) as (keyof Sum)[]) all[key] += sum[key];
    }
    return all;
  }

  return {
    failures: () => failures,
    seeds: () => total().seeds,
    add({ report, wallMs, isWhole }) {
      if (report.findings.length > 0) failures++;
      if (!isWhole) calledOff++;
      const index = BUCKETS.findIndex(({ to }) => report.scenario.chargers <= to);
      const sum = sums.at(index);
      if (sum === undefined) return;
      sum.seeds++;
      sum.wallMs += wallMs;
      sum.simulatedS += report.simulatedS;
      sum.sessions += report.sessions;
      sum.frames += report.frames;
    },
    line(running, wallMs) {
      const { seeds, simulatedS } = total();
      const nowS = running.reduce((sum, { progress }) => sum + progress.simulatedS, 0);
      const names = running.map(({ scenario, progress }) =>
        `${scenario.seed} (${howFar(scenario.seconds, progress)})`
      );
      return `${seeds} seeds, ${hours(simulatedS + nowS)} site-hours, ` +
        `${times(simulatedS + nowS, wallMs)} × real time, ${failures} failed` +
        (names.length > 0 ? `; running: ${names.join(", ")}` : "");
    },
    summary(wallMs) {
      const { seeds, simulatedS, sessions, frames } = total();
      const perBucket = BUCKETS.flatMap(({ title }, index) => {
        const sum = sums[index];
        if (sum === undefined || sum.seeds === 0) return [];
        return [
          `  ${title}: ${sum.seeds} seeds, ${hours(sum.simulatedS)} site-hours, ` +
          `${times(sum.simulatedS, sum.wallMs)} × real time on one core`,
        ];
      });
      const unfinished = calledOff === 0 ? "" : ` (${calledOff} of them called off under way)`;
      return [
        `${seeds} seeds${unfinished}, ${hours(simulatedS)} site-hours, ${sessions} sessions, ` +
        `${frames} messages`,
        `${(wallMs / 1_000).toFixed(1)} s: ${Math.round(frames / wallMs * 1_000)} messages per ` +
        `second, ${times(simulatedS, wallMs)} × real time`,
        ...perBucket,
        `${failures} failed`,
      ].join("\n");
    },
  };
}

function howFar(seconds: number, { simulatedS }: Progress): string {
  return simulatedS < seconds ? `${Math.floor(100 * simulatedS / seconds)} %` : "heals";
}

function hours(seconds: number): string {
  return (seconds / HOUR_S).toFixed(1);
}

function times(simulatedS: number, wallMs: number): string {
  return wallMs === 0 ? "0" : String(Math.round(simulatedS * 1_000 / wallMs));
}
