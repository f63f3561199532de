import { z } from "zod";
import type { DataProblem } from "../hardware/mod.ts";
import { compact } from "../lib/json.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import type { OcppVersion } from "../ocpp/mod.ts";
import type { ModelQuirk } from "../site/mod.ts";

/** A purpose of a running limit, by its 1.6 name. */
export type LimitPurpose = "TxProfile" | "TxDefaultProfile" | "ChargePointMaxProfile";

/** Which chargers a record is about. All that is given must fit; `*` stands for any characters. */
export interface ModelMatch {
  readonly vendor: string;
  readonly model: string;
  /** The firmware itself, or a range of it, with both its ends in it. */
  readonly firmware?: string | FirmwareRange;
}

/** From one firmware to another, by the numbers in their names: 1.8 comes before 1.8.21, that before 1.10. */
export interface FirmwareRange {
  readonly from?: string;
  readonly to?: string;
}

/** What a charger takes instead of charging profiles. */
export type VendorLimit =
  /** ChangeConfiguration of a key; `{evse}` in its name is the number of the EVSE. */
  | { readonly by: "configuration"; readonly key: string; readonly value: string }
  | {
    readonly by: "data-transfer";
    readonly vendorId: string;
    readonly messageId?: string;
    readonly data: string;
  };

/** A setting for the number of phases, and what it is for each; `{evse}` stands for the EVSE. */
export interface PhaseKey {
  readonly key: string;
  readonly one: string;
  readonly three: string;
}

/**
 * How a model of charger differs from the specification. What is absent is as the specification has
 * it, as the charger says, or found out by trying.
 */
export interface ModelQuirks extends Readonly<Partial<Record<ModelQuirk, unknown>>> {
  /** Purposes that it obeys for running limits, best first. Empty: it obeys no profile. */
  readonly purposes?: readonly LimitPurpose[];
  /** Stack levels that it really takes, best first, whatever its configuration says. */
  readonly stackLevels?: readonly number[];
  readonly rateUnit?: "A" | "W";
  /** It rounds limits down to multiples of this, in amperes; 0: it takes tenths. */
  readonly stepAmps?: number;
  /** The least current that it offers, in amperes: what is less is a pause. */
  readonly minAmps?: number;
  /** Where it wants its standing TxDefaultProfile: on each connector, or once on connector 0. */
  readonly failSafeOn?: "connector" | "charger";
  /** It forgets all its profiles when its connection ends or comes back. */
  readonly forgetsOnReconnect?: boolean;
  /** Whether a limit ends by itself when its duration is over. */
  readonly expiry?: "proven" | "ignored";
  /** Where profiles are written: flash wears. */
  readonly profileStore?: "flash" | "ram";
  /** What 0 A does: `profile` pauses; `minimum`: it goes on with its minimum current. */
  readonly pause?: "profile" | "minimum";
  /** The first limit after a pause does nothing: it has to be said once more. */
  readonly resendAfterPause?: boolean;
  /** It charges an EV with three phases on one where `numberPhases` says so. */
  readonly switchesPhases?: boolean;
  /** Nothing may flow for so many seconds before it goes over; absent: it sees to that itself. */
  readonly phaseSwitchPauseS?: number;
  /** The setting by which it goes over, where it does not by `numberPhases`. */
  readonly phaseKey?: PhaseKey;
  /** False: what it answers to GetCompositeSchedule says nothing. */
  readonly compositeSchedule?: boolean;
  readonly vendorLimit?: VendorLimit;
  /** Keys that count only after a reset, whatever it answers. */
  readonly resetAfter?: readonly string[];
  /** Meter values more often than so many seconds do it no good. */
  readonly sampleIntervalMinS?: number;
  /** Versions in which it is better spoken to, where it offers one of them; best first. */
  readonly versions?: readonly OcppVersion[];
  /** The zone of timestamps in which it names none: an IANA name. Absent: UTC. */
  readonly timezone?: string;
  /** False: it does not bear to be pinged. Its own messages show that it lives. */
  readonly pings?: boolean;
  /** All that it may be asked to measure. */
  readonly measurands?: readonly string[];
  /** Settings that it must not be asked for. What is wanted of them is set unread at each set-up. */
  readonly neverAsk?: readonly string[];
  /** False: it knows no TriggerMessage, whatever it says. */
  readonly triggers?: boolean;
}

/** What Sangam knows about a model: a file of `hardware/chargers/`, or one of the user's own. */
export interface ChargerModel {
  readonly id: string;
  readonly vendor: string;
  /** As people call them. */
  readonly models: readonly string[];
  readonly matches: readonly ModelMatch[];
  readonly quirks: ModelQuirks;
  /** By quirk, and for `notes`, where it can be looked up. */
  readonly sources: Readonly<Record<string, readonly string[]>>;
  /** What whoever installs or runs one should know. */
  readonly notes?: string;
}

const text = z.string().min(1).max(200);

const firmwareEnd = text.regex(/\d/, "expected a firmware such as 1.8.21").optional();

const firmwareRange = z.strictObject({ from: firmwareEnd, to: firmwareEnd })
  .refine(({ from, to }) => from !== undefined || to !== undefined, "expected from, to, or both");

const match = z.strictObject({
  vendor: text,
  model: text,
  firmware: z.union([text, firmwareRange]).optional(),
});

const limitText = text.refine((value) => value.includes("{amps}"), {
  error: "expected {amps} where the current belongs",
});

const vendorLimit = z.discriminatedUnion("by", [
  // 1.6 §7.21: a key has at most 50 characters.
  z.strictObject({ by: z.literal("configuration"), key: text.max(50), value: limitText }),
  z.strictObject({
    by: z.literal("data-transfer"),
    vendorId: text,
    messageId: text.max(50).optional(),
    data: limitText,
  }),
]);

const measurand = z.string().regex(
  /^[A-Z][A-Za-z]*(?:\.[A-Z][A-Za-z0-9]*)*$/,
  "expected a measurand such as Current.Import",
);

const quirksShape = z.strictObject({
  purposes: z.array(z.enum(["TxProfile", "TxDefaultProfile", "ChargePointMaxProfile"])).optional(),
  stackLevels: z.array(z.int().min(0).max(1_000)).min(1).max(10).optional(),
  rateUnit: z.enum(["A", "W"]).optional(),
  stepAmps: z.number().min(0).max(16).optional(),
  minAmps: z.number().min(1).max(100).optional(),
  failSafeOn: z.enum(["connector", "charger"]).optional(),
  forgetsOnReconnect: z.boolean().optional(),
  expiry: z.enum(["proven", "ignored"]).optional(),
  profileStore: z.enum(["flash", "ram"]).optional(),
  pause: z.enum(["profile", "minimum"]).optional(),
  resendAfterPause: z.boolean().optional(),
  switchesPhases: z.boolean().optional(),
  phaseSwitchPauseS: z.int().min(0).max(600).optional(),
  // 1.6 §7.21: a key has at most 50 characters.
  phaseKey: z.strictObject({ key: text.max(50), one: text, three: text }).optional(),
  compositeSchedule: z.boolean().optional(),
  vendorLimit: vendorLimit.optional(),
  resetAfter: z.array(text.max(50)).min(1).max(20).optional(),
  sampleIntervalMinS: z.int().min(1).max(900).optional(),
  versions: z.array(z.enum(["ocpp1.6", "ocpp2.0.1", "ocpp2.1"])).min(1).max(3).optional(),
  timezone: z.string().refine(isTimeZone, "expected an IANA time zone").optional(),
  pings: z.boolean().optional(),
  measurands: z.array(measurand).min(1).max(20).optional(),
  neverAsk: z.array(text.max(50)).min(1).max(20).optional(),
  triggers: z.boolean().optional(),
});

/** What is under `quirks:`, in a record or in site.yaml. */
export const quirksSchema = quirksShape.superRefine((given, context) => {
  for (const { path, message } of contradictionsOf(given)) {
    context.addIssue({ code: "custom", path: [...path], message });
  }
});

const chargerModel = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, {
    error: "expected lower-case words joined by -",
  }),
  vendor: text,
  models: z.array(text).min(1).max(50),
  matches: z.array(match).min(1).max(50),
  quirks: quirksSchema,
  sources: z.record(z.string(), z.array(text).min(1).max(20)),
  notes: z.string().max(4_000).optional(),
}).superRefine((model, context) => {
  for (const { path, message } of contradictions(model)) {
    context.addIssue({ code: "custom", path: [...path], message });
  }
});

/** Reads a model out of what a YAML or JSON file held. Every problem is told, not just the first. */
export function parseChargerModel(value: unknown): Result<ChargerModel, readonly DataProblem[]> {
  const parsed = chargerModel.safeParse(value);
  if (parsed.success) return ok(modelOf(parsed.data));
  return fail(parsed.error.issues.map(({ path, message }) => ({
    path: path.map((part) => typeof part === "symbol" ? String(part) : part),
    message,
  })));
}

type ModelYaml = z.infer<typeof chargerModel>;

function modelOf({ notes, quirks, matches, ...rest }: ModelYaml): ChargerModel {
  return {
    ...rest,
    matches: matches.map(matchOf),
    quirks: quirksOf(quirks),
    ...(notes === undefined ? {} : { notes }),
  };
}

function matchOf({ vendor, model, firmware }: z.infer<typeof match>): ModelMatch {
  if (firmware === undefined) return { vendor, model };
  return { vendor, model, firmware: typeof firmware === "string" ? firmware : compact(firmware) };
}

/** Quirks as they were read, without those that are not there. */
export function quirksOf({ vendorLimit, ...others }: z.infer<typeof quirksSchema>): ModelQuirks {
  return {
    ...compact(others),
    ...(vendorLimit === undefined ? {} : { vendorLimit: compact(vendorLimit) }),
  };
}

/** What the shape alone does not show: each quirk is a fact that can be looked up, and only those. */
function* contradictions({ quirks, sources, notes }: ModelYaml): Generator<DataProblem> {
  const facts = [
    ...Object.keys(quirks).map((quirk) => ({ name: quirk, path: ["quirks", quirk] })),
    ...(notes === undefined ? [] : [{ name: "notes", path: ["notes"] }]),
  ];
  for (const { name, path } of facts) {
    if (sources[name] === undefined) {
      yield { path, message: `expected sources.${name}: where it is known from` };
    }
  }
  for (const source of Object.keys(sources)) {
    if (!facts.some(({ name }) => name === source)) {
      yield { path: ["sources", source], message: "there is no such quirk in this file" };
    }
  }
}

/** Quirks that do not go together. */
function* contradictionsOf(quirks: z.infer<typeof quirksShape>): Generator<DataProblem> {
  const { purposes, minAmps, stepAmps, switchesPhases } = quirks;
  for (const quirk of ["phaseSwitchPauseS", "phaseKey"] as const) {
    if (quirks[quirk] !== undefined && switchesPhases !== true) {
      yield { path: [quirk], message: "is for a model with switchesPhases: true" };
    }
  }
  if (purposes !== undefined && new Set(purposes).size < purposes.length) {
    yield { path: ["purposes"], message: "a purpose is there twice" };
  }
  if (minAmps !== undefined && stepAmps !== undefined && stepAmps > minAmps) {
    yield { path: ["stepAmps"], message: "a step above minAmps leaves nothing below it" };
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
