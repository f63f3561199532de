import { z } from "zod";
import type { CampaignWish } from "../../site/mod.ts";
import { TIME_OF_DAY } from "../../site/mod.ts";

/** What forms and JSON bodies may say of firmware. */

/** Of 2.x: 50 characters for a vendor, 20 for a model, 50 for a version; makers of 1.6 go further. */
const Plain = z.string().trim().min(1).max(50).regex(/^\P{Cc}*$/u, "Expected one line")
  .meta({ pattern: "^\\P{Cc}*$" });
export const Sha256Field = z.string().regex(/^[0-9a-f]{64}$/, "Expected a SHA-256 in hexadecimal");
const Md5 = z.string().trim().toLowerCase().regex(/^[0-9a-f]{32}$/, "Expected an MD5");
const Location = z.string().trim().max(512).regex(/^[A-Za-z]+:\/\/\S+$/, "Expected an address");
/** 2.x: 800 characters for a signature, 5500 for a certificate. */
const Signature = z.string().trim().max(800).regex(/^[A-Za-z0-9+/=\s]+$/, "Expected base64");
const Certificate = z.string().trim().max(16_000).startsWith("-----BEGIN CERTIFICATE-----");
const Checksum = z.string().trim().toLowerCase().regex(
  /^([0-9a-f]{32}|[0-9a-f]{64})$/,
  "Expected a SHA-256 or an MD5 in hexadecimal",
);

const Purpose = { vendor: Plain, model: Plain, version: Plain };

/** Forms send fields that nobody has filled in. */
function orNothing<Schema extends z.ZodType>(schema: Schema) {
  return z.union([z.literal("").transform(() => null), schema]).nullable().default(null);
}

/** The fields of an upload, before the file. */
export const UploadFieldsSchema = z.object({
  ...Purpose,
  checksum: orNothing(Checksum),
  signature: orNothing(Signature),
  certificate: orNothing(Certificate),
}).refine(({ signature, certificate }) => (signature === null) === (certificate === null), {
  path: ["certificate"],
  message: "A signature comes with the certificate of who signed",
});

const Minutes = z.int().min(5).max(1_440);
const TimeOfDay = z.string().regex(TIME_OF_DAY, 'Expected a time such as "22:00"');
const ChargerId = z.string().min(1).max(48);
const CHARGERS_MAX = 1_000;

const Rules = {
  waves: z.array(z.int().min(1).max(CHARGERS_MAX)).max(20).default([1])
    .describe("Sizes of the first waves; what is left over is the last one"),
  perCircuitMax: z.int().min(1).max(CHARGERS_MAX).nullable().default(null)
    .describe("So many chargers of one circuit at once; null: any number"),
  onlyIdle: z.boolean().default(true).describe("Only while no session runs at the charger"),
  window: z.strictObject({ from: TimeOfDay, to: TimeOfDay }).nullable().default(null)
    .describe("By the clocks of the site; null: at any time"),
  failurePercentMax: z.int().min(0).max(100).default(20)
    .describe("It stops when so many of a hundred that were begun have failed; 100: never"),
  timeoutMinutes: Minutes.default(60).describe("From the order to the new version"),
  triesMax: z.int().min(1).max(5).default(2),
};

/** A campaign as JSON has it. */
export const CampaignFields = z.strictObject({
  name: Plain,
  image: Sha256Field,
  chargers: z.array(ChargerId).min(1).max(CHARGERS_MAX).optional()
    .describe("In their order; absent: all that the image is for"),
  firmware: z.string().max(50).optional().describe("Without `chargers`: only those that run this"),
  ...Rules,
}).refine(({ chargers = [] }) => new Set(chargers).size === chargers.length, {
  path: ["chargers"],
  message: "A charger is named twice",
});

const NumberText = z.string().trim().regex(/^\d{1,4}$/).transform(Number);
const Several = z.union([z.array(ChargerId), ChargerId.transform((id) => [id])]).default([]);

/** The same as a form has it: sizes as "1, 5", times empty where there are none. */
export const CampaignForm = z.object({
  name: Plain,
  image: Sha256Field,
  "charger[]": Several.pipe(z.array(ChargerId).max(CHARGERS_MAX)),
  waves: z.string().trim().max(100).regex(/^(\d{1,4}([ ,]+\d{1,4})*)?$/)
    .transform((text) => text === "" ? [] : text.split(/[ ,]+/).map(Number))
    .pipe(Rules.waves.unwrap()),
  perCircuitMax: orNothing(NumberText.pipe(z.int().min(1).max(CHARGERS_MAX))),
  onlyIdle: z.literal("on").optional().transform((on) => on === "on"),
  from: orNothing(TimeOfDay),
  to: orNothing(TimeOfDay),
  failurePercentMax: NumberText.pipe(z.int().min(0).max(100)),
  timeoutMinutes: NumberText.pipe(Minutes),
  triesMax: NumberText.pipe(z.int().min(1).max(5)),
}).refine(({ from, to }) => (from === null) === (to === null));

/** What the form wants. */
export function wishOfForm(
  { name, image, "charger[]": charger, from, to, ...rules }: z.output<typeof CampaignForm>,
): CampaignWish {
  const window = from === null || to === null ? null : { from, to };
  return wishOf({ name, image, ...rules, window }, [...new Set(charger)]);
}

/** What the fields of JSON want, for these chargers. */
export function wishOf(
  { name, image, timeoutMinutes, ...rules }: Omit<
    z.output<typeof CampaignFields>,
    "chargers" | "firmware"
  >,
  chargers: readonly string[],
): CampaignWish {
  const { waves, perCircuitMax, onlyIdle, window, failurePercentMax, triesMax } = rules;
  return {
    name,
    image,
    chargers,
    rules: {
      waves,
      perCircuitMax,
      onlyIdle,
      window,
      failurePercentMax,
      triesMax,
      timeoutMs: timeoutMinutes * 60_000,
    },
  };
}

export const FIRMWARE_JSON = {
  update: z.union([
    z.strictObject({ image: Sha256Field }),
    z.strictObject({
      location: Location,
      version: Plain.nullable().default(null)
        .describe("As the charger will call it: by it the gateway sees that it runs it"),
    }),
  ]),
  fetch: z.strictObject({ location: Location, md5: Md5.nullable().default(null), ...Purpose }),
  purpose: z.strictObject(Purpose),
  campaign: CampaignFields,
  campaignState: z.strictObject({ do: z.enum(["pause", "resume", "cancel", "retry"]) }),
};

export const FIRMWARE_FORMS = {
  update: z.union([
    z.object({ image: Sha256Field }),
    z.object({ location: Location, version: orNothing(Plain) }),
  ]),
  fetch: z.object({ location: Location, md5: orNothing(Md5), ...Purpose }),
  purpose: z.object(Purpose),
  campaignState: FIRMWARE_JSON.campaignState.pick({ do: true }).loose(),
};
