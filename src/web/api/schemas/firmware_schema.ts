import { z } from "zod";
import type {
  CampaignView,
  FirmwareImageView,
  FirmwareOrderView,
  FirmwareShelfView,
} from "../../views.ts";
import { Time } from "./common.ts";
import { orNull, viewSchema } from "./view_schema.ts";

const Digest = z.string().describe("Hexadecimal");
const Status = z.enum([
  "Downloaded",
  "DownloadFailed",
  "Downloading",
  "DownloadPaused",
  "DownloadScheduled",
  "Idle",
  "InstallationFailed",
  "Installing",
  "Installed",
  "InstallRebooting",
  "InstallScheduled",
  "InstallVerificationFailed",
  "InvalidSignature",
  "SignatureVerified",
]).describe("In the words of OCPP 2.1");

/** A kept image. */
export const FirmwareImageSchema = viewSchema<FirmwareImageView>()(
  z.object({
    sha256: Digest,
    md5: Digest,
    bytes: z.int(),
    name: z.string().describe("As chargers get it"),
    from: z.string().describe("The host that it was fetched from, or who uploaded it"),
    keptAt: Time,
    meantFor: orNull(z.object({
      vendor: z.string(),
      model: z.string(),
      version: z.string().describe("As a charger calls it that runs it"),
    })),
    isSigned: z.boolean().describe("A signature came with it, which is right"),
    isInUse: z.boolean().describe("A charger or a campaign still needs it"),
  }).meta({ id: "FirmwareImage" }),
);

/** What is kept, and what is on its way. */
export const FirmwareShelfSchema = viewSchema<FirmwareShelfView>()(
  z.object({
    images: z.array(FirmwareImageSchema),
    downloads: z.array(z.object({
      from: z.string(),
      bytes: z.int(),
      tries: z.int(),
      trouble: z.string().nullable().describe("Why it waits for its next try"),
    })),
    failedFetches: z.array(z.object({ from: z.string(), at: Time, reason: z.string() })),
    bytesMax: z.int().describe("The largest image that is taken"),
  }).meta({ id: "FirmwareShelf" }),
);

/** One charger that is to have other firmware. */
export const FirmwareOrderSchema = viewSchema<FirmwareOrderView>()(
  z.object({
    number: z.int(),
    chargerId: z.string(),
    origin: z.enum(["csms", "operator", "campaign"]),
    by: z.string().describe("The person, or the id of the campaign; empty for the CSMS"),
    image: z.string().nullable().describe("SHA-256; null while it is on its way to the gateway"),
    version: z.string().nullable(),
    stage: z.enum(["fetching", "waiting", "told", "over"]),
    status: Status.nullable(),
    reason: z.string().nullable().describe("Why it ended other than well"),
    givenAt: Time,
    changedAt: Time,
  }).meta({ id: "FirmwareOrder" }),
);

/** A campaign with each of its chargers. */
export const CampaignSchema = viewSchema<CampaignView>()(
  z.object({
    id: z.string(),
    name: z.string(),
    image: Digest,
    vendor: z.string(),
    model: z.string(),
    version: z.string(),
    by: z.string(),
    begunAt: Time,
    state: z.enum(["running", "paused", "stopped", "cancelled", "over"])
      .describe("stopped: too many failures; cancelled: the last of its chargers end"),
    stateSince: Time,
    rules: z.object({
      waves: z.array(z.int()),
      perCircuitMax: z.int().nullable(),
      onlyIdle: z.boolean(),
      window: orNull(z.object({ from: z.string(), to: z.string() })),
      failurePercentMax: z.number(),
      triesMax: z.int(),
      timeoutMinutes: z.int(),
    }),
    chargers: z.array(z.object({
      chargerId: z.string(),
      wave: z.int(),
      state: z.enum([
        "queued",
        "updating",
        "checking",
        "done",
        "failed",
        "cancelled",
        "refused",
      ]).describe("checking: it says that it is installed, but does not run it yet"),
      tries: z.int(),
      since: Time,
      reason: z.enum([
        "had-it",
        "wrong-model",
        "unknown-charger",
        "image-gone",
        "not-installed",
        "other-version",
        "timed-out",
        "never-ready",
        "taken-over",
        "cancelled",
        "cancelled-late",
      ]).nullable(),
      detail: z.string(),
      status: Status.nullable(),
    })),
  }).meta({ id: "Campaign" }),
);

/** What a campaign would do. */
export const CampaignPlanSchema = z.object({
  waves: z.array(z.array(z.string())).describe("Chargers of each wave, in their order"),
  remarks: z.array(z.object({
    chargerId: z.string(),
    kind: z.enum(["had-it", "away", "busy", "taken"]),
  })),
}).meta({ id: "CampaignPlan" });
