import { groupsBy } from "./_fact_tables.ts";
import { hoursCell, kwh, share } from "./_sums.ts";
import type { ConnectorUse } from "../site/mod.ts";
import { byWeekHour, createWeekHours, type ReportPeriod, WEEKDAY_NAMES } from "./period.ts";
import type { Column, Report, ReportNote, ReportRow } from "./report.ts";
import type { ReportSources } from "./sources.ts";

type Times = Partial<Record<ConnectorUse, number>>;

/** An EV stands there: it charges, waits for current, or takes none by its own will. */
const OCCUPIED: readonly ConnectorUse[] = ["charging", "waiting", "occupied"];
const DOWN: readonly ConnectorUse[] = ["unavailable", "faulted", "unreachable"];

const SHARE_NAMES = [
  "occupiedShare",
  "chargingShare",
  "waitingShare",
  "idleShare",
  "reservedShare",
  "downShare",
  "freeShare",
] as const;

const SHARES: readonly Column[] = SHARE_NAMES.map((name) => ({ name, kind: "share" }));
const PLACE: readonly Column[] = [
  { name: "charger", kind: "text" },
  { name: "slot", kind: "number" },
];
const WATCHED: Column = { name: "watchedHours", kind: "hours" };
const HOUR: readonly Column[] = [
  { name: "weekday", kind: "weekday" },
  { name: "hour", kind: "number" },
];

/** How connectors are used: in all, and by the hours of the week. */
export async function utilisationReport(
  sources: ReportSources,
  period: ReportPeriod,
): Promise<Report> {
  const hoursOf = createWeekHours(period.timezone);
  const bySlot = new Map<number, Times>();
  const byHour = new Map<string, Times>();
  for await (const spans of sources.useSpans(period)) {
    for (const span of spans) {
      add(bySlot, span.slot, span.use, span.toMs - span.fromMs);
      for (const { weekday, hour, lastsMs } of byWeekHour(span, hoursOf)) {
        add(byHour, `${span.slot} ${weekday} ${hour}`, span.use, lastsMs);
      }
    }
  }
  const sessions = await sessionsBySlot(sources, period);
  const chargerOf = new Map(sources.places().map(({ slot, chargerId }) => [slot, chargerId]));
  const slots = [...new Set([...bySlot.keys(), ...sessions.keys()])].toSorted((a, b) => a - b);
  const placeOf = (slot: number) => ({ charger: chargerOf.get(slot) ?? null, slot });
  return {
    name: "utilisation",
    period,
    notes: await recordNotes(sources, period),
    tables: [
      {
        id: "connectors",
        columns: [...PLACE, ...SHARES, WATCHED, ...SESSION_COLUMNS],
        chart: { kind: "bars", over: "slot", values: ["occupiedShare", "chargingShare"] },
        rows: slots.map((slot) => ({
          ...placeOf(slot),
          ...cells(bySlot.get(slot) ?? {}),
          sessions: sessions.get(slot)?.sessions ?? 0,
          energyKwh: kwh(sessions.get(slot)?.energyWh ?? 0),
        })),
      },
      {
        id: "week",
        columns: [...HOUR, ...SHARES, WATCHED],
        chart: { kind: "week", weekday: "weekday", hour: "hour", value: "occupiedShare" },
        rows: weekRows((weekday, hour) =>
          joined(slots.map((slot) => byHour.get(`${slot} ${weekday} ${hour}`) ?? {}))
        ),
      },
      {
        id: "connectorWeek",
        columns: [...PLACE, ...HOUR, ...SHARES, WATCHED],
        rows: slots.flatMap((slot) =>
          [...weekRows((weekday, hour) => byHour.get(`${slot} ${weekday} ${hour}`) ?? {})]
            .map((row) => ({ ...placeOf(slot), ...row }))
        ),
      },
    ],
  };
}

const SESSION_COLUMNS: readonly Column[] = [
  { name: "sessions", kind: "count" },
  { name: "energyKwh", kind: "energyKwh" },
];

/** From when on there is a record, where that is later than the time begins. */
export async function recordNotes(
  sources: ReportSources,
  { fromMs }: ReportPeriod,
): Promise<readonly ReportNote[]> {
  const sinceMs = await sources.recordSinceMs();
  if (sinceMs === null) return [{ key: "no-record", values: [] }];
  return sinceMs > fromMs
    ? [{ key: "record-since", values: [new Date(sinceMs).toISOString()] }]
    : [];
}

function add<Key>(times: Map<Key, Times>, key: Key, use: ConnectorUse, ms: number): void {
  const known = times.get(key) ?? {};
  known[use] = (known[use] ?? 0) + ms;
  times.set(key, known);
}

function joined(all: readonly Times[]): Times {
  const sum: Times = {};
  for (const times of all) {
    for (const [use, ms] of Object.entries(times)) {
      sum[use as ConnectorUse] = (sum[use as ConnectorUse] ?? 0) + ms;
    }
  }
  return sum;
}

/** Of the time that is known; what nobody knows is no share. */
function cells(times: Times): ReportRow {
  const sum = (uses: readonly ConnectorUse[]) =>
    uses.reduce((ms, use) => ms + (times[use] ?? 0), 0);
  const watchedMs = sum([...OCCUPIED, ...DOWN, "free", "reserved"]);
  return {
    occupiedShare: share(sum(OCCUPIED), watchedMs),
    chargingShare: share(sum(["charging"]), watchedMs),
    waitingShare: share(sum(["waiting"]), watchedMs),
    idleShare: share(sum(["occupied"]), watchedMs),
    reservedShare: share(sum(["reserved"]), watchedMs),
    downShare: share(sum(DOWN), watchedMs),
    freeShare: share(sum(["free"]), watchedMs),
    watchedHours: hoursCell(watchedMs),
  };
}

function* weekRows(timesOf: (weekday: number, hour: number) => Times): Generator<ReportRow> {
  for (let weekday = 1; weekday <= 7; weekday++) {
    for (let hour = 0; hour < 24; hour++) {
      const name = WEEKDAY_NAMES[weekday] ?? "";
      yield { weekday: name, hour, ...cells(timesOf(weekday, hour)) };
    }
  }
}

async function sessionsBySlot(sources: ReportSources, period: ReportPeriod) {
  const found = new Map<number, { sessions: number; energyWh: number }>();
  for (
    const [name, { sessions, energyWh }] of (await groupsBy(sources, period, "connector")).entries()
  ) {
    const slot = Number(name.split("\n")[1]);
    const known = found.get(slot) ?? { sessions: 0, energyWh: 0 };
    known.sessions += sessions;
    known.energyWh += energyWh;
    found.set(slot, known);
  }
  return found;
}
