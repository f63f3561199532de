import type { z } from "zod";
import { within } from "../../lib/clock.ts";
import { doerOf } from "../audit_desk.ts";
import { CampaignForm, FIRMWARE_FORMS, wishOfForm } from "../firmware/firmware_fields.ts";
import { type Handlers, pathParameter, type WebContext, type WebParts } from "../web_parts.ts";
import { answerError, answerPage } from "./answer.tsx";
import { CampaignFormPage } from "./campaign_form.tsx";
import { CampaignPage, CampaignPreviewPage } from "./campaign_page.tsx";
import { doneAt, submit } from "./command_routes.ts";
import { withForm } from "./own_form.ts";
import { pageOf } from "./page.ts";
import { noteOf } from "./view_routes.tsx";

/** The disk has taken it by then. */
const PATIENCE_MS = 3_000;

/** The pages of campaigns: choosing, looking before it begins, following it. */
export function campaignRoutes(parts: WebParts) {
  const { firmware, views } = parts.ports;
  return {
    "GET /firmware/campaigns/new": (context) => {
      const image = firmware?.shelf().images.find(({ sha256 }) =>
        sha256 === context.req.query("image")
      );
      if (image === undefined || image.meantFor === null) {
        return answerError(parts, context, "not-found");
      }
      const { meantFor } = image;
      return answerPage(
        context,
        <CampaignFormPage
          page={pageOf(parts, context)}
          image={{ ...image, meantFor }}
          chargers={views.chargers()}
          runs={context.req.query("firmware") ?? ""}
        />,
      );
    },
    "POST /firmware/campaigns/preview": (context) =>
      withForm(parts, context, CampaignForm, (fields) => {
        if (firmware === undefined) return answerError(parts, context, "not-found");
        const wish = wishOfForm(fields);
        return answerPage(
          context,
          <CampaignPreviewPage
            page={pageOf(parts, context)}
            wish={wish}
            preview={firmware.preview(wish)}
            form={fieldsAgain(fields)}
          />,
        );
      }),
    "POST /firmware/campaigns": (context) =>
      withForm(parts, context, CampaignForm, (fields) => begin(parts, context, fields)),
    "GET /firmware/campaigns/:id": (context) => {
      const campaign = firmware?.campaign(pathParameter(context, "id"));
      if (campaign === undefined) return answerError(parts, context, "not-found");
      const page = pageOf(parts, context);
      const note = noteOf(parts, context, page);
      return answerPage(context, <CampaignPage page={page} campaign={campaign} note={note} />);
    },
    "POST /firmware/campaigns/:id/state": (context) => {
      const id = pathParameter(context, "id");
      if (firmware?.campaign(id) === undefined) return answerError(parts, context, "not-found");
      return submit(parts, context, FIRMWARE_FORMS.campaignState, ({ do: word }) => ({
        kind: "firmware",
        action: { do: `${word}-campaign`, id },
        for: null,
      }), doneAt(`/firmware/campaigns/${id}`));
    },
  } satisfies Partial<Handlers>;
}

/** Where it has begun its own page is next. */
async function begin(
  parts: WebParts,
  context: WebContext,
  fields: z.output<typeof CampaignForm>,
): Promise<Response> {
  const asker = doerOf(context.get("visitor"), context.env.remoteAddress);
  const action = { do: "begin-campaign", wish: wishOfForm(fields) } as const;
  const { id, answered } = parts.commands.begin({ kind: "firmware", action, for: null }, asker);
  parts.ports.spawn("await command", () => answered);
  await within(parts.ports.clock, PATIENCE_MS, answered);
  const { progress } = parts.commands.find(id) ?? {};
  const begun = progress?.kind === "accepted" ? progress.detail : "";
  const isThere = parts.ports.firmware?.campaign(begun) !== undefined;
  return context.redirect(isThere ? `/firmware/campaigns/${begun}` : `/firmware?done=${id}`, 303);
}

function fieldsAgain(
  { "charger[]": chargers, waves, onlyIdle, ...fields }: z.output<typeof CampaignForm>,
): readonly (readonly [string, string])[] {
  return [
    ...Object.entries(fields).map(([name, value]) => [name, String(value ?? "")] as const),
    ["waves", waves.join(", ")],
    ...(onlyIdle ? [["onlyIdle", "on"] as const] : []),
    ...chargers.map((id) => ["charger[]", id] as const),
  ];
}
