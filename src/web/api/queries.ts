import { z } from "zod";
import { API_EVENT_NAMES } from "../live/api_events.ts";
import { DayText, REPORT_FORMATS, REPORT_SPANS } from "../report_query.ts";
import { METER_PERIOD_STEPS } from "../views.ts";
import { cursorField } from "./cursor.ts";

/** What the address of a request may say. A name that is not known is an error, for it may be a slip. */

const PAGE_SIZE = 100;
const PAGE_SIZE_MAX = 500;
const AUDIT_PAGE_SIZE_MAX = 1_000;
const FAULTS_MAX = 3_000;

/** Any offset comes in; ports get UTC, in which text sorts like time. */
const Moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());

/** A number of an address: the document says what it has to be, since all of an address is text. */
function count(min: number, max: number) {
  return z.coerce.number().int().min(min).max(max).meta({ type: "integer" });
}

const limit = count(1, PAGE_SIZE_MAX).default(PAGE_SIZE).describe("How many at most");
const Name = z.string().trim().min(1).max(64);
const charger = Name.optional().describe("Only this charger");
const token = Name.optional().describe("Only this token");
const from = Moment.optional().describe("Not before this moment");
const to = Moment.optional().describe("Before this moment");

const reportTimeFields = {
  from: z.union([DayText, Moment]).optional().describe("The first day, or not before this moment"),
  to: z.union([DayText, Moment]).optional().describe("The last day, or before this moment"),
  period: z.enum(REPORT_SPANS).default("month").describe("Where `from` is not said"),
  date: DayText.optional().describe("A day of the period; absent: today"),
};

/** What the history of a meter is told by: readings and minutes for a while, longer periods for ever. */
export const METER_STEPS = ["reading", "minute", ...METER_PERIOD_STEPS] as const;

/** The queries of the API. */
export const QUERIES = {
  configuration: z.strictObject({
    names: z.string().max(2_000)
      .transform((text) => text.split(",").map((name) => name.trim()).filter(Boolean))
      .optional().describe("Only these, with commas between them: keys of 1.6, or names as told"),
  }),
  faults: z.strictObject({
    state: z.enum(["raised", "over"]).optional().describe(
      "Only those that stand, or that are over",
    ),
    severity: z.enum(["info", "warning", "alarm"]).optional(),
    charger,
    limit: count(1, FAULTS_MAX).default(PAGE_SIZE_MAX).describe("How many at most"),
  }),
  loadHistory: z.strictObject({
    hours: count(1, 24).default(3).describe("How far back"),
  }),
  meterHistory: z.strictObject({
    step: z.enum(METER_STEPS).default("minute"),
    hours: count(1, 24).optional().describe("How far back from the end"),
    from,
    to,
  }),
  transactions: z.strictObject({
    from,
    to,
    charger,
    token,
    slot: count(1, Number.MAX_SAFE_INTEGER).optional().describe("Only at this slot"),
    state: z.enum(["running", "ended"]).optional(),
    before: count(0, Number.MAX_SAFE_INTEGER).optional()
      .describe("Only those with a lower number"),
    cursor: cursorField("transactions"),
    limit,
  }),
  sessionReadings: z.strictObject({ from }),
  decisions: z.strictObject({
    from,
    to,
    charger,
    token,
    cursor: cursorField("decisions"),
    limit,
  }),
  outbox: z.strictObject({
    cursor: cursorField("outbox"),
    limit: count(1, PAGE_SIZE_MAX).default(PAGE_SIZE_MAX).describe("How many at most"),
  }),
  messages: z.strictObject({
    charger: charger.describe("Only this charger; csms for the link to the CSMS"),
    action: Name.optional().describe("Only frames that name this OCPP action"),
    from,
    cursor: cursorField("messages"),
    limit,
  }),
  audit: z.strictObject({
    who: z.string().trim().min(1).max(100).optional().describe("Only what this user or token did"),
    what: z.string().trim().min(1).max(100).optional()
      .describe("The action or its beginning: command finds all commands"),
    from,
    to,
    before: count(1, Number.MAX_SAFE_INTEGER).optional()
      .describe("Only those with a lower number"),
    cursor: cursorField("audit"),
    limit: count(1, AUDIT_PAGE_SIZE_MAX).default(PAGE_SIZE).describe("How many at most"),
  }),
  recordTime: z.strictObject(reportTimeFields),
  signed: z.strictObject({
    format: z.enum(["json", "ocmf", "xml", "tar"]).default("json").describe(
      "`ocmf`: text, one reading a line. `xml`: for S.A.F.E.'s transparency software. `tar`: all files",
    ),
  }),
  report: z.strictObject({
    ...reportTimeFields,
    table: z.string().max(40).optional().describe("Of CSV: which table; absent: the first"),
    format: z.enum(REPORT_FORMATS).default("json"),
  }),
  events: z.strictObject({
    /** Names of events, with commas; all of them where it is left out. */
    only: z.string().transform((text) => text.split(",")).pipe(z.array(z.enum(API_EVENT_NAMES)))
      .optional().meta({
        description: `Names of events, with commas: ${API_EVENT_NAMES.join(", ")}`,
        example: "evse,fault",
      }),
  }),
};
