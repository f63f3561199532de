import type { Column, ReportChart, ReportRow } from "../../reports/mod.ts";
import { reportTextOf } from "../report_text.ts";
import type { Page } from "./page.ts";
import { cellText, numberText, type ShownTable, weekdayText } from "./report_table.tsx";

const [WIDTH, HEIGHT] = [720, 200];
/** More bars than that cannot be told apart. */
const BARS_MAX = 120;

interface ChartProps {
  readonly page: Page;
  readonly table: ShownTable;
  readonly chart: ReportChart;
}

/** A chart of a table, drawn by the server: it prints as it is seen. The table beside says the same. */
export function ReportChartView({ page, table, chart }: ChartProps) {
  if (table.rows.length === 0) return null;
  return chart.kind === "bars"
    ? <Bars page={page} table={table} chart={chart} />
    : <Week page={page} table={table} chart={chart} />;
}

function columnOf({ columns }: ShownTable, name: string): Column {
  return columns.find((column) => column.name === name) ?? { name, kind: "number" };
}

function Bars(
  { page, table, chart }: ChartProps & { readonly chart: ReportChart & { readonly kind: "bars" } },
) {
  const words = reportTextOf(page.site.language);
  const shown = firstSeries(table.rows, chart.over);
  const rows = shown.slice(-BARS_MAX);
  const values = chart.values.filter((name) => rows.some((row) => (row[name] ?? null) !== null));
  const [first = ""] = values;
  const most = Math.max(...rows.flatMap((row) => values.map((name) => Number(row[name] ?? 0))));
  if (rows.length === 0 || !(most > 0)) return null;
  const step = WIDTH / rows.length;
  const wide = Math.min(48, step * 0.8) / values.length;
  const over = columnOf(table, chart.over);
  const unit = columnOf(table, first);
  const label = (row: ReportRow | undefined) =>
    row === undefined ? "" : cellText(page, words, over, row);
  const top = cellText(page, words, unit, rowOfMost(rows, first));
  return (
    <figure class="report-chart">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words.chart(
          words.tables[table.id] ?? table.id,
          values.map((name) => words.columns[name]).join(", "),
        )}
      >
        <path class="report-axis" d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} />
        {rows.map((row, at) =>
          values.map((name, series) => {
            const height = Math.max(0, Number(row[name] ?? 0) / most * (HEIGHT - 8));
            const x = at * step + (step - wide * values.length) / 2 + series * wide;
            return (
              <rect
                class={`report-bar series-${series + 1}`}
                x={round(x)}
                y={round(HEIGHT - height)}
                width={round(wide)}
                height={round(height)}
              >
                <title>
                  {`${label(row)}: ${cellText(page, words, columnOf(table, name), row)}`}
                </title>
              </rect>
            );
          })
        )}
      </svg>
      <figcaption class="curve-times quiet">
        <span>{label(rows[0])}</span>
        <span class="chart-key">
          {values.map((name, at) => (
            <span class={`report-key series-${at + 1}`}>{words.columns[name]}</span>
          ))}
          <span>{`${words.most} ${top}`}</span>
        </span>
        <span>{rows.length > 1 ? label(rows.at(-1)) : ""}</span>
      </figcaption>
    </figure>
  );
}

/** Of a table that tells of several things over the same days, the first is drawn. */
function firstSeries(rows: readonly ReportRow[], over: string): readonly ReportRow[] {
  const seen = new Set<unknown>();
  const again = rows.findIndex((row) => seen.size === seen.add(row[over]).size);
  return again < 0 ? rows : rows.slice(0, again);
}

function rowOfMost(rows: readonly ReportRow[], name: string): ReportRow {
  return rows.reduce((most, row) => Number(row[name] ?? 0) > Number(most[name] ?? 0) ? row : most);
}

const CELL = { width: 26, height: 20, left: 44, top: 18 } as const;
/** So many shades of a field: who sees no shades reads the figures in the table. */
const SHADES = 8;

function Week(
  { page, table, chart }: ChartProps & { readonly chart: ReportChart & { readonly kind: "week" } },
) {
  const words = reportTextOf(page.site.language);
  const values = table.rows.flatMap((row) => {
    const value = row[chart.value] ?? null;
    return value === null ? [] : [Number(value)];
  });
  if (values.length === 0) return null;
  const most = Math.max(...values, 0.0001);
  const days = [...new Set(table.rows.map((row) => String(row[chart.weekday])))];
  const hours = Array.from({ length: 24 }, (_, hour) => hour);
  const column = columnOf(table, chart.value);
  return (
    <figure class="report-chart report-week">
      <svg
        viewBox={`0 0 ${CELL.left + 24 * CELL.width} ${CELL.top + days.length * CELL.height}`}
        role="img"
        aria-label={words.chart(
          words.tables[table.id] ?? table.id,
          words.columns[chart.value] ?? chart.value,
        )}
      >
        {hours.filter((hour) => hour % 3 === 0).map((hour) => (
          <text class="week-hour" x={CELL.left + hour * CELL.width + 2} y={CELL.top - 6}>
            {String(hour).padStart(2, "0")}
          </text>
        ))}
        {days.map((day, at) => (
          <text class="week-day" x={0} y={CELL.top + at * CELL.height + 14}>
            {weekdayText(page, day)}
          </text>
        ))}
        {table.rows.map((row) => {
          const value = row[chart.value] ?? null;
          const [day, hour] = [
            days.indexOf(String(row[chart.weekday])),
            Number(row[chart.hour]),
          ];
          const shade = value === null ? "none" : Math.ceil(Number(value) / most * SHADES);
          const name = `${weekdayText(page, String(row[chart.weekday]))} ${hour}:00`;
          return (
            <rect
              class={`week-cell shade-${shade}`}
              x={CELL.left + hour * CELL.width}
              y={CELL.top + day * CELL.height}
              width={CELL.width - 2}
              height={CELL.height - 2}
            >
              <title>{`${name}: ${cellText(page, words, column, row)}`}</title>
            </rect>
          );
        })}
      </svg>
      <figcaption class="curve-times quiet">
        <span>{words.columns[chart.value]}</span>
        <span>{`${words.most} ${numberText(page, column.kind, most)}`}</span>
      </figcaption>
    </figure>
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
