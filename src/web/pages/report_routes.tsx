import { z } from "zod";
import type { Report, ReportName, ReportRow } from "../../reports/mod.ts";
import { reportForEyesOf } from "../report_file.ts";
import {
  DayText,
  REPORT_SPANS,
  reportNameOf,
  type ReportTime,
  reportTime,
  todayOf,
} from "../report_query.ts";
import { type Handlers, pathParameter, type WebContext, type WebParts } from "../web_parts.ts";
import { answerError, answerPage } from "./answer.tsx";
import { may, type Page, pageOf } from "./page.ts";
import { ReportPage, type ReportScene } from "./report_page.tsx";
import { ReportPrint } from "./report_print.tsx";

/** What was asked for in the address; anything else counts as not asked. */
const QuerySchema = z.object({
  period: z.enum(REPORT_SPANS).catch("month"),
  date: DayText.optional().catch(undefined),
  last: DayText.optional().catch(undefined),
});

/** More rows than that nobody reads on a page; paper takes more. */
const ROWS_SHOWN = 200;
const ROWS_PRINTED = 2_000;

/** The pages of reports. */
export function reportRoutes(parts: WebParts) {
  const scene = (context: WebContext, rowsMax: number) => readScene(parts, context, rowsMax);
  return {
    "GET /reports": (context) => context.redirect(`/reports/${parts.ports.reports.names[1]}`),
    "GET /reports/:name": async (context) => {
      const shown = await scene(context, ROWS_SHOWN);
      if (shown === null) return answerError(parts, context, "not-found");
      return answerPage(context, <ReportPage scene={shown} />);
    },
    "GET /reports/:name/print": async (context) => {
      const shown = await scene(context, ROWS_PRINTED);
      if (shown === null) return answerError(parts, context, "not-found");
      return answerPage(context, <ReportPrint scene={shown} />);
    },
  } satisfies Partial<Handlers>;
}

async function readScene(
  parts: WebParts,
  context: WebContext,
  rowsMax: number,
): Promise<ReportScene | null> {
  const { reports } = parts.ports;
  const name = reportNameOf(pathParameter(context, "name"), reports);
  if (name === null) return null;
  const page = pageOf(parts, context);
  const { period, date, last } = QuerySchema.parse(context.req.query());
  const today = todayOf(page.nowMs, page.site.timezone);
  const time = reportTime(reports, period, { date, lastDate: last, today });
  return await reportScene(parts, page, name, time, rowsMax);
}

/** A report as a person sees it, as many rows of it as fit. */
export async function reportScene(
  { ports: { reports, records } }: Pick<WebParts, "ports">,
  page: Page,
  name: ReportName,
  time: ReportTime,
  rowsMax: number,
): Promise<ReportScene> {
  const report = reportForEyesOf(page.principal.role, await reports.make(name, time));
  const hidesTokens = !may(page, "operator") &&
    report.tables.some(({ columns }) => columns.some((column) => column.name === "token"));
  return {
    page,
    names: reports.names,
    name,
    time,
    notes: [
      ...report.notes,
      ...(hidesTokens ? [{ key: "tokens-hidden" as const, values: [] }] : []),
    ],
    tables: await Promise.all(report.tables.map((table) => shownTable(table, rowsMax))),
    canPrint: reports.printPdf !== null,
    schedules: may(page, "operator") ? reports.schedules() : [],
    hasOcpi: records.cdr !== null,
  };
}

async function shownTable(table: Report["tables"][number], rowsMax: number) {
  const rows: ReportRow[] = [];
  let isCut = false;
  for await (const row of table.rows) {
    isCut = rows.length >= rowsMax;
    if (isCut) break;
    rows.push(row);
  }
  return { id: table.id, columns: table.columns, rows, isCut, chart: table.chart ?? null };
}
