import type { WeekReport } from "./week.ts";

/** The value below which a part of all lie, 0 to 1; 0 where there are none. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? 0;
}

/** What a week came to, in a line for each thing. */
export function figures(report: WeekReport): readonly string[] {
  const { sessions, calls, callsMax, daysMs, drainMs, authorizeMs, backlog } = report;
  const ms = (part: number) => quantile(authorizeMs, part).toFixed(1);
  const seconds = (durationMs: number) => (durationMs / 1_000).toFixed(1);
  return [
    `${sessions} sessions in ${seconds(daysMs)} s; ${backlog.rows} records waited; told in ` +
    `${seconds(drainMs)} s, ${calls} calls, ${(calls / sessions).toFixed(2)} a session, ` +
    `at most ${callsMax}`,
    `${authorizeMs.length} cards without the CSMS: p50 ${ms(0.5)} ms, p99 ${ms(0.99)} ms, ` +
    `at most ${ms(1)} ms`,
  ];
}
