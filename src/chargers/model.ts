import { z } from "zod";
import type { DataProblem } from "../hardware/mod.ts";
import { compact } from "../lib/json.ts";
import { fail, ok, type Result } from "../lib/result.ts";

/** A purpose of a running limit, by its 1.6 name. */
export type LimitPurpose = "TxProfile" | "TxDefaultProfile" | "ChargePointMaxProfile";

/** Which chargers a record is about. All that is given must fit; `*` stands for any characters. */
export interface ModelMatch {
  readonly vendor: string;
  readonly model: string;
  readonly firmware?: string;
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

/**
 * How a model of charger differs from the specification. What is absent is as the specification has
 * it, as the charger says, or found out by trying.
 */
export interface ModelQuirks {
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
  /** False: what it answers to GetCompositeSchedule says nothing. */
  readonly compositeSchedule?: boolean;
  readonly vendorLimit?: VendorLimit;
  /** Keys that count only after a reset, whatever it answers. */
  readonly resetAfter?: readonly string[];
  /** Meter values more often than so many seconds do it no good. */
  readonly sampleIntervalMinS?: number;
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

const match = z.strictObject({ vendor: text, model: text, firmware: text.optional() });

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

const quirks = z.strictObject({
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
  compositeSchedule: z.boolean().optional(),
  vendorLimit: vendorLimit.optional(),
  resetAfter: z.array(text.max(50)).min(1).max(20).optional(),
  sampleIntervalMinS: z.int().min(1).max(900).optional(),
});

const chargerModel = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, {
    error: "expected lower-case words joined by -",
  }),
  vendor: text,
  models: z.array(text).min(1).max(50),
  matches: z.array(match).min(1).max(50),
  quirks,
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
  const { vendorLimit, ...others } = quirks;
  return {
    ...rest,
    matches: matches.map((each) => compact(each)),
    quirks: {
      ...compact(others),
      ...(vendorLimit === undefined ? {} : { vendorLimit: compact(vendorLimit) }),
    },
    ...(notes === undefined ? {} : { notes }),
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
  const { purposes, minAmps, stepAmps } = quirks;
  if (purposes !== undefined && new Set(purposes).size < purposes.length) {
    yield { path: ["quirks", "purposes"], message: "a purpose is there twice" };
  }
  if (minAmps !== undefined && stepAmps !== undefined && stepAmps > minAmps) {
    yield { path: ["quirks", "stepAmps"], message: "a step above minAmps leaves nothing below it" };
  }
}
