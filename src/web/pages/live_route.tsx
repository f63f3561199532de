import { takesGzip } from "../live/encoded_event.ts";
import { EVENT_STREAM_HEADERS, GZIP_STREAM_HEADERS } from "../live/event_stream.ts";
import { languageOf } from "../language.ts";
import type { Drawing } from "../live/page_patches.ts";
import { forEyesOf } from "../discretion.ts";
import { problem } from "../problem.ts";
import type { WebPorts } from "../ports.ts";
import type { Principal } from "../views.ts";
import { isWelcome } from "../visitor.ts";
import { type Handlers, principalOf, type WebContext, type WebParts } from "../web_parts.ts";
import { drawCall } from "./charger_call_page.tsx";
import { drawConfiguration } from "./charger_configuration_page.tsx";
import { drawMessages } from "./charger_messages_page.tsx";
import { configurationScene, messagesScene } from "./charger_tool_scenes.ts";
import { drawCharger } from "./charger_page.tsx";
import { drawChargerSecurity } from "./charger_security_page.tsx";
import { drawCommissioning } from "./commissioning_page.tsx";
import { commissioningScene } from "./commissioning_routes.tsx";
import { drawCampaign } from "./campaign_page.tsx";
import { chargerFirmwareScene, drawChargerFirmware } from "./charger_firmware_page.tsx";
import { drawFaults, faultsScene } from "./faults_page.tsx";
import { drawFirmware, firmwareScene } from "./firmware_page.tsx";
import { drawLoad } from "./load_page.tsx";
import { loadScene } from "./load_scene.ts";
import { drawMeters, metersScene } from "./meters_page.tsx";
import { drawOutbox, outboxScene } from "./outbox_page.tsx";
import { may, openPage, type Page, type PageManner } from "./page.ts";
import { chargerScene, siteSceneOf } from "./scenes.ts";
import { drawSession } from "./session_page.tsx";
import { drawSite } from "./site_page.tsx";
import { drawStart, startScene } from "./start_page.tsx";
import { Status } from "./status.tsx";
import { hostOf } from "./view_routes.tsx";

/** The stream that keeps an open page up to date. */
export function liveRoute(parts: WebParts) {
  // People with one role share a drawing; the token of each one's forms is put in at the end.
  const csrfMark = parts.ports.ids.uuid();
  const partsOf = createRounds(parts);

  function open(context: WebContext): Response {
    const path = context.req.query("path") ?? "/";
    const principal = principalOf(context);
    const visitor = context.get("visitor");
    const host = hostOf(context);
    const language = languageOf(parts, context);
    const csrf = visitor.kind === "person" ? visitor.session.csrf : "";
    const isGzipped = takesGzip(context.req.header("accept-encoding"));
    const stream = parts.pagePatches.open({
      key: JSON.stringify([path, principal.role, host, language]),
      holder: principal.name,
      draw: (round) => draw(partsOf(round), principal, { path, csrf: csrfMark, language }, host),
      personal: (html) => html.replaceAll(csrfMark, csrf),
      isWelcome: () => isWelcome(visitor, { ...parts, users: parts.ports.users }),
      isGzipped,
    });
    return stream === null
      ? problem(context, 503, "Too many pages are open.")
      : context.body(stream, 200, isGzipped ? GZIP_STREAM_HEADERS : EVENT_STREAM_HEADERS);
  }
  return { "GET /live": open } satisfies Partial<Handlers>;
}

/** For each round of drawings what is the same on all of them, looked up once. */
function createRounds(parts: WebParts): (round: number) => WebParts {
  let known: { readonly round: number; readonly parts: WebParts } | null = null;
  return (round) => {
    if (known?.round !== round) {
      const views = lookedUpOnce(parts.ports.views);
      known = { round, parts: { ...parts, ports: { ...parts.ports, views } } };
    }
    return known.parts;
  };
}

function lookedUpOnce(views: WebPorts["views"]): WebPorts["views"] {
  return {
    ...views,
    site: once(views.site),
    evses: once(views.evses),
    circuits: once(views.circuits),
    meters: once(views.meters),
    waiting: once(views.waiting),
  };
}

function once<Value>(lookUp: () => Value): () => Value {
  let found: { readonly value: Value } | null = null;
  return () => (found ??= { value: lookUp() }).value;
}

function draw(
  parts: WebParts,
  principal: Principal,
  manner: PageManner,
  host: string,
): Drawing {
  const { path } = manner;
  const page = openPage(parts, principal, manner);
  if (path === "/") return drawSite(siteSceneOf(parts, page, host));
  if (path === "/load") return drawLoad(loadScene(parts, page, parts.loadHistories.known()));
  if (path === "/faults") return drawFaults(faultsScene(parts, page));
  const firmware = drawFirmwarePages(parts, page, path);
  if (firmware !== null) return firmware;
  if (path === "/outbox") return drawOutbox(outboxScene(parts, page));
  if (path === "/meters") return drawMeters(metersScene(parts, page, false));
  const [, session] = /^\/sessions\/([^/]+)$/.exec(path) ?? [];
  if (session !== undefined) return drawRunning(parts, page, decoded(session));
  const [, commissioned] = /^\/chargers\/([^/]+)\/commissioning$/.exec(path) ?? [];
  if (commissioned !== undefined && may(page, "installer")) {
    const charger = parts.ports.views.charger(decoded(commissioned));
    return charger === undefined
      ? drawFrame(page)
      : drawCommissioning(commissioningScene(parts, page, charger));
  }
  const start = drawFirstSteps(parts, page, path, host);
  if (start !== null) return start;
  const tool = drawTool(parts, page, path);
  if (tool !== null) return tool;
  const [, charger, isSecurity] = /^\/chargers\/([^/]+)(\/security)?$/.exec(path) ?? [];
  const scene = charger === undefined ? null : chargerScene(parts, page, decoded(charger));
  if (scene === null) return drawFrame(page);
  return isSecurity === undefined ? drawCharger(scene) : drawChargerSecurity(scene);
}

/** The pages of a charger's settings, frames and calls, for who may open them. */
function drawTool(parts: WebParts, page: Page, path: string): Drawing | null {
  const [, id, kind, search] =
    /^\/chargers\/([^/]+)\/(configuration|messages|message)(\?.*)?$/.exec(path) ?? [];
  const charger = id === undefined ? undefined : parts.ports.views.charger(decoded(id));
  if (charger === undefined) return null;
  const query = Object.fromEntries(new URLSearchParams(search ?? ""));
  if (kind === "configuration" && may(page, "installer")) {
    return drawConfiguration(configurationScene(parts, page, charger, query));
  }
  if (kind === "messages" && may(page, "operator")) {
    return drawMessages(messagesScene(parts, page, charger, query));
  }
  return kind === "message" && may(page, "admin")
    ? drawCall({ page, records: parts.commands.recordsOf(charger.id) })
    : drawFrame(page);
}

/** The pages of images and campaigns, and of a charger's firmware. */
function drawFirmwarePages(parts: WebParts, page: Page, path: string): Drawing | null {
  if (path === "/firmware") return drawFirmware(firmwareScene(parts, page));
  const [, id = ""] = /^\/firmware\/campaigns\/([^/]+)$/.exec(path) ?? [];
  const campaign = parts.ports.firmware?.campaign(decoded(id));
  if (campaign !== undefined) return drawCampaign(page, campaign);
  const [, chargerId = ""] = /^\/chargers\/([^/]+)\/firmware$/.exec(path) ?? [];
  const charger = parts.ports.views.charger(decoded(chargerId));
  return charger === undefined
    ? null
    : drawChargerFirmware(chargerFirmwareScene(parts, page, charger));
}

/** The first steps, for who may open them. */
function drawFirstSteps(
  { ports, firstRun }: WebParts,
  page: Page,
  path: string,
  host: string,
): Drawing | null {
  const found = /^\/start(?:\?skip=([a-z,]{0,100}))?$/.exec(path);
  if (found === null || !may(page, "installer")) return null;
  const skip = found[1] ?? "";
  return drawStart(startScene(page, ports.views, firstRun.known(), { host, skip }));
}

/** Of a session only what changes while it runs; it is masked as on the page. */
function drawRunning(parts: WebParts, page: Page, id: string): Drawing {
  const running = parts.ports.views.evses().find(({ transaction }) => transaction?.id === id);
  const session = running?.transaction ?? null;
  if (session === null) return drawFrame(page);
  return drawSession(page, forEyesOf(page.principal.role, session));
}

/** A page of which only the top line changes by itself. */
function drawFrame(page: Page): Drawing {
  const parts = new Map([["status", String(<Status page={page} />)]]);
  return { shape: "", parts, whole: null };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
