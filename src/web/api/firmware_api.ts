import type { z } from "zod";
import { isForModel } from "../../site/mod.ts";
import type { CampaignWish, FirmwareAction } from "../../site/mod.ts";
import {
  type CampaignFields,
  FIRMWARE_JSON,
  Sha256Field,
  wishOf,
} from "../firmware/firmware_fields.ts";
import { createUploadDesk, type Received } from "../firmware/receive_upload.ts";
import { problem } from "../problem.ts";
import {
  type Handler,
  type Handlers,
  pathParameter,
  type WebContext,
  type WebParts,
} from "../web_parts.ts";
import type { WebFirmware } from "../views.ts";
import { answerCommand } from "./command_answer.ts";
import { readJson } from "./json_body.ts";

/** Images, orders and campaigns of firmware. */
export function firmwareApi(parts: WebParts) {
  return { ...shelfApi(parts), ...orderApi(parts), ...campaignApi(parts) };
}

function shelfApi(parts: WebParts) {
  const uploads = createUploadDesk(parts);
  return {
    "GET /api/v1/firmware": ofFirmware(parts, (context, { shelf }) => context.json(shelf())),
    "POST /api/v1/firmware": ofFirmware(parts, async (context) => {
      // A browser of another site is kept out by its origin; there is no token to compare.
      return receivedAnswer(context, await uploads.receive(context, () => true));
    }),
    "POST /api/v1/firmware/fetch": withBody(parts, FIRMWARE_JSON.fetch, (fields) => {
      const { location, md5, ...meantFor } = fields;
      return { do: "fetch", location, md5, meantFor };
    }),
    "POST /api/v1/firmware/:sha256/purpose": ofImage(
      parts,
      (context, image) =>
        withBody(parts, FIRMWARE_JSON.purpose, (meantFor) => ({ do: "describe", image, meantFor }))(
          context,
        ),
    ),
    "DELETE /api/v1/firmware/:sha256": ofImage(
      parts,
      (context, image) => command(parts, context, { do: "remove", image }),
    ),
  } satisfies Partial<Handlers>;
}

function orderApi(parts: WebParts) {
  const onOrder = (what: "cancel-order" | "retry-order"): Handler =>
    ofFirmware(parts, (context, { orders }) => {
      const number = Number(pathParameter(context, "number"));
      const order = orders().find((each) => each.number === number);
      return order === undefined
        ? problem(context, 404, "No order of firmware has this number.")
        : command(parts, context, { do: what, number }, order.chargerId);
    });
  return {
    "GET /api/v1/firmware-orders": ofFirmware(
      parts,
      (context, { orders }) => context.json(orders()),
    ),
    "POST /api/v1/firmware-orders/:number/cancel": onOrder("cancel-order"),
    "POST /api/v1/firmware-orders/:number/retry": onOrder("retry-order"),
    "POST /api/v1/chargers/:id/firmware": async (context) => {
      const chargerId = pathParameter(context, "id");
      if (parts.ports.views.charger(chargerId) === undefined) {
        return problem(context, 404, "No charger has this identity.");
      }
      const body = await readJson(context, FIRMWARE_JSON.update);
      if (!body.ok) return body.answer;
      const action: FirmwareAction = "image" in body.value
        ? { do: "update", chargerId, image: body.value.image }
        : { do: "update-from", chargerId, ...body.value };
      return await command(parts, context, action, chargerId);
    },
  } satisfies Partial<Handlers>;
}

function campaignApi(parts: WebParts) {
  return {
    "GET /api/v1/campaigns": ofFirmware(
      parts,
      (context, { campaigns }) => context.json(campaigns()),
    ),
    "GET /api/v1/campaigns/:id": ofFirmware(parts, (context, { campaign }) => {
      const found = campaign(pathParameter(context, "id"));
      return found === undefined
        ? problem(context, 404, "No campaign has this id.")
        : context.json(found);
    }),
    "POST /api/v1/campaigns": withBody(
      parts,
      FIRMWARE_JSON.campaign,
      (fields) => ({ do: "begin-campaign", wish: resolved(parts, fields) }),
    ),
    "POST /api/v1/campaigns/preview": ofFirmware(parts, async (context, { preview }) => {
      const body = await readJson(context, FIRMWARE_JSON.campaign);
      if (!body.ok) return body.answer;
      const seen = preview(resolved(parts, body.value));
      if (seen.kind === "plan") return context.json({ waves: seen.waves, remarks: seen.remarks });
      const { reason, advice } = seen;
      return problem(context, 409, reason, {
        type: "command-refused",
        title: "Command refused",
        members: { outcome: "refused", reason, advice },
      });
    }),
    "POST /api/v1/campaigns/:id/state": ofFirmware(parts, async (context, { campaign }) => {
      const id = pathParameter(context, "id");
      if (campaign(id) === undefined) return problem(context, 404, "No campaign has this id.");
      const body = await readJson(context, FIRMWARE_JSON.campaignState);
      if (!body.ok) return body.answer;
      return await command(parts, context, { do: `${body.value.do}-campaign`, id });
    }),
  } satisfies Partial<Handlers>;
}

/** Without names of chargers it is for all that the image is for, in the order of the site. */
function resolved(
  { ports: { views, firmware } }: WebParts,
  { chargers: named, firmware: runs, ...fields }: z.output<typeof CampaignFields>,
): CampaignWish {
  const meantFor = firmware?.shelf().images.find(({ sha256 }) => sha256 === fields.image)?.meantFor;
  const chosen = views.chargers().filter(({ vendor, model, firmware: version }) =>
    meantFor !== undefined && meantFor !== null && vendor !== null && model !== null &&
    isForModel(meantFor, { vendor, model }) && (runs === undefined || version === runs)
  );
  return wishOf(fields, named ?? chosen.map(({ id }) => id));
}

type OfFirmware = (context: WebContext, firmware: WebFirmware) => Response | Promise<Response>;

/** Answers only where chargers get files from this gateway. */
function ofFirmware({ ports }: WebParts, answer: OfFirmware): Handler {
  return (context) =>
    ports.firmware === undefined
      ? problem(context, 404, "Chargers get no files from this gateway: site.yaml names no files.")
      : answer(context, ports.firmware);
}

function ofImage(
  parts: WebParts,
  answer: (context: WebContext, sha256: string) => Response | Promise<Response>,
): Handler {
  return ofFirmware(parts, (context, { shelf }) => {
    const sha256 = Sha256Field.safeParse(pathParameter(context, "sha256")).data;
    const isKept = shelf().images.some((image) => image.sha256 === sha256);
    return sha256 === undefined || !isKept
      ? problem(context, 404, "No kept image has this SHA-256.")
      : answer(context, sha256);
  });
}

function withBody<Schema extends z.ZodType>(
  parts: WebParts,
  schema: Schema,
  actionOf: (fields: z.output<Schema>) => FirmwareAction,
): Handler {
  return ofFirmware(parts, async (context) => {
    const body = await readJson(context, schema);
    return body.ok ? await command(parts, context, actionOf(body.value)) : body.answer;
  });
}

function command(
  parts: WebParts,
  context: WebContext,
  action: FirmwareAction,
  chargerId: string | null = null,
): Promise<Response> {
  return answerCommand(parts, context, { kind: "firmware", action, for: chargerId });
}

const STATUSES = {
  "no-room": 507,
  "too-large": 413,
  "empty": 422,
  "checksum": 422,
  "signature": 422,
  "certificate": 422,
} as const;

/** An upload's end in HTTP. */
function receivedAnswer(context: WebContext, received: Received): Response {
  switch (received.kind) {
    case "kept":
      return context.json(received.image);
    case "refused":
      return problem(context, STATUSES[received.why], received.reason, {
        type: "image-refused",
        title: "Image refused",
        members: { why: received.why },
      });
    case "bad-fields": {
      const { errors } = received;
      const detail = errors.map(({ path, message }) => `${path}: ${message}`).join("; ");
      return problem(context, 422, detail, { type: "invalid-input", members: { errors } });
    }
    case "no-file":
      return problem(context, 422, "The form has no file; fields come before it.");
    case "busy":
      return problem(context, 503, "Other images are coming in.", {
        headers: { "retry-after": "30" },
      });
    case "broken-off":
      return problem(context, 400, "The upload was broken off.");
    case "no-form":
    case "not-ours":
      return problem(context, 415, "Send a form: multipart/form-data.");
  }
}
