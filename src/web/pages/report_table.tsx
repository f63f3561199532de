import type { Cell, Column, ReportRow } from "../../reports/mod.ts";
import { localeOf } from "../format.ts";
import { metersTextOf } from "../meters_text.ts";
import { type ReportText, reportTextOf } from "../report_text.ts";
import type { Page } from "./page.ts";

/** A table of a report that was read, as far as it is shown. */
export interface ShownTable {
  readonly id: string;
  readonly columns: readonly Column[];
  readonly rows: readonly ReportRow[];
  /** There are more than these. */
  readonly isCut: boolean;
}

/** Longer tables scroll on a page. */
const LONG = 40;

const RIGHT: ReadonlySet<Column["kind"]> = new Set([
  "count",
  "hours",
  "energyKwh",
  "powerKw",
  "apparentKva",
  "amps",
  "share",
  "money",
  "carbonKg",
  "number",
]);

/** A table of a report. */
export function ReportTableView(
  { page, table }: { readonly page: Page; readonly table: ShownTable },
) {
  const words = reportTextOf(page.site.language);
  // A currency stands with its amount.
  const hasMoney = table.columns.some(({ kind }) => kind === "money");
  const columns = table.columns.filter(({ name }) => !(hasMoney && name === "currency"));
  if (table.rows.length === 0) return <p class="nothing">{words.nothing}</p>;
  return (
    <>
      <div
        class={table.rows.length > LONG ? "table-wrap is-long" : "table-wrap"}
        tabindex={0}
        role="region"
        aria-label={words.tables[table.id]}
      >
        <table class="as-cards report-table">
          <thead>
            <tr>
              {columns.map((column) => (
                <th scope="col" class={RIGHT.has(column.kind) ? "number" : undefined}>
                  {words.columns[column.name]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row) => (
              <tr>
                {columns.map((column, at) => (
                  <td
                    data-label={words.columns[column.name]}
                    class={classOf(column, at)}
                  >
                    {cellText(page, words, column, row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {table.isCut && <p class="hint">{words.shownOnly(String(table.rows.length))}</p>}
    </>
  );
}

function classOf({ kind }: Column, at: number): string | undefined {
  if (at === 0) return "is-title";
  return RIGHT.has(kind) ? "number" : undefined;
}

/** A cell as people of the site read it. */
export function cellText(
  page: Page,
  words: ReportText,
  { name, kind }: Column,
  row: ReportRow,
): string {
  const cell = row[name] ?? null;
  if (cell === null || cell === "") return isName(kind) ? words.none : "–";
  const { format } = page;
  switch (kind) {
    case "moment":
      return format.dateTime(String(cell));
    case "date":
      return dateText(page, String(cell));
    case "weekday":
      return weekdayText(page, String(cell));
    case "money": {
      const currency = row["currency"];
      const amount = String(cell);
      return typeof currency === "string" ? format.moneyPaid(amount, currency) : amount;
    }
    case "text":
      if (name === "role") return metersTextOf(page.site.language).roles[roleOf(String(cell))];
      return cell === "…" ? words.rest : words.values[String(cell)] ?? String(cell);
    default:
      return numberText(page, kind, cell);
  }
}

const ROLES = ["grid", "circuit", "generation", "battery", "consumer"] as const;

function roleOf(text: string): (typeof ROLES)[number] {
  return ROLES.find((role) => role === text) ?? "consumer";
}

function isName(kind: Column["kind"]): boolean {
  return kind === "text";
}

const DIGITS: Readonly<Partial<Record<Column["kind"], number>>> = {
  hours: 1,
  energyKwh: 1,
  powerKw: 1,
  apparentKva: 1,
  carbonKg: 1,
  number: 1,
  share: 1,
};

const numbers = new Map<string, Intl.NumberFormat>();

/** A number by its kind; units stand in the head of its column. */
export function numberText(page: Page, kind: Column["kind"], cell: Cell): string {
  const locale = localeOf(page.site.language);
  const digits = DIGITS[kind] ?? 0;
  const key = `${locale} ${kind}`;
  const formatter = numbers.get(key) ?? new Intl.NumberFormat(locale, {
    numberingSystem: "latn",
    maximumFractionDigits: digits,
    minimumFractionDigits: kind === "number" || kind === "share" ? 0 : digits,
    ...(kind === "share" ? { style: "percent" } : {}),
  });
  numbers.set(key, formatter);
  return formatter.format(Number(cell));
}

/** "22 Nov 2026", "November 2026" */
export function dateText({ format }: Page, text: string): string {
  const isMonth = text.length === 7;
  const moment = format.dayStart(isMonth ? `${text}-01` : text);
  if (moment === null) return text;
  return isMonth ? format.month(moment) : format.date(moment);
}

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** "Mon": the week of 5 January 2026 begins with one. */
export function weekdayText({ site }: Page, name: string): string {
  const day = WEEKDAYS.indexOf(name);
  if (day < 0) return name;
  return new Intl.DateTimeFormat(localeOf(site.language), { weekday: "short", timeZone: "UTC" })
    .format(Date.UTC(2026, 0, 5 + day));
}
