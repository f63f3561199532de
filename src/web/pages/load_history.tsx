import { LINES, type PerLine } from "../../site/mod.ts";
import { forecastTextOf } from "../forecast_text.ts";
import { loadTextOf } from "../load_text.ts";
import type { LoadMinuteView, LoadPlanView } from "../views.ts";
import { elementId } from "./element_id.ts";
import type { Page } from "./page.ts";

/** How far back the curves go, and how far ahead. */
export const HISTORY_HOURS = 3;

/** What has flowed in a circuit, and what was expected of it, past and to come. */
export interface LoadCourse {
  readonly minutes: readonly LoadMinuteView[];
  readonly plan: readonly LoadPlanView[];
}

/** Nothing is known of a circuit yet. */
export const NO_COURSE: LoadCourse = { minutes: [], plan: [] };

const [WIDTH, HEIGHT] = [600, 80];
const HOUR_MS = 3_600_000;
const SPAN_MS = 2 * HISTORY_HOURS * HOUR_MS;
/** A gap longer than this breaks the curve: nothing is known of it. */
const GAP_MS = 150_000;
/** The same for what is expected, of which there is a point each five minutes. */
const PLAN_GAP_MS = 11 * 60_000;

interface HistoryProps {
  readonly page: Page;
  readonly circuitId: string;
  readonly course: LoadCourse;
}

/** The id of a circuit's curve. */
export function historyElementId(circuitId: string): string {
  return elementId("load-history", circuitId);
}

/** The last and the next hours of a circuit: a curve a line, what was expected of it, and its limit. */
export function LoadHistory({ page, circuitId, course }: HistoryProps) {
  const words = forecastTextOf(page.site.language);
  const id = historyElementId(circuitId);
  const fromMs = page.nowMs - HISTORY_HOURS * HOUR_MS;
  const isShown = ({ at }: { readonly at: string }) => {
    const atMs = Date.parse(at);
    return atMs >= fromMs && atMs <= fromMs + SPAN_MS;
  };
  const [minutes, plan] = [course.minutes.filter(isShown), course.plan.filter(isShown)];
  if (minutes.length + plan.length < 2) {
    return <p id={id} class="hint load-chart-none">{loadTextOf(page.site.language).chartNone}</p>;
  }
  const limitAmps = minutes.at(-1)?.limitAmps ?? 0;
  const all = [
    ...minutes.flatMap((of) => [of.limitAmps, ...LINES.map((line) => flows(of, line))]),
    ...plan.flatMap(({ loadAmps }) => LINES.map((line) => loadAmps[line])),
  ];
  const scale: Scale = {
    fromMs,
    topAmps: all.reduce((most, each) => Math.max(most, each), 1) * 1.05,
  };
  return (
    <figure id={id} class="load-chart">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words.chartTitle(circuitId, HISTORY_HOURS)}
      >
        <path
          class="chart-limit"
          d={pathOf(minutes, scale, GAP_MS, (of) => of.limitAmps) + aheadOf(limitAmps)}
        />
        <path class="chart-now" d={`M${WIDTH / 2} 0V${HEIGHT}`} />
        {LINES.map((line) => (
          <path
            class={`chart-plan ${line}`}
            d={pathOf(plan, scale, PLAN_GAP_MS, ({ loadAmps }) => loadAmps[line])}
          />
        ))}
        {LINES.map((line) => (
          <path
            class={`chart-line ${line}`}
            d={pathOf(minutes, scale, GAP_MS, (of) => flows(of, line))}
          />
        ))}
      </svg>
      <Caption page={page} fromMs={fromMs} />
    </figure>
  );
}

function Caption({ page, fromMs }: { readonly page: Page; readonly fromMs: number }) {
  const words = forecastTextOf(page.site.language);
  return (
    <figcaption class="quiet">
      <span class="curve-times">
        <span>{page.format.clock(fromMs)}</span>
        <span>{words.now}</span>
        <span>{page.format.clock(fromMs + SPAN_MS)}</span>
      </span>
      <span class="chart-key">
        {LINES.map((line) => <span class={`chart-name ${line}`}>{line}</span>)}
        <span class="chart-name flowed">{words.flowed}</span>
        <span class="chart-name plan">{words.planned}</span>
        <span class="chart-name limit">{loadTextOf(page.site.language).limit}</span>
      </span>
    </figcaption>
  );
}

type Minute = Omit<LoadMinuteView, "at" | "limitAmps">;

/** Where nobody measures, what is kept for cars is the best that is known. */
function flows({ loadAmps, reservedAmps }: Minute, line: keyof PerLine): number {
  return loadAmps[line] ?? reservedAmps[line] ?? 0;
}

interface Scale {
  readonly fromMs: number;
  readonly topAmps: number;
}

/** The limit that holds now goes on until somebody says otherwise. */
function aheadOf(limitAmps: number): string {
  return limitAmps === 0 ? "" : `H${WIDTH}`;
}

function pathOf<Point extends { readonly at: string }>(
  points: readonly Point[],
  { fromMs, topAmps }: Scale,
  gapMs: number,
  ampsOf: (point: Point) => number,
): string {
  let beforeMs = -Infinity;
  return points.map((point) => {
    const atMs = Date.parse(point.at);
    const isGap = atMs - beforeMs > gapMs;
    beforeMs = atMs;
    const x = round(WIDTH * (atMs - fromMs) / SPAN_MS);
    const y = round(HEIGHT - HEIGHT * Math.max(0, ampsOf(point)) / topAmps);
    return `${isGap ? "M" : "L"}${x} ${y}`;
  }).join("");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
