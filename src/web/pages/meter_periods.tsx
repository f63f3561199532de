import { THIN, written } from "../format.ts";
import { meterHistoryTextOf } from "../meter_history_text.ts";
import type { MeterSpan } from "../meter_period.ts";
import { LINES } from "../../site/mod.ts";
import type { MeterPeriodView } from "../views.ts";
import type { Page } from "./page.ts";

interface PeriodsProps {
  readonly scene: {
    readonly page: Page;
    readonly time: { readonly span: MeterSpan };
    readonly periods: readonly MeterPeriodView[];
  };
}

/** The past of a meter in figures: who does not see the chart misses nothing. */
export function MeterPeriods({ scene: { page, time, periods } }: PeriodsProps) {
  const words = meterHistoryTextOf(page.site.language);
  const isKnown = periods.some(({ quality }) => quality !== "none");
  if (!isKnown) return <p class="nothing">{words.nothing}</p>;
  const begun = periods.filter(({ at }) => Date.parse(at) <= page.nowMs);
  const hasExport = begun.some(({ exportWh }) => (exportWh ?? 0) > 0);
  const columns = [
    words.imported,
    ...(hasExport ? [words.exported] : []),
    words.meanPower,
    words.maxPower,
    words.maxCurrent,
    words.note,
  ];
  return (
    <section>
      <h2 class="section-title">{words.table}</h2>
      <div class="table-wrap">
        <table class="as-cards meter-table">
          <thead>
            <tr>
              <th scope="col">{words.period}</th>
              {columns.map((name) => <th scope="col">{name}</th>)}
            </tr>
          </thead>
          <tbody>
            {withGapsJoined(begun).map((period) => (
              <PeriodRow page={page} span={time.span} period={period} hasExport={hasExport} />
            ))}
          </tbody>
          <tfoot>
            <SumRow page={page} periods={begun} hasExport={hasExport} />
          </tfoot>
        </table>
      </div>
    </section>
  );
}

interface RowProps {
  readonly page: Page;
  readonly span: MeterSpan;
  readonly period: MeterPeriodView;
  readonly hasExport: boolean;
}

function PeriodRow({ page, span, period, hasExport }: RowProps) {
  const { format } = page;
  const words = meterHistoryTextOf(page.site.language);
  const power = (watts: number | null) => watts === null ? "–" : written(format.power(watts));
  const { maxAmps } = period;
  return (
    <tr>
      <th scope="row" class="is-title">{nameOf(page, span, period)}</th>
      <td data-label={words.imported}>{energyText(page, period, "import")}</td>
      {hasExport && <td data-label={words.exported}>{energyText(page, period, "export")}</td>}
      <td data-label={words.meanPower}>{power(period.powerW)}</td>
      <td data-label={words.maxPower}>{power(period.powerMaxW)}</td>
      <td data-label={words.maxCurrent} class="is-wide-cell">
        {maxAmps === null ? "–" : LINES.map((line, index) => (
          <>
            {index > 0 && " · "}
            <span class={line}>{line}</span> {maxAmps[line].toFixed(1)}
          </>
        ))}
        {maxAmps !== null && `${THIN}A`}
      </td>
      <td data-label={words.note} class="is-wide-cell quiet">{noteOf(page, period)}</td>
    </tr>
  );
}

/** Hours in which nothing was read are one line, however many there are. */
function withGapsJoined(periods: readonly MeterPeriodView[]): readonly MeterPeriodView[] {
  return periods.reduce((joined: readonly MeterPeriodView[], period) => {
    const last = joined.at(-1);
    if (last?.quality !== "none" || period.quality !== "none") return [...joined, period];
    return [...joined.slice(0, -1), { ...last, until: period.until }];
  }, []);
}

/** "14:00–15:00", "Sun, 22 Nov", "November 2026"; "Mon, 2 Nov – Fri, 6 Nov" for a gap. */
function nameOf({ format }: Page, span: MeterSpan, { at, until }: MeterPeriodView): string {
  if (span === "now" || span === "day") return `${format.clock(at)}–${format.clock(until)}`;
  const name = span === "year" ? format.month : format.weekday;
  const [first, last] = [name(at), name(Date.parse(until) - 1)];
  return first === last ? first : `${first} – ${last}`;
}

/** With what a counter showed after a silence: it flowed, if not all of it in this period. */
function energyText({ format }: Page, period: MeterPeriodView, way: "import" | "export"): string {
  const wh = wholeEnergy(period, way);
  return wh === null ? "–" : written(format.energy(wh));
}

function wholeEnergy(period: MeterPeriodView, way: "import" | "export"): number | null {
  const [wh, unreadWh] = way === "import"
    ? [period.importWh, period.unreadImportWh]
    : [period.exportWh, period.unreadExportWh];
  return wh === null ? null : wh + unreadWh;
}

function noteOf(page: Page, period: MeterPeriodView): string {
  const words = meterHistoryTextOf(page.site.language);
  const unreadWh = period.unreadImportWh + period.unreadExportWh;
  return [
    words.qualities[period.quality],
    unreadWh > 0 ? words.unread(written(page.format.energy(unreadWh))) : "",
    period.energyBy === "power" ? words.byPower : "",
  ].filter((note) => note !== "").join("; ");
}

function SumRow(
  { page, periods, hasExport }: {
    readonly page: Page;
    readonly periods: readonly MeterPeriodView[];
    readonly hasExport: boolean;
  },
) {
  const words = meterHistoryTextOf(page.site.language);
  const sum = (way: "import" | "export") =>
    written(
      page.format.energy(periods.reduce((total, each) => total + (wholeEnergy(each, way) ?? 0), 0)),
    );
  const most = periods.reduce((max, { powerMaxW }) => Math.max(max, powerMaxW ?? 0), 0);
  return (
    <tr>
      <th scope="row" class="is-title">{words.sum}</th>
      <td data-label={words.imported}>{sum("import")}</td>
      {hasExport && <td data-label={words.exported}>{sum("export")}</td>}
      <td class="is-empty"></td>
      <td data-label={words.maxPower}>{written(page.format.power(most))}</td>
      <td class="is-empty" colspan={2}></td>
    </tr>
  );
}
