import { csvLine } from "../../lib/csv.ts";
import { onePage } from "../api/cursor.ts";
import { forEyesOf } from "../discretion.ts";
import {
  SESSIONS_PER_PAGE,
  sessionsFilter,
  type SessionsQuery,
  SessionsQuerySchema,
} from "../sessions_query.ts";
import type { SessionReadingView } from "../session_story.ts";
import type { TransactionFilter, TransactionView } from "../views.ts";
import { type Handlers, pathParameter, type WebContext, type WebParts } from "../web_parts.ts";
import { answerError, answerPage } from "./answer.tsx";
import { may, type Page, pageOf } from "./page.ts";
import { SessionPage, type SessionScene } from "./session_page.tsx";
import { SessionsPage } from "./sessions_page.tsx";

/** An export reads this many sessions at a time, so that years of them fit in little memory. */
const EXPORT_PAGE = 500;

/** The pages of sessions, and what can be taken away from them. */
export function sessionRoutes(parts: WebParts) {
  return {
    "GET /sessions": (context) => showSessions(parts, context),
    "GET /sessions.csv": (context) => exportSessions(parts, context),
    "GET /sessions/:id": async (context) => {
      const scene = await sceneOf(parts, context);
      return scene === null
        ? answerError(parts, context, "not-found")
        : answerPage(context, <SessionPage scene={scene} />);
    },
    "GET /sessions/:id/session.json": async (context) => {
      const scene = await sceneOf(parts, context);
      if (scene === null) return answerError(parts, context, "not-found");
      const { session, limits, story } = scene;
      return file(
        context,
        `${JSON.stringify({ ...session, limits, ...story }, null, 2)}\n`,
        `session-${session.number}.json`,
        "application/json",
      );
    },
    "GET /sessions/:id/readings.csv": async (context) => {
      const scene = await sceneOf(parts, context);
      if (scene === null) return answerError(parts, context, "not-found");
      const { session, story } = scene;
      const lines = story.readings.map((reading) => csvLine(readingCells(reading)));
      return file(
        context,
        [csvLine(READING_COLUMNS), ...lines].join(""),
        `session-${session.number}.csv`,
        "text/csv; charset=utf-8",
      );
    },
  } satisfies Partial<Handlers>;
}

async function sceneOf(parts: WebParts, context: WebContext): Promise<SessionScene | null> {
  const { views } = parts.ports;
  const id = pathParameter(context, "id");
  const [session, limits, story] = await Promise.all([
    views.transaction(id),
    views.limits(id),
    views.sessionStory(id),
  ]);
  if (session === undefined || story === undefined) return null;
  const page = pageOf(parts, context);
  const { role } = page.principal;
  return {
    page,
    session: forEyesOf(role, session),
    limits: limits ?? [],
    story: forEyesOf(role, story),
    hasOcpi: parts.ports.records.cdr !== null,
  };
}

function file(context: WebContext, text: string, name: string, contentType: string): Response {
  return context.body(text, 200, {
    "content-type": contentType,
    "content-disposition": `attachment; filename="${name}"`,
  });
}

const READING_COLUMNS = [
  ...["at", "offeredAmps", "phase1Amps", "phase2Amps", "phase3Amps", "powerW", "socPercent"],
];

function readingCells(reading: SessionReadingView): readonly (string | number | null)[] {
  const [first = null, second = null, third = null] = reading.currentsAmps ?? [];
  const { at, offeredAmps, powerW, socPercent } = reading;
  return [at, offeredAmps, first, second, third, powerW, socPercent];
}

async function showSessions(parts: WebParts, context: WebContext): Promise<Response> {
  const { views } = parts.ports;
  const page = pageOf(parts, context);
  const query = sessionsQueryOf(context, page);
  const filter = sessionsFilter(query, page.format, SESSIONS_PER_PAGE + 1);
  const { items, last } = onePage(await views.transactions(filter), SESSIONS_PER_PAGE);
  return answerPage(
    context,
    <SessionsPage
      page={page}
      query={query}
      sessions={forEyesOf(page.principal.role, items)}
      before={last?.number ?? null}
      chargers={views.chargers()}
      slots={views.evses().map(({ slot }) => slot)}
    />,
  );
}

/** Who may not see cards may not look for one either. */
function sessionsQueryOf(context: WebContext, page: Page): SessionsQuery {
  const query = SessionsQuerySchema.parse(context.req.query());
  return may(page, "operator") ? query : { ...query, token: undefined };
}

function exportSessions(parts: WebParts, context: WebContext): Response {
  const page = pageOf(parts, context);
  const { before: _, ...query } = sessionsQueryOf(context, page);
  const filter = sessionsFilter({ ...query, before: undefined }, page.format, EXPORT_PAGE);
  const lines = sessionLines(parts, page, filter);
  return context.body(ReadableStream.from(lines), 200, {
    "content-type": "text/csv; charset=utf-8",
    "content-disposition": `attachment; filename="sessions.csv"`,
  });
}

const CSV_COLUMNS = [
  ...["id", "number", "charger", "slot", "token", "startedAt", "stoppedAt", "energyWh"],
  ...["stopReason", "authorizationSource", "authorizationStatus", "upstream", "flags"],
  ...["cost", "currency", "tax", "remarks", "evidenceWh", "evidenceBy", "correctionWh"],
  "correctionCost",
];

async function* sessionLines(
  { ports }: WebParts,
  page: Page,
  filter: TransactionFilter,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode(csvLine(CSV_COLUMNS));
  let before: number | undefined;
  do {
    const found = await ports.views.transactions(
      before === undefined ? filter : { ...filter, before },
    );
    const shown = forEyesOf(page.principal.role, found);
    yield encoder.encode(shown.map((session) => csvLine(csvCells(session))).join(""));
    before = found.length < filter.limit ? undefined : found.at(-1)?.number;
  } while (before !== undefined);
}

function csvCells(session: TransactionView): readonly (string | number | null)[] {
  const { chargerId, authorizationSource, authorizationStatus } = session;
  return [
    ...[session.id, session.number, chargerId, session.slot, session.token, session.startedAt],
    ...[session.stoppedAt, session.energyWh, session.stopReason, authorizationSource],
    ...[authorizationStatus, session.upstream, session.flags.join(" ")],
    ...[session.cost?.total ?? null, session.cost?.currency ?? null, session.cost?.tax ?? null],
    ...[session.remarks.join("; "), session.evidenceWh, session.evidenceBy, session.correctionWh],
    // A number: a text with a minus would be taken for a formula.
    session.correctionCost === null ? null : Number(session.correctionCost),
  ];
}
