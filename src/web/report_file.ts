import type { Report, ReportRow, ReportTable } from "../reports/mod.ts";
import type { Role } from "../site/mod.ts";
import { forEyesOf } from "./discretion.ts";
import type { WebReports } from "./ports.ts";
import type { ReportTime } from "./report_query.ts";

/** A report as a role may see it: tokens name a person. */
export function reportForEyesOf(role: Role, report: Report): Report {
  return { ...report, tables: report.tables.map((table) => tableForEyesOf(role, table)) };
}

function tableForEyesOf(role: Role, table: ReportTable): ReportTable {
  return table.columns.some(({ name }) => name === "token")
    ? { ...table, rows: seenRows(role, table.rows) }
    : table;
}

async function* seenRows(role: Role, rows: ReportTable["rows"]): AsyncGenerator<ReportRow> {
  for await (const row of rows) yield forEyesOf(role, row);
}

/** The text of a report in a form, in pieces of bytes. */
export function reportStream(pieces: AsyncIterable<string>): ReadableStream<Uint8Array> {
  return ReadableStream.from(encoded(pieces));
}

async function* encoded(pieces: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const piece of pieces) yield encoder.encode(piece);
}

/** A table by its name, or the first. */
export function tableOf({ tables }: Report, id: string | undefined): ReportTable | undefined {
  return id === undefined ? tables[0] : tables.find((table) => table.id === id);
}

/** "energy-days-2026-03-01-2026-03-31.csv" */
export function reportFileName(
  { name }: Pick<Report, "name">,
  { date, lastDate }: Pick<ReportTime, "date" | "lastDate">,
  format: string,
  table?: string,
): string {
  const what = table === undefined || table === name ? name : `${name}-${table}`;
  return `${what}-${date}-${lastDate}.${format}`;
}

/** The text of a report for programs. */
export function reportText(
  reports: WebReports,
  report: Report,
  format: "csv" | "json",
  table: ReportTable,
): AsyncIterable<string> {
  return format === "csv" ? reports.csv(table) : reports.json(report);
}
