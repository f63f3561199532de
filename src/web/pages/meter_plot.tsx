import type { Child } from "hono/jsx";
import { localeOf } from "../format.ts";
import { meterHistoryTextOf } from "../meter_history_text.ts";
import { chartSteps, type MeterShow, type ShownTime } from "../meter_period.ts";
import type { CircuitView } from "../views.ts";
import { elementId } from "./element_id.ts";
import type { Page } from "./page.ts";

interface PlotProps {
  readonly page: Page;
  readonly meterId: string;
  readonly time: ShownTime;
  readonly show: MeterShow;
  /** The rating of what the meter measures, in amperes; null where it has none. */
  readonly limitAmps: number | null;
  /** What it shows, for who does not see it. */
  readonly label: string;
  readonly height: number;
  /** What stands there until the script has drawn. */
  readonly fallback: Child;
}

/** A chart that the script draws, by values from the API. */
export function MeterPlot(props: PlotProps) {
  const { page, meterId, time, show, limitAmps, label, height, fallback } = props;
  const words = meterHistoryTextOf(page.site.language);
  const isLive = time.span === "now";
  const spec = {
    urls: urlsOf(props),
    live: isLive,
    show,
    limitAmps,
    height,
    lang: localeOf(page.site.language),
    zone: page.site.timezone,
    fromMs: time.fromMs,
    toMs: time.toMs,
    byDay: chartSteps(time.span, show).includes("day"),
    words: {
      time: words.time,
      power: words.power,
      least: words.least,
      most: words.most,
      limit: words.limit,
      imported: words.imported,
      exported: words.exported,
      nothing: words.nothing,
      failed: words.failed,
    },
  };
  return (
    <div
      id={elementId("meter-plot", meterId)}
      class="chart"
      data-keep
      data-chart={JSON.stringify(spec)}
      role="group"
      tabindex={0}
      aria-label={label}
    >
      <div class="chart-place">{fallback}</div>
      <p class="sr" role="status"></p>
    </div>
  );
}

function urlsOf({ meterId, time, show }: PlotProps): readonly string[] {
  const base = `/api/v1/meters/${encodeURIComponent(meterId)}/history`;
  const within = new URLSearchParams({
    from: new Date(time.fromMs).toISOString(),
    to: new Date(time.toMs).toISOString(),
  });
  return chartSteps(time.span, show).map((step) =>
    step === "reading" ? `${base}?step=reading` : `${base}?step=${step}&${within}`
  );
}

/** The rating of the circuit that a meter measures; null where it measures none. */
export function limitOf(circuits: readonly CircuitView[], id: string): number | null {
  return circuits.find(({ meterId }) => meterId === id)?.limitAmps ?? null;
}
