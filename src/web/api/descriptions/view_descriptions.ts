import { z } from "zod";
import { PreviewBody } from "../preview_body.ts";
import { QUERIES } from "../queries.ts";
import { ChargerWithEvsesSchema, WaitingSchema } from "../schemas/charger_schema.ts";
import { ChargerDriftSchema } from "../schemas/configuration_schema.ts";
import { AlertRuleSchema } from "../schemas/alert_schema.ts";
import { FirstAidRuleSchema } from "../schemas/first_aid_schema.ts";
import { FaultSchema } from "../schemas/fault_schema.ts";
import {
  CircuitLimitSchema,
  CircuitSchema,
  LoadMinuteSchema,
  LoadPlanSchema,
  SignalSchema,
} from "../schemas/circuit_schema.ts";
import { CommissioningSchema } from "../schemas/commissioning_schema.ts";
import { ConfigurationSchema } from "../schemas/command_schema.ts";
import { EvseSchema } from "../schemas/evse_schema.ts";
import { MeterHistorySchema, MeterSchema } from "../schemas/meter_schema.ts";
import {
  AuditEntrySchema,
  DecisionSchema,
  MessageSchema,
  OrphanStopSchema,
  OutboxRowSchema,
  TokenSchema,
  TokenUsageSchema,
} from "../schemas/record_schema.ts";
import { SessionReadingSchema } from "../schemas/story_schema.ts";
import { LoadPreviewSchema } from "../schemas/preview_schema.ts";
import { SiteTimeSchema } from "../schemas/site_time_schema.ts";
import { SiteSchema } from "../schemas/site_schema.ts";
import { TransactionSchema, TransactionWithLimitsSchema } from "../schemas/transaction_schema.ts";
import type { ApiDescription, ApiRouteKey, ApiTag } from "./description.ts";

function view(tag: ApiTag, summary: string, json: z.ZodType): ApiDescription {
  return { tag, summary, answer: { json } };
}

function list(tag: ApiTag, summary: string, item: z.ZodType): ApiDescription {
  return view(tag, summary, z.array(item));
}

/** What is said of the routes that show something. */
export const VIEW_DESCRIPTIONS = {
  "GET /api/v1/site": view("Site", "The site now", SiteSchema),
  "GET /api/v1/limits": {
    ...list("Site", "Limits on chargers together", CircuitLimitSchema),
    more: "Those that are over too, newest first.",
  },
  "GET /api/v1/chargers": list("Chargers", "All chargers", ChargerWithEvsesSchema),
  "GET /api/v1/chargers/:id": view("Chargers", "One charger", ChargerWithEvsesSchema),
  "GET /api/v1/chargers/:id/configuration": {
    ...view("Chargers", "What a charger is set to", ConfigurationSchema),
    query: QUERIES.configuration,
    more: "The charger is asked: in 2.x for its whole device model. Secrets are not told.",
    isCommand: true,
  },
  "GET /api/v1/configuration": {
    ...list(
      "Chargers",
      "What site.yaml wants chargers to be set to, and what they are",
      ChargerDriftSchema,
    ),
    more:
      "Of every charger that `chargers.desired` is about. Compared after each boot, after each " +
      "change and once an hour.",
  },
  "GET /api/v1/waiting": list("Chargers", "Chargers that wait to be adopted", WaitingSchema),
  "GET /api/v1/evses": list("EVSEs", "All EVSEs", EvseSchema),
  "GET /api/v1/evses/:slot": view("EVSEs", "One EVSE", EvseSchema),
  "GET /api/v1/circuits": list("Circuits", "All circuits", CircuitSchema),
  "GET /api/v1/circuits/:id/history": {
    ...list("Circuits", "The load of a circuit, minute by minute", LoadMinuteSchema),
    query: QUERIES.loadHistory,
    more: "Oldest first; minutes in which nothing was told are not in it.",
  },
  "GET /api/v1/circuits/:id/plan": {
    ...list("Circuits", "What the circuit is expected to carry", LoadPlanSchema),
    more: "The next hours, and what was expected before of the last ones, oldest first.",
  },
  "POST /api/v1/load/preview": {
    ...view("Circuits", "See what a change would do", LoadPreviewSchema),
    body: {
      schema: PreviewBody,
      example: { change: "limit", slot: 3, to: { amps: 10, minutes: 60 } },
    },
    more:
      "Nothing is changed. The balancer's own rules run ahead on a copy: other load stays as it " +
      "is, nobody comes, drivers leave when they said so. The hours ahead are rough.",
    problems: {
      404: "There is no such EVSE or circuit.",
      409: "No session is running there.",
      503: "Another preview is being reckoned.",
    },
  },
  "GET /api/v1/signals": list("Circuits", "Who limits circuits from outside", SignalSchema),
  "GET /api/v1/meters": list("Meters", "All meters", MeterSchema),
  "GET /api/v1/meters/:id/history": {
    ...view("Meters", "What a meter measured", MeterHistorySchema),
    query: QUERIES.meterHistory,
  },
  "GET /api/v1/transactions": {
    ...list("Sessions", "Sessions", TransactionSchema),
    query: QUERIES.transactions,
    more: "Newest first. Looking for a `token` needs the role operator.",
  },
  "GET /api/v1/transactions/:id": view("Sessions", "One session", TransactionWithLimitsSchema),
  "GET /api/v1/transactions/:id/readings": {
    ...list("Sessions", "What a session was offered and drew", SessionReadingSchema),
    query: QUERIES.sessionReadings,
    more: "Oldest first: minute by minute, the last ones of a running session one by one. They " +
      "are kept as long as decisions are; of a longer session the first two days.",
  },
  "GET /api/v1/orphan-stops": list(
    "Sessions",
    "Ends of sessions that nobody knows",
    OrphanStopSchema,
  ),
  "GET /api/v1/tokens": list("Tokens", "The list of tokens", TokenSchema),
  "GET /api/v1/token-usage": list("Tokens", "What tokens were used for", TokenUsageSchema),
  "GET /api/v1/tokens/:id": view("Tokens", "One token", TokenSchema),
  "GET /api/v1/outbox": {
    ...list("Records", "What waits for the CSMS", OutboxRowSchema),
    query: QUERIES.outbox,
    more: "Oldest first.",
  },
  "GET /api/v1/time": view(
    "Site",
    "What time it is, who says so, and how far chargers are off",
    SiteTimeSchema,
  ),
  "GET /api/v1/chargers/:id/commissioning": {
    ...view(
      "Chargers",
      "How far a charger is from where it may be left alone",
      CommissioningSchema,
    ),
    more:
      "Each step is done, to do, failed or running, with words in the language of the site: its place, " +
      "connection, model, fail-safe current, phase rotation and first charge.",
  },
  "GET /api/v1/chargers/:id/sheet": {
    tag: "Chargers",
    summary: "The sheet for a charger's door",
    more:
      "With what it is, where it stands, what was tested when and by whom, and a QR code for each " +
      "connector. `/chargers/{id}/sheet` is the same as a page.",
    answer: { media: ["application/pdf"] },
    problems: { 501: "No PDF can be made here" },
  },
  "GET /api/v1/commissioning/sheets": {
    tag: "Chargers",
    summary: "The sheets of all chargers",
    more: "`/commissioning/sheets` is the same as a page.",
    answer: { media: ["application/pdf"] },
    problems: { 501: "No PDF can be made here" },
  },
  "GET /api/v1/faults": {
    ...list("Records", "Faults", FaultSchema),
    query: QUERIES.faults,
    more:
      "Those that stand first, then what is remembered, each newest first. `title`, `meaning` and " +
      "`remedy` are in the language of the site.",
  },
  "GET /api/v1/alerts": list(
    "Records",
    "Who is told of faults, and how that went",
    AlertRuleSchema,
  ),
  "GET /api/v1/first-aid": list(
    "Records",
    "What is done about faults by itself, and what was done within 24 hours",
    FirstAidRuleSchema,
  ),
  "GET /api/v1/faults/:id": view("Records", "One fault", FaultSchema),
  "GET /api/v1/decisions": {
    ...list("Records", "Who was let in, by whom and why", DecisionSchema),
    query: QUERIES.decisions,
    more: "Newest first.",
  },
  "GET /api/v1/messages": {
    ...list("Records", "The OCPP message log", MessageSchema),
    query: QUERIES.messages,
    more: "The newest of those that match, newest first.",
  },
  "GET /api/v1/audit": {
    ...list("Records", "Who did what", AuditEntrySchema),
    query: QUERIES.audit,
    more: "Newest first.",
  },
  "GET /api/v1/support-bundle": {
    tag: "Records",
    summary: "A file for whoever is asked for help",
    more:
      "A tar, packed by gzip, of less than 10 MB: site.yaml, log, OCPP messages (newest first), how " +
      "much is in the ledger, the state of the site, faults, metrics and facts of the machine. " +
      "Passwords, keys and people are taken out; `manifest.json` in it says what is in, what was " +
      "cut and how. It is noted in the audit log.",
    answer: { media: ["application/gzip"] },
    problems: { 503: "Another one is being made" },
  },
  "GET /api/v1/events": {
    tag: "Events",
    summary: "What changes, as it changes",
    more:
      "Server-Sent Events. Each carries the present view of what changed, as the route of that " +
      "view has it. `message` events need the role operator.\n\n" +
      "Each event has an id. Whoever comes back with the last one as `Last-Event-ID`, as browsers do " +
      "by themselves, is told what it missed; where nobody knows that any more (after two minutes, " +
      "500 events or a restart), an event `gap` with `lastEventId` and `reason` says so: read the " +
      "state anew then.",
    query: QUERIES.events,
    headers: z.object({
      "last-event-id": z.string().max(64).optional().describe("The last event that one has had"),
    }),
    answer: { media: ["text/event-stream"] },
    problems: { 503: "Too many streams are open" },
  },
  "GET /api/v1/openapi.json": {
    tag: "Health",
    summary: "This document",
    answer: { json: z.record(z.string(), z.unknown()) },
  },
  "GET /healthz": {
    tag: "Health",
    summary: "Whether the gateway lives",
    answer: { media: ["text/plain"] },
    problems: { 503: "It does not" },
  },
  "GET /readyz": {
    tag: "Health",
    summary: "Whether chargers can be served",
    answer: { media: ["text/plain"] },
    problems: { 503: "They cannot" },
  },
  "GET /metrics": {
    tag: "Health",
    summary: "Metrics for Prometheus",
    more: "On the gateway's own machine without signing in.",
    answer: { media: ["text/plain"] },
  },
} as const satisfies Partial<Record<ApiRouteKey, ApiDescription>>;
