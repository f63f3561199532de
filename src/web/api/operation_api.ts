import { API_EVENT_NAMES } from "../live/api_events.ts";
import { EVENT_STREAM_HEADERS } from "../live/event_stream.ts";
import { problem } from "../problem.ts";
import { answerBundle } from "../support_bundle.ts";
import { isWelcome } from "../visitor.ts";
import { type Handlers, principalOf, type WebContext, type WebParts } from "../web_parts.ts";
import { readQuery } from "./json_body.ts";
import { QUERIES } from "./queries.ts";

/** Health, metrics and the stream of events. */
export function operationApi(parts: WebParts) {
  const { ports, apiEvents } = parts;
  return {
    "GET /healthz": (context) =>
      ports.health().alive ? context.text("ok\n") : context.text("failing\n", 503),
    "GET /readyz": (context) =>
      ports.health().ready ? context.text("ready\n") : context.text("not ready\n", 503),
    "GET /metrics": async (context) =>
      context.body(await ports.metrics(), 200, {
        "content-type": "text/plain; version=0.0.4; charset=utf-8",
      }),
    "GET /api/v1/openapi.json": async (context) => context.json(await parts.apiDocument()),
    "GET /api/v1/support-bundle": async (context) =>
      await answerBundle(parts, context) ??
        problem(context, 503, "Another bundle is being made, or nobody makes any."),
    "GET /api/v1/events": (context) => {
      const query = readQuery(context, QUERIES.events);
      if (!query.ok) return query.answer;
      const visitor = context.get("visitor");
      const stream = apiEvents.open({
        lastEventId: lastEventIdOf(context),
        principal: principalOf(context),
        names: new Set(query.value.only ?? API_EVENT_NAMES),
        isWelcome: () => isWelcome(visitor, { ...parts, users: ports.users }),
      });
      return stream === null
        ? problem(context, 503, "Too many streams are open.")
        : context.body(stream, 200, EVENT_STREAM_HEADERS);
    },
  } satisfies Partial<Handlers>;
}

/** The place where an earlier stream ended; a browser shows it by itself. */
function lastEventIdOf(context: WebContext): string | null {
  const id = context.req.header("last-event-id") ?? "";
  return id === "" ? null : id.slice(0, 64);
}
