import { type Clock, sleep } from "../lib/clock.ts";
import type { Bringer, BringOutcome, OutgoingFile } from "./bring.ts";
import { FETCH_BEGIN, type FetchRules, stepFetch } from "./fetch.ts";

/** One file that goes to its place, however often that takes. */
export interface BringJob {
  readonly location: string;
  readonly file: OutgoingFile;
  /** False once nobody wants it there any more. */
  isWanted(): boolean;
  /** A try did not work; the next one may. */
  troubled(reason: string): void;
}

/** An hour and a half of a place that comes and goes. */
const RULES: FetchRules = {
  bytesMax: Infinity,
  triesMax: 16,
  firstWaitMs: 5_000,
  longestWaitMs: 600_000,
};

/** Tries with growing waits until it is there, or never will be; null where it was broken off before. */
export async function bringUntilEnd(
  job: BringJob,
  bringer: Bringer,
  clock: Clock,
  signal: AbortSignal,
): Promise<BringOutcome | null> {
  let state = FETCH_BEGIN;
  let outcome: BringOutcome | null = null;
  while (!signal.aborted && job.isWanted()) {
    if (state.kind === "ended" || state.kind === "failed") return outcome;
    if (state.kind === "waiting") {
      await sleep(clock, Math.max(0, state.untilMs - clock.monoMs()), signal);
      state = stepFetch(state, { kind: "due", bytes: 0 }, clock.monoMs(), RULES);
      continue;
    }
    outcome = await bringer.bring(job.location, job.file, signal);
    if (outcome.kind === "broken") job.troubled(outcome.reason);
    state = stepFetch(state, { kind: "outcome", outcome, bytes: 0 }, clock.monoMs(), RULES);
  }
  return null;
}
