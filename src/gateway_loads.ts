import type { CircuitLoad } from "./balancing/mod.ts";
import { isoTime } from "./lib/clock.ts";
import { type Circuit, type CircuitLimit, LINES, type PerLine, perLine } from "./site/mod.ts";
import type { MinuteSummary, Telemetry } from "./telemetry/mod.ts";
import type { SignalState } from "./signals/mod.ts";
import type { CircuitBoundView, CircuitLimitView, LoadMinuteView, SignalView } from "./web/mod.ts";

/** What is known of a circuit's power besides its currents. */
export interface CircuitPower {
  /** What its own meter says; null where that says nothing of power. */
  readonly powerW: number | null;
  readonly nominalVoltageV: number;
}

/** The bounds of a circuit besides those on its lines, with what there is of each now. */
export function circuitBounds(
  circuit: Circuit | undefined,
  { measuredAmps }: CircuitLoad,
  { powerW, nominalVoltageV }: CircuitPower,
): readonly CircuitBoundView[] {
  if (circuit === undefined) return [];
  const { powerLimitW, apparentLimitVa, unbalanceMaxAmps, neutralLimitAmps } = circuit;
  const amps = allOf(measuredAmps);
  const sumVa = amps && amps.reduce((sum, each) => sum + each, 0) * nominalVoltageV;
  const bounds: CircuitBoundView[] = [];
  if (powerLimitW !== undefined) {
    bounds.push({ kind: "power", unit: "W", limit: powerLimitW, load: powerW ?? sumVa });
  }
  if (apparentLimitVa !== undefined) {
    bounds.push({ kind: "apparent", unit: "VA", limit: apparentLimitVa, load: sumVa });
  }
  if (unbalanceMaxAmps !== undefined) {
    const load = amps && Math.max(...amps) - Math.min(...amps);
    bounds.push({ kind: "unbalance", unit: "A", limit: unbalanceMaxAmps, load });
  }
  if (neutralLimitAmps !== undefined) {
    bounds.push({ kind: "neutral", unit: "A", limit: neutralLimitAmps, load: neutralAmps(amps) });
  }
  return bounds;
}

function allOf(amps: PerLine<number | null>): readonly number[] | null {
  const known = LINES.flatMap((line) => amps[line] ?? []);
  return known.length === LINES.length ? known : null;
}

/** The sum of three currents a third of a turn apart. */
function neutralAmps(amps: readonly number[] | null): number | null {
  const [a, b, c] = amps ?? [];
  if (a === undefined || b === undefined || c === undefined) return null;
  return Math.sqrt(Math.max(0, a * a + b * b + c * c - a * b - b * c - c * a));
}

/** Ten quantities a minute, for as many hours as a page draws. */
const SUMMARIES_MAX = 10 * 60 * 24;

/** A limit on chargers together, for the API and the pages. */
export function circuitLimitView(limit: CircuitLimit): CircuitLimitView {
  const { atMs, untilMs, metAtMs, ended, limit: amount, ...rest } = limit;
  const time = (ms: number | null) => ms === null ? null : isoTime(ms);
  return {
    ...rest,
    limit: amount,
    at: isoTime(atMs),
    until: time(untilMs),
    metAt: time(metAtMs),
    endedAt: time(ended?.atMs ?? null),
    endedBy: ended?.by.kind ?? null,
    liftedBy: ended?.by.kind === "lifted" ? ended.by.by : null,
  };
}

/** A signal as pages and the API tell of it. */
export function signalView(state: SignalState): SignalView {
  const { plan, heardAtMs, isSilent, trouble, limit, problems } = state;
  const { id, circuitId, counts } = plan;
  return {
    id,
    circuitId,
    counts,
    heardAt: heardAtMs === null ? null : isoTime(heardAtMs),
    silent: isSilent,
    trouble,
    limit: limit === null ? null : {
      unit: limit.unit,
      limit: limit.limit,
      reason: limit.reason,
      until: limit.untilMs === null ? null : isoTime(limit.untilMs),
    },
    problems,
  };
}

/** The load of a circuit minute by minute, from what telemetry keeps. */
export async function loadHistory(
  telemetry: Pick<Telemetry, "summaries">,
  circuitId: string,
  fromMs: number,
  toMs: number,
): Promise<readonly LoadMinuteView[]> {
  const found = await telemetry.summaries({
    subject: `circuit ${circuitId}`,
    fromMs,
    toMs,
    limit: SUMMARIES_MAX,
  });
  const minutes = new Map<number, Map<string, MinuteSummary>>();
  for (const summary of found) {
    const minute = minutes.get(summary.minuteMs) ?? new Map<string, MinuteSummary>();
    minutes.set(summary.minuteMs, minute.set(summary.quantity, summary));
  }
  return [...minutes].map(([minuteMs, of]) => ({
    at: isoTime(minuteMs),
    loadAmps: perLine((line) => of.get(`measuredAmps.${line}`)?.max ?? null),
    reservedAmps: perLine((line) => of.get(`reservedAmps.${line}`)?.max ?? null),
    limitAmps: of.get("limitAmps")?.max ?? 0,
  }));
}
