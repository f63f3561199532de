import { problem } from "../problem.ts";
import { type Handlers, pathParameter, type WebParts } from "../web_parts.ts";
import { readJson } from "./json_body.ts";
import { changeOf, PreviewBody } from "./preview_body.ts";
import { show } from "./view_answer.ts";

/** What may become of the next hours, as things are and with a change. Nothing is changed by asking. */
export function forecastApi({ ports: { forecasts, views } }: WebParts) {
  return {
    "GET /api/v1/circuits/:id/plan": async (context) => {
      const id = pathParameter(context, "id");
      return views.circuits().some((circuit) => circuit.id === id)
        ? show(context, await forecasts.plan(id))
        : problem(context, 404, "No circuit has this id.");
    },
    "POST /api/v1/load/preview": async (context) => {
      const body = await readJson(context, PreviewBody);
      if (!body.ok) return body.answer;
      const outcome = await forecasts.preview(changeOf(body.value));
      switch (outcome.kind) {
        case "preview":
          return show(context, outcome.preview);
        case "unknown":
          return problem(context, 404, "There is no such EVSE or circuit.");
        case "no-session":
          return problem(context, 409, "No session is running there.");
        case "busy":
          return problem(context, 503, "Another preview is being reckoned. Try again in a moment.");
      }
    },
  } satisfies Partial<Handlers>;
}
