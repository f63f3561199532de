import { hoursCell, share } from "./_sums.ts";
import type { ReportPeriod } from "./period.ts";
import type { Column, Report, ReportRow } from "./report.ts";
import type { ReportSources, UseSpan } from "./sources.ts";
import { recordNotes } from "./utilisation_report.ts";

const DOWN = ["faulted", "unreachable", "unavailable"] as const;
type Down = typeof DOWN[number];

interface Reliability {
  watchedMs: number;
  readonly downMs: Record<Down, number>;
  /** Times that it went down. Ordered out of service is no failure. */
  failures: number;
  outages: number;
  /** Why it was down in the span before; null: it was not. */
  downFor: string | null;
  isFailed: boolean;
}

const COLUMNS: readonly Column[] = [
  { name: "charger", kind: "text" },
  { name: "slot", kind: "number" },
  { name: "availableShare", kind: "share" },
  { name: "downHours", kind: "hours" },
  { name: "faultedHours", kind: "hours" },
  { name: "unreachableHours", kind: "hours" },
  { name: "unavailableHours", kind: "hours" },
  { name: "outages", kind: "count" },
  { name: "failures", kind: "count" },
  { name: "hoursBetweenFailures", kind: "hours" },
  { name: "hoursToRepair", kind: "hours" },
  { name: "watchedHours", kind: "hours" },
];

/** How much of the time each connector could be used, and what kept it from it. */
export async function availabilityReport(
  sources: ReportSources,
  period: ReportPeriod,
): Promise<Report> {
  const bySlot = new Map<number, Reliability>();
  const causes = new Map<string, { ms: number; times: number }>();
  for await (const spans of sources.useSpans(period)) {
    for (const span of spans) count(bySlot, causes, span);
  }
  const chargerOf = new Map(sources.places().map(({ slot, chargerId }) => [slot, chargerId]));
  return {
    name: "availability",
    period,
    notes: await recordNotes(sources, period),
    tables: [
      {
        id: "connectors",
        columns: COLUMNS,
        chart: { kind: "bars", over: "slot", values: ["availableShare"] },
        rows: [...bySlot].toSorted(([a], [b]) => a - b)
          .map(([slot, own]) => rowOf(slot, chargerOf.get(slot) ?? null, own)),
      },
      {
        id: "causes",
        columns: [
          { name: "state", kind: "text" },
          { name: "cause", kind: "text" },
          { name: "times", kind: "count" },
          { name: "hours", kind: "hours" },
        ],
        rows: [...causes].toSorted(([, a], [, b]) => b.ms - a.ms).map(([key, { ms, times }]) => {
          const [state = "", cause = ""] = key.split("\n");
          return { state, cause: cause || null, times, hours: hoursCell(ms) };
        }),
      },
    ],
  };
}

function downOf({ use }: UseSpan): Down | null {
  return DOWN.find((down) => down === use) ?? null;
}

function count(
  bySlot: Map<number, Reliability>,
  causes: Map<string, { ms: number; times: number }>,
  span: UseSpan,
): void {
  if (span.use === "unknown") return;
  const own = bySlot.get(span.slot) ?? {
    watchedMs: 0,
    downMs: { faulted: 0, unreachable: 0, unavailable: 0 },
    failures: 0,
    outages: 0,
    downFor: null,
    isFailed: false,
  };
  bySlot.set(span.slot, own);
  const ms = span.toMs - span.fromMs;
  own.watchedMs += ms;
  const down = downOf(span);
  const isFailed = down !== null && down !== "unavailable";
  const key = down === null ? null : `${down}\n${span.cause ?? ""}`;
  if (down !== null && key !== null) {
    own.downMs[down] += ms;
    if (own.downFor === null) own.outages += 1;
    if (isFailed && !own.isFailed) own.failures += 1;
    const cause = causes.get(key) ?? { ms: 0, times: 0 };
    cause.ms += ms;
    // A stretch that is read in two parts is one.
    if (own.downFor !== key) cause.times += 1;
    causes.set(key, cause);
  }
  own.downFor = key;
  own.isFailed = isFailed;
}

function rowOf(slot: number, charger: string | null, own: Reliability): ReportRow {
  const { watchedMs, downMs, failures } = own;
  const failedMs = downMs.faulted + downMs.unreachable;
  const allMs = failedMs + downMs.unavailable;
  return {
    charger,
    slot,
    availableShare: share(watchedMs - allMs, watchedMs),
    downHours: hoursCell(allMs),
    faultedHours: hoursCell(downMs.faulted),
    unreachableHours: hoursCell(downMs.unreachable),
    unavailableHours: hoursCell(downMs.unavailable),
    outages: own.outages,
    failures,
    hoursBetweenFailures: failures === 0 ? null : hoursCell((watchedMs - allMs) / failures),
    hoursToRepair: failures === 0 ? null : hoursCell(failedMs / failures),
    watchedHours: hoursCell(watchedMs),
  };
}
