import { isoTime } from "../lib/clock.ts";
import { hoursCell, share } from "./_sums.ts";
import { createDays, type ReportPeriod } from "./period.ts";
import type { Column, Report, ReportRow } from "./report.ts";
import type { CircuitQuarter, ReportSources } from "./sources.ts";
import { recordNotes } from "./utilisation_report.ts";

const QUARTER_MS = 900_000;
/** A quarter that was measured for less than that makes no peak. */
const COVERED_MIN = 0.5;
const PEAKS_MAX = 20;

/** A quarter with the power of the circuit's own meter, where there is one. */
interface Measured extends CircuitQuarter {
  readonly meanW: number | null;
}

interface CircuitSum {
  peak: Measured | null;
  peakW: number | null;
  limitedMs: number;
  coveredMs: number;
  limitedQuarters: number;
}

const MEASURES: readonly Column[] = [
  { name: "meanKva", kind: "apparentKva" },
  { name: "maxKva", kind: "apparentKva" },
  { name: "meanKw", kind: "powerKw" },
  { name: "limitAmps", kind: "amps" },
  { name: "limitedHours", kind: "hours" },
  { name: "measuredShare", kind: "share" },
];

/** What circuits carried: demand by quarters of an hour, its peaks, and where the limit was felt. */
export async function loadReport(sources: ReportSources, period: ReportPeriod): Promise<Report> {
  const days = createDays(period.timezone);
  const sums = new Map<string, CircuitSum>();
  const byDay = new Map<string, { kva: number; kw: number | null }>();
  let peaks: readonly Measured[] = [];
  for await (const quarters of measuredQuarters(sources, period)) {
    for (const quarter of quarters) {
      addTo(sums, quarter);
      if (!isPeak(quarter)) continue;
      const key = `${days(quarter.quarterMs).date}\n${quarter.circuitId}`;
      const day = byDay.get(key) ?? { kva: 0, kw: null };
      day.kva = Math.max(day.kva, quarter.meanVa / 1_000);
      if (quarter.meanW !== null) day.kw = Math.max(day.kw ?? -Infinity, quarter.meanW / 1_000);
      byDay.set(key, day);
    }
    peaks = [...peaks, ...quarters.filter(isPeak)].toSorted((a, b) => b.meanVa - a.meanVa)
      .slice(0, PEAKS_MAX);
  }
  return {
    name: "load",
    period,
    notes: [{ key: "nominal-voltage", values: [] }, ...await recordNotes(sources, period)],
    tables: [
      {
        id: "circuits",
        columns: CIRCUIT_COLUMNS,
        rows: sources.circuits().flatMap(({ id }) => {
          const sum = sums.get(id);
          return sum === undefined ? [] : [circuitRow(id, sum)];
        }),
      },
      {
        id: "days",
        columns: [
          { name: "date", kind: "date" },
          { name: "circuit", kind: "text" },
          { name: "peakKva", kind: "apparentKva" },
          { name: "peakKw", kind: "powerKw" },
        ],
        chart: { kind: "bars", over: "date", values: ["peakKva", "peakKw"] },
        rows: dayRows(byDay, rootOf(sources)),
      },
      {
        id: "peaks",
        columns: [AT, CIRCUIT, ...MEASURES],
        rows: peaks.map(quarterRow),
      },
      { id: "quarters", columns: [AT, CIRCUIT, ...MEASURES], rows: quarterRows(sources, period) },
    ],
  };
}

const AT: Column = { name: "at", kind: "moment" };
const CIRCUIT: Column = { name: "circuit", kind: "text" };
const CIRCUIT_COLUMNS: readonly Column[] = [
  CIRCUIT,
  { name: "peakKva", kind: "apparentKva" },
  { name: "peakAt", kind: "moment" },
  { name: "peakKw", kind: "powerKw" },
  { name: "limitAmps", kind: "amps" },
  { name: "limitedHours", kind: "hours" },
  { name: "limitedShare", kind: "share" },
  { name: "limitedQuarters", kind: "count" },
  { name: "measuredHours", kind: "hours" },
];

async function* measuredQuarters(
  sources: ReportSources,
  period: ReportPeriod,
): AsyncGenerator<readonly Measured[]> {
  const meterOf = new Map(sources.circuits().map(({ id, meterId }) => [id, meterId]));
  for await (const quarters of sources.circuitQuarters(period)) {
    const [first, last] = [quarters[0], quarters.at(-1)];
    if (first === undefined || last === undefined) continue;
    const time = { fromMs: first.quarterMs, toMs: last.quarterMs + QUARTER_MS };
    const powers = new Map<string, Map<number, number | null>>();
    for (const circuitId of new Set(quarters.map((each) => each.circuitId))) {
      const meterId = meterOf.get(circuitId) ?? null;
      if (meterId === null) continue;
      const own = await sources.meterQuarters(meterId, time);
      powers.set(circuitId, new Map(own.map(({ quarterMs, meanW }) => [quarterMs, meanW])));
    }
    yield quarters.map((each) => ({
      ...each,
      meanW: powers.get(each.circuitId)?.get(each.quarterMs) ?? null,
    }));
  }
}

async function* quarterRows(
  sources: ReportSources,
  period: ReportPeriod,
): AsyncGenerator<ReportRow> {
  for await (const quarters of measuredQuarters(sources, period)) {
    for (const quarter of quarters) yield quarterRow(quarter);
  }
}

function isPeak({ coveredMs }: CircuitQuarter): boolean {
  return coveredMs >= COVERED_MIN * QUARTER_MS;
}

function addTo(sums: Map<string, CircuitSum>, quarter: Measured): void {
  const sum = sums.get(quarter.circuitId) ??
    { peak: null, peakW: null, limitedMs: 0, coveredMs: 0, limitedQuarters: 0 };
  sums.set(quarter.circuitId, sum);
  sum.limitedMs += quarter.limitedMs;
  sum.coveredMs += quarter.coveredMs;
  if (quarter.limitedMs > 0) sum.limitedQuarters += 1;
  if (!isPeak(quarter)) return;
  if (sum.peak === null || quarter.meanVa > sum.peak.meanVa) sum.peak = quarter;
  if (quarter.meanW !== null) sum.peakW = Math.max(sum.peakW ?? -Infinity, quarter.meanW);
}

function kilo(amount: number | null): number | null {
  return amount === null ? null : Math.round(amount / 10) / 100;
}

function quarterRow(quarter: Measured): ReportRow {
  return {
    at: isoTime(quarter.quarterMs),
    circuit: quarter.circuitId,
    meanKva: kilo(quarter.meanVa),
    maxKva: kilo(quarter.maxVa),
    meanKw: kilo(quarter.meanW),
    limitAmps: quarter.limitAmps,
    limitedHours: hoursCell(quarter.limitedMs),
    measuredShare: Math.min(1, share(quarter.coveredMs, QUARTER_MS) ?? 0),
  };
}

function circuitRow(circuit: string, sum: CircuitSum): ReportRow {
  return {
    circuit,
    peakKva: kilo(sum.peak?.meanVa ?? null),
    peakAt: sum.peak === null ? null : isoTime(sum.peak.quarterMs),
    peakKw: kilo(sum.peakW),
    limitAmps: sum.peak?.limitAmps ?? null,
    limitedHours: hoursCell(sum.limitedMs),
    limitedShare: share(sum.limitedMs, sum.coveredMs),
    limitedQuarters: sum.limitedQuarters,
    measuredHours: hoursCell(sum.coveredMs),
  };
}

/** The circuit that feeds all others. */
function rootOf(sources: ReportSources): string | null {
  return sources.circuits().find(({ parentId }) => parentId === null)?.id ?? null;
}

/** Those of the site's own circuit come first: its demand is what is paid for. */
function dayRows(
  byDay: ReadonlyMap<string, { readonly kva: number; readonly kw: number | null }>,
  root: string | null,
): readonly ReportRow[] {
  const rows = [...byDay].map(([key, { kva, kw }]): ReportRow => {
    const [date = "", circuit = ""] = key.split("\n");
    const rounded = (amount: number) => Math.round(amount * 100) / 100;
    return { date, circuit, peakKva: rounded(kva), peakKw: kw === null ? null : rounded(kw) };
  });
  const rank = ({ circuit }: ReportRow) => circuit === root ? 0 : 1;
  return rows.toSorted((a, b) =>
    rank(a) - rank(b) || String(a["circuit"]).localeCompare(String(b["circuit"])) ||
    String(a["date"]).localeCompare(String(b["date"]))
  );
}
