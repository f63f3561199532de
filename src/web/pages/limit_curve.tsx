import { loadTextOf } from "../load_text.ts";
import type { LimitChangeView, TransactionView } from "../views.ts";
import type { Page } from "./page.ts";

const [WIDTH, HEIGHT] = [600, 90];

interface CurveProps {
  readonly page: Page;
  readonly session: TransactionView;
  readonly limits: readonly LimitChangeView[];
}

/** A session's limit over its time, as steps; the list below it says the same in words. */
export function LimitCurve({ page, session, limits }: CurveProps) {
  const endMs = session.stoppedAt === null ? page.nowMs : Date.parse(session.stoppedAt);
  const steps = limits.flatMap(({ at, limitAmps }) =>
    limitAmps === null ? [] : [{ atMs: Math.min(Date.parse(at), endMs), limitAmps }]
  );
  const [first] = steps;
  if (first === undefined || endMs <= first.atMs) return null;
  const topAmps = Math.max(6, ...steps.map(({ limitAmps }) => limitAmps));
  const x = (atMs: number) => round(WIDTH * (atMs - first.atMs) / (endMs - first.atMs));
  const y = (amps: number) => round(HEIGHT - (HEIGHT - 4) * amps / topAmps);
  const path =
    steps.map(({ atMs, limitAmps }, index) =>
      `${index === 0 ? `M0 ${y(limitAmps)}` : `H${x(atMs)}V${y(limitAmps)}`}`
    ).join("") + `H${WIDTH}`;
  const title = loadTextOf(page.site.language).curveTitle;
  return (
    <figure class="limit-curve">
      <figcaption>
        <span>{title}</span>
        <span class="quiet">{page.format.current(topAmps)}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={title}
      >
        <path class="curve-area" d={`${path}V${HEIGHT}H0Z`} />
        <path class="curve-line" d={path} />
      </svg>
      <div class="curve-times quiet">
        <span>{page.format.clock(first.atMs)}</span>
        <span>{page.format.clock(endMs)}</span>
      </div>
    </figure>
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
