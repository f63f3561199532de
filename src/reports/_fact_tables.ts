import type { FactGroup } from "../transactions/mod.ts";
import { addMoney, addSum, createGroups, type Grouped, newSum, type SessionSum } from "./_sums.ts";
import { partsOf, type ReportPeriod } from "./period.ts";
import type { ReportSources } from "./sources.ts";

/** More cards than that are joined: a report stays one that fits in memory. */
export const GROUPS_MAX = 10_000;

/** The time up to which there can be something: a clock that was off may have written beyond it. */
const AHEAD_MS = 366 * 24 * 3_600_000;

/** A time without what cannot have been. */
export function known(sources: ReportSources, period: ReportPeriod): ReportPeriod {
  return { ...period, toMs: Math.min(period.toMs, sources.nowMs() + AHEAD_MS) };
}

const DAY_MS = 24 * 3_600_000;

/** Sums day by day, while they are read: the first comes at once, whatever lies behind it. */
export async function* sumsByDay(
  sources: ReportSources,
  period: ReportPeriod,
): AsyncGenerator<readonly [string, SessionSum]> {
  yield* joinedDays(daysOfParts(sources, period));
}

async function* daysOfParts(
  sources: ReportSources,
  period: ReportPeriod,
): AsyncGenerator<readonly [string, SessionSum]> {
  for (const part of partsOf(known(sources, period))) {
    const days = new Map<number, SessionSum>();
    for (const each of await sources.factSums(part, "day")) {
      const sum = days.get(Number(each.key)) ?? newSum();
      days.set(Number(each.key), sum);
      addSum(sum, each);
    }
    for (const [day, sum] of [...days].toSorted(([a], [b]) => a - b)) {
      yield [new Date(day * DAY_MS).toISOString().slice(0, 10), sum];
    }
  }
}

/** The same by month. */
export function sumsByMonth(
  sources: ReportSources,
  period: ReportPeriod,
): AsyncIterable<readonly [string, SessionSum]> {
  return joinedDays(daysOfParts(sources, period), (date) => date.slice(0, 7));
}

/** A day that two parts share is one. */
async function* joinedDays(
  days: AsyncIterable<readonly [string, SessionSum]>,
  nameOf: (date: string) => string = (date) => date,
): AsyncGenerator<readonly [string, SessionSum]> {
  let last: readonly [string, SessionSum] | null = null;
  for await (const [date, sum] of days) {
    const name = nameOf(date);
    if (last !== null && last[0] === name) {
      joinInto(last[1], sum);
      continue;
    }
    if (last !== null) yield last;
    last = [name, sum];
  }
  if (last !== null) yield last;
}

function joinInto(sum: SessionSum, more: SessionSum): void {
  sum.sessions += more.sessions;
  sum.billed += more.billed;
  sum.energyWh += more.energyWh;
  sum.durationMs += more.durationMs;
  for (const [currency, paid] of more.money) addMoney(sum, currency, paid);
}

/** Sums by what sessions have in common; keys are `key` and `subkey` with a line break between. */
export async function groupsBy(
  sources: ReportSources,
  period: ReportPeriod,
  by: FactGroup,
): Promise<Grouped> {
  const groups = createGroups(GROUPS_MAX);
  for (const part of partsOf(known(sources, period))) {
    for (const sum of await sources.factSums(part, by)) {
      addSum(groups.of(`${sum.key}\n${sum.subkey}`), sum);
    }
  }
  return groups;
}
