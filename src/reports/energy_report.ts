import { GROUPS_MAX, groupsBy, sumsByDay, sumsByMonth } from "./_fact_tables.ts";
import { byEnergy, kwh, REST, type SessionSum, SUM_COLUMNS, sumCells } from "./_sums.ts";
import type { ReportPeriod } from "./period.ts";
import type { Column, Report, ReportNote, ReportRow } from "./report.ts";
import type { ReportSources } from "./sources.ts";

/** What sessions drew, by day, month, connector, card and group; and what meters counted. */
export function energyReport(sources: ReportSources, period: ReportPeriod): Report {
  const bars = { kind: "bars", over: "date", values: ["energyKwh"] } as const;
  const date: Column = { name: "date", kind: "date" };
  const rowsBy = (
    by: "connector" | "token" | "group",
    cells: (key: string, subkey: string) => ReportRow,
  ) => groupRows(sources, period, by, cells);
  return {
    name: "energy",
    period,
    notes: [
      { key: "by-start", values: [] },
      ...runningNote(sources, period),
      { key: "others-joined", values: [GROUPS_MAX] },
    ],
    tables: [
      {
        id: "days",
        columns: [date, ...SUM_COLUMNS],
        rows: dateRows(sumsByDay(sources, period)),
        chart: bars,
      },
      {
        id: "months",
        columns: [date, ...SUM_COLUMNS],
        rows: dateRows(sumsByMonth(sources, period)),
        chart: bars,
      },
      {
        id: "connectors",
        columns: [...names("charger", "slot"), ...SUM_COLUMNS],
        rows: rowsBy("connector", (charger, slot) => ({ charger, slot: Number(slot) || null })),
      },
      {
        id: "tokens",
        columns: [...names("token", "group"), ...SUM_COLUMNS],
        rows: rowsBy("token", (token, group) => ({ token, group: group || null })),
      },
      {
        id: "groups",
        columns: [...names("group"), ...SUM_COLUMNS],
        rows: rowsBy("group", (group) => ({ group: group || null })),
      },
      { id: "meters", columns: METER_COLUMNS, rows: meterRows(sources, period) },
    ],
  };
}

async function* dateRows(
  days: AsyncIterable<readonly [string, SessionSum]>,
): AsyncGenerator<ReportRow> {
  for await (const [date, sum] of days) yield { date, ...sumCells(sum) };
}

async function* groupRows(
  sources: ReportSources,
  period: ReportPeriod,
  by: "connector" | "token" | "group",
  cells: (key: string, subkey: string) => ReportRow,
): AsyncGenerator<ReportRow> {
  const groups = await groupsBy(sources, period, by);
  for (const [name, sum] of groups.entries().toSorted(byEnergy)) {
    const [key = "", subkey = ""] = name === REST ? [REST] : name.split("\n");
    yield { ...cells(key, subkey), ...sumCells(sum) };
  }
}

/** Says how many sessions are not in it yet. */
export function runningNote(sources: ReportSources, period: ReportPeriod): readonly ReportNote[] {
  const running = sources.running(period);
  return running === 0 ? [] : [{ key: "running", values: [running] }];
}

function names(...columns: readonly string[]): readonly Column[] {
  return columns.map((name) => ({ name, kind: name === "slot" ? "number" : "text" }));
}

const METER_COLUMNS: readonly Column[] = [
  { name: "meter", kind: "text" },
  { name: "role", kind: "text" },
  { name: "importKwh", kind: "energyKwh" },
  { name: "exportKwh", kind: "energyKwh" },
  { name: "readShare", kind: "share" },
];

async function* meterRows(
  sources: ReportSources,
  period: ReportPeriod,
): AsyncGenerator<ReportRow> {
  const lastsMs = Math.min(period.toMs, sources.nowMs()) - period.fromMs;
  for (const { id, role } of sources.meters()) {
    const quarters = await sources.meterQuarters(id, period);
    const sum = (of: (each: (typeof quarters)[number]) => number | null) =>
      quarters.some((each) => of(each) !== null)
        ? kwh(quarters.reduce((total, each) => total + (of(each) ?? 0), 0))
        : null;
    const coveredMs = quarters.reduce((total, each) => total + each.coveredMs, 0);
    yield {
      meter: id,
      role,
      importKwh: sum(({ importWh }) => importWh),
      exportKwh: sum(({ exportWh }) => exportWh),
      readShare: lastsMs <= 0 ? null : Math.min(1, Math.round(coveredMs / lastsMs * 1e4) / 1e4),
    };
  }
}
