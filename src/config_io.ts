import { type ConfigPorts, type ConfigReading, readConfig } from "./config.ts";
import { readConfigText } from "./config_text.ts";
import { isRecord } from "./lib/json.ts";
import type { MeterProfile } from "./meters/mod.ts";
import { loadMeterProfile } from "./meters/meter_profile_io.ts";

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
  const profiles = await loadProfiles(text, folder);
  const ports: ConfigPorts = {
    env: (name) => Deno.env.get(name) ?? null,
    file: (name) => readSecret(name, folder),
    profile: (name) => profiles.get(name) ?? { problem: `There is no meter profile "${name}"` },
  };
  return readConfig(text, ports);
}

/** Profiles are files; the configuration is read in one go, so they are fetched before. */
async function loadProfiles(
  text: string,
  folder: string,
): Promise<ReadonlyMap<string, MeterProfile | { readonly problem: string }>> {
  const yaml = readConfigText(text.trim() === "" ? "{}" : text);
  const value = yaml.ok ? yaml.text.value : null;
  const meters = isRecord(value) && Array.isArray(value["meters"]) ? value["meters"] : [];
  const names = new Set(
    meters.map((meter) => isRecord(meter) ? meter["profile"] : undefined)
      .filter((name) => typeof name === "string"),
  );
  const profiles = new Map<string, MeterProfile | { readonly problem: string }>();
  for (const name of names) {
    const loaded = await loadMeterProfile(name, folder);
    profiles.set(name, loaded.ok ? loaded.value : { problem: loaded.error.join("; ") });
  }
  return profiles;
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

/** Null where there is nothing at this path. */
function statOf(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return null;
    }
    throw error;
  }
}

/** The folder that a path is in. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "." : slash === 0 ? "/" : path.slice(0, slash);
}
