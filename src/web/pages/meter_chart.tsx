import { LINES } from "../../site/mod.ts";
import { metersTextOf } from "../meters_text.ts";
import type { MeterPointView } from "../views.ts";
import type { Page } from "./page.ts";

const [WIDTH, HEIGHT] = [600, 80];
const SHOWN_MS = 600_000;
/** A silence longer than this breaks the curve: nothing is known of it. */
const GAP_MS = 20_000;
/** So many points are as fine as a screen shows them. */
const POINTS_MAX = 300;

interface Curve {
  readonly name: string;
  readonly of: (point: MeterPointView) => number | null;
}

/** A line's current each, or the power where there are no currents. */
function curvesOf(points: readonly MeterPointView[]): readonly Curve[] {
  if (points.some(({ currentsAmps }) => currentsAmps !== null)) {
    return LINES.map((line) => ({
      name: line,
      of: ({ currentsAmps }) => currentsAmps?.[line] ?? null,
    }));
  }
  return [{ name: "power", of: ({ powerW }) => powerW }];
}

/** The last ten minutes of a meter. */
export function MeterChart(
  { page, meterId, points }: {
    readonly page: Page;
    readonly meterId: string;
    readonly points: readonly MeterPointView[];
  },
) {
  const words = metersTextOf(page.site.language);
  const fromMs = page.nowMs - SHOWN_MS;
  const recent = points.filter(({ at }) => Date.parse(at) >= fromMs);
  const shown = thinned(recent);
  if (shown.length < 2) return <p class="hint load-chart-none">{words.chartNone}</p>;
  const curves = curvesOf(shown);
  const values = curves.flatMap(({ of }) => shown.flatMap((point) => of(point) ?? []));
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const span = Math.max(high - low, 1e-9) * 1.08;
  const x = (at: string) => round(WIDTH * (Date.parse(at) - fromMs) / SHOWN_MS);
  const y = (value: number) => round(HEIGHT * (high - value) / span);
  const amount = (value: number) => {
    if (curves.length > 1) return page.format.current(value);
    const quantity = page.format.power(value);
    return `${quantity.value} ${quantity.unit}`;
  };
  return (
    <figure class="load-chart meter-chart">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words.chartTitle(meterId)}
      >
        {low < 0 && <path class="chart-limit" d={`M0 ${y(0)}L${WIDTH} ${y(0)}`} />}
        {curves.map(({ name, of }) => (
          <path
            class={`chart-line ${name}`}
            d={pathOf(shown, x, (each) => yOf(of(each), y))}
          />
        ))}
      </svg>
      <figcaption class="curve-times quiet">
        <span>{page.format.clock(fromMs)}</span>
        <span class="chart-key">
          {curves.length > 1 &&
            curves.map(({ name }) => <span class={`chart-name ${name}`}>{name}</span>)}
          <span>{`${amount(low)} … ${amount(high)}`}</span>
        </span>
        <span>{page.format.clock(page.nowMs)}</span>
      </figcaption>
    </figure>
  );
}

function yOf(value: number | null, y: (value: number) => number): number | null {
  return value === null ? null : y(value);
}

function thinned(points: readonly MeterPointView[]): readonly MeterPointView[] {
  const step = Math.ceil(points.length / POINTS_MAX);
  return points.filter((_, at) => (points.length - 1 - at) % step === 0);
}

function pathOf(
  points: readonly MeterPointView[],
  x: (at: string) => number,
  y: (point: MeterPointView) => number | null,
): string {
  let beforeMs = -Infinity;
  return points.map((point) => {
    const height = y(point);
    if (height === null) return "";
    const atMs = Date.parse(point.at);
    const isGap = atMs - beforeMs > GAP_MS;
    beforeMs = atMs;
    return `${isGap ? "M" : "L"}${x(point.at)} ${height}`;
  }).join("");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
