import { z } from "zod";
import { withCharger, withFuse } from "../first_run/first_run_yaml.ts";
import { firstRunTextOf } from "../first_run/first_run_text.ts";
import { languageOf } from "../language.ts";
import { settingsTextOf } from "../settings_text.ts";
import type { Command } from "../commands/command.ts";
import type { SettingsPort } from "../settings_port.ts";
import type { Handlers, WebContext, WebParts } from "../web_parts.ts";
import { answerError, answerPage } from "./answer.tsx";
import { carryOut } from "./command_routes.ts";
import { withForm } from "./own_form.ts";
import { pageOf } from "./page.ts";
import { note } from "./sign_in_routes.tsx";
import {
  CHARGER_AMPS_MAX,
  CONNECTORS_MAX,
  FUSE_AMPS_MAX,
  PHASE_CHOICES,
  SLOT_MAX,
} from "./start_forms.tsx";
import { StartPage, startScene, type StartTrouble } from "./start_page.tsx";
import { hostOf } from "./view_routes.tsx";

const NUMBER = z.string().trim().regex(/^\d{1,5}(\.\d{1,3})?$/).transform(Number);

const FuseFields = z.object({ amps: NUMBER.pipe(z.number().min(1).max(FUSE_AMPS_MAX)) });

const ChargerField = z.object({ chargerId: z.string().min(1).max(48) });

const PlaceFields = ChargerField.extend({
  slot: NUMBER.pipe(z.int().min(1).max(SLOT_MAX)),
  connectors: NUMBER.pipe(z.int().min(1).max(CONNECTORS_MAX)),
  circuit: z.string().min(1).max(100),
  phases: z.enum(PHASE_CHOICES).transform((choice) =>
    choice === "L1,L2,L3" ? (["L1", "L2", "L3"] as const) : [choice]
  ),
  maxAmps: NUMBER.pipe(z.number().min(6).max(CHARGER_AMPS_MAX)),
});

/** From nothing to the first charged car: looking, and what is written into site.yaml on the way. */
export function startRoutes(parts: WebParts) {
  return {
    "GET /start": (context) => startPage(parts, context, null),
    "POST /start/fuse": (context) =>
      withForm(parts, context, FuseFields, async ({ amps }) => {
        const written = await write(
          parts,
          context,
          `fuse ${amps} A`,
          (text) => withFuse(text, amps),
        );
        return written ?? context.redirect("/start", 303);
      }),
    "POST /start/chargers": (context) =>
      withForm(
        parts,
        context,
        z.union([PlaceFields, ChargerField]),
        (fields) => adopt(parts, context, fields),
      ),
  } satisfies Partial<Handlers>;
}

async function adopt(
  parts: WebParts,
  context: WebContext,
  fields: z.output<typeof PlaceFields> | z.output<typeof ChargerField>,
): Promise<Response> {
  const { views, settings } = parts.ports;
  const { chargerId } = fields;
  if (!views.waiting().some(({ id }) => id === chargerId)) {
    return answerError(parts, context, "not-found");
  }
  if (settings === undefined) return answerError(parts, context, "not-found");
  const { named } = await parts.firstRun.look();
  if (named.includes(chargerId)) {
    const command: Command = { kind: "adopt", chargerId };
    return await carryOut(parts, context, command, () => "/start");
  }
  if (!("slot" in fields)) return answerError(parts, context, "bad-input");
  const { slot, connectors, circuit: circuitId, phases, maxAmps: maxCurrentAmps } = fields;
  if (!views.circuits().some(({ id }) => id === circuitId)) {
    return answerError(parts, context, "bad-input");
  }
  const place = { chargerId, circuitId, slot, connectors, phases, maxCurrentAmps };
  const about = `charger ${chargerId} at slot ${slot}`;
  const refused = await write(parts, context, about, (text) => withCharger(text, place));
  if (refused !== null) return refused;
  // It comes in when its place has been read: before, it would be given another slot.
  const command: Command = { kind: "adopt", chargerId, from: "next-start" };
  return await carryOut(parts, context, command, () => "/start");
}

/**
 * Writes something into site.yaml, on trial. Null where it was; else the page that says why not: what is
 * wrong with the file as it stands comes first, for nothing is written into one that is.
 */
async function write(
  parts: WebParts,
  context: WebContext,
  about: string,
  edit: (text: string) => string,
): Promise<Response | null> {
  const { settings } = parts.ports;
  if (settings === undefined) return answerError(parts, context, "not-found");
  const words = settingsTextOf(languageOf(parts, context));
  const { problems: message } = firstRunTextOf(languageOf(parts, context));
  const { text, digest } = settings.read();
  const { problems, changed } = await edited(settings, text, edit);
  if (problems.length > 0) return await startPage(parts, context, { message, problems });
  const outcome = settings.apply(changed, digest);
  await note(parts, context, {
    what: "settings-applied",
    outcome: outcome.kind === "applied" ? "done" : "failed",
    detail: `${about}: ${
      outcome.kind === "applied" ? settings.read().digest.slice(0, 16) : outcome.kind
    }`,
  });
  switch (outcome.kind) {
    case "applied":
      parts.firstRun.written();
      return null;
    case "changed-meanwhile":
      return await startPage(parts, context, { message: words.changedMeanwhile, problems: [] });
    case "not-written":
      return await startPage(parts, context, {
        message: words.notWritten(outcome.reason),
        problems: [],
      });
  }
}

async function edited(
  settings: SettingsPort,
  text: string,
  edit: (text: string) => string,
) {
  const before = await settings.check(text);
  if (before.problems.length > 0) return { problems: before.problems, changed: text };
  const changed = edit(text);
  const after = await settings.check(changed);
  return { problems: after.problems, changed };
}

async function startPage(
  parts: WebParts,
  context: WebContext,
  trouble: StartTrouble | null,
): Promise<Response> {
  const memory = await parts.firstRun.look();
  const skip = context.req.query("skip") ?? "";
  const scene = startScene(pageOf(parts, context), parts.ports.views, memory, {
    host: hostOf(context),
    skip,
  });
  const page = <StartPage scene={scene} trouble={trouble} />;
  return answerPage(context, page, trouble === null ? 200 : 422);
}
