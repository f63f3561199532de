import { THIN } from "../format.ts";
import { meterHistoryTextOf } from "../meter_history_text.ts";
import {
  METER_SHOWS,
  METER_SPANS,
  type MeterShow,
  type MeterSpan,
  type ShownTime,
} from "../meter_period.ts";
import { metersTextOf } from "../meters_text.ts";
import type { MeterPeriodView, MeterPointView, MeterView } from "../views.ts";
import { Icon } from "./icon.tsx";
import { Layout } from "./layout.tsx";
import { METER_ICONS } from "./meter_card.tsx";
import { MeterChart } from "./meter_chart.tsx";
import { MeterPeriods } from "./meter_periods.tsx";
import { MeterPlot } from "./meter_plot.tsx";
import type { Page } from "./page.ts";

/** Everything that the page of one meter shows. */
export interface MeterScene {
  readonly page: Page;
  readonly meter: MeterView;
  readonly time: ShownTime;
  readonly show: MeterShow;
  readonly limitAmps: number | null;
  /** The last minutes, reading by reading. */
  readonly points: readonly MeterPointView[];
  /** What the table tells. */
  readonly periods: readonly MeterPeriodView[];
}

const HEIGHT = 300;

/** The past of a meter: a chart, and the same in figures. */
export function MeterPage({ scene }: { readonly scene: MeterScene }) {
  const { page, meter, time, show, limitAmps, points } = scene;
  const words = meterHistoryTextOf(page.site.language);
  const title = timeTitle(page, time);
  return (
    <Layout
      page={page}
      title={`${meter.id} · ${metersTextOf(page.site.language).title}`}
      live={`/live?path=${encodeURIComponent(page.path)}`}
      charts
    >
      <header class="page-head">
        <h1 class="meter-title">
          <Icon name={METER_ICONS[meter.role]} />
          <span>{meter.id}</span>
          <span class="quiet">{metersTextOf(page.site.language).roles[meter.role]}</span>
        </h1>
        <a class="button" href="/meters">{words.all}</a>
      </header>
      <SpanTabs scene={scene} />
      <section class="meter-panel meter-past">
        <header class="meter-past-head">
          <h2>{title}</h2>
          <ShowTabs scene={scene} />
        </header>
        <MeterPlot
          page={page}
          meterId={meter.id}
          time={time}
          show={show}
          limitAmps={limitAmps}
          label={words.chart(meter.id, words.shows[show], title)}
          height={HEIGHT}
          fallback={time.span === "now"
            ? <MeterChart page={page} meterId={meter.id} points={points} />
            : <p class="hint needs-script">{words.needsScript}</p>}
        />
        <p class="hint chart-keys">{words.keys}</p>
        {time.span !== "now" && <TimeNav scene={scene} />}
      </section>
      <MeterPeriods scene={scene} />
    </Layout>
  );
}

/** Where a time of a meter is shown. */
export function meterHref(
  meterId: string,
  span: MeterSpan,
  { date, show }: { readonly date?: string; readonly show?: MeterShow } = {},
): string {
  const query = new URLSearchParams({ period: span });
  if (date !== undefined && span !== "now") query.set("date", date);
  if (show !== undefined && !(span === "now" && show === "energy")) query.set("show", show);
  return `/meters/${encodeURIComponent(meterId)}?${query}`;
}

function SpanTabs({ scene: { page, meter, time, show } }: { readonly scene: MeterScene }) {
  const words = meterHistoryTextOf(page.site.language);
  return (
    <nav class="choices" aria-label={words.spansLabel}>
      {METER_SPANS.map((span) => (
        <a
          href={meterHref(meter.id, span, { date: time.date, show })}
          aria-current={span === time.span ? "page" : undefined}
        >
          {words.spans[span]}
        </a>
      ))}
    </nav>
  );
}

function ShowTabs({ scene: { page, meter, time, show } }: { readonly scene: MeterScene }) {
  const words = meterHistoryTextOf(page.site.language);
  const shows = time.span === "now" ? METER_SHOWS.filter((each) => each !== "energy") : METER_SHOWS;
  return (
    <nav class="choices" aria-label={words.showsLabel}>
      {shows.map((each) => (
        <a
          href={meterHref(meter.id, time.span, { date: time.date, show: each })}
          aria-current={each === show ? "true" : undefined}
        >
          {words.shows[each]}
        </a>
      ))}
    </nav>
  );
}

function TimeNav({ scene: { page, meter, time, show } }: { readonly scene: MeterScene }) {
  const words = meterHistoryTextOf(page.site.language);
  const to = (date: string) => meterHref(meter.id, time.span, { date, show });
  const csv = new URLSearchParams({ period: time.span, date: time.date });
  return (
    <div class="meter-past-nav">
      <a class="button" href={to(time.before)} rel="prev">{`← ${words.before}`}</a>
      {time.after !== null && (
        <a class="button" href={to(time.after)} rel="next">{`${words.after} →`}</a>
      )}
      <form method="get" action={`/meters/${encodeURIComponent(meter.id)}`}>
        <input type="hidden" name="period" value={time.span} />
        <input type="hidden" name="show" value={show} />
        <label>
          <span class="sr">{words.date}</span>
          <input type="date" name="date" value={time.date} />
        </label>
        <button type="submit" class="button">{words.go}</button>
      </form>
      <a
        class="button"
        href={`/meters/${encodeURIComponent(meter.id)}/history.csv?${csv}`}
        download
      >
        {words.csv}
      </a>
    </div>
  );
}

/** "Sun, 22 Nov 2026", "16 Nov – 22 Nov 2026", "November 2026", "2026". */
function timeTitle({ format, site }: Page, { span, date, fromMs, toMs }: ShownTime): string {
  switch (span) {
    case "now":
      return meterHistoryTextOf(site.language).spans.now;
    case "day":
      return format.date(fromMs);
    case "week":
      return `${format.date(fromMs)}${THIN}–${THIN}${format.date(toMs - 1)}`;
    case "month":
      return format.month(fromMs);
    case "year":
      return date.slice(0, 4);
  }
}
