import type { ReportChart, ReportName, ReportNote } from "../../reports/mod.ts";
import { THIN } from "../format.ts";
import { REPORT_SPANS, type ReportSpan, type ReportTime } from "../report_query.ts";
import type { ReportScheduleView } from "../ports.ts";
import { reportTextOf } from "../report_text.ts";
import { Icon } from "./icon.tsx";
import { Layout } from "./layout.tsx";
import type { Page } from "./page.ts";
import { TimeRecords } from "./record_links.tsx";
import { ReportChartView } from "./report_chart.tsx";
import { ReportTableView, type ShownTable } from "./report_table.tsx";

/** A report as far as a page shows it. */
export interface ReportScene {
  readonly page: Page;
  readonly names: readonly ReportName[];
  readonly name: ReportName;
  readonly time: ReportTime;
  readonly notes: readonly ReportNote[];
  readonly tables: readonly (ShownTable & { readonly chart: ReportChart | null })[];
  /** PDF files can be made here. */
  readonly canPrint: boolean;
  readonly schedules: readonly ReportScheduleView[];
  /** Charge detail records can be made. */
  readonly hasOcpi: boolean;
}

/** One report of one time. */
export function ReportPage({ scene }: { readonly scene: ReportScene }) {
  const { page, name, time } = scene;
  const words = reportTextOf(page.site.language);
  return (
    <Layout page={page} title={`${words.reports[name]} · ${words.title}`}>
      <header class="page-head">
        <div>
          <h1>{words.title}</h1>
          <p class="hint">{words.hints[name]}</p>
        </div>
      </header>
      <nav class="choices" aria-label={words.reportsLabel}>
        {scene.names.map((each) => (
          <a
            href={reportHref(each, time)}
            aria-current={each === name ? "page" : undefined}
          >
            {words.reports[each]}
          </a>
        ))}
      </nav>
      <nav class="choices is-small" aria-label={words.spansLabel}>
        {REPORT_SPANS.map((span) => (
          <a
            href={reportHref(name, { span, date: time.date, lastDate: time.lastDate })}
            aria-current={span === time.span ? "true" : undefined}
          >
            {words.spans[span]}
          </a>
        ))}
      </nav>
      <TimeForm scene={scene} />
      <ReportBody scene={scene} />
      <Downloads scene={scene} />
      {(name === "sessions" || name === "revenue") && (
        <TimeRecords page={page} time={time} hasOcpi={scene.hasOcpi} />
      )}
      <Schedules scene={scene} />
    </Layout>
  );
}

/** The report itself, on the page and on paper. */
export function ReportBody({ scene }: { readonly scene: ReportScene }) {
  const { page, name, tables, notes, time } = scene;
  const words = reportTextOf(page.site.language);
  return (
    <article class="report">
      <header class="report-head">
        <h2>{words.reports[name]}</h2>
        <p class="report-time">{timeTitle(page, time)}</p>
      </header>
      {notes.length > 0 && (
        <ul class="report-notes hint">
          {notes.map((note) => <li>{noteText(page, note)}</li>)}
        </ul>
      )}
      {tables.every(({ rows }) => rows.length === 0) && <p class="nothing">{words.nothing}</p>}
      {tables.filter(() => tables.some(({ rows }) => rows.length > 0)).map((table) => (
        <section class="report-part">
          <h3 class="section-title">{words.tables[table.id]}</h3>
          {table.chart !== null && (
            <ReportChartView
              page={page}
              table={table}
              chart={table.chart}
            />
          )}
          <ReportTableView page={page} table={table} />
        </section>
      ))}
    </article>
  );
}

/** Where a report of a time is shown. */
export function reportHref(
  name: ReportName,
  time: Pick<ReportTime, "span" | "date" | "lastDate">,
  suffix = "",
): string {
  return `/reports/${name}${suffix}?${timeQuery(time)}`;
}

function timeQuery(
  { span, date, lastDate }: { span: ReportSpan; date: string; lastDate: string },
): string {
  const query = new URLSearchParams({ period: span, date });
  if (span === "any") query.set("last", lastDate);
  return query.toString();
}

function TimeForm({ scene: { page, name, time } }: { readonly scene: ReportScene }) {
  const words = reportTextOf(page.site.language);
  const to = (date: string) => reportHref(name, { ...time, date });
  return (
    <div class="meter-past-nav report-nav">
      {time.before !== null && (
        <a class="button" href={to(time.before)} rel="prev">{`← ${words.before}`}</a>
      )}
      {time.after !== null && (
        <a class="button" href={to(time.after)} rel="next">{`${words.after} →`}</a>
      )}
      <form method="get" action={`/reports/${name}`}>
        <input type="hidden" name="period" value={time.span} />
        <label>
          <span class={time.span === "any" ? "quiet" : "sr"}>
            {time.span === "any" ? words.from : words.date}
          </span>
          <input type="date" name="date" value={time.date} />
        </label>
        {time.span === "any" && (
          <label>
            <span class="quiet">{words.to}</span>
            <input type="date" name="last" value={time.lastDate} />
          </label>
        )}
        <button type="submit" class="button">{words.go}</button>
      </form>
    </div>
  );
}

function Downloads(
  { scene: { page, name, time, tables, canPrint } }: { readonly scene: ReportScene },
) {
  const words = reportTextOf(page.site.language);
  const file = (format: string, table?: string) => {
    const query = new URLSearchParams({ from: time.date, to: time.lastDate, format });
    if (table !== undefined) query.set("table", table);
    return `/api/v1/reports/${name}?${query}`;
  };
  return (
    <section class="report-files">
      <h2 class="section-title">{words.download}</h2>
      <p class="report-nav">
        {tables.map(({ id }) => (
          <a class="button" href={file("csv", id)} download>
            {`CSV: ${words.tables[id]}`}
          </a>
        ))}
        <a class="button" href={file("json")} download>JSON</a>
        {canPrint && <a class="button" href={file("pdf")} download>PDF</a>}
        <a class="button" href={reportHref(name, time, "/print")}>
          <Icon name="copy" />
          {words.print}
        </a>
      </p>
      {!canPrint && <p class="hint">{words.noPrinting}</p>}
    </section>
  );
}

function Schedules({ scene: { page, schedules } }: { readonly scene: ReportScene }) {
  const words = reportTextOf(page.site.language);
  return (
    <section class="report-part">
      <h2 class="section-title">{words.schedules}</h2>
      {schedules.length === 0
        ? <p class="hint">{words.noSchedules}</p>
        : (
          <ul class="report-schedules">
            {schedules.map((each) => (
              <li>
                <b>{words.reports[each.report]}</b>
                {` · ${words.spans[each.every === "day" ? "today" : each.every]} · `}
                {`${each.format.toUpperCase()} · ${words.ways[each.to]} · `}
                <span class={each.error === null ? "quiet" : "report-failed"}>
                  {each.error === null
                    ? each.sentTo === null
                      ? words.notYet
                      : words.sentTo(page.format.date(Date.parse(each.sentTo) - 1))
                    : words.notSent(each.error)}
                </span>
              </li>
            ))}
          </ul>
        )}
    </section>
  );
}

/** A note in the words of the site. */
export function noteText(page: Page, { key, values }: ReportNote): string {
  const words = reportTextOf(page.site.language);
  const texts = values.map((value) => {
    const text = String(value ?? "");
    return key === "record-since" ? page.format.dateTime(text) : text;
  });
  return words.notes[key](...texts);
}

/** "22 Nov 2026", "November 2026", "1 Jan 2026 – 31 Mar 2026" */
export function timeTitle(
  { format }: Page,
  { span, fromMs, toMs, date }: Pick<ReportTime, "span" | "fromMs" | "toMs" | "date">,
): string {
  if (span === "month") return format.month(fromMs);
  if (span === "year") return date.slice(0, 4);
  const [first, last] = [format.date(fromMs), format.date(toMs - 1)];
  return first === last ? first : `${first}${THIN}–${THIN}${last}`;
}
