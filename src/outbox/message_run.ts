import { bytesOf, type RowHeader } from "./row.ts";

/** What a message of readings may hold. */
export interface MessageLimits {
  readonly readings: number;
  /** Of content as we keep it; on the wire 1.6 says the same in fewer. */
  readonly bytes: number;
}

/** True for a meter row that may still change: it goes up with others, and may be thinned. */
export function isLoose({ kind, sent, dead, alone }: RowHeader): boolean {
  return kind === "updated" && !sent && !dead && alone !== true;
}

/** The run of loose rows at the beginning of `rows`, as far as one message holds them. */
export function messageRun(rows: readonly RowHeader[], limits: MessageLimits): RowHeader[] {
  let readings = 0;
  let bytes = 0;
  const run: RowHeader[] = [];
  for (const row of rows) {
    readings += row.readings;
    bytes += bytesOf(row);
    const fits = readings <= limits.readings && bytes <= limits.bytes;
    // What is too big for a message by itself goes up all the same, alone.
    if (!isLoose(row) || (run.length > 0 && (!fits || !isOfOneClock(row, run[0])))) break;
    run.push(row);
  }
  return run;
}

/** Rows of one clock are put right together; those of others would take its correction over. */
export function isOfOneClock(
  row: Pick<RowHeader, "clock">,
  first: Pick<RowHeader, "clock"> = row,
): boolean {
  return row.clock?.stretch === first.clock?.stretch &&
    row.clock?.shiftMs === first.clock?.shiftMs && row.clock?.lateMs === first.clock?.lateMs;
}

/** Loose rows, cut into the messages in which they would go up. */
export function messageRuns(
  rows: readonly RowHeader[],
  limits: MessageLimits,
): RowHeader[][] {
  const runs: RowHeader[][] = [];
  for (let at = 0; at < rows.length;) {
    const run = messageRun(rows.slice(at), limits);
    if (run.length === 0) break;
    runs.push(run);
    at += run.length;
  }
  return runs;
}
