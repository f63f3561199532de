import type { ReportName } from "../../reports/mod.ts";
import { ASSETS } from "../assets.ts";
import { languageOf } from "../language.ts";
import type { WebPorts } from "../ports.ts";
import { problem } from "../problem.ts";
import { reportFileName } from "../report_file.ts";
import { type ReportTime, todayOf } from "../report_query.ts";
import { principalOf, type WebContext, type WebParts } from "../web_parts.ts";
import { openPage, type Page } from "./page.ts";
import { ReportPrint } from "./report_print.tsx";
import { reportScene } from "./report_routes.tsx";

const ROWS_PRINTED = 2_000;

/** Answers with a report as a PDF file. */
export type ReportPrinter = (
  context: WebContext,
  name: ReportName,
  time: ReportTime,
) => Promise<Response>;

/** Prints reports for the API, where site.yaml names a program that can. */
export function createReportPrinter(
  parts: Pick<WebParts, "options" | "ports">,
): ReportPrinter {
  const { ports } = parts;
  return async (context, name, time) => {
    const { printPdf } = ports.reports;
    if (printPdf === null) {
      return problem(
        context,
        501,
        "No PDF is made here: site.yaml names no Chromium under reports.printing. " +
          `/reports/${name}/print is the same report, ready to be printed by a browser.`,
      );
    }
    const page = openPage({ ports }, principalOf(context), {
      path: context.req.path,
      csrf: "",
      language: languageOf(parts, context),
    });
    const pdf = await printPdf(await reportHtml(ports, page, name, time));
    const file = reportFileName({ name }, time, "pdf");
    return context.body(pdf, 200, {
      "content-type": "application/pdf",
      "content-disposition": `attachment; filename="${file}"`,
    });
  };
}

/** A report as a page that stands alone, for a printer. */
async function reportHtml(
  ports: WebPorts,
  page: Page,
  name: ReportName,
  time: ReportTime,
): Promise<string> {
  const scene = await reportScene({ ports }, page, name, time, ROWS_PRINTED);
  const style = ASSETS.stylesheet.content;
  return `<!DOCTYPE html>${String(<ReportPrint scene={scene} style={style} />)}`;
}

/** The page of a report that is sent by itself: whoever named its recipients may see cards. */
export async function printedReport(
  ports: WebPorts,
  name: ReportName,
  { fromMs, toMs }: Pick<ReportTime, "fromMs" | "toMs">,
): Promise<string> {
  const page = openPage({ ports }, { name: "", role: "operator" }, {
    path: "/reports",
    csrf: "",
  });
  const [date, lastDate] = [fromMs, toMs - 1].map((ms) => todayOf(ms, page.site.timezone));
  const time = { fromMs, toMs, date: date ?? "", lastDate: lastDate ?? "" };
  return await reportHtml(ports, page, name, { ...time, span: "any", before: null, after: null });
}
