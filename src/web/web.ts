import { Hono, type MiddlewareHandler, type Next } from "hono";
import { bodyLimit } from "hono/body-limit";
import { compress } from "hono/compress";
import { secureHeaders } from "hono/secure-headers";
import { errorText } from "../lib/log.ts";
import { createApiTokens } from "./api_tokens.ts";
import { createAuditDesk } from "./audit_desk.ts";
import { openApiDocument } from "./api/api_document_shelf.ts";
import { commandApi } from "./api/command_api.ts";
import { alertApi } from "./api/alert_api.ts";
import { commissioningApi } from "./api/commissioning_api.ts";
import { configurationApi } from "./api/configuration_api.ts";
import { faultApi } from "./api/fault_api.ts";
import { firmwareApi } from "./api/firmware_api.ts";
import { operationApi } from "./api/operation_api.ts";
import { createLoadHistories } from "./pages/load_scene.ts";
import { meterApi } from "./api/meter_api.ts";
import { createRepeats } from "./api/repeats.ts";
import { recordApi } from "./api/record_api.ts";
import { forecastApi } from "./api/forecast_api.ts";
import { recordFileApi } from "./api/record_file_api.ts";
import { reportApi } from "./api/report_api.ts";
import { siteApi } from "./api/site_api.ts";
import { createCommandDesk } from "./commands/desk.ts";
import { createConfigurationDesk } from "./configuration_desk.ts";
import { createFirstRunDesk } from "./first_run/first_run_desk.ts";
import { createMessageNotes } from "./message_notes.ts";
import { chargerToolRoutes } from "./pages/charger_tool_routes.tsx";
import { guard, identify, isOurs, slowDown, wantsProgram } from "./door.ts";
import { createApiEvents } from "./live/api_events.ts";
import { createPagePatches } from "./live/page_patches.ts";
import { accountRoutes } from "./pages/account_routes.tsx";
import { apiRoutes } from "./pages/api_routes.tsx";
import { apiTokenRoutes } from "./pages/api_token_routes.tsx";
import { auditRoutes } from "./pages/audit_routes.tsx";
import { answerError } from "./pages/answer.tsx";
import { configurationRoutes } from "./pages/configuration_routes.tsx";
import { commandRoutes } from "./pages/command_routes.ts";
import { languageRoutes } from "./pages/language_routes.ts";
import { liveRoute } from "./pages/live_route.tsx";
import { campaignRoutes } from "./pages/campaign_routes.tsx";
import { faultRoutes } from "./pages/fault_routes.tsx";
import { commissioningRoutes } from "./pages/commissioning_routes.tsx";
import { createTestCharges } from "./commissioning/test_charges.ts";
import { firmwareRoutes } from "./pages/firmware_routes.tsx";
import { meterRoutes } from "./pages/meter_routes.tsx";
import { securityRoutes } from "./pages/security_routes.tsx";
import { previewRoutes } from "./pages/preview_routes.tsx";
import { createReportPrinter } from "./pages/report_printer.tsx";
import { reportRoutes } from "./pages/report_routes.tsx";
import { settingsRoutes } from "./pages/settings_routes.tsx";
import { startRoutes } from "./pages/start_routes.tsx";
import { sessionRoutes } from "./pages/session_routes.tsx";
import { siteTimeRoutes } from "./pages/site_time_page.tsx";
import { signInRoutes } from "./pages/sign_in_routes.tsx";
import { tokenRoutes } from "./pages/token_routes.tsx";
import { userRoutes } from "./pages/user_routes.tsx";
import { viewRoutes } from "./pages/view_routes.tsx";
import type { WebOptions, WebPorts } from "./ports.ts";
import { isForProgram, problem } from "./problem.ts";
import { createRequestRate, KNOWN_RATE, STRANGER_RATE } from "./request_rate.ts";
import { listRoutes, methodsOf } from "./routes.ts";
import { SCRYPT_COST, type ScryptCost } from "./sign_in/password.ts";
import { createSessionStore } from "./sign_in/sessions.ts";
import { createEnrolment } from "./sign_in/enrolment.ts";
import { createSignIn } from "./sign_in/sign_in.ts";
import { createUserAdmin } from "./sign_in/user_admin.ts";
import type { Handlers, WebContext, WebEnv, WebParts } from "./web_parts.ts";

/**
 * What goes over the air small: pages and their files, of which the line of a phone is the bottleneck. The
 * marks in forms are safe in compressed pages, as no other site's request is signed in (SameSite=Strict).
 */
const COMPRESSED = /^(text\/(html|css|javascript)|image\/svg\+xml)(;|$)/;

/** The largest body of a request. */
const BODY_BYTES_MAX = 256 * 1024;
/** A shorter token could be guessed; it is refused at start-up. */
export const ADMIN_TOKEN_LENGTH_MIN = 32;

/** The pages and the API, without a socket. */
export interface Web {
  fetch(request: Request, from: { readonly remoteAddress: string }): Promise<Response>;
  /** What the router answers, as "GET /path"; the table of routes has a line for each. */
  routes(): readonly string[];
  /** Ends every stream and timer; requests are no longer to be sent. */
  close(): void;
}

/**
 * Creates the pages and the API. `passwordCost` is lower in tests only. Throws `RangeError` for an
 * admin token that could be guessed.
 */
export function createWeb(
  options: WebOptions,
  ports: WebPorts,
  passwordCost: ScryptCost = SCRYPT_COST,
): Web {
  const { adminToken } = options;
  if (adminToken !== null && adminToken.length < ADMIN_TOKEN_LENGTH_MIN) {
    throw new RangeError(
      `Cannot use admin token: it has fewer than ${ADMIN_TOKEN_LENGTH_MIN} characters`,
    );
  }
  const parts = createParts(options, ports, passwordCost);
  const app = createApp(parts);
  return {
    async fetch(request, { remoteAddress }) {
      return await app.fetch(request, { remoteAddress });
    },
    routes: () =>
      app.routes.filter(({ method }) => method !== "ALL").map(({ method, path }) =>
        `${method} ${path}`
      ),
    close() {
      parts.apiEvents.close();
      parts.pagePatches.close();
      parts.commands.close();
    },
  };
}

function createParts(options: WebOptions, ports: WebPorts, passwordCost: ScryptCost): WebParts {
  const pagePatches = createPagePatches(ports);
  const audit = createAuditDesk(ports);
  const sessions = createSessionStore(ports.clock, ports.ids);
  return {
    options,
    ports,
    sessions,
    signIn: createSignIn(ports, passwordCost),
    enrolment: createEnrolment(ports),
    userAdmin: createUserAdmin({ ...ports, sessions }, passwordCost),
    audit,
    apiTokens: createApiTokens(ports),
    strangerRate: createRequestRate(STRANGER_RATE),
    knownRate: createRequestRate(KNOWN_RATE),
    commands: createCommandDesk(ports, audit, pagePatches.touch),
    configurations: createConfigurationDesk(ports, pagePatches.touch),
    messageNotes: createMessageNotes({ spawn: ports.spawn, onLoaded: pagePatches.touch }),
    apiEvents: createApiEvents(ports),
    pagePatches,
    printer: createReportPrinter({ options, ports }),
    loadHistories: createLoadHistories({ ports }),
    firstRun: createFirstRunDesk({ ports }),
    testCharges: createTestCharges({ ports }),
    apiDocument: openApiDocument(options),
  };
}

function createApp(parts: WebParts): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
    .use((context, next) => withRequestId(parts, context, next))
    .use(headers(parts.options))
    .use(compress({ contentTypeFilter: COMPRESSED }))
    // What is served has the address that the Host header makes of it.
    .use(async (context, next) => URL.canParse(context.req.url) ? await next() : noHost(context))
    .use(exceptUploads(bodyLimit({ maxSize: BODY_BYTES_MAX, onError: tooLarge })))
    .use(async (context, next) => {
      context.set("visitor", identify(parts, context));
      const held = slowDown(parts, context);
      if (held !== null) return held;
      return isOurs(context) ? await next() : fromElsewhere(parts, context);
    });
  const handlers = createHandlers(parts);
  const repeats = createRepeats(parts.ports);
  for (const route of listRoutes()) {
    const isCommand = route.method !== "GET" && route.path.startsWith("/api/v1/");
    const handler = handlers[route.key];
    // To know an upload again it would have to be read whole.
    const once = isCommand && route.key !== "POST /api/v1/firmware"
      ? repeats.behind(route, handler)
      : handler;
    app.on(route.method, route.path, guard(parts, route, once));
  }
  app.notFound((context) => notFound(parts, context));
  app.onError((error, context) => failed(parts, context, error));
  return app;
}

function createHandlers(parts: WebParts): Handlers {
  return {
    ...siteApi(parts),
    ...forecastApi(parts),
    ...recordApi(parts),
    ...meterApi(parts),
    ...commandApi(parts),
    ...operationApi(parts),
    ...reportApi(parts),
    ...recordFileApi(parts),
    ...faultApi(parts),
    ...commissioningApi(parts),
    ...alertApi(parts),
    ...configurationApi(parts),
    ...firmwareApi(parts),
    ...signInRoutes(parts),
    ...languageRoutes(parts),
    ...accountRoutes(parts),
    ...userRoutes(parts),
    ...apiTokenRoutes(parts),
    ...apiRoutes(parts),
    ...auditRoutes(parts),
    ...securityRoutes(parts),
    ...settingsRoutes(parts),
    ...startRoutes(parts),
    ...commissioningRoutes(parts),
    ...siteTimeRoutes(parts),
    ...chargerToolRoutes(parts),
    ...configurationRoutes(parts),
    ...viewRoutes(parts),
    ...tokenRoutes(parts),
    ...sessionRoutes(parts),
    ...previewRoutes(parts),
    ...meterRoutes(parts),
    ...reportRoutes(parts),
    ...faultRoutes(parts),
    ...firmwareRoutes(parts),
    ...campaignRoutes(parts),
    ...commandRoutes(parts),
    ...liveRoute(parts),
  };
}

async function withRequestId(parts: WebParts, context: WebContext, next: Next): Promise<void> {
  context.set("requestId", parts.ports.ids.uuid());
  context.set("visitor", { kind: "stranger" });
  await next();
  context.header("x-request-id", context.get("requestId"));
  if (!context.res.headers.has("cache-control")) context.header("cache-control", "no-store");
}

/** What browsers are told not to do with our pages. */
function headers({ tls }: WebOptions) {
  const none = ["'none'"];
  const self = ["'self'"];
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: none,
      scriptSrc: self,
      styleSrc: self,
      imgSrc: ["'self'", "data:"],
      connectSrc: self,
      formAction: self,
      frameAncestors: none,
      baseUri: none,
    },
    referrerPolicy: "no-referrer",
    xFrameOptions: "DENY",
    // Our own certificate is one that people have to accept by hand; with HSTS they could not.
    strictTransportSecurity: tls !== null && tls.isOwn !== true ? "max-age=31536000" : false,
    permissionsPolicy: { camera: [], microphone: [], geolocation: [], payment: [], usb: [] },
  });
}

/** Images are larger; whoever takes them in counts what he reads, and reads nothing of strangers. */
const UPLOADS: ReadonlySet<string> = new Set(["/firmware", "/api/v1/firmware"]);

function exceptUploads(limit: MiddlewareHandler): MiddlewareHandler<WebEnv> {
  return async (context, next) =>
    context.req.method === "POST" && UPLOADS.has(context.req.path)
      ? await next()
      : await limit(context, next);
}

function tooLarge(context: WebContext): Response {
  return problem(context, 413, `A body has at most ${BODY_BYTES_MAX} bytes.`);
}

function noHost(context: WebContext): Response {
  return problem(context, 400, "The Host header is not the name of a host.");
}

function notFound(parts: WebParts, context: WebContext): Response {
  if (!isForProgram(context.req.path)) return answerError(parts, context, "not-found");
  const methods = methodsOf(context.req.path);
  return methods.length === 0
    ? problem(context, 404, "There is nothing at this address.")
    : problem(context, 405, `Use ${methods.join(" or ")} here.`, {
      headers: { allow: methods.join(", ") },
    });
}

function fromElsewhere(parts: WebParts, context: WebContext): Response {
  return wantsProgram(context)
    ? problem(context, 403, "The request comes from another site.")
    : answerError(parts, context, "form-expired");
}

/** What the body of a request ends with whose sender has gone, as the server calls it. */
const SENDER_GONE: ReadonlySet<string> = new Set([
  "BadResource",
  "ConnectionAborted",
  "ConnectionReset",
  "Http",
  "UnexpectedEof",
]);

function failed(parts: WebParts, context: WebContext, error: Error): Response {
  if (context.req.raw.signal.aborted || SENDER_GONE.has(error.name)) {
    parts.ports.log("debug", "request_broken_off", { error: errorText(error) });
    return problem(context, 400, "The request was broken off.");
  }
  parts.ports.log("error", "request_failed", {
    requestId: context.get("requestId"),
    method: context.req.method,
    path: context.req.path,
    error: errorText(error),
  });
  return wantsProgram(context)
    ? problem(context, 500, "The gateway made a mistake; its log has it under this instance.")
    : answerError(parts, context, "broken");
}
