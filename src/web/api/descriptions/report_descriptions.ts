import { z } from "zod";
import { REPORT_FORMATS, REPORT_SPANS } from "../../report_query.ts";
import { QUERIES } from "../queries.ts";
import { CdrSchema, SignedSchema } from "../schemas/cdr_schema.ts";
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

const BY_START =
  "Of sessions that began from `from` to `to`: dates of the site, both with them, or " +
  "moments; or in the `period` that `date` lies in (without either, this month). ";

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
  "GET /api/v1/reports/cdr": {
    tag: "Reports",
    summary: "Charge detail records of a time (OCPI 2.2.1)",
    more:
      `${BY_START}Those that go on have none yet. Their money is the bill's. One JSON list, made ` +
      "while it is read.",
    query: QUERIES.recordTime,
    answer: { json: z.array(CdrSchema) },
    problems: { 501: "site.yaml does not say how the site is called there: `reports.ocpi`" },
  },
  "GET /api/v1/reports/signed": {
    tag: "Reports",
    summary: "Signed readings of a time",
    more:
      `${BY_START}A tar with files for each session, as the charger sent what is in them: XML for ` +
      "S.A.F.E.'s transparency software, OCMF as text, documents that a charger made itself.",
    query: QUERIES.recordTime,
    answer: { media: ["application/x-tar"] },
  },
  "GET /api/v1/transactions/:id/cdr": {
    tag: "Sessions",
    summary: "The charge detail record of a session (OCPI 2.2.1)",
    answer: { json: CdrSchema },
    problems: {
      409: "It goes on, or took nothing",
      501: "site.yaml does not say how the site is called there: `reports.ocpi`",
    },
  },
  "GET /api/v1/transactions/:id/signed": {
    tag: "Sessions",
    summary: "What the meter signed in a session",
    more:
      "Each text is what the charger sent. Nobody here has checked a signature. Of very many the " +
      "first 32 and the last 64 are kept.",
    query: QUERIES.signed,
    answer: {
      json: SignedSchema,
      media: ["text/plain", "application/xml", "application/x-tar"],
    },
    problems: { 409: "There is no such file of it" },
  },
} as const satisfies Readonly<Record<string, ApiDescription>>;
