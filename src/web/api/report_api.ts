import { problem } from "../problem.ts";
import {
  reportFileName,
  reportForEyesOf,
  reportStream,
  reportText,
  tableOf,
} from "../report_file.ts";
import { REPORT_FORMATS, REPORT_SPANS, reportNameOf } from "../report_query.ts";
import { type Handlers, pathParameter, principalOf, type WebParts } from "../web_parts.ts";
import { readQuery } from "./json_body.ts";
import { QUERIES } from "./queries.ts";
import { askedTime } from "./report_time.ts";
import { show } from "./view_answer.ts";

/** Reports for programs. */
export function reportApi(parts: WebParts) {
  const { reports } = parts.ports;
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
      const { format, table: wanted } = query.value;
      const time = askedTime(parts, query.value);
      if (typeof time === "string") return problem(context, 422, time);
      if (format === "pdf") {
        return await parts.printer(context, name, time);
      }
      const report = reportForEyesOf(principalOf(context).role, await reports.make(name, time));
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
