import { z } from "zod";
import { within } from "../../lib/clock.ts";
import { doerOf } from "../audit_desk.ts";
import { settingFor } from "../setting_lookup.ts";
import type { Handlers, WebContext, WebParts } from "../web_parts.ts";
import { answerError, answerPage } from "./answer.tsx";
import { ManySettingsPage, type ManySettingsScene } from "./configuration_page.tsx";
import { withForm } from "./own_form.ts";
import { pageOf } from "./page.ts";

/** More columns nobody can read, and more readings need not be kept. */
export const CHOSEN_MAX = 8;
/** Most chargers tell within this time; who does not is asked on. */
const PATIENCE_MS = 8_000;

const Chosen = {
  charger: z.union([z.string(), z.array(z.string())]).default([])
    .transform((given) => [...new Set([given].flat())])
    .pipe(z.array(z.string().min(1).max(48)).min(1).max(CHOSEN_MAX)),
  all: z.literal("1").optional(),
};
const ReadFields = z.object(Chosen);
const SetFields = z.object({
  ...Chosen,
  name: z.string().trim().regex(/^[\x20-\x7e]{1,250}$/),
  value: z.string().max(2_500),
});

/** The page of many chargers' settings. */
export function configurationRoutes(parts: WebParts) {
  return {
    "GET /configuration": (context) =>
      answerPage(context, <ManySettingsPage scene={sceneOf(parts, context)} />),
    "POST /configuration/read": (context) =>
      withForm(parts, context, ReadFields, async ({ charger, all }) => {
        if (!areThere(parts, charger)) return answerError(parts, context, "not-found");
        const told = Promise.all(
          charger.flatMap((id) => [
            parts.configurations.read(id),
            parts.ports.configuration.check(id),
          ]),
        );
        parts.ports.spawn("read settings of chargers", () => told);
        await within(parts.ports.clock, PATIENCE_MS, told);
        return context.redirect(`${addressOf(charger, all)}#matrix`, 303);
      }),
    "POST /configuration": (context) =>
      withForm(parts, context, SetFields, (fields) => setOnAll(parts, context, fields)),
  } satisfies Partial<Handlers>;
}

function areThere({ ports }: WebParts, chargers: readonly string[]): boolean {
  return chargers.every((id) => ports.views.charger(id) !== undefined);
}

function addressOf(chargers: readonly string[], all: "1" | undefined, more: string[][] = []) {
  const query = new URLSearchParams([
    ...chargers.map((id) => ["charger", id]),
    ...(all === undefined ? [] : [["all", all]]),
    ...more,
  ]);
  return `/configuration?${query}`;
}

function sceneOf(parts: WebParts, context: WebContext): ManySettingsScene {
  const { ports, configurations, commands } = parts;
  const chargers = ports.views.chargers();
  const asked = new Set(context.req.queries("charger") ?? []);
  const chosen = chargers.filter(({ id }) => asked.has(id)).slice(0, CHOSEN_MAX);
  const drifts = ports.configuration.drifts();
  const named = new Set(context.req.queries("unknown") ?? []);
  return {
    page: pageOf(parts, context),
    chargers,
    columns: chosen.map(({ id }) => ({
      chargerId: id,
      known: configurations.of(id),
      drift: drifts.find(({ chargerId }) => chargerId === id) ?? null,
    })),
    drifts: chosen.length === 0
      ? drifts
      : drifts.filter(({ chargerId }) => chosen.some(({ id }) => id === chargerId)),
    records: chosen.flatMap(({ id }) => commands.recordsOf(id))
      .filter(({ command }) => command.kind === "configure")
      .toSorted((a, b) => b.id - a.id),
    isAll: context.req.query("all") === "1",
    change: (context.req.query("change") ?? "").slice(0, 250),
    unknown: chosen.map(({ id }) => id).filter((id) => named.has(id)),
    chosenMax: CHOSEN_MAX,
  };
}

/** Each charger is told in its own version; one that is known not to have the setting is left out. */
async function setOnAll(
  parts: WebParts,
  context: WebContext,
  { charger, all, name, value }: z.output<typeof SetFields>,
): Promise<Response> {
  const { ports, commands, configurations } = parts;
  if (!areThere(parts, charger)) return answerError(parts, context, "not-found");
  const unknown: string[] = [];
  const answers = charger.flatMap((chargerId) => {
    const protocol = ports.views.charger(chargerId)?.protocol ?? null;
    const setting = settingFor(name, protocol, configurations.of(chargerId));
    if (setting === null) {
      unknown.push(chargerId);
      return [];
    }
    const command = { kind: "configure", chargerId, setting, value } as const;
    const asker = doerOf(context.get("visitor"), context.env.remoteAddress);
    return [commands.begin(command, asker).answered];
  });
  const answered = Promise.all(answers);
  ports.spawn("await commands", () => answered);
  await within(ports.clock, PATIENCE_MS, answered);
  const left = unknown.map((id) => ["unknown", id]);
  return context.redirect(`${addressOf(charger, all, left)}#outcomes`, 303);
}
