import { LINES } from "../../site/mod.ts";
import { loadTextOf } from "../load_text.ts";
import type { LoadMinuteView } from "../views.ts";
import { elementId } from "./element_id.ts";
import type { Page } from "./page.ts";

/** How far back the curves go. */
export const HISTORY_HOURS = 3;

const [WIDTH, HEIGHT] = [600, 80];
const HOUR_MS = 3_600_000;
/** A gap longer than this breaks the curve: nothing is known of it. */
const GAP_MS = 150_000;

interface HistoryProps {
  readonly page: Page;
  readonly circuitId: string;
  readonly minutes: readonly LoadMinuteView[];
}

/** The id of a circuit's curve. */
export function historyElementId(circuitId: string): string {
  return elementId("load-history", circuitId);
}

/** The last hours of a circuit: a curve a line, under its limit. */
export function LoadHistory({ page, circuitId, minutes }: HistoryProps) {
  const words = loadTextOf(page.site.language);
  const id = historyElementId(circuitId);
  const fromMs = page.nowMs - HISTORY_HOURS * HOUR_MS;
  const shown = minutes.filter(({ at }) => Date.parse(at) >= fromMs);
  if (shown.length < 2) return <p id={id} class="hint load-chart-none">{words.chartNone}</p>;
  const topAmps = Math.max(
    1,
    ...shown.flatMap((
      { limitAmps, ...of },
    ) => [limitAmps, ...LINES.map((line) => flows(of, line))]),
  ) * 1.05;
  const x = (at: string) => round(WIDTH * (Date.parse(at) - fromMs) / (HISTORY_HOURS * HOUR_MS));
  const y = (amps: number) => round(HEIGHT - HEIGHT * amps / topAmps);
  const title = words.chartTitle(circuitId, HISTORY_HOURS);
  return (
    <figure id={id} class="load-chart">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={title}
      >
        <path class="chart-limit" d={pathOf(shown, x, ({ limitAmps }) => y(limitAmps))} />
        {LINES.map((line) => (
          <path
            class={`chart-line ${line}`}
            d={pathOf(shown, x, (of) => y(flows(of, line)))}
          />
        ))}
      </svg>
      <figcaption class="curve-times quiet">
        <span>{page.format.clock(fromMs)}</span>
        <span class="chart-key">
          {LINES.map((line) => <span class={`chart-name ${line}`}>{line}</span>)}
          <span class="chart-name limit">{words.limit}</span>
        </span>
        <span>{page.format.clock(page.nowMs)}</span>
      </figcaption>
    </figure>
  );
}

type Minute = Omit<LoadMinuteView, "at" | "limitAmps">;

/** Where nobody measures, what is kept for cars is the best that is known. */
function flows({ loadAmps, reservedAmps }: Minute, line: "L1" | "L2" | "L3"): number {
  return loadAmps[line] ?? reservedAmps[line] ?? 0;
}

function pathOf(
  minutes: readonly LoadMinuteView[],
  x: (at: string) => number,
  y: (minute: LoadMinuteView) => number,
): string {
  let beforeMs = -Infinity;
  return minutes.map((minute) => {
    const atMs = Date.parse(minute.at);
    const isGap = atMs - beforeMs > GAP_MS;
    beforeMs = atMs;
    return `${isGap ? "M" : "L"}${x(minute.at)} ${y(minute)}`;
  }).join("");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
