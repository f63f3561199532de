import { z } from "zod";
import type { DataProblem } from "../hardware/mod.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { placeProblems, type ValuePlace } from "./payload.ts";
import { isDecisive, QUANTITIES, type Quantity } from "./quantity.ts";
import { UNITS } from "./unit.ts";

/** Where a device that a preset is about has one value. Texts may hold `{settings}`. */
export type PresetValue = Omit<ValuePlace, "quantity"> & {
  /** The topic; with `http-json` there is none. */
  readonly topic?: string | undefined;
};

/** A setting that a preset leaves to site.yaml. */
export interface PresetSetting {
  /** What it is, for whoever has to look it up. */
  readonly about: string;
  /** Absent: it has to be given. */
  readonly default?: string | undefined;
}

/** What a device wants to hear so that it goes on publishing. */
export interface KeepAlive {
  readonly topic: string;
  readonly payload: string;
  readonly everyMs: number;
}

/**
 * What Sangam knows about a kind of device that sends JSON or plain numbers: a file of
 * `hardware/presets/`, or one of the user's own.
 */
export interface MeterPreset {
  readonly id: string;
  readonly vendor: string;
  readonly models: readonly string[];
  readonly driver: "http-json" | "mqtt";
  /** `http-json`: what is asked for, with a query where there is one. */
  readonly path?: string | undefined;
  readonly settings: Readonly<Record<string, PresetSetting>>;
  readonly keepAlive?: KeepAlive | undefined;
  readonly currentSign: "from-power" | "signed";
  readonly values: Readonly<Partial<Record<Quantity, PresetValue>>>;
  readonly confidence: "high" | "medium" | "low";
  readonly sources: readonly string[];
  readonly notes?: string | undefined;
}

/** `{name}` in a text. */
const PLACEHOLDER = /\{([a-z][A-Za-z]*)\}/g;

const valueSchema = z.strictObject({
  topic: z.string().min(1).optional(),
  path: z.string().min(1).optional(),
  unit: z.enum(UNITS).optional(),
  scale: z.number().optional(),
  optional: z.boolean().optional(),
});

const presetSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, {
    error: "expected lower-case words joined by -",
  }),
  vendor: z.string().min(1),
  models: z.array(z.string().min(1)).min(1),
  driver: z.enum(["http-json", "mqtt"]),
  path: z.string().regex(/^\/[\x21-\x7E]*$/, { error: "expected a path such as /status" })
    .optional(),
  settings: z.record(
    z.string().regex(/^[a-z][A-Za-z]*$/),
    z.strictObject({ about: z.string().min(1), default: z.string().min(1).optional() }),
  ).default({}),
  keepAlive: z.strictObject({
    topic: z.string().min(1),
    payload: z.string().default(""),
    everyMs: z.int().min(1_000).max(600_000),
  }).optional(),
  currentSign: z.enum(["from-power", "signed"]),
  values: z.partialRecord(z.enum(QUANTITIES), valueSchema),
  confidence: z.enum(["high", "medium", "low"]),
  sources: z.array(z.string().min(1)).min(1),
  notes: z.string().optional(),
}).superRefine((preset, context) => {
  for (const { path, message } of contradictions(preset)) {
    context.addIssue({ code: "custom", path: [...path], message });
  }
});

/** Reads a preset out of what a YAML file held. Every problem is told, not just the first. */
export function parseMeterPreset(value: unknown): Result<MeterPreset, readonly DataProblem[]> {
  const parsed = presetSchema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  return fail(parsed.error.issues.map(({ path, message }) => ({
    path: path.map((part) => typeof part === "symbol" ? String(part) : part),
    message,
  })));
}

function* contradictions(preset: MeterPreset): Generator<DataProblem> {
  const { driver, path, keepAlive, values } = preset;
  if ((driver === "http-json") !== (path !== undefined)) {
    yield { path: ["path"], message: "a preset for http-json has a path, one for mqtt has none" };
  }
  if (driver === "http-json" && keepAlive !== undefined) {
    yield { path: ["keepAlive"], message: "only a preset for mqtt has something to publish" };
  }
  const named = placesOf(values);
  if (!named.some(({ quantity }) => isDecisive(quantity))) {
    yield { path: ["values"], message: "expected at least one current or active power" };
  }
  for (const place of named) {
    const at = ["values", place.quantity];
    if ((driver === "mqtt") !== (place.topic !== undefined)) {
      yield { path: at, message: "a value for mqtt has a topic, one for http-json has none" };
    }
    if (place.optional && isDecisive(place.quantity)) {
      yield { path: at, message: "a current or an active power cannot be optional" };
    }
    for (const message of placeProblems(filledPlace(place, (name) => name))) {
      yield { path: at, message };
    }
  }
  for (const name of placeholders(preset)) {
    if (Object.hasOwn(preset.settings, name)) continue;
    yield { path: ["settings"], message: `there is no setting for {${name}}` };
  }
}

function placeholders(preset: MeterPreset): ReadonlySet<string> {
  const texts = [
    preset.path,
    preset.keepAlive?.topic,
    ...placesOf(preset.values).flatMap(({ topic, path }) => [topic, path]),
  ];
  return new Set(
    texts.flatMap((text) => [...(text ?? "").matchAll(PLACEHOLDER)].map(([, name]) => name ?? "")),
  );
}

type NamedValue = PresetValue & { readonly quantity: Quantity };

function placesOf(values: MeterPreset["values"]): readonly NamedValue[] {
  return QUANTITIES.flatMap((quantity): NamedValue[] => {
    const value = values[quantity];
    return value === undefined ? [] : [{ quantity, ...value }];
  });
}

function filledPlace(place: NamedValue, valueOf: (name: string) => string): NamedValue {
  return {
    ...place,
    ...(place.topic !== undefined && { topic: filled(place.topic, valueOf) }),
    ...(place.path !== undefined && { path: filled(place.path, valueOf) }),
  };
}

function filled(text: string, valueOf: (name: string) => string): string {
  return text.replaceAll(PLACEHOLDER, (_, name: string) => valueOf(name));
}

/** A preset with its settings filled in. */
export interface FilledPreset {
  readonly path: string | null;
  readonly keepAlive: KeepAlive | null;
  readonly values: readonly NamedValue[];
}

/** Fills in the settings, or says which is missing and which is none of the preset's. */
export function fillPreset(
  preset: MeterPreset,
  given: Readonly<Record<string, string>>,
): Result<FilledPreset, readonly string[]> {
  const problems: string[] = [];
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(preset.settings, name)) continue;
    const known = Object.keys(preset.settings).join(", ") || "none";
    problems.push(`Preset ${preset.id} has no setting "${name}"; it has ${known}`);
  }
  for (const [name, setting] of Object.entries(preset.settings)) {
    if (setting.default !== undefined || Object.hasOwn(given, name)) continue;
    problems.push(`Preset ${preset.id} needs "${name}": ${setting.about}`);
  }
  const strange = Object.entries(given).find(([, value]) => !/^[^"\\+#\0]{1,255}$/.test(value));
  if (strange !== undefined) problems.push(`"${strange[1]}" cannot be "${strange[0]}" of a preset`);
  if (problems.length > 0) return fail(problems);
  const valueOf = (name: string) => given[name] ?? preset.settings[name]?.default ?? "";
  const { path, keepAlive } = preset;
  return ok({
    path: path === undefined ? null : filled(path, valueOf),
    keepAlive: keepAlive === undefined
      ? null
      : { ...keepAlive, topic: filled(keepAlive.topic, valueOf) },
    values: placesOf(preset.values).map((place) => filledPlace(place, valueOf)),
  });
}
