import { z } from "zod";
import { ASSETS } from "../assets.ts";
import { FORM_FIELDS } from "../command_fields.ts";
import { commissioningTextOf } from "../commissioning/commissioning_text.ts";
import { withPhases } from "../commissioning/rotation_yaml.ts";
import { languageOf } from "../language.ts";
import { problem } from "../problem.ts";
import { settingsTextOf } from "../settings_text.ts";
import { type Handler, type Handlers, pathParameter } from "../web_parts.ts";
import type { WebContext, WebParts } from "../web_parts.ts";
import type { ChargerView } from "../views.ts";
import { answerError, answerPage } from "./answer.tsx";
import { CommissioningListPage } from "./commissioning_list_page.tsx";
import {
  CommissioningPage,
  type CommissioningScene,
  type CommissioningTrouble,
} from "./commissioning_page.tsx";
import { CommissioningSheets, type SheetsScene } from "./commissioning_sheet.tsx";
import { doneAt, submit } from "./command_routes.ts";
import { evseElementId } from "./evse_card.tsx";
import { withForm } from "./own_form.ts";
import { type Page, pageOf } from "./page.ts";
import { note } from "./sign_in_routes.tsx";
import { SLOT_MAX } from "./start_forms.tsx";
import { noteOf } from "./view_routes.tsx";

const SlotField = z.object({
  slot: z.string().trim().regex(/^\d{1,5}$/).transform(Number).pipe(z.int().min(1).max(SLOT_MAX)),
});

/** From a charger that was let in to a sheet on its door. */
export function commissioningRoutes(parts: WebParts) {
  const { views } = parts.ports;
  const onSlot = (kind: "test-rotation" | "end-rotation-test"): Handler => (context) => {
    const slot = Number(pathParameter(context, "slot"));
    const evse = views.evse(slot);
    if (evse === undefined) return answerError(parts, context, "not-found");
    const back = `/chargers/${encodeURIComponent(evse.chargerId)}/commissioning`;
    return submit(parts, context, FORM_FIELDS.nothing, () => ({ kind, slot }), doneAt(back));
  };
  const ofCharger =
    (show: (charger: ChargerView, context: WebContext) => Promise<Response>): Handler =>
    (context) => {
      const charger = views.charger(pathParameter(context, "id"));
      return charger === undefined
        ? answerError(parts, context, "not-found")
        : show(charger, context);
    };
  return {
    "GET /commissioning": async (context) => {
      const page = pageOf(parts, context);
      const scenes = await scenesOf(parts, page, views.chargers());
      const waiting = views.waiting();
      return answerPage(
        context,
        <CommissioningListPage page={page} scenes={scenes} waiting={waiting} />,
      );
    },
    "GET /commissioning/sheets": async (context) =>
      answerPage(context, <CommissioningSheets scene={await sheetsOf(parts, context)} />),
    "GET /chargers/:id/commissioning": ofCharger((charger, context) =>
      showCharger(parts, context, charger, null)
    ),
    "GET /chargers/:id/sheet": ofCharger(async (charger, context) =>
      answerPage(context, <CommissioningSheets scene={await sheetsOf(parts, context, charger)} />)
    ),
    "POST /chargers/:id/commissioning/rotation": ofCharger((charger, context) =>
      withForm(parts, context, SlotField, ({ slot }) => takeOver(parts, context, charger, slot))
    ),
    "POST /evses/:slot/rotation-test": onSlot("test-rotation"),
    "POST /evses/:slot/rotation-test/end": onSlot("end-rotation-test"),
    // What the code at a connector says stays right when its charger is replaced.
    "GET /slots/:slot": (context) => {
      const slot = Number(pathParameter(context, "slot"));
      const evse = views.evse(slot);
      return evse === undefined ? answerError(parts, context, "not-found") : context.redirect(
        `/chargers/${encodeURIComponent(evse.chargerId)}#${evseElementId(slot)}`,
      );
    },
  } satisfies Partial<Handlers>;
}

/** A charger as the pages of commissioning show it, with what was remembered of it. */
export function commissioningScene(
  { ports, testCharges, firstRun }: WebParts,
  page: Page,
  charger: ChargerView,
): CommissioningScene {
  return {
    page,
    charger,
    rotation: ports.rotation,
    charges: testCharges.known(charger.id),
    memory: firstRun.known(),
  };
}

async function scenesOf(
  parts: WebParts,
  page: Page,
  chargers: readonly ChargerView[],
): Promise<readonly CommissioningScene[]> {
  for (const { id } of chargers) await parts.testCharges.look(id);
  return chargers.map((charger) => commissioningScene(parts, page, charger));
}

async function showCharger(
  parts: WebParts,
  context: WebContext,
  charger: ChargerView,
  trouble: CommissioningTrouble | null,
): Promise<Response> {
  const page = pageOf(parts, context);
  await parts.firstRun.look();
  await parts.testCharges.look(charger.id);
  return answerPage(
    context,
    <CommissioningPage
      scene={commissioningScene(parts, page, charger)}
      note={noteOf(parts, context, page)}
      trouble={trouble}
    />,
    trouble === null ? 200 : 422,
  );
}

/** What a test found goes into site.yaml, on trial: nothing of it where the file is not in order. */
async function takeOver(
  parts: WebParts,
  context: WebContext,
  charger: ChargerView,
  slot: number,
): Promise<Response> {
  const { settings, rotation } = parts.ports;
  const { last } = rotation(slot);
  const isOwn = charger.slots.includes(slot) && last?.chargerId === charger.id;
  if (settings === undefined || !isOwn || last.outcome.kind !== "found") {
    return answerError(parts, context, "bad-input");
  }
  const language = languageOf(parts, context);
  const [words, own] = [settingsTextOf(language), commissioningTextOf(language)];
  const refuse = (message: string, problems: CommissioningTrouble["problems"] = []) =>
    showCharger(parts, context, charger, { message, problems });
  const { text, digest } = settings.read();
  const before = await settings.check(text);
  if (before.problems.length > 0) return await refuse(own.takeTitle, before.problems);
  const { lines } = last.outcome;
  const changed = withPhases(text, { chargerId: charger.id, slot }, lines);
  if (changed === null) return await refuse(own.notInFile);
  const after = await settings.check(changed);
  if (after.problems.length > 0) return await refuse(own.takeTitle, after.problems);
  const outcome = settings.apply(changed, digest);
  await note(parts, context, {
    what: "settings-applied",
    outcome: outcome.kind === "applied" ? "done" : "failed",
    detail: `phases of slot ${slot}: ${lines.join(", ")} (${outcome.kind})`,
  });
  switch (outcome.kind) {
    case "applied":
      parts.firstRun.written();
      return context.redirect(`/chargers/${encodeURIComponent(charger.id)}/commissioning`, 303);
    case "changed-meanwhile":
      return await refuse(words.changedMeanwhile);
    case "not-written":
      return await refuse(words.notWritten(outcome.reason));
  }
}

async function sheetsOf(
  parts: WebParts,
  context: WebContext,
  only?: ChargerView,
): Promise<SheetsScene> {
  const page = pageOf(parts, context);
  const { views } = parts.ports;
  return {
    page,
    chargers: await scenesOf(parts, page, only === undefined ? views.chargers() : [only]),
    circuits: views.circuits(),
    origin: new URL(context.req.url).origin,
  };
}

/** Sheets as a PDF file, where site.yaml names a program that makes one. */
export async function sheetsPdf(
  parts: WebParts,
  context: WebContext,
  only?: ChargerView,
): Promise<Response> {
  const { printPdf } = parts.ports.reports;
  const path = only === undefined
    ? "/commissioning/sheets"
    : `/chargers/${encodeURIComponent(only.id)}/sheet`;
  if (printPdf === null) {
    return problem(
      context,
      501,
      "No PDF is made here: site.yaml names no Chromium under reports.printing. " +
        `${path} is the same, ready to be printed by a browser.`,
    );
  }
  const style = ASSETS.stylesheet.content;
  const scene = await sheetsOf(parts, context, only);
  const html = `<!DOCTYPE html>${String(<CommissioningSheets scene={scene} style={style} />)}`;
  // A charger's id may hold what no file name does.
  const name = only === undefined ? "all" : only.id.replace(/[^\w.-]/g, "_");
  return context.body(await printPdf(html), 200, {
    "content-type": "application/pdf",
    "content-disposition": `attachment; filename="commissioning-${name}.pdf"`,
  });
}
