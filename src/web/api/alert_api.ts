import { JSON_FIELDS } from "../command_fields.ts";
import type { Handlers, WebParts } from "../web_parts.ts";
import { answerCommand } from "./command_answer.ts";
import { readJson } from "./json_body.ts";
import { show } from "./view_answer.ts";

/** Who is told of faults, and whether that arrives. */
export function alertApi(parts: WebParts) {
  return {
    "GET /api/v1/alerts": (context) => show(context, parts.ports.alerts.rules()),
    "GET /api/v1/first-aid": (context) => show(context, parts.ports.firstAid.rules()),
    "POST /api/v1/alerts/test": async (context) => {
      const body = await readJson(context, JSON_FIELDS.alertRule);
      return body.ok
        ? await answerCommand(parts, context, { kind: "test-alert", rule: body.value.rule })
        : body.answer;
    },
  } satisfies Partial<Handlers>;
}
