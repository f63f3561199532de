import { z } from "zod";
import { REPORT_FORMATS, REPORT_SPANS } from "../../report_query.ts";
import { QUERIES } from "../queries.ts";
import type { ApiDescription } from "./description.ts";

const Names = z.array(z.string()).describe("Names of reports");

/** Columns name their units: `energyKwh`, `freeShare` (0 to 1). Money is decimal text. */
const Report = z.object({
  report: z.string(),
  from: z.string(),
  to: z.string(),
  timezone: z.string(),
  madeAt: z.string(),
  notes: z.array(z.object({ key: z.string(), values: z.array(z.unknown()) })),
  columns: z.record(z.string(), z.array(z.object({ name: z.string(), kind: z.string() }))),
  tables: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
}).meta({ id: "Report" });

/** What is said of the routes of reports. */
export const REPORT_DESCRIPTIONS = {
  "GET /api/v1/reports": {
    tag: "Reports",
    summary: "Which reports there are",
    answer: {
      json: z.object({ reports: Names, periods: Names, formats: Names }).meta({ id: "Reports" }),
      example: { reports: ["energy"], periods: REPORT_SPANS, formats: REPORT_FORMATS },
    },
  },
  "GET /api/v1/reports/:name": {
    tag: "Reports",
    summary: "A report of a time",
    more:
      "From `from` to `to`: dates of the site, both with them, or moments, the second not; or the " +
      "`period` that `date` lies in (without either, this month). CSV holds one `table` of it, the " +
      "first where none is named. Rows come while they are made: a report of years starts at once " +
      "and takes no more memory than one of a day. A PDF needs a Chromium that site.yaml names.",
    query: QUERIES.report,
    answer: { json: Report, media: ["text/csv", "application/pdf"] },
    problems: { 501: "No PDF can be made here" },
  },
} as const satisfies Readonly<Record<string, ApiDescription>>;
