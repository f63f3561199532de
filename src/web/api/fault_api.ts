import { problem } from "../problem.ts";
import { type Handler, type Handlers, pathParameter, type WebParts } from "../web_parts.ts";
import { answerCommand } from "./command_answer.ts";
import { readQuery } from "./json_body.ts";
import { QUERIES } from "./queries.ts";
import { show } from "./view_answer.ts";

/** What is wrong on the site, and what was. */
export function faultApi(parts: WebParts) {
  const { views } = parts.ports;
  const unknown = "No fault has this id.";
  const decide = (kind: "acknowledge-fault" | "close-fault"): Handler => (context) => {
    const id = Number(pathParameter(context, "id"));
    return views.fault(id) === undefined
      ? problem(context, 404, unknown)
      : answerCommand(parts, context, { kind, id });
  };
  return {
    "GET /api/v1/faults": (context) => {
      const query = readQuery(context, QUERIES.faults);
      if (!query.ok) return query.answer;
      const { state, severity, charger, limit } = query.value;
      const found = views.faults(state === "raised" ? "standing" : undefined).filter((fault) =>
        (state === undefined || fault.state === state) &&
        (severity === undefined || fault.severity === severity) &&
        (charger === undefined || fault.place.chargerId === charger)
      );
      return show(context, found.slice(0, limit));
    },
    "GET /api/v1/faults/:id": (context) => {
      const fault = views.fault(Number(pathParameter(context, "id")));
      return fault === undefined ? problem(context, 404, unknown) : show(context, fault);
    },
    "POST /api/v1/faults/:id/acknowledge": decide("acknowledge-fault"),
    "POST /api/v1/faults/:id/close": decide("close-fault"),
  } satisfies Partial<Handlers>;
}
