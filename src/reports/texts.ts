import { csvLine } from "../lib/csv.ts";
import { isoTime } from "../lib/clock.ts";
import type { Cell, Column, Report, ReportRow, ReportTable } from "./report.ts";

/** So many rows become one piece of text: a piece a row would cost more than the row. */
const ROWS_A_PIECE = 200;

/** A table as CSV (RFC 4180), in pieces. */
export async function* csvOf({ columns, rows }: ReportTable): AsyncGenerator<string> {
  let text = csvLine(columns.map(({ name }) => name));
  let waiting = 0;
  for await (const row of rows) {
    text += csvLine(columns.map((column) => csvCell(column, row)));
    if (++waiting < ROWS_A_PIECE) continue;
    yield text;
    [text, waiting] = ["", 0];
  }
  if (text !== "") yield text;
}

/** Money is a number in a table: a text with a minus would be taken for a formula. */
function csvCell({ name, kind }: Column, row: ReportRow): Cell {
  const cell = row[name] ?? null;
  if (kind !== "money" || cell === null) return cell;
  return String(cell).startsWith("-") ? Number(cell) : cell;
}

/** A report as JSON, in pieces. */
export async function* jsonOf(report: Report, madeAtMs: number): AsyncGenerator<string> {
  const { name, period, notes, tables } = report;
  const { fromMs, toMs, timezone } = period;
  const head = {
    report: name,
    from: isoTime(fromMs),
    to: isoTime(toMs),
    timezone,
    madeAt: isoTime(madeAtMs),
    notes,
    columns: Object.fromEntries(tables.map(({ id, columns }) => [id, columns])),
  };
  yield `${JSON.stringify(head).slice(0, -1)},"tables":{`;
  let isFirstTable = true;
  for (const { id, rows } of tables) {
    yield `${isFirstTable ? "" : ","}\n${JSON.stringify(id)}:[`;
    isFirstTable = false;
    yield* jsonRows(rows);
    yield "]";
  }
  yield "}}\n";
}

async function* jsonRows(rows: ReportTable["rows"]): AsyncGenerator<string> {
  let text = "";
  let count = 0;
  for await (const row of rows) {
    text += `${count === 0 ? "\n" : ",\n"}${JSON.stringify(row)}`;
    count++;
    if (count % ROWS_A_PIECE !== 0) continue;
    yield text;
    text = "";
  }
  if (text !== "") yield text;
}
