import { localeOf } from "../format.ts";
import { meterHistoryTextOf } from "../meter_history_text.ts";
import { sessionTextOf } from "../session_text.ts";
import type { TransactionView } from "../views.ts";
import { elementId } from "./element_id.ts";
import type { Page } from "./page.ts";

/** A session's chart shows its current or its power. */
export type SessionShow = "current" | "power";

interface PlotProps {
  readonly page: Page;
  readonly session: TransactionView;
  readonly show: SessionShow;
  readonly height: number;
}

/** Older readings come by the minute: what is further apart was not measured. */
const STEP_S = 60;
const POLL_MS = 5_000;
/** Two days by the minute, and what came one by one. */
const KEEP_MAX = 3_200;

/** What a session was offered and drew, as a chart that the script draws by values of the API. */
export function SessionPlot({ page, session, show, height }: PlotProps) {
  const words = sessionTextOf(page.site.language);
  const spec = specOf({ page, session, show, height });
  const name = `${page.text.session} ${session.number}`;
  return (
    <div
      id={elementId(`session-${show}`, session.id)}
      class={`chart session-chart is-${show}`}
      data-keep
      data-chart={JSON.stringify(spec)}
      role="group"
      tabindex={0}
      aria-label={show === "current" ? words.currentChart(name) : words.powerChart(name)}
    >
      <div class="chart-place">
        <p class="hint needs-script">{meterHistoryTextOf(page.site.language).needsScript}</p>
        {session.stoppedAt === null && <p class="hint with-script">{words.waitingForReadings}</p>}
      </div>
      <p class="sr" role="status"></p>
    </div>
  );
}

function specOf({ page, session, show, height }: PlotProps) {
  const { site, nowMs } = page;
  const words = sessionTextOf(site.language);
  const { time, power, nothing, failed } = meterHistoryTextOf(site.language);
  const { startedAt, stoppedAt } = session;
  const phase = (number: 1 | 2 | 3) => ({
    label: words.phase(number),
    color: `--l${number}`,
    path: `currentsAmps.${number - 1}`,
  });
  const offered = {
    label: words.offered,
    color: "--line-strong",
    width: 2,
    path: "offeredAmps",
    isStepped: true,
  };
  return {
    urls: [`/api/v1/transactions/${encodeURIComponent(session.id)}/readings`],
    live: stoppedAt === null,
    isWhole: true,
    stepS: STEP_S,
    pollMs: POLL_MS,
    keep: KEEP_MAX,
    unit: show === "current" ? "A" : "kW",
    curves: show === "current"
      ? [offered, phase(1), phase(2), phase(3)]
      : [{ label: power, color: "--ink", path: "powerW", scale: 0.001 }],
    height,
    lang: localeOf(site.language),
    zone: site.timezone,
    fromMs: Date.parse(startedAt),
    toMs: stoppedAt === null ? nowMs : Date.parse(stoppedAt),
    words: { time, nothing, failed },
  };
}
