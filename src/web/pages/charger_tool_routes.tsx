import { z } from "zod";
import { within } from "../../lib/clock.ts";
import { isRecord } from "../../lib/json.ts";
import { isOcppVersion, loadValidator } from "../../ocpp/mod.ts";
import type { SettingName } from "../../site/mod.ts";
import { doerOf } from "../audit_desk.ts";
import { chargerTextOf } from "../charger_text.ts";
import type { ChargerView } from "../views.ts";
import {
  type Handler,
  type Handlers,
  pathParameter,
  type WebContext,
  type WebParts,
} from "../web_parts.ts";
import { answerError, answerPage } from "./answer.tsx";
import { type CallCheck, CallPage } from "./charger_call_page.tsx";
import { ConfigurationPage } from "./charger_configuration_page.tsx";
import { MessagesPage } from "./charger_messages_page.tsx";
import { configurationScene, messagesScene } from "./charger_tool_scenes.ts";
import { submit } from "./command_routes.ts";
import { withForm } from "./own_form.ts";
import { type Page, pageOf } from "./page.ts";

/** A charger that tells at once shows on the very next page, also without any script. */
const PATIENCE_MS = 3_000;

const CallFields = z.object({
  do: z.enum(["check", "send"]),
  action: z.string().trim().regex(/^[A-Za-z]{1,50}$/),
  payload: z.string().max(20_000),
});
const SettingFields = z.object({
  name: z.string().trim().regex(/^[\x20-\x7e]{1,250}$/),
  // 2.x: up to 2500 characters.
  value: z.string().max(2_500),
});

/** The pages of one charger's settings, frames and raw calls. */
export function chargerToolRoutes(parts: WebParts) {
  return {
    "GET /chargers/:id/configuration": ofCharger(parts, (context, charger) => {
      const scene = configurationScene(parts, pageOf(parts, context), charger, context.req.query());
      return answerPage(context, <ConfigurationPage scene={scene} />);
    }),
    "POST /chargers/:id/configuration/read": ofCharger(
      parts,
      (context, charger) =>
        withForm(parts, context, z.object({}), async () => {
          const told = Promise.all([
            parts.configurations.read(charger.id),
            parts.ports.configuration.check(charger.id),
          ]);
          parts.ports.spawn("read settings of a charger", () => told);
          await within(parts.ports.clock, PATIENCE_MS, told);
          return context.redirect(pathOf(charger, "configuration"), 303);
        }),
    ),
    "POST /chargers/:id/configuration": ofCharger(
      parts,
      (context, charger) => configure(parts, context, charger),
    ),
    "GET /chargers/:id/messages": ofCharger(parts, (context, charger) => {
      const scene = messagesScene(parts, pageOf(parts, context), charger, context.req.query());
      return answerPage(context, <MessagesPage scene={scene} />);
    }),
    "GET /chargers/:id/message": ofCharger(
      parts,
      (context, charger) =>
        callPage(parts, context, charger, { action: "", payload: "{}", check: null }),
    ),
    "POST /chargers/:id/message": ofCharger(
      parts,
      (context, charger) =>
        withForm(parts, context, CallFields, (fields) => call(parts, context, charger, fields)),
    ),
  } satisfies Partial<Handlers>;
}

function ofCharger(
  parts: WebParts,
  show: (context: WebContext, charger: ChargerView) => Response | Promise<Response>,
): Handler {
  return (context) => {
    const charger = parts.ports.views.charger(pathParameter(context, "id"));
    return charger === undefined
      ? answerError(parts, context, "not-found")
      : show(context, charger);
  };
}

function pathOf({ id }: ChargerView, page: string): string {
  return `/chargers/${encodeURIComponent(id)}/${page}`;
}

function configure(
  parts: WebParts,
  context: WebContext,
  charger: ChargerView,
): Response | Promise<Response> {
  const known = parts.configurations.of(charger.id);
  return submit(
    parts,
    context,
    SettingFields.transform(({ name, value }, issues) => {
      const setting = settingNamed(name, charger, known);
      if (setting !== null) return { setting, value };
      issues.addIssue({ code: "custom", message: "Nobody knows this setting" });
      return z.NEVER;
    }),
    (fields) => ({ kind: "configure", chargerId: charger.id, ...fields }),
    () => `${pathOf(charger, "configuration")}#commands`,
  );
}

/** A key of 1.6 may be one that the charger does not tell; a variable of 2.x is one that it told. */
function settingNamed(
  name: string,
  { protocol }: ChargerView,
  known: ReturnType<WebParts["configurations"]["of"]>,
): SettingName | null {
  if (protocol === "ocpp1.6") return name.length <= 50 ? { key: name } : null;
  if (known.kind !== "told" || known.reading.kind !== "read") return null;
  return known.reading.settings.find((each) => each.name === name)?.at ?? null;
}

interface Typed {
  readonly action: string;
  readonly payload: string;
  readonly check: CallCheck | null;
}

async function callPage(
  parts: WebParts,
  context: WebContext,
  charger: ChargerView,
  typed: Typed,
): Promise<Response> {
  const { protocol } = charger;
  const isKnown = protocol !== null && isOcppVersion(protocol);
  const actions = isKnown ? (await loadValidator(protocol)).actions("request") : [];
  const scene = {
    page: pageOf(parts, context),
    charger,
    actions: actions.toSorted(),
    records: parts.commands.recordsOf(charger.id),
    ...typed,
  };
  const status = typed.check?.kind === "wrong" ? 422 : 200;
  return answerPage(context, <CallPage scene={scene} />, status);
}

async function call(
  parts: WebParts,
  context: WebContext,
  charger: ChargerView,
  { do: wanted, action, payload: text }: z.output<typeof CallFields>,
): Promise<Response> {
  const read = await payloadOf(pageOf(parts, context), charger, action, text);
  const check: CallCheck = read.kind === "fits" ? { kind: "fits" } : read;
  if (read.kind === "wrong" || wanted === "check") {
    return callPage(parts, context, charger, { action, payload: text, check });
  }
  const { commands, ports } = parts;
  const command = {
    kind: "message",
    chargerId: charger.id,
    action,
    payload: read.payload,
  } as const;
  const asker = doerOf(context.get("visitor"), context.env.remoteAddress);
  const { answered } = commands.begin(command, asker);
  ports.spawn("await command", () => answered);
  await within(ports.clock, PATIENCE_MS, answered);
  return context.redirect(`${pathOf(charger, "message")}#answers`, 303);
}

type PayloadReading =
  | { readonly kind: "fits"; readonly payload: Readonly<Record<string, unknown>> }
  | CallCheck & { readonly kind: "wrong" };

/** The payload as JSON that the charger's version of OCPP allows, or what is wrong with it. */
async function payloadOf(
  { site }: Page,
  { protocol }: ChargerView,
  action: string,
  text: string,
): Promise<PayloadReading> {
  const words = chargerTextOf(site.language);
  const wrong = (message: string): PayloadReading => ({
    kind: "wrong",
    problems: [{ path: "", message }],
  });
  if (protocol === null || !isOcppVersion(protocol)) return wrong(words.versionUnknown);
  let payload: unknown;
  try {
    payload = JSON.parse(text.trim() === "" ? "{}" : text);
  } catch (error) {
    return wrong(`${words.noJson}: ${error instanceof Error ? error.message : ""}`);
  }
  if (!isRecord(payload)) return wrong(words.noObject);
  const problems = (await loadValidator(protocol)).strict("request", action, payload);
  return problems.length === 0 ? { kind: "fits", payload } : { kind: "wrong", problems };
}
