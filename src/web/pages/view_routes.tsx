import { assetAt } from "../assets.ts";
import type { CommandRecord } from "../commands/desk.ts";
import { type Handlers, pathParameter, type WebContext, type WebParts } from "../web_parts.ts";
import { answerError, answerPage } from "./answer.tsx";
import { ChargerPage } from "./charger_page.tsx";
import { ChargersPage } from "./chargers_page.tsx";
import { outcomeNote } from "./command_list.tsx";
import { LoadPage } from "./load_page.tsx";
import { loadScene } from "./load_scene.ts";
import { OutboxPage, outboxScene } from "./outbox_page.tsx";
import { type Page, pageOf } from "./page.ts";
import { chargerScene, siteSceneOf } from "./scenes.ts";
import { SitePage } from "./site_page.tsx";

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
    "GET /load": async (context) => {
      const history = await parts.loadHistories.read();
      const page = pageOf(parts, context);
      const note = noteOf(parts, context, page);
      return answerPage(context, <LoadPage scene={loadScene(parts, page, history)} note={note} />);
    },
    "GET /outbox": (context) => {
      const page = pageOf(parts, context);
      const note = noteOf(parts, context, page);
      return answerPage(context, <OutboxPage scene={outboxScene(parts, page)} note={note} />);
    },
  } satisfies Partial<Handlers>;
}

/** What became of the command that sent the person here. */
export function noteOf(parts: WebParts, context: WebContext, page: Page): string | null {
  const id = Number(context.req.query("done"));
  const record: CommandRecord | undefined = parts.commands.find(id);
  return record?.by === page.principal.name ? outcomeNote(page, record) : null;
}

/** The host that the browser used, without its port. */
export function hostOf(context: WebContext): string {
  return new URL(context.req.url).hostname;
}
