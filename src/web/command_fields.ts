import { z } from "zod";
import { compact } from "../lib/json.ts";
import { CLASS_MAX, ENERGY_MAX_WH, TIME_OF_DAY } from "../site/mod.ts";

/** What a form or a JSON body may say in a command. Forms send text, so numbers are read from it. */

/** A card number: what OCPP 2.x allows in length, printable ASCII. */
export const TokenField = z.string().trim().regex(/^[\x20-\x7e]{1,36}$/);

/**
 * Kinds of tokens that a list can name (2.1 appendix 7.1); the others need no checking. `Central` also
 * stands for whatever a 1.6 charger reads; a `KeyCode` is compared letter by letter.
 */
export const LISTED_TYPES = [
  "Central",
  "eMAID",
  "EVCCID",
  "ISO14443",
  "ISO15693",
  "KeyCode",
  "MacAddress",
  "VIN",
] as const;

/** The most that any circuit of a site could carry. */
const AMPS_MAX = 1_000;
const MINUTES_MAX = 24 * 60;

const StartFields = z.object({ idToken: TokenField });

const JsonLimit = z.object({
  amps: z.number().min(0).max(AMPS_MAX),
  minutes: z.number().int().min(1).max(MINUTES_MAX),
});

const FormLimit = z.object({
  amps: numberField().pipe(JsonLimit.shape.amps),
  minutes: numberField().pipe(JsonLimit.shape.minutes),
});

/** A grid's order may hold for days. */
const GROUP_MINUTES_MAX = 7 * 24 * 60;
const GROUP_MAX = 10_000;
const GroupAmount = z.number().min(0).max(GROUP_MAX);
/** It is shown and logged: one line of it. */
const LimitReasonText = z.string().trim().max(200).regex(/^\P{Cc}*$/u, "Expected one line")
  .meta({ pattern: "^\\P{Cc}*$" });
const Source = z.enum(["signal", "operator"]).default("operator");
/** A signal by its name in site.yaml. */
const SignalName = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

// A misspelt end would dim the site until somebody wonders.
const JsonCircuitLimit = z.strictObject({
  amps: GroupAmount.nullable().optional(),
  kW: GroupAmount.nullable().optional(),
  minutes: z.int().min(1).max(GROUP_MINUTES_MAX).nullable().default(null),
  until: z.iso.datetime({ offset: true }).nullable().default(null),
  reason: LimitReasonText.default(""),
  source: Source,
}).refine(({ amps, kW }) => (amps === undefined) !== (kW === undefined), {
  message: "Say either amps or kW (null: no limit any more)",
}).refine(({ minutes, until }) => minutes === null || until === null, {
  path: ["until"],
  message: "Say either minutes or until, or neither: until it is lifted",
}).transform(({ amps, kW, ...rest }) => ({ ...rest, limit: groupLimit(amps ?? null, kW ?? null) }));

// The same without who wants it: the signal's name says so.
const JsonSignal = z.strictObject({
  amps: GroupAmount.nullable().optional(),
  kW: GroupAmount.nullable().optional(),
  minutes: z.int().min(1).max(GROUP_MINUTES_MAX).nullable().default(null),
  until: z.iso.datetime({ offset: true }).nullable().default(null),
  reason: LimitReasonText.default(""),
}).refine(({ amps, kW }) => (amps === undefined) !== (kW === undefined), {
  message: "Say either amps or kW (null: no limit any more)",
}).refine(({ minutes, until }) => minutes === null || until === null, {
  path: ["until"],
  message: "Say either minutes or until, or neither: until something else is said",
}).transform(({ amps, kW, ...rest }) => ({ ...rest, limit: groupLimit(amps ?? null, kW ?? null) }));

/** Watts without what binary fractions add. */
function groupLimit(amps: number | null, kW: number | null) {
  if (kW !== null) return { unit: "W" as const, amount: Math.round(kW * 1_000) };
  return amps === null ? null : { unit: "A" as const, amount: amps };
}

const FormCircuitLimit = z.object({
  amount: numberField().pipe(GroupAmount),
  unit: z.enum(["A", "kW"]),
  minutes: optionalNumber(z.int().min(1).max(GROUP_MINUTES_MAX)),
  reason: LimitReasonText.default(""),
  source: Source,
}).transform(({ amount, unit, ...rest }) => ({
  ...rest,
  until: null,
  limit: unit === "A" ? groupLimit(amount, null) : groupLimit(null, amount),
}));

const SourceFields = z.object({ source: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/) });

const JsonPriority = z.strictObject({
  first: z.literal(true).optional(),
  class: z.int().min(0).max(CLASS_MAX).nullable().optional(),
  minutes: z.int().min(1).max(MINUTES_MAX).nullable().default(null),
}).refine((fields) => (fields.first === undefined) !== (fields.class === undefined), {
  message: "Say either first: true, or a class (null: as others)",
}).transform(({ first, class: wanted, minutes }) => ({
  class: first === true ? "first" as const : wanted ?? null,
  minutes,
}));

const EnergyKwh = z.number().positive().max(ENERGY_MAX_WH / 1_000);
const TimeOfDay = z.string().regex(TIME_OF_DAY, 'Expected a time such as "17:30"');

// A misspelt field would leave somebody without the energy that he was promised.
const JsonDemand = z.strictObject({
  departure: z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString())
    .nullable().default(null),
  energyKwh: EnergyKwh.nullable().default(null),
  urgent: z.boolean().default(false),
});

const ResetFields = z.object({
  type: z.string().toLowerCase().pipe(z.enum(["soft", "hard"])),
});

/** Where a charger finds this gateway: the address without its identity (2.x: up to 512 characters). */
const CsmsUrl = z.string().trim().max(512).regex(/^wss?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/);
const RevocationReason = z.string().trim().max(200).regex(/^\P{Cc}*$/u);

/** The name of an OCPP message that a charger can be asked for. */
const MessageField = z.string().regex(/^[A-Za-z]{1,50}$/);

/** 1.6 and 2.x take 50 characters for a name; some makers' keys have spaces. */
const SettingKey = z.string().regex(/^[\x20-\x7e]{1,50}$/);
/** 2.x: up to 2500 characters. */
const SettingValue = z.string().max(2_500);

const AlertRuleField = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

/** Fields as JSON has them. */
export const JSON_FIELDS = {
  nothing: z.object({}),
  start: StartFields,
  limit: JsonLimit,
  circuitLimit: JsonCircuitLimit,
  circuitSource: SourceFields,
  signal: JsonSignal,
  circuitLimitSource: z.strictObject({ source: Source, signal: SignalName.optional() }),
  priority: JsonPriority,
  demand: JsonDemand,
  availability: z.object({ operational: z.boolean() }),
  reset: ResetFields,
  trigger: z.object({
    message: MessageField,
    slot: z.number().int().positive().nullable().default(null),
  }),
  // A misspelt field would take the charger as it is, which nobody asked for.
  rebind: z.strictObject({
    slots: z.record(z.string().regex(/^[1-9]\d?$/, "is no connector"), z.int().positive())
      .default({}),
  }),
  message: z.strictObject({
    action: MessageField,
    payload: z.record(z.string(), z.unknown()).default({}),
  }),
  configure: z.union([
    z.strictObject({ key: SettingKey, value: SettingValue }),
    z.strictObject({
      component: z.strictObject({
        name: SettingKey,
        instance: SettingKey.optional(),
        evse: z.strictObject({
          id: z.int().positive(),
          connectorId: z.int().positive().optional(),
        }).transform((evse) => compact(evse)).optional(),
      }).transform((component) => compact(component)),
      variable: z.strictObject({ name: SettingKey, instance: SettingKey.optional() })
        .transform((variable) => compact(variable)),
      value: SettingValue,
    }),
  ]),
  configureMany: z.strictObject({
    chargers: z.array(z.string().min(1).max(48)).min(1).max(200)
      .refine((ids) => new Set(ids).size === ids.length, "A charger is there twice"),
    name: z.string().trim().regex(/^[\x20-\x7e]{1,250}$/),
    value: SettingValue,
  }),
  security: z.discriminatedUnion("do", [
    z.strictObject({ do: z.literal("new-password") }),
    z.strictObject({ do: z.literal("renew-certificate") }),
    z.strictObject({
      do: z.literal("raise-profile"),
      profile: z.union([z.literal(1), z.literal(2), z.literal(3)]),
      url: CsmsUrl.nullable().default(null),
    }),
    z.strictObject({
      do: z.literal("revoke-certificates"),
      reason: z.string().trim().min(1).max(200).default("no reason given"),
    }),
    z.strictObject({
      do: z.literal("allow-profile"),
      profile: z.union([z.literal(0), z.literal(1), z.literal(2)]),
    }),
  ]),
  alertRule: z.strictObject({ rule: AlertRuleField }),
  tokenImport: z.strictObject({
    csv: z.string().max(200_000),
    apply: z.boolean().default(false),
  }),
  // A misspelt field would list somebody for ever whose card was meant to expire.
  token: z.strictObject({
    type: z.enum(LISTED_TYPES).default("Central"),
    status: z.enum(["Accepted", "Blocked", "Expired", "Invalid"]).default("Accepted"),
    /** Any offset comes in; chargers get UTC, since some read nothing else. */
    expires: z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString())
      .nullable().default(null),
    group: TokenField.nullable().default(null),
    priority: z.int().min(0).max(CLASS_MAX).nullable().default(null),
    departure: TimeOfDay.nullable().default(null),
    energyKwh: EnergyKwh.nullable().default(null),
  }),
};

/** Fields as forms have them. */
export const FORM_FIELDS = {
  start: StartFields,
  limit: FormLimit,
  circuitLimit: FormCircuitLimit,
  circuitSource: SourceFields,
  circuitLimitSource: z.object({ source: Source, signal: SignalName.optional() }),
  priority: z.object({ order: z.enum(["first", "as-others"]) }),
  demand: z.object({
    /** By the site's clock: the next time that it is so late. */
    departure: optionalField(TimeOfDay),
    energyKwh: optionalNumber(EnergyKwh),
    urgent: z.literal("on").optional(),
  }),
  availability: z.object({
    operational: z.enum(["true", "false"]).transform((text) => text === "true"),
  }),
  reset: ResetFields,
  security: z.discriminatedUnion("do", [
    z.object({ do: z.literal("new-password") }),
    z.object({ do: z.literal("renew-certificate") }),
    z.object({
      do: z.literal("raise-profile"),
      profile: z.enum(["1", "2", "3"]).transform((text) => Number(text) as 1 | 2 | 3),
      url: optionalField(CsmsUrl),
    }),
    z.object({
      do: z.literal("revoke-certificates"),
      reason: RevocationReason.transform((text) => text === "" ? "no reason given" : text)
        .default("no reason given"),
    }),
    z.object({
      do: z.literal("allow-profile"),
      profile: z.enum(["0", "1", "2"]).transform((text) => Number(text) as 0 | 1 | 2),
    }),
  ]),
  trigger: z.object({ message: MessageField }),
  token: z.object({
    token: TokenField,
    type: z.enum(LISTED_TYPES).default("Central"),
    status: z.enum(["Accepted", "Blocked", "Expired", "Invalid"]),
    /** A day in the site's time zone. */
    expires: optionalField(z.string().regex(/^\d{4}-\d{2}-\d{2}$/)),
    group: optionalField(TokenField),
    priority: optionalNumber(z.int().min(0).max(CLASS_MAX)),
    departure: optionalField(TimeOfDay),
    energyKwh: optionalNumber(EnergyKwh),
  }),
  tokenName: z.object({ token: TokenField }),
  alertRule: z.object({ rule: AlertRuleField }),
  nothing: z.object({}),
};

/** An empty field of a form is a field that was left out. */
function optionalField<Schema extends z.ZodType<string, string>>(schema: Schema) {
  return z.literal("").transform(() => null).or(schema).optional().default(null);
}

function optionalNumber(schema: z.ZodType<number, number>) {
  return z.literal("").transform(() => null).or(numberField().pipe(schema)).optional().default(
    null,
  );
}

/** Number() would read an empty text as 0. */
function numberField() {
  return z.string().trim().regex(/^\d+(\.\d+)?$/).transform(Number);
}
