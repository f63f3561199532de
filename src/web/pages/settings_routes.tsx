import { z } from "zod";
import { languageOf } from "../language.ts";
import { settingsTextOf } from "../settings_text.ts";
import type { Handlers, WebContext, WebParts } from "../web_parts.ts";
import { answerBundle } from "../support_bundle.ts";
import { answerError, answerPage } from "./answer.tsx";
import { withForm } from "./own_form.ts";
import { pageOf } from "./page.ts";
import {
  SETTINGS_TEXT_MAX,
  SettingsAppliedPage,
  type SettingsCheck,
  SettingsPage,
} from "./settings_page.tsx";
import { note } from "./sign_in_routes.tsx";

/** Browsers send text areas with the line ends of another age. */
const SettingsFields = z.object({
  text: z.string().max(SETTINGS_TEXT_MAX * 2).transform((text) => text.replaceAll("\r\n", "\n"))
    .pipe(z.string().max(SETTINGS_TEXT_MAX)),
  base: z.string().regex(/^[0-9a-f]{64}$/),
});

/** The configuration as a page: looking, checking, applying; and the backup. */
export function settingsRoutes(parts: WebParts) {
  const { settings, archive } = parts.ports;
  return {
    "GET /settings": (context) => settingsPage(parts, context, null, null),
    "POST /settings/check": (context) =>
      withForm(parts, context, SettingsFields, async ({ text, base }) => {
        if (settings === undefined) return answerError(parts, context, "not-found");
        const check = { text, ...await settings.check(text) };
        return settingsPage(parts, context, check, meanwhile(parts, context, base));
      }),
    "POST /settings/apply": (context) =>
      withForm(parts, context, SettingsFields, async ({ text, base }) => {
        if (settings === undefined) return answerError(parts, context, "not-found");
        // What a form says was checked is checked again.
        const check = { text, ...await settings.check(text) };
        if (check.problems.length > 0) return settingsPage(parts, context, check, null);
        const outcome = settings.apply(text, base);
        const detail = outcome.kind === "applied"
          ? `${base.slice(0, 16)} → ${settings.read().digest.slice(0, 16)}`
          : outcome.kind;
        await note(parts, context, {
          what: "settings-applied",
          outcome: outcome.kind === "applied" ? "done" : "failed",
          detail,
        });
        const words = settingsTextOf(languageOf(parts, context));
        switch (outcome.kind) {
          case "applied":
            return answerPage(context, <SettingsAppliedPage page={pageOf(parts, context)} />);
          case "changed-meanwhile":
            return settingsPage(parts, context, check, words.changedMeanwhile);
          case "not-written":
            return settingsPage(parts, context, check, words.notWritten(outcome.reason));
        }
      }),
    "POST /settings/backup": (context) =>
      withForm(parts, context, z.object({}), async () => {
        if (archive === undefined) return answerError(parts, context, "not-found");
        const made = await archive.make();
        if (made === null) {
          const { backupBusy } = settingsTextOf(languageOf(parts, context));
          return settingsPage(parts, context, null, backupBusy);
        }
        await note(parts, context, { what: "backup-made", outcome: "done", detail: made.name });
        return context.body(made.content, 200, {
          "content-type": "application/gzip",
          "content-length": String(made.bytes),
          "content-disposition": `attachment; filename="${made.name}"`,
        });
      }),
    "POST /settings/support-bundle": (context) =>
      withForm(parts, context, z.object({}), async () => {
        if (parts.ports.support === undefined) return answerError(parts, context, "not-found");
        const { bundleBusy } = settingsTextOf(languageOf(parts, context));
        return await answerBundle(parts, context) ??
          settingsPage(parts, context, null, bundleBusy);
      }),
  } satisfies Partial<Handlers>;
}

function meanwhile(parts: WebParts, context: WebContext, base: string): string | null {
  const { settings } = parts.ports;
  return settings === undefined || settings.read().digest === base
    ? null
    : settingsTextOf(languageOf(parts, context)).changedMeanwhile;
}

function settingsPage(
  parts: WebParts,
  context: WebContext,
  check: SettingsCheck | null,
  trouble: string | null,
): Response {
  const { settings, archive } = parts.ports;
  const scene = {
    page: pageOf(parts, context),
    version: parts.options.version,
    settings: settings?.read() ?? null,
    check,
    trouble,
    hasBackup: archive !== undefined,
    hasBundle: parts.ports.support !== undefined,
  };
  const isWrong = trouble !== null || (check?.problems.length ?? 0) > 0;
  return answerPage(context, <SettingsPage scene={scene} />, isWrong ? 422 : 200);
}
