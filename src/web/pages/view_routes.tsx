import { assetAt } from "../assets.ts";
import type { CommandRecord } from "../commands/desk.ts";
import { csvLine } from "../../lib/csv.ts";
import { forEyesOf } from "../discretion.ts";
import {
  SESSIONS_PER_PAGE,
  sessionsFilter,
  type SessionsQuery,
  SessionsQuerySchema,
} from "../sessions_query.ts";
import type { TransactionFilter, TransactionView } from "../views.ts";
import { type Handlers, pathParameter, type WebContext, type WebParts } from "../web_parts.ts";
import { answerError, answerPage } from "./answer.tsx";
import { ChargerPage } from "./charger_page.tsx";
import { ChargersPage } from "./chargers_page.tsx";
import { outcomeNote } from "./command_list.tsx";
import { LoadPage } from "./load_page.tsx";
import { loadScene } from "./load_scene.ts";
import { OutboxPage, outboxScene } from "./outbox_page.tsx";
import { may, type Page, pageOf } from "./page.ts";
import { chargerScene, siteSceneOf } from "./scenes.ts";
import { SessionPage } from "./session_page.tsx";
import { SessionsPage } from "./sessions_page.tsx";
import { SitePage } from "./site_page.tsx";
import { TokensPage } from "./tokens_page.tsx";

/** An export reads this many sessions at a time, so that years of them fit in little memory. */
const EXPORT_PAGE = 500;

/** The pages that show something. */
export function viewRoutes(parts: WebParts) {
  const { views } = parts.ports;
  return {
    "GET /assets/:version/:file": (context) => {
      const asset = assetAt(context.req.path);
      if (asset === undefined) return answerError(parts, context, "not-found");
      return context.body(asset.content, 200, {
        "content-type": asset.contentType,
        "cache-control": "public, max-age=31536000, immutable",
      });
    },
    "GET /": (context) => {
      const page = pageOf(parts, context);
      return answerPage(context, <SitePage scene={siteSceneOf(parts, page, hostOf(context))} />);
    },
    "GET /chargers": (context) => {
      const page = pageOf(parts, context);
      return answerPage(
        context,
        <ChargersPage
          page={page}
          chargers={views.chargers()}
          evses={views.evses()}
          waiting={views.waiting()}
          note={noteOf(parts, context, page)}
        />,
      );
    },
    "GET /chargers/:id": (context) => {
      const scene = chargerScene(parts, pageOf(parts, context), pathParameter(context, "id"));
      return scene === null
        ? answerError(parts, context, "not-found")
        : answerPage(context, <ChargerPage scene={scene} />);
    },
    "GET /sessions": (context) => showSessions(parts, context),
    "GET /sessions/:id": async (context) => {
      const id = pathParameter(context, "id");
      const [found, limits] = await Promise.all([views.transaction(id), views.limits(id)]);
      if (found === undefined) return answerError(parts, context, "not-found");
      const page = pageOf(parts, context);
      const session = forEyesOf(page.principal.role, found);
      return answerPage(
        context,
        <SessionPage page={page} session={session} limits={limits ?? []} />,
      );
    },
    "GET /load": async (context) => {
      const history = await parts.loadHistories.read();
      const page = pageOf(parts, context);
      const note = noteOf(parts, context, page);
      return answerPage(context, <LoadPage scene={loadScene(parts, page, history)} note={note} />);
    },
    "GET /sessions.csv": (context) => exportSessions(parts, context),
    "GET /outbox": (context) => {
      const page = pageOf(parts, context);
      const note = noteOf(parts, context, page);
      return answerPage(context, <OutboxPage scene={outboxScene(parts, page)} note={note} />);
    },
    "GET /tokens": (context) => {
      const page = pageOf(parts, context);
      const note = noteOf(parts, context, page);
      return answerPage(context, <TokensPage page={page} tokens={views.tokens()} note={note} />);
    },
  } satisfies Partial<Handlers>;
}

/** What became of the command that sent the person here. */
function noteOf(parts: WebParts, context: WebContext, page: Page): string | null {
  const id = Number(context.req.query("done"));
  const record: CommandRecord | undefined = parts.commands.find(id);
  return record?.by === page.principal.name ? outcomeNote(page, record) : null;
}

/** The host that the browser used, without its port. */
export function hostOf(context: WebContext): string {
  return new URL(context.req.url).hostname;
}

async function showSessions(parts: WebParts, context: WebContext): Promise<Response> {
  const { views } = parts.ports;
  const page = pageOf(parts, context);
  const query = sessionsQueryOf(context, page);
  const found = await views.transactions(sessionsFilter(query, page.format, SESSIONS_PER_PAGE));
  return answerPage(
    context,
    <SessionsPage
      page={page}
      query={query}
      sessions={forEyesOf(page.principal.role, found)}
      before={found.length < SESSIONS_PER_PAGE ? null : found.at(-1)?.number ?? null}
      chargers={views.chargers()}
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
