import { groupsBy, sumsByDay, sumsByMonth } from "./_fact_tables.ts";
import {
  type Grouped,
  MONEY_COLUMNS,
  moneyRows,
  newSum,
  REST,
  type SessionSum,
  SUM_COLUMNS,
  sumCells,
} from "./_sums.ts";
import { runningNote } from "./energy_report.ts";
import type { ReportPeriod } from "./period.ts";
import type { Column, Report, ReportRow, ReportTable } from "./report.ts";
import type { ReportSources } from "./sources.ts";

type Sums = AsyncIterable<readonly [string, SessionSum]>;

/** What sessions were billed, by tariff, day, month and group; and what was not billed. */
export async function revenueReport(
  sources: ReportSources,
  period: ReportPeriod,
): Promise<Report> {
  const bars = { kind: "bars", over: "date", values: ["total"] } as const;
  const tariffs = await groupsBy(sources, period, "tariff");
  const notBilled = tariffs.entries()
    .reduce((count, [, { sessions, billed }]) => count + sessions - billed, 0);
  // Asked for when somebody reads it: who wants one table waits for no other.
  const by = (group: "group" | "billing") => sumsBy(() => groupsBy(sources, period, group));
  return {
    name: "revenue",
    period,
    notes: [
      { key: "by-start", values: [] },
      ...runningNote(sources, period),
      ...(notBilled > 0 ? [{ key: "not-billed" as const, values: [notBilled] }] : []),
    ],
    tables: [
      tableOf("tariffs", { name: "tariff", kind: "text" }, sumsBy(() => tariffs)),
      {
        ...tableOf("days", { name: "date", kind: "date" }, sumsByDay(sources, period)),
        chart: bars,
      },
      {
        ...tableOf(
          "months",
          { name: "date", kind: "date" },
          sumsByMonth(sources, period),
        ),
        chart: bars,
      },
      tableOf("groups", { name: "group", kind: "text" }, by("group")),
      tableOf("billing", { name: "billing", kind: "text" }, by("billing")),
    ],
  };
}

async function* sumsBy(
  groups: () => Grouped | Promise<Grouped>,
): AsyncGenerator<readonly [string, SessionSum]> {
  for (const [name, sum] of (await groups()).entries().toSorted(([a], [b]) => a < b ? -1 : 1)) {
    yield [name === REST ? REST : name.slice(0, -1), sum] as const;
  }
}

function tableOf(id: string, key: Column, sums: Sums): ReportTable {
  return { id, columns: [key, ...SUM_COLUMNS, ...MONEY_COLUMNS], rows: rowsOf(key, sums) };
}

/** A row for each currency; sessions and energy stand in the first, so that they are counted once. */
async function* rowsOf({ name }: Column, sums: Sums): AsyncGenerator<ReportRow> {
  for await (const [key, sum] of sums) {
    for (const [at, money] of moneyRows(sum).entries()) {
      yield { [name]: key || null, ...sumCells(at === 0 ? sum : newSum()), ...money };
    }
  }
}
