import { z } from "zod";
import { JSON_FIELDS } from "../../command_fields.ts";
import { FIRMWARE_JSON } from "../../firmware/firmware_fields.ts";
import { CommandAccepted } from "../schemas/command_schema.ts";
import {
  CampaignPlanSchema,
  CampaignSchema,
  FirmwareImageSchema,
  FirmwareOrderSchema,
  FirmwareShelfSchema,
} from "../schemas/firmware_schema.ts";
import type { ApiDescription, ApiRouteKey } from "./description.ts";

const NO_FILES = { 404: "There is none, or chargers get no files from this gateway" };
const SHA256 = "0f343b0931126a20f133d67c2b018a3b8a3b1d4b4f9f2f4dbb6b7ec0f3a2c111";

/** A route that does something. */
function command(
  summary: string,
  body?: ApiDescription["body"],
  more?: string,
): ApiDescription {
  return {
    tag: "Firmware",
    summary,
    ...(more === undefined ? {} : { more }),
    body: body ?? { schema: JSON_FIELDS.nothing, example: {} },
    answer: { json: CommandAccepted, example: { outcome: "accepted", detail: "Accepted" } },
    isCommand: true,
    problems: NO_FILES,
  };
}

const purpose = { vendor: "Ampera", model: "One 22", version: "1.13.0" };
const campaign = {
  schema: FIRMWARE_JSON.campaign,
  example: { name: "Spring", image: SHA256, firmware: "1.12.0", waves: [1, 5], perCircuitMax: 1 },
};

/** What is said of the routes of firmware. */
export const FIRMWARE_DESCRIPTIONS = {
  "POST /api/v1/chargers/:id/firmware": command("Give a charger other firmware", {
    schema: FIRMWARE_JSON.update,
    example: { image: SHA256 },
  }, "Either a kept image, which has to be for its vendor and model, or what lies at an address."),
  "GET /api/v1/firmware": {
    tag: "Firmware",
    summary: "Kept images, and what is on its way",
    answer: { json: FirmwareShelfSchema },
    problems: NO_FILES,
  },
  "POST /api/v1/firmware": {
    tag: "Firmware",
    summary: "Upload an image",
    more:
      "As `multipart/form-data`: first the fields `vendor`, `model` and `version`, and where they " +
      "are known `checksum` (SHA-256 or MD5), `signature` (base64) with `certificate` (PEM); the file " +
      "last, as `file`. What was given is compared, and of an image that is another nothing is kept.\n\n" +
      "`curl -F vendor=Ampera -F model=One -F version=1.13.0 -F file=@fw.bin …`",
    answer: { json: FirmwareImageSchema },
    problems: {
      ...NO_FILES,
      400: "The upload was broken off",
      413: "It is larger than site.yaml allows",
      415: "It is no such form",
      422: "A field is wrong, or the image is not what it was said to be",
      503: "Other images are coming in",
      507: "The disk has no room for it",
    },
  },
  "POST /api/v1/firmware/fetch": command("Have an image fetched", {
    schema: FIRMWARE_JSON.fetch,
    example: { location: "ftps://files.example.com/fw.bin", md5: null, ...purpose },
  }, "Accepted means that it begins; how it gets on is in `GET /api/v1/firmware`."),
  "POST /api/v1/firmware/:sha256/purpose": command("Say for which chargers an image is", {
    schema: FIRMWARE_JSON.purpose,
    example: purpose,
  }),
  "DELETE /api/v1/firmware/:sha256": command("Remove an image"),
  "GET /api/v1/firmware-orders": {
    tag: "Firmware",
    summary: "Which charger is getting what, and how that went",
    more: "Newest first; those that are over stay for 30 days.",
    answer: { json: z.array(FirmwareOrderSchema) },
    problems: NO_FILES,
  },
  "POST /api/v1/firmware-orders/:number/cancel": command(
    "Cancel an update",
    undefined,
    "OCPP has no word that takes an update back: the file is no longer given out, and what the " +
      "charger has fetched already it may still install.",
  ),
  "POST /api/v1/firmware-orders/:number/retry": command("Order an update once more"),
  "GET /api/v1/campaigns": {
    tag: "Firmware",
    summary: "Campaigns, newest first",
    answer: { json: z.array(CampaignSchema) },
    problems: NO_FILES,
  },
  "GET /api/v1/campaigns/:id": {
    tag: "Firmware",
    summary: "One campaign",
    answer: { json: CampaignSchema },
    problems: NO_FILES,
  },
  "POST /api/v1/campaigns/preview": {
    tag: "Firmware",
    summary: "See what a campaign would do",
    body: campaign,
    answer: { json: CampaignPlanSchema },
    problems: { ...NO_FILES, 409: "It could not begin: the reason says why" },
  },
  "POST /api/v1/campaigns": command(
    "Begin a campaign",
    campaign,
    "The answer's `detail` is its id. Without `chargers` it is for all that the image is for, with " +
      "`firmware` only for those that run that.",
  ),
  "POST /api/v1/campaigns/:id/state": command("Pause, go on, cancel, or try the failed again", {
    schema: FIRMWARE_JSON.campaignState,
    example: { do: "pause" },
  }),
} as const satisfies Partial<Record<ApiRouteKey, ApiDescription>>;
