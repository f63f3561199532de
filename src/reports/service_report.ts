import { decimal } from "../lib/decimal.ts";
import { known } from "./_fact_tables.ts";
import { amountText, hoursCell, kwh, share } from "./_sums.ts";
import { byWeekHour, createWeekHours, partsOf, type ReportPeriod } from "./period.ts";
import type { Column, Report, ReportNote, ReportRow } from "./report.ts";
import type { ReportPlace, ReportSources, UseSpan } from "./sources.ts";
import { recordNotes } from "./utilisation_report.ts";

/** Fewer sessions than that say nothing about those that did not come. */
const ARRIVALS_MIN = 30;
/** 95 in 100. */
const SPREAD = 1.96;
/** In shorter parts there are about as many hours of connectors as sessions. */
const ARRIVALS_PART_MS = 28 * 24 * 3_600_000;
const MONTH_MS = 365.25 * 24 * 3_600_000 / 12;
/** An EV that waited shorter than that has not noticed. */
const WAIT_MIN_MS = 60_000;

/** A group of connectors that stand for each other: those of a circuit. */
interface Group {
  readonly slots: ReadonlySet<number>;
  /** By the kind of hour: how long some connector was free, how long none, who came. */
  readonly open: Map<string, number>;
  readonly full: Map<string, number>;
  readonly arrivals: Map<string, number>;
  fullMs: number;
  watchedMs: number;
  sessions: number;
  energyWh: number;
  /** By currency, in its millionths. */
  readonly money: Map<string, number>;
  limitedMs: number;
  measuredMs: number;
}

/** How long drivers waited, who was turned away, and where the next charger would earn most. */
export async function serviceReport(
  sources: ReportSources,
  period: ReportPeriod,
): Promise<Report> {
  const waits = createWaits();
  const groups = groupsOf(sources.places());
  for await (const spans of sources.useSpans(period)) {
    for (const span of spans) waits.add(span);
    for (const group of groups.values()) addFullness(group, spans, period.timezone);
  }
  await addSessions(sources, period, groups);
  for await (const quarters of sources.circuitQuarters(period)) {
    for (const { circuitId, limitedMs, coveredMs } of quarters) {
      const group = groups.get(circuitId);
      if (group === undefined) continue;
      group.limitedMs += limitedMs;
      group.measuredMs += coveredMs;
    }
  }
  const rows = [...groups].map(([circuit, group]) => placementRow(circuit, group))
    .toSorted((a, b) => Number(b["lostPerMonth"] ?? -1) - Number(a["lostPerMonth"] ?? -1))
    .map((row, at) => ({ rank: at + 1, ...row }));
  const isEnough = [...groups.values()].some(({ sessions }) => sessions >= ARRIVALS_MIN);
  return {
    name: "service",
    period,
    notes: [
      { key: "method-placement", values: [] },
      ...(isEnough ? [] : [{ key: "too-little", values: [ARRIVALS_MIN] } satisfies ReportNote]),
      { key: "decisions-kept", values: [] },
      ...await recordNotes(sources, period),
    ],
    tables: [
      {
        id: "placement",
        columns: PLACEMENT_COLUMNS,
        chart: { kind: "bars", over: "circuit", values: ["lostPerMonth"] },
        rows,
      },
      { id: "waits", columns: WAIT_COLUMNS, rows: waits.rows(sources.places()) },
      {
        id: "turnedAway",
        columns: [
          { name: "what", kind: "text" },
          { name: "status", kind: "text" },
          { name: "source", kind: "text" },
          { name: "reason", kind: "text" },
          { name: "times", kind: "count" },
          { name: "tokens", kind: "count" },
        ],
        rows: await turnedAway(sources, period),
      },
    ],
  };
}

// Waiting for current

const WAIT_COLUMNS: readonly Column[] = [
  { name: "charger", kind: "text" },
  { name: "slot", kind: "number" },
  { name: "waits", kind: "count" },
  { name: "waitHours", kind: "hours" },
  { name: "meanWaitHours", kind: "hours" },
  { name: "longestWaitHours", kind: "hours" },
];

/** Waits by connector; one that a page of history cuts in two is one. */
function createWaits() {
  const bySlot = new Map<number, { sumMs: number; times: number; longestMs: number }>();
  const running = new Map<number, { fromMs: number; toMs: number }>();
  function end(slot: number): void {
    const wait = running.get(slot);
    running.delete(slot);
    const ms = wait === undefined ? 0 : wait.toMs - wait.fromMs;
    if (ms < WAIT_MIN_MS) return;
    const own = bySlot.get(slot) ?? { sumMs: 0, times: 0, longestMs: 0 };
    bySlot.set(slot, {
      sumMs: own.sumMs + ms,
      times: own.times + 1,
      longestMs: Math.max(own.longestMs, ms),
    });
  }
  return {
    add({ slot, use, fromMs, toMs }: UseSpan): void {
      const wait = running.get(slot);
      if (use === "waiting" && wait?.toMs === fromMs) wait.toMs = toMs;
      else {
        end(slot);
        if (use === "waiting") running.set(slot, { fromMs, toMs });
      }
    },
    rows(places: readonly ReportPlace[]): readonly ReportRow[] {
      for (const slot of [...running.keys()]) end(slot);
      const chargerOf = new Map(places.map(({ slot, chargerId }) => [slot, chargerId]));
      return [...bySlot].toSorted(([, a], [, b]) => b.sumMs - a.sumMs)
        .map(([slot, { sumMs, times, longestMs }]) => ({
          charger: chargerOf.get(slot) ?? null,
          slot,
          waits: times,
          waitHours: hoursCell(sumMs),
          meanWaitHours: hoursCell(sumMs / times),
          longestWaitHours: hoursCell(longestMs),
        }));
    },
  };
}

// Turned away by a decision

const REASONS_MAX = 200;

async function turnedAway(
  sources: ReportSources,
  period: ReportPeriod,
): Promise<readonly ReportRow[]> {
  const found = new Map<string, { times: number; readonly tokens: Set<string> }>();
  for await (const decisions of sources.decisions(period)) {
    for (const { what, status, source, reason, token } of decisions) {
      if (status === "Accepted" || what === "stop") continue;
      const key = [what, status, source, reason].join("\n");
      const known = found.get(key) ?? { times: 0, tokens: new Set<string>() };
      if (!found.has(key) && found.size >= REASONS_MAX) continue;
      known.times += 1;
      known.tokens.add(token);
      found.set(key, known);
    }
  }
  return [...found].toSorted(([, a], [, b]) => b.times - a.times).map(
    ([key, { times, tokens }]) => {
      const [what = "", status = "", source = "", reason = ""] = key.split("\n");
      return { what, status, source, reason, times, tokens: tokens.size };
    },
  );
}

// Where the next charger would earn most

const PLACEMENT_COLUMNS: readonly Column[] = [
  { name: "rank", kind: "number" },
  { name: "circuit", kind: "text" },
  { name: "connectors", kind: "count" },
  { name: "sessions", kind: "count" },
  { name: "fullHours", kind: "hours" },
  { name: "fullShare", kind: "share" },
  { name: "lostPerMonth", kind: "number" },
  { name: "lostPerMonthLow", kind: "number" },
  { name: "lostPerMonthHigh", kind: "number" },
  { name: "lostKwhPerMonth", kind: "energyKwh" },
  { name: "lostMoneyPerMonth", kind: "money" },
  { name: "currency", kind: "text" },
  { name: "limitedShare", kind: "share" },
  { name: "watchedHours", kind: "hours" },
];

function groupsOf(places: readonly ReportPlace[]): ReadonlyMap<string, Group> {
  const byCircuit = Map.groupBy(
    places.filter(({ circuitId }) => circuitId !== null),
    ({ circuitId }) => circuitId ?? "",
  );
  return new Map(
    [...byCircuit].map(([circuit, own]) => [circuit, {
      slots: new Set(own.map(({ slot }) => slot)),
      open: new Map(),
      full: new Map(),
      arrivals: new Map(),
      fullMs: 0,
      watchedMs: 0,
      sessions: 0,
      energyWh: 0,
      money: new Map(),
      limitedMs: 0,
      measuredMs: 0,
    }]),
  );
}

/** Hours in which about as many drivers come: of working days, and of the end of the week. */
function kindName(isWeekend: boolean, hour: number): string {
  return `${isWeekend ? "weekend" : "week"} ${hour}`;
}

/** When each connector of a group is known and none is free, who comes goes away again. */
function addFullness(group: Group, spans: readonly UseSpan[], timezone: string): void {
  const hours = createWeekHours(timezone);
  const own = spans.filter(({ slot }) => group.slots.has(slot));
  const steps = own.flatMap((span) => [
    { atMs: span.fromMs, slot: span.slot, use: span.use },
  ]).toSorted((a, b) => a.atMs - b.atMs);
  const endMs = own.reduce((last, { toMs }) => Math.max(last, toMs), 0);
  const now = new Map<number, UseSpan["use"]>();
  for (const [at, { atMs, slot, use }] of steps.entries()) {
    now.set(slot, use);
    const untilMs = steps[at + 1]?.atMs ?? endMs;
    const uses = [...now.values()];
    const isKnown = now.size === group.slots.size && !uses.includes("unknown");
    if (untilMs <= atMs || !isKnown) continue;
    const isFull = !uses.includes("free");
    for (const part of byWeekHour({ fromMs: atMs, toMs: untilMs }, hours)) {
      const kind = kindName(part.weekday >= 6, part.hour);
      const times = isFull ? group.full : group.open;
      times.set(kind, (times.get(kind) ?? 0) + part.lastsMs);
      group.watchedMs += part.lastsMs;
      if (isFull) group.fullMs += part.lastsMs;
    }
  }
}

async function addSessions(
  sources: ReportSources,
  period: ReportPeriod,
  groups: ReadonlyMap<string, Group>,
): Promise<void> {
  const since = await sources.recordSinceMs() ?? Infinity;
  const groupOf = new Map(
    [...groups.values()].flatMap((group) => [...group.slots].map((slot) => [slot, group] as const)),
  );
  // Who came before anybody watched says nothing of the time after.
  const watched = known(sources, { ...period, fromMs: Math.max(period.fromMs, since) });
  for (const part of partsOf(watched, ARRIVALS_PART_MS)) {
    for (const sum of await sources.factSums(part, "slotHour")) {
      const group = groupOf.get(Number(sum.key));
      if (group === undefined) continue;
      const hour = Number(sum.subkey);
      const kind = kindName(hour >= 24, hour % 24);
      group.arrivals.set(kind, (group.arrivals.get(kind) ?? 0) + sum.sessions);
      group.sessions += sum.sessions;
      group.energyWh += sum.energyWh;
      if (sum.currency === null) continue;
      const micros = group.money.get(sum.currency) ?? 0;
      group.money.set(sum.currency, micros + sum.totalMicros);
    }
  }
}

/**
 * Drivers who would have come while it was full, if as many come then as in the same kind of hour
 * while a connector is free. How sure that is goes by how many were seen (Poisson).
 */
export function lostDrivers(
  { open, full, arrivals }: Pick<Group, "open" | "full" | "arrivals">,
): { readonly lost: number; readonly spread: number } {
  let [lost, variance] = [0, 0];
  for (const [kind, fullMs] of full) {
    const openMs = open.get(kind) ?? 0;
    // It was never free in such an hour: nobody knows who would have come.
    if (openMs <= 0) continue;
    const count = arrivals.get(kind) ?? 0;
    lost += count / openMs * fullMs;
    variance += count * (fullMs / openMs) ** 2;
  }
  return { lost, spread: SPREAD * Math.sqrt(variance) };
}

function placementRow(circuit: string, group: Group): ReportRow {
  const { sessions, energyWh, watchedMs, fullMs } = group;
  const { lost, spread } = lostDrivers(group);
  const isEnough = sessions >= ARRIVALS_MIN && watchedMs > 0;
  const perMonth = (amount: number) =>
    isEnough ? Math.round(amount * MONTH_MS / watchedMs * 10) / 10 : null;
  const [[currency, micros] = [null, 0]] = [...group.money]
    .toSorted(([, a], [, b]) => b - a);
  const lostPerMonth = perMonth(lost);
  return {
    circuit,
    connectors: group.slots.size,
    sessions,
    fullHours: hoursCell(fullMs),
    fullShare: share(fullMs, watchedMs),
    lostPerMonth,
    lostPerMonthLow: perMonth(Math.max(0, lost - spread)),
    lostPerMonthHigh: perMonth(lost + spread),
    lostKwhPerMonth: lostPerMonth === null ? null : kwh(energyWh / sessions * lostPerMonth),
    lostMoneyPerMonth: lostPerMonth === null || currency === null ? null : amountText(
      decimal(micros).div(1_000_000).div(sessions).times(lostPerMonth).toDecimalPlaces(2),
    ),
    currency,
    limitedShare: share(group.limitedMs, group.measuredMs),
    watchedHours: hoursCell(watchedMs),
  };
}
