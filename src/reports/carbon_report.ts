import { sumsByDay } from "./_fact_tables.ts";
import { kwh } from "./_sums.ts";
import { runningNote } from "./energy_report.ts";
import { byWeekHour, createDays, createWeekHours, type ReportPeriod } from "./period.ts";
import type { Report, ReportNote, ReportRow, ReportTable } from "./report.ts";
import type { CarbonFactor, ReportSources } from "./sources.ts";
import type { SessionFact } from "../transactions/mod.ts";

interface Carbon {
  energyWh: number;
  grams: number;
}

type Carbons = AsyncIterable<readonly [string, Carbon]>;

/** What the energy of sessions was in CO₂, by the factor of site.yaml. */
export function carbonReport(sources: ReportSources, period: ReportPeriod): Report {
  const days = () => carbonByDay(sources, period);
  return {
    name: "carbon",
    period,
    notes: [...notesOf(sources.carbon), ...runningNote(sources, period)],
    tables: [tableOf("days", days()), tableOf("months", byMonth(days()))],
  };
}

/** Day by day, while they are read. */
async function* carbonByDay(
  sources: ReportSources,
  period: ReportPeriod,
): AsyncGenerator<readonly [string, Carbon]> {
  const { carbon } = sources;
  if (carbon === null) return;
  if (carbon.hourly !== undefined) {
    yield* joined(carbonOfFacts(sources, period, carbon));
    return;
  }
  for await (const [date, { energyWh }] of sumsByDay(sources, period)) {
    yield [date, { energyWh, grams: energyWh / 1_000 * carbon.gramsPerKwh }];
  }
}

/** By the hour it takes each session by itself: facts come in order of time, so days do too. */
async function* carbonOfFacts(
  sources: ReportSources,
  period: ReportPeriod,
  carbon: CarbonFactor,
): AsyncGenerator<readonly [string, Carbon]> {
  const days = createDays(period.timezone);
  const hoursOf = createWeekHours(period.timezone);
  for await (const page of sources.facts(period)) {
    const byDay = new Map<string, Carbon>();
    for (const fact of page) {
      const { date } = days(fact.startedMs);
      const sum = byDay.get(date) ?? { energyWh: 0, grams: 0 };
      sum.energyWh += fact.energyWh;
      sum.grams += gramsOf(fact, carbon, hoursOf);
      byDay.set(date, sum);
    }
    yield* byDay;
  }
}

function byMonth(days: Carbons): Carbons {
  return joined(days, (date) => date.slice(0, 7));
}

/** What follows under one name is one. */
async function* joined(
  days: Carbons,
  nameOf: (date: string) => string = (date) => date,
): AsyncGenerator<readonly [string, Carbon]> {
  let last: readonly [string, Carbon] | null = null;
  for await (const [date, { energyWh, grams }] of days) {
    const name = nameOf(date);
    if (last !== null && last[0] !== name) yield last;
    const sum: Carbon = last?.[0] === name ? last[1] : { energyWh: 0, grams: 0 };
    last = [name, { energyWh: sum.energyWh + energyWh, grams: sum.grams + grams }];
  }
  if (last !== null) yield last;
}

function notesOf(carbon: CarbonFactor | null): readonly ReportNote[] {
  if (carbon === null) return [{ key: "no-factor", values: [] }];
  return carbon.hourly === undefined
    ? [{ key: "factor", values: [carbon.gramsPerKwh] }]
    : [{ key: "factor-hourly", values: [Math.min(...carbon.hourly), Math.max(...carbon.hourly)] }];
}

/** By the hour, the energy counts as if it had flowed evenly from start to end. */
function gramsOf(
  { energyWh, startedMs, endedMs }: SessionFact,
  { gramsPerKwh, hourly }: CarbonFactor,
  hoursOf: ReturnType<typeof createWeekHours>,
): number {
  const lastsMs = endedMs - startedMs;
  if (hourly === undefined) return energyWh / 1_000 * gramsPerKwh;
  if (lastsMs <= 0) {
    return energyWh / 1_000 * (hourly[hoursOf(startedMs).hour] ?? gramsPerKwh);
  }
  // Of a session that was forgotten for weeks the first week says as much.
  const time = { fromMs: startedMs, toMs: Math.min(endedMs, startedMs + 7 * 24 * 3_600_000) };
  let [sum, weight] = [0, 0];
  for (const { hour, lastsMs: partMs } of byWeekHour(time, hoursOf)) {
    sum += (hourly[hour] ?? gramsPerKwh) * partMs;
    weight += partMs;
  }
  return energyWh / 1_000 * sum / weight;
}

function tableOf(id: string, carbons: Carbons): ReportTable {
  return {
    id,
    columns: [
      { name: "date", kind: "date" },
      { name: "energyKwh", kind: "energyKwh" },
      { name: "carbonKg", kind: "carbonKg" },
    ],
    chart: { kind: "bars", over: "date", values: ["carbonKg"] },
    rows: rowsOf(carbons),
  };
}

async function* rowsOf(carbons: Carbons): AsyncGenerator<ReportRow> {
  for await (const [date, { energyWh, grams }] of carbons) {
    yield { date, energyKwh: kwh(energyWh), carbonKg: Math.round(grams) / 1_000 };
  }
}
