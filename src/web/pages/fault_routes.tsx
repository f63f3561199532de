import { FORM_FIELDS } from "../command_fields.ts";
import type { ReportRow } from "../../reports/mod.ts";
import {
  type Handler,
  type Handlers,
  pathParameter,
  type WebContext,
  type WebParts,
} from "../web_parts.ts";
import { answerError, answerPage } from "./answer.tsx";
import { doneAt, submit } from "./command_routes.ts";
import { FaultPage } from "./fault_page.tsx";
import { FaultsPage, faultsScene } from "./faults_page.tsx";
import { type Page, pageOf } from "./page.ts";
import type { ShownTable } from "./report_table.tsx";
import { noteOf } from "./view_routes.tsx";

const RELIABILITY_MS = 30 * 86_400_000;
/** What of the report on availability stands on the page of faults. */
const COLUMNS: ReadonlySet<string> = new Set([
  "charger",
  "slot",
  "availableShare",
  "faultedHours",
  "failures",
  "hoursBetweenFailures",
  "hoursToRepair",
]);
const CONNECTORS_MAX = 200;
const EARLIER_MAX = 20;

/** The pages of faults. */
export function faultRoutes(parts: WebParts) {
  const { views } = parts.ports;
  const decide = (kind: "acknowledge-fault" | "close-fault"): Handler => (context) => {
    const id = Number(pathParameter(context, "id"));
    if (views.fault(id) === undefined) return answerError(parts, context, "not-found");
    const done = (number: number) => `/faults/${id}?done=${number}`;
    return submit(parts, context, FORM_FIELDS.nothing, () => ({ kind, id }), done);
  };
  return {
    "GET /faults": async (context) => {
      const page = pageOf(parts, context);
      const scene = { ...faultsScene(parts, page), reliability: await reliability(parts, page) };
      return answerPage(
        context,
        <FaultsPage scene={scene} note={noteOf(parts, context, page)} />,
      );
    },
    "GET /faults/:id": (context) => showFault(parts, context),
    "POST /alerts/test": (context) =>
      submit(
        parts,
        context,
        FORM_FIELDS.alertRule,
        ({ rule }) => ({ kind: "test-alert", rule }),
        doneAt("/faults"),
      ),
    "POST /faults/:id/acknowledge": decide("acknowledge-fault"),
    "POST /faults/:id/close": decide("close-fault"),
  } satisfies Partial<Handlers>;
}

function showFault(parts: WebParts, context: WebContext): Response | Promise<Response> {
  const { views } = parts.ports;
  const page = pageOf(parts, context);
  const fault = views.fault(Number(pathParameter(context, "id")));
  if (fault === undefined) return answerError(parts, context, "not-found");
  const earlier = views.faults().filter(({ id, code, subject, state }) =>
    id !== fault.id && code === fault.code && subject === fault.subject && state === "over"
  );
  return answerPage(
    context,
    <FaultPage
      page={page}
      fault={fault}
      earlier={earlier.slice(0, EARLIER_MAX)}
      note={noteOf(parts, context, page)}
    />,
  );
}

/** The same figures as in the report on availability. */
async function reliability(
  { ports: { reports } }: Pick<WebParts, "ports">,
  { nowMs }: Page,
): Promise<ShownTable | null> {
  const report = await reports.make("availability", {
    fromMs: nowMs - RELIABILITY_MS,
    toMs: nowMs,
  });
  const table = report.tables.find(({ id }) => id === "connectors");
  if (table === undefined) return null;
  const rows: ReportRow[] = [];
  for await (const row of table.rows) {
    rows.push(row);
    if (rows.length > CONNECTORS_MAX) break;
  }
  return {
    id: table.id,
    columns: table.columns.filter(({ name }) => COLUMNS.has(name)),
    rows: rows.slice(0, CONNECTORS_MAX),
    isCut: rows.length > CONNECTORS_MAX,
  };
}
