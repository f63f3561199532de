import { problem } from "../problem.ts";
import {
  reportFileName,
  reportForEyesOf,
  reportStream,
  reportText,
  tableOf,
} from "../report_file.ts";
import {
  REPORT_FORMATS,
  REPORT_SPANS,
  reportNameOf,
  reportTime,
  todayOf,
} from "../report_query.ts";
import { type Handlers, pathParameter, principalOf, type WebParts } from "../web_parts.ts";
import { readQuery } from "./json_body.ts";
import { QUERIES } from "./queries.ts";
import { show } from "./view_answer.ts";

/** Reports for programs. */
export function reportApi(parts: WebParts) {
  const { reports, views, clock } = parts.ports;
  return {
    "GET /api/v1/reports": (context) =>
      show(context, { reports: reports.names, periods: REPORT_SPANS, formats: REPORT_FORMATS }),
    "GET /api/v1/reports/:name": async (context) => {
      const name = reportNameOf(pathParameter(context, "name"), reports);
      if (name === null) {
        return problem(
          context,
          404,
          `There is no such report. There are ${reports.names.join(", ")}.`,
        );
      }
      const query = readQuery(context, QUERIES.report);
      if (!query.ok) return query.answer;
      const { period, date, format, table: wanted } = query.value;
      const { from, to } = query.value;
      if (from === undefined && to !== undefined) {
        return problem(context, 422, "A time that has an end needs its beginning: from.");
      }
      const { timezone } = views.site();
      const today = todayOf(clock.wallMs(), timezone);
      const time = reportTime(reports, from === undefined ? period : "any", {
        date: dayOf(from, timezone) ?? date,
        lastDate: dayOf(to, timezone) ?? today,
        today,
      });
      const range = {
        fromMs: momentOf(from) ?? time.fromMs,
        toMs: momentOf(to) ?? time.toMs,
      };
      if (range.fromMs >= range.toMs) {
        return problem(context, 422, "The time begins after it ends.");
      }
      if (format === "pdf") {
        return await parts.printer(context, name, { ...time, ...range });
      }
      const report = reportForEyesOf(principalOf(context).role, await reports.make(name, range));
      const table = tableOf(report, wanted);
      if (table === undefined) {
        const ids = report.tables.map(({ id }) => id).join(", ");
        return problem(context, 422, `This report has no table "${wanted}". It has ${ids}.`);
      }
      const file = reportFileName(report, time, format, format === "csv" ? table.id : undefined);
      return context.body(reportStream(reportText(reports, report, format, table)), 200, {
        "content-type": format === "csv" ? "text/csv; charset=utf-8" : "application/json",
        "content-disposition": `attachment; filename="${file}"`,
      });
    },
  } satisfies Partial<Handlers>;
}

function momentOf(text: string | undefined): number | undefined {
  return text === undefined || text.length === 10 ? undefined : Date.parse(text);
}

function dayOf(text: string | undefined, timezone: string): string | undefined {
  const ms = momentOf(text);
  return ms === undefined ? text : todayOf(ms, timezone);
}
