import type { z } from "zod";
import { compact } from "../../lib/json.ts";
import { doerOf } from "../audit_desk.ts";
import { JSON_FIELDS } from "../command_fields.ts";
import type { CommandRecord } from "../commands/desk.ts";
import { problem } from "../problem.ts";
import { settingFor } from "../setting_lookup.ts";
import type { Handlers, WebContext, WebParts } from "../web_parts.ts";
import { readJson } from "./json_body.ts";

/** What became of one charger's part of a change. */
export interface SettingOutcome {
  readonly chargerId: string;
  readonly outcome: "accepted" | "refused" | "failed" | "unanswered";
  readonly detail: string;
  /** It counts once the charger has restarted. */
  readonly needsRestart?: true;
}

/** Settings of many chargers. */
export function configurationApi(parts: WebParts) {
  return {
    "GET /api/v1/configuration": (context) => context.json(parts.ports.configuration.drifts()),
    "POST /api/v1/configuration": async (context) => {
      const body = await readJson(context, JSON_FIELDS.configureMany);
      return body.ok ? await setOnAll(parts, context, body.value) : body.answer;
    },
  } satisfies Partial<Handlers>;
}

async function setOnAll(
  { ports, commands, configurations }: WebParts,
  context: WebContext,
  { chargers, name, value }: z.output<typeof JSON_FIELDS.configureMany>,
): Promise<Response> {
  const missing = chargers.filter((id) => ports.views.charger(id) === undefined);
  if (missing.length > 0) {
    return problem(context, 404, `No charger has the identity ${missing.join(", ")}.`);
  }
  const results = await Promise.all(chargers.map(async (chargerId): Promise<SettingOutcome> => {
    const protocol = ports.views.charger(chargerId)?.protocol ?? null;
    const setting = settingFor(name, protocol, configurations.of(chargerId));
    if (setting === null) {
      return { chargerId, outcome: "refused", detail: "Its version has no setting of this name" };
    }
    const asker = doerOf(context.get("visitor"), context.env.remoteAddress);
    const command = { kind: "configure", chargerId, setting, value } as const;
    return outcomeOf(chargerId, await commands.begin(command, asker).answered);
  }));
  return context.json({ results });
}

function outcomeOf(chargerId: string, { progress }: CommandRecord): SettingOutcome {
  switch (progress.kind) {
    case "accepted": {
      const { detail, needsRestart } = progress;
      return compact({ chargerId, outcome: "accepted" as const, detail, needsRestart });
    }
    case "refused":
    case "failed":
      return { chargerId, outcome: progress.kind, detail: progress.reason };
    default:
      return { chargerId, outcome: "unanswered", detail: "No answer came in time" };
  }
}
