import { type ConfigPorts, type ConfigReading, readConfig } from "./config.ts";
import type { ChargerModel } from "./chargers/mod.ts";
import { loadChargerModel, shippedChargerModels } from "./chargers/model_io.ts";
import { readConfigText } from "./config_text.ts";
import { isRecord } from "./lib/json.ts";
import type { Result } from "./lib/result.ts";
import type { MeterPreset, MeterProfile } from "./meters/mod.ts";
import { loadMeterProfile } from "./meters/meter_profile_io.ts";
import { loadMeterPreset } from "./meters/preset_io.ts";

/** The largest site.yaml: a thousand chargers take a tenth of it. */
const FILE_BYTES_MAX = 4 * 1_048_576;
const SECRET_BYTES_MAX = 262_144;

/** Reads the configuration file, or the safe defaults where `path` is null and there is no site.yaml. */
export async function loadConfig(path: string | null): Promise<ConfigReading> {
  const file = path ?? "site.yaml";
  const text = readText(file, FILE_BYTES_MAX);
  const reason = text !== null ? null : whyNot(file);
  if (reason !== null && (path !== null || reason !== MISSING)) {
    const message = `Cannot read configuration "${file}": ${reason}`;
    return { ok: false, problems: [{ path: "", line: null, message }] };
  }
  return await readConfigIn(folderOf(file), text ?? "");
}

const MISSING = "there is no such file";

/** Why a file that was asked for gave no text. */
function whyNot(path: string): string {
  const about = statOf(path);
  if (about === null) return MISSING;
  return about.isFile ? `it is larger than ${FILE_BYTES_MAX / 1_048_576} MiB` : "it is not a file";
}

/** Reads a configuration that names its files relative to `folder`. */
export async function readConfigIn(folder: string, text: string): Promise<ConfigReading> {
  const value = valueOf(text);
  const profiles = await loadEach(profileNames(value), (name) => loadMeterProfile(name, folder));
  const presets = await loadEach(presetNames(value), (name) => loadMeterPreset(name, folder));
  const named = await loadEach(modelNames(value), (name) => loadChargerModel(name, folder));
  const { models } = await shippedChargerModels();
  const ports: ConfigPorts = {
    // Other names are none: asking for one of them is an error in itself.
    env: (name) => /^[^=\0]+$/.test(name) ? Deno.env.get(name) ?? null : null,
    file: (name) => readSecret(name, folder),
    profile: (name) => profiles.get(name) ?? { problem: `There is no meter profile "${name}"` },
    preset: (name) => presets.get(name) ?? { problem: `There is no meter preset "${name}"` },
    model: (name) => named.get(name) ?? { problem: `There is no charger model "${name}"` },
    models,
  };
  return readConfig(text, ports);
}

function valueOf(text: string): unknown {
  const yaml = readConfigText(text.trim() === "" ? "{}" : text);
  return yaml.ok ? yaml.text.value : null;
}

function profileNames(value: unknown): ReadonlySet<string> {
  return textsOf(isRecord(value) ? value["meters"] : null, "profile");
}

function presetNames(value: unknown): ReadonlySet<string> {
  return textsOf(isRecord(value) ? value["meters"] : null, "preset");
}

function modelNames(value: unknown): ReadonlySet<string> {
  const chargers = isRecord(value) ? value["chargers"] : null;
  return textsOf(isRecord(chargers) ? chargers["known"] : null, "model");
}

/** What the items of a list have in a field, where that is a text. */
function textsOf(list: unknown, field: string): ReadonlySet<string> {
  const items = Array.isArray(list) ? list : [];
  return new Set(
    items.map((item: unknown) => isRecord(item) ? item[field] : undefined)
      .filter((name) => typeof name === "string"),
  );
}

type Loaded<T> = ReadonlyMap<string, T | { readonly problem: string }>;

/** They are files; the configuration is read in one go, so they are fetched before. */
async function loadEach<T extends MeterProfile | MeterPreset | ChargerModel>(
  names: ReadonlySet<string>,
  load: (name: string) => Promise<Result<T, readonly string[]>>,
): Promise<Loaded<T>> {
  const found = new Map<string, T | { readonly problem: string }>();
  for (const name of names) {
    const loaded = await load(name);
    found.set(name, loaded.ok ? loaded.value : { problem: loaded.error.join("; ") });
  }
  return found;
}

/** Relative names: first where systemd puts credentials, then beside site.yaml. */
function readSecret(name: string, folder: string): string | null {
  const credentials = Deno.env.get("CREDENTIALS_DIRECTORY");
  const candidates = name.startsWith("/")
    ? [name]
    : [...(credentials === undefined ? [] : [`${credentials}/${name}`]), `${folder}/${name}`];
  for (const candidate of candidates) {
    const text = readText(candidate, SECRET_BYTES_MAX);
    // Editors end files with a line break, passwords do not.
    if (text !== null) return text.replace(/\r?\n$/, "");
  }
  return null;
}

function readText(path: string, bytesMax: number): string | null {
  const about = statOf(path);
  return about?.isFile && about.size <= bytesMax ? Deno.readTextFileSync(path) : null;
}

/** PATH_MAX of Linux, with the zero at the end. */
const PATH_BYTES_MAX = 4_096;
/** No file system has longer names, in bytes: NAME_MAX of Linux. */
const NAME_BYTES_MAX = 255;

/** Null where there is nothing at this path, or can be nothing. */
function statOf(path: string): Deno.FileInfo | null {
  if (!mayBeThere(path)) return null;
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (NOTHING_THERE.some((kind) => error instanceof kind)) return null;
    throw error;
  }
}

const NOTHING_THERE = [
  Deno.errors.NotFound,
  Deno.errors.NotADirectory,
  Deno.errors.FilesystemLoop,
] as const;

function mayBeThere(path: string): boolean {
  const bytes = (name: string) => new TextEncoder().encode(name).length;
  return !path.includes("\0") && bytes(path) < PATH_BYTES_MAX &&
    path.split("/").every((name) => bytes(name) <= NAME_BYTES_MAX);
}

/** The folder that a path is in. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "." : slash === 0 ? "/" : path.slice(0, slash);
}
