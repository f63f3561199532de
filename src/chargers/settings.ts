import { type InsideResponse, type Speaker, type SpokenOutcome, variableOf } from "../ocpp/mod.ts";
import type { ChargersPorts } from "./ports.ts";
import { countEvses } from "./evse_count.ts";
import type { Station } from "./station.ts";

/**
 * Values of a charger's settings; one that it did not name is not there. What 1.6 has a key for goes by
 * that key whatever the charger speaks, the rest by its name in 2.x: "Component.Variable[instance]".
 */
export type Settings = ReadonlyMap<string, string>;

/** How many EVSEs it has: a key of 1.6 (§9.1.20), and counted where 2.x has no variable for it. */
export const COUNT_KEY = "NumberOfConnectors";

/** Whose settings are meant. */
export type SettingsPeer = Pick<Station, "version" | "speaker">;

/** What became of asking. */
export interface SettingsReading {
  readonly kind: SpokenOutcome<"GetVariables">["kind"];
  /** Empty where nothing was answered. */
  readonly values: Settings;
}

/** What became of writing. */
export interface SettingsWritten {
  /** What the charger took. */
  readonly taken: readonly string[];
  /** Those of them that it says to go by only after a restart. */
  readonly afterReset: readonly string[];
}

type Name = ReturnType<typeof variableOf>;

/** How many settings go into one message at most: [asked, written]. */
interface ItemsMax {
  readonly read: number;
  readonly written: number;
}

/** 2.x chargers that do not say how much they take are taken for small ones. */
const ITEMS_UNKNOWN = 10;
const ITEMS_MAX = 50;
const READ_MAX = "DeviceDataCtrlr.ItemsPerMessage[GetVariables]";
const WRITTEN_MAX = "DeviceDataCtrlr.ItemsPerMessage[SetVariables]";

/**
 * Asks a charger for some of its settings: a 1.6 charger in one call, others as they can take it. One
 * that refuses many at once is asked for them one by one.
 */
export async function readSettings(
  peer: SettingsPeer,
  keys: readonly string[],
): Promise<SettingsReading> {
  if (peer.version === "ocpp1.6") return await readSome(peer.speaker, keys);
  const limits = await readAtOnce(peer.speaker, [READ_MAX, WRITTEN_MAX]);
  if (limits.kind !== "answered" && limits.kind !== "refused") return limits;
  const values = new Map(limits.values);
  let kind = limits.kind;
  const { read } = itemsMaxOf(values);
  for (const some of inChunks(keys.filter((key) => key !== COUNT_KEY), read)) {
    const part = await readSome(peer.speaker, some);
    if (part.kind === "answered") kind = "answered";
    if (part.kind === "silent" || part.kind === "gone") return { kind: part.kind, values };
    for (const [key, value] of part.values) values.set(key, value);
  }
  if (keys.includes(COUNT_KEY)) {
    const count = await countEvses(peer.speaker, read);
    if (count !== null) values.set(COUNT_KEY, String(count));
  }
  return { kind, values };
}

/** One name that a charger stumbles over must not hide the others. */
async function readSome(speaker: Speaker, keys: readonly string[]): Promise<SettingsReading> {
  const reading = await readAtOnce(speaker, keys);
  const isOneToMany = reading.kind === "refused" && !reading.isUnknown && keys.length > 1;
  if (!isOneToMany) return reading;
  const values = new Map<string, string>();
  let kind: SettingsReading["kind"] = "refused";
  for (const key of keys) {
    const one = await readAtOnce(speaker, [key]);
    if (one.kind === "silent" || one.kind === "gone") return { kind: one.kind, values };
    if (one.kind === "answered") kind = "answered";
    for (const [name, value] of one.values) values.set(name, value);
  }
  return { kind, values };
}

async function readAtOnce(
  speaker: Speaker,
  keys: readonly string[],
): Promise<SettingsReading & { readonly isUnknown: boolean }> {
  const getVariableData = keys.map(settingName);
  const outcome = await speaker.call({ action: "GetVariables", message: { getVariableData } });
  const values = outcome.kind === "answered" ? valuesOf(keys, outcome.message) : new Map();
  return { kind: outcome.kind, values, isUnknown: isUnknownThere(outcome) };
}

/** It knows no such message at all, whatever is in it. */
export function isUnknownThere(
  outcome: { readonly kind: string; readonly error?: { readonly code: string } },
): boolean {
  const code = outcome.kind === "refused" ? outcome.error?.code : undefined;
  return code === "NotImplemented" || code === "NotSupported";
}

function valuesOf(
  keys: readonly string[],
  { getVariableResult }: InsideResponse<"GetVariables">,
): Settings {
  const values = new Map<string, string>();
  for (const { component, variable, attributeValue } of getVariableResult) {
    const key = keys.find((each) => isSameName(settingName(each), { component, variable }));
    if (key !== undefined && attributeValue !== undefined) values.set(key, attributeValue);
  }
  return values;
}

/** Names are not case-sensitive (2.x part 2, 2.17 and 2.52). */
function isSameName(wanted: Name, { component, variable }: Partial<Name>): boolean {
  const isSame = (a: string | undefined, b: string | undefined) =>
    a?.toLowerCase() === b?.toLowerCase();
  return isSame(wanted.component.name, component?.name) &&
    isSame(wanted.variable.name, variable?.name) &&
    isSame(wanted.variable.instance, variable?.instance);
}

/** The variable behind a key of 1.6, or behind its name in 2.x. */
export function settingName(key: string): Name {
  const [, component, name, instance] = /^(\w+)\.(\w+)(?:\[(\w+)\])?$/.exec(key) ?? [];
  if (component === undefined || name === undefined) return variableOf(key);
  const variable = instance === undefined ? { name } : { name, instance };
  return { component: { name: component }, variable };
}

/** Sets what differs: one key at a time, or as many as a 2.x charger takes in one message. */
export async function writeSettings(
  { log }: Pick<ChargersPorts, "log">,
  { chargerId, noteQuirk, ...peer }: Pick<
    Station,
    "chargerId" | "noteQuirk" | "version" | "speaker"
  >,
  values: Settings,
  wanted: Iterable<readonly [key: string, value: string]>,
): Promise<SettingsWritten> {
  const differing = [...wanted].filter(([key, value]) => {
    const current = values.get(key);
    // A key that the charger did not name is not there, or not to be touched.
    return current !== undefined && !isSame(current, value);
  });
  const noteRefused = (setting: string, status: string | undefined) => {
    log("info", "setup_refused", { charger: chargerId, setting, status });
    noteQuirk("setting-refused");
  };
  const taken: string[] = [];
  const afterReset: string[] = [];
  const atOnce = peer.version === "ocpp1.6" ? 1 : itemsMaxOf(values).written;
  for (const some of inChunks(differing, atOnce)) {
    for (const [key, status] of await writeSome(peer.speaker, some)) {
      const isTaken = status === "Accepted" || status === "RebootRequired";
      if (isTaken) taken.push(key);
      else noteRefused(key, status);
      if (status === "RebootRequired") afterReset.push(key);
    }
  }
  return { taken, afterReset };
}

type Written = readonly (readonly [key: string, status: string | undefined])[];

async function writeSome(
  speaker: Speaker,
  settings: readonly (readonly [key: string, value: string])[],
): Promise<Written> {
  const setVariableData = settings.map(([key, value]) => ({
    ...settingName(key),
    attributeValue: value,
  }));
  const outcome = await speaker.call({ action: "SetVariables", message: { setVariableData } });
  if (outcome.kind !== "answered") {
    // One that it stumbles over must not keep the others from it.
    if (outcome.kind !== "refused" || settings.length === 1) {
      return settings.map(([key]) => [key, outcome.kind]);
    }
    const each: [string, string | undefined][] = [];
    for (const one of settings) {
      for (const [key, status] of await writeSome(speaker, [one])) each.push([key, status]);
    }
    return each;
  }
  const { setVariableResult } = outcome.message;
  return settings.map(([key], index) => {
    const named = setVariableResult.find((each) => isSameName(settingName(key), each));
    return [key, (named ?? setVariableResult[index])?.attributeStatus];
  });
}

function itemsMaxOf(values: Settings): ItemsMax {
  const of = (key: string) => {
    const value = Number(values.get(key));
    return Number.isInteger(value) && value > 0 ? Math.min(value, ITEMS_MAX) : ITEMS_UNKNOWN;
  };
  return { read: of(READ_MAX), written: of(WRITTEN_MAX) };
}

function inChunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from(
    { length: Math.ceil(items.length / size) },
    (_, index) => items.slice(index * size, (index + 1) * size),
  );
}

/** Chargers write "True" and " true" as well; each needless write wears their memory. */
function isSame(current: string, wanted: string): boolean {
  const isFlag = wanted === "true" || wanted === "false";
  return current === wanted || isFlag && current.trim().toLowerCase() === wanted;
}
