import type { FirmwareAction } from "../../site/mod.ts";
import { FIRMWARE_FORMS, Sha256Field } from "../firmware/firmware_fields.ts";
import { firmwareTextOf } from "../firmware/firmware_text.ts";
import { createUploadDesk, type Received } from "../firmware/receive_upload.ts";
import { FORM_FIELDS } from "../command_fields.ts";
import { sameSecret } from "../form.ts";
import {
  type Handler,
  type Handlers,
  pathParameter,
  type WebContext,
  type WebParts,
} from "../web_parts.ts";
import { answerError, answerPage } from "./answer.tsx";
import { ChargerFirmwarePage, chargerFirmwareScene } from "./charger_firmware_page.tsx";
import { doneAt, submit } from "./command_routes.ts";
import { type FirmwareNote, FirmwarePage, firmwareScene } from "./firmware_page.tsx";
import { chargerFirmwarePath } from "./firmware_orders.tsx";
import { type Page, pageOf } from "./page.ts";
import { noteOf } from "./view_routes.tsx";

/** The pages of images, and of one charger's firmware. */
export function firmwareRoutes(parts: WebParts) {
  return { ...shelfRoutes(parts), ...orderRoutes(parts), ...chargerRoutes(parts) };
}

function shelfRoutes(parts: WebParts) {
  const uploads = createUploadDesk(parts);
  const onImage = (actionOf: Handler): Handler => (context) => {
    const sha256 = Sha256Field.safeParse(pathParameter(context, "sha256")).data;
    const isKept = parts.ports.firmware?.shelf().images.some((each) => each.sha256 === sha256);
    return isKept === true ? actionOf(context) : answerError(parts, context, "not-found");
  };
  const imageOf = (context: WebContext) => pathParameter(context, "sha256");
  return {
    "GET /firmware": (context) => {
      const page = pageOf(parts, context);
      const text = noteOf(parts, context, page);
      return firmwarePage(parts, context, text === null ? null : { text, isTrouble: false });
    },
    "POST /firmware": async (context) => {
      const visitor = context.get("visitor");
      const received = await uploads.receive(
        context,
        ({ csrf = "" }) => visitor.kind === "person" && sameSecret(csrf, visitor.session.csrf),
      );
      if (received.kind === "not-ours") return answerError(parts, context, "form-expired");
      if (received.kind === "no-form") return answerError(parts, context, "bad-input");
      const page = pageOf(parts, context);
      const status = received.kind === "kept" ? 200 : received.kind === "busy" ? 503 : 422;
      return firmwarePage(parts, context, receivedNote(page, received), status);
    },
    "POST /firmware/fetch": (context) =>
      submit(parts, context, FIRMWARE_FORMS.fetch, ({ location, md5, ...meantFor }) => ({
        kind: "firmware",
        action: { do: "fetch", location, md5, meantFor },
        for: null,
      }), doneAt("/firmware")),
    "POST /firmware/images/:sha256/purpose": onImage((context) =>
      submit(parts, context, FIRMWARE_FORMS.purpose, (meantFor) => ({
        kind: "firmware",
        action: { do: "describe", image: imageOf(context), meantFor },
        for: null,
      }), doneAt("/firmware"))
    ),
    "POST /firmware/images/:sha256/remove": onImage((context) =>
      submit(parts, context, FORM_FIELDS.nothing, () => ({
        kind: "firmware",
        action: { do: "remove", image: imageOf(context) },
        for: null,
      }), doneAt("/firmware"))
    ),
  } satisfies Partial<Handlers>;
}

function firmwarePage(
  parts: WebParts,
  context: WebContext,
  note: FirmwareNote | null,
  status: 200 | 422 | 503 = 200,
): Response {
  const scene = firmwareScene(parts, pageOf(parts, context));
  return answerPage(context, <FirmwarePage scene={scene} note={note} />, status);
}

function receivedNote(
  { site }: Page,
  received: Exclude<Received, { readonly kind: "not-ours" | "no-form" }>,
): FirmwareNote {
  const words = firmwareTextOf(site.language);
  if (received.kind === "kept") {
    const { name, sha256 } = received.image;
    return { text: words.uploaded(name, sha256), isTrouble: false };
  }
  const why = received.kind === "refused" ? received.why : received.kind;
  return { text: words.notTaken[why], isTrouble: true };
}

function orderRoutes(parts: WebParts) {
  const onOrder = (what: "cancel-order" | "retry-order"): Handler => (context) => {
    const number = Number(pathParameter(context, "number"));
    const order = parts.ports.firmware?.orders().find((each) => each.number === number);
    if (order === undefined) return answerError(parts, context, "not-found");
    const action: FirmwareAction = { do: what, number };
    const command = { kind: "firmware", action, for: order.chargerId } as const;
    const done = doneAt(chargerFirmwarePath(order.chargerId));
    return submit(parts, context, FORM_FIELDS.nothing, () => command, done);
  };
  return {
    "POST /firmware/orders/:number/cancel": onOrder("cancel-order"),
    "POST /firmware/orders/:number/retry": onOrder("retry-order"),
  } satisfies Partial<Handlers>;
}

function chargerRoutes(parts: WebParts) {
  return {
    "GET /chargers/:id/firmware": (context) => {
      const charger = parts.ports.views.charger(pathParameter(context, "id"));
      if (charger === undefined) return answerError(parts, context, "not-found");
      const page = pageOf(parts, context);
      const scene = chargerFirmwareScene(parts, page, charger);
      const note = noteOf(parts, context, page);
      return answerPage(context, <ChargerFirmwarePage scene={scene} note={note} />);
    },
    "POST /chargers/:id/firmware": (context) => {
      const chargerId = pathParameter(context, "id");
      if (parts.ports.views.charger(chargerId) === undefined) {
        return answerError(parts, context, "not-found");
      }
      return submit(
        parts,
        context,
        FIRMWARE_FORMS.update,
        (fields) => ({
          kind: "firmware",
          action: "image" in fields
            ? { do: "update", chargerId, image: fields.image }
            : { do: "update-from", chargerId, ...fields },
          for: chargerId,
        }),
        doneAt(chargerFirmwarePath(chargerId)),
      );
    },
  } satisfies Partial<Handlers>;
}
