import type { MeterState, ViewPorts } from "./gateway_view_ports.ts";
import { isoTime } from "./lib/clock.ts";
import { doubtFinding } from "./gateway_meter_check.ts";
import {
  type DoubtedMeter,
  ENERGY_DIRECTIONS,
  type EnergyCounter,
  type EnergyDirection,
  LINES,
  type PerLine,
  perLine,
} from "./site/mod.ts";
import { type MeterFinding, troubleFinding, wiringFindings } from "./meters/mod.ts";
import {
  type MinuteSummary,
  periodBounds,
  periodsOf,
  type PeriodStep,
  type PeriodValue,
} from "./telemetry/mod.ts";
import type { CounterBreakView, MeterPeriodView, MeterPointView, MeterView } from "./web/mod.ts";

/** What is shown of a minute, for the longest day. */
const QUANTITIES = ["powerW", ...LINES.map((line) => `currentAmps.${line}`)];
const SUMMARIES_MAX = QUANTITIES.length * 60 * 25;

/** One refused reading among so many is worth a word … */
const LOSS_PART = 20;
/** … if it is no older. */
const LOSS_MS = 60_000;

/** What the pages and the API show of meters. */
export interface MeterViews {
  readonly all: () => MeterView[];
  /** Reading by reading, oldest first: the last minutes, from memory; null for no meter. */
  readonly recent: (id: string) => readonly MeterPointView[] | null;
  /** Minute by minute, oldest first; minutes in which nothing was read are not in it. */
  readonly minutes: (
    id: string,
    fromMs: number,
    toMs: number,
  ) => Promise<readonly MeterPointView[]>;
  /** Period by period, oldest first, those that nothing is known of too. */
  readonly periods: (
    id: string,
    step: PeriodStep,
    fromMs: number,
    toMs: number,
  ) => Promise<readonly MeterPeriodView[]>;
}

/** Draws the meters from what the rooms know. */
export function createMeterViews(ports: ViewPorts): MeterViews {
  const { clock, telemetry } = ports;

  function meterView(state: MeterState): MeterView {
    const { id, role, health, sample, refused, lastRefusal, readings, everyMs, counters } = state;
    const doubt = doubtOf(id);
    return {
      id,
      role,
      health: health.kind,
      trouble: health.kind === "failing" ? health.reason : null,
      ageMs: sample === null ? null : clock.monoMs() - sample.atMonoMs,
      currentsAmps: sample?.currentsAmps ?? null,
      voltagesV: sample?.voltagesV ?? null,
      powersW: sample?.powersW ?? null,
      totalPowerW: sample?.totalPowerW ?? null,
      importWh: sample?.importWh ?? null,
      exportWh: sample?.exportWh ?? null,
      frequencyHz: sample?.frequencyHz ?? null,
      readings,
      everyMs,
      refused,
      lastRefusal: lastRefusal && {
        reason: lastRefusal.reason,
        ageMs: clock.monoMs() - lastRefusal.atMonoMs,
      },
      counterBreaks: ENERGY_DIRECTIONS.flatMap((each) => breakView(each, counters?.[each])),
      findings: findingsOf(state),
      doubtedSince: doubt === undefined ? null : isoTime(doubt.sinceMs),
    };
  }

  /** Why it gives nothing or loses readings; else what its readings show. */
  function findingsOf(state: MeterState): readonly MeterFinding[] {
    const { id, role, health, everyMs } = state;
    const trouble = health.kind === "failing" ? health.reason : lossOf(state);
    const finding = trouble === null ? null : troubleFinding(trouble, neighboursAnswer(state));
    const found = finding === null ? [] : [finding];
    if (health.kind !== "good") return found;
    const hasGeneration = ports.meters().some((each) =>
      each.role === "generation" || each.role === "battery"
    );
    const samples = ports.meterSamples(id);
    const steps = ports.comparedSteps().filter(({ meterId }) => meterId === id);
    const seen = wiringFindings({ role, samples, everyMs, steps, hasGeneration });
    const doubt = doubtOf(id);
    // One step that fits is chance, and a gateway that has just started has seen none.
    const doubted = doubt === undefined ? null : doubtFinding(doubt);
    const isToldAnyway = doubted === null || seen.some(({ kind }) => kind === doubted.kind);
    return [...found, ...(isToldAnyway ? [] : [doubted]), ...seen];
  }

  function doubtOf(id: string): DoubtedMeter | undefined {
    return ports.doubtedMeters().find(({ meterId }) => meterId === id);
  }

  /** Why readings of a meter are lost, where some are and some are not; null where few are. */
  function lossOf({ refused, readings, lastRefusal }: MeterState): string | null {
    if (lastRefusal === null || refused * LOSS_PART < readings) return null;
    return clock.monoMs() - lastRefusal.atMonoMs < LOSS_MS ? lastRefusal.reason : null;
  }

  function neighboursAnswer({ id, line }: MeterState): boolean {
    return line !== null &&
      ports.meters().some((other) =>
        other.id !== id && other.line === line && other.health.kind === "good"
      );
  }

  return {
    all: () => ports.meters().map(meterView),
    recent: (id) =>
      !ports.meters().some((meter) => meter.id === id)
        ? null
        : ports.meterSamples(id).map(({ atWallMs, totalPowerW, currentsAmps }) => ({
          at: isoTime(atWallMs),
          powerW: totalPowerW ?? null,
          currentsAmps: currentsAmps ?? null,
        })),
    async minutes(id, fromMs, toMs) {
      const found = await telemetry.summaries({
        subject: `meter ${id}`,
        fromMs,
        toMs,
        limit: SUMMARIES_MAX,
        quantities: QUANTITIES,
      });
      const minutes = Map.groupBy(found, ({ minuteMs }) => minuteMs);
      return [...minutes].map(([minuteMs, summaries]) => pointOf(minuteMs, summaries));
    },
    async periods(id, step, fromMs, toMs) {
      const bounds = periodBounds(step, ports.timezone, fromMs, toMs);
      const [startMs = fromMs, endMs = toMs] = [bounds[0], bounds.at(-1)];
      const quarters = await ports.history.quarters({ meterId: id, fromMs: startMs, toMs: endMs });
      return periodsOf(quarters, bounds, clock.wallMs()).map(periodView);
    },
  };
}

function breakView(
  direction: EnergyDirection,
  counter: EnergyCounter | undefined,
): readonly CounterBreakView[] {
  if (counter?.lastBreak === undefined) return [];
  const { atWallMs, ...what } = counter.lastBreak;
  return [{ direction, ...what, at: isoTime(atWallMs), times: counter.breaks }];
}

function periodView(value: PeriodValue): MeterPeriodView {
  const { fromMs, toMs, quality, coveredMs, energy, power, maxAmps } = value;
  const known = [energy.import, energy.export].filter((each) => each !== null);
  const byPower = known.some(({ by }) => by === "power");
  return {
    at: isoTime(fromMs),
    until: isoTime(toMs),
    quality,
    coveredSeconds: Math.round(coveredMs / 1_000),
    importWh: energy.import?.wh ?? null,
    exportWh: energy.export?.wh ?? null,
    unreadImportWh: energy.import?.unreadWh ?? 0,
    unreadExportWh: energy.export?.unreadWh ?? 0,
    energyBy: known.length === 0 ? null : byPower ? "power" : "counter",
    powerW: power?.meanW ?? null,
    powerMinW: power?.minW ?? null,
    powerMaxW: power?.maxW ?? null,
    maxAmps,
  };
}

function pointOf(minuteMs: number, summaries: readonly MinuteSummary[]): MeterPointView {
  const meanOf = (name: string) =>
    summaries.find(({ quantity }) => quantity === name)?.mean ?? null;
  return {
    at: isoTime(minuteMs),
    powerW: meanOf("powerW"),
    currentsAmps: allLines((line) => meanOf(`currentAmps.${line}`)),
  };
}

function allLines(valueOf: (line: "L1" | "L2" | "L3") => number | null): PerLine | null {
  return LINES.some((line) => valueOf(line) === null)
    ? null
    : perLine((line) => valueOf(line) ?? 0);
}
