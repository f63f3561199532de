import type { SessionReadingView } from "./session_story.ts";

/** What a session was offered and drew in some minutes, on average. */
export interface SessionRow extends SessionReadingView {
  /** The beginning of these minutes. */
  readonly at: string;
}

/** Minutes that a row of a table may stand for: what a person reckons with. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120];
const MINUTE_MS = 60_000;

/** How many minutes a row stands for, so that there are no more than `rowsMax` of them. */
export function rowMinutes(readings: readonly SessionReadingView[], rowsMax: number): number {
  const [firstMs, lastMs] = [readings[0], readings.at(-1)].map((each) =>
    each === undefined ? 0 : Date.parse(each.at)
  );
  const minutes = ((lastMs ?? 0) - (firstMs ?? 0)) / MINUTE_MS;
  return STEPS.find((step) => minutes / step < rowsMax - 1) ?? 120;
}

/** Readings put together by so many minutes each; minutes in which nothing was read are left out. */
export function sessionRows(
  readings: readonly SessionReadingView[],
  minutes: number,
): readonly SessionRow[] {
  const stepMs = minutes * MINUTE_MS;
  const groups = Map.groupBy(readings, ({ at }) => Math.floor(Date.parse(at) / stepMs));
  return [...groups].map(([step, group]) => ({
    at: new Date(step * stepMs).toISOString(),
    offeredAmps: mean(group.map(({ offeredAmps }) => offeredAmps)),
    currentsAmps: meanOfPhases(group),
    powerW: mean(group.map(({ powerW }) => powerW)),
    socPercent: group.findLast(({ socPercent }) => socPercent !== null)?.socPercent ?? null,
  }));
}

function meanOfPhases(group: readonly SessionReadingView[]): SessionReadingView["currentsAmps"] {
  const phase = (index: 0 | 1 | 2) =>
    mean(group.map(({ currentsAmps }) => currentsAmps?.[index] ?? null));
  const [first, second, third] = [phase(0), phase(1), phase(2)];
  return first === null || second === null || third === null ? null : [first, second, third];
}

/** Of what was measured; null where nothing was. */
function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
