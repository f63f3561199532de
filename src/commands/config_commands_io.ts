import {
  type ConfigProblem,
  type ConfigReading,
  type SiteConfig,
  siteJsonSchema,
} from "../config.ts";
import { folderOf, loadConfig } from "../config_io.ts";
import { permissionFlags } from "../config_permissions.ts";
import type { Command, ExitCode, Flags, Terminal } from "./command.ts";

/** The flags of every command that needs the configuration. */
export const CONFIG_FLAGS = ["config", "data"] as const;

/**
 * The configuration that the flags name, with the folder of `--data`. Null, and every problem printed
 * with its place, where it is wrong.
 */
export async function configOf(flags: Flags, terminal: Terminal): Promise<SiteConfig | null> {
  const { config: file, data } = flags;
  const config = acceptedConfig(await loadConfig(file ?? null), file ?? "site.yaml", terminal);
  return config === null || data === undefined ? config : { ...config, dataPath: data };
}

/** The configuration of a reading; null, and its problems printed, where there is none. */
export function acceptedConfig(
  reading: ConfigReading,
  file: string,
  { complain }: Terminal,
): SiteConfig | null {
  if (!reading.ok) {
    for (const each of reading.problems) complain(problemLine(file, each));
    return null;
  }
  for (const each of reading.notices) complain(`${problemLine(file, each)} (a remark)`);
  return reading.config;
}

function problemLine(file: string, { path, line, message }: ConfigProblem): string {
  const place = line === null ? file : `${file}:${line}`;
  return path === "" ? `${place}: ${message}` : `${place}: ${path}: ${message}`;
}

/** `main.ts check` */
export const CHECK: Command = {
  usage: "check [--config site.yaml]",
  summary: "validates the configuration",
  words: [],
  flags: CONFIG_FLAGS,
  async run(flags, _words, terminal) {
    const config = await configOf(flags, terminal);
    if (config === null) return 1;
    const { circuits, chargers, meters, places } = config;
    const parts = [
      count(chargers.known.length, "charger"),
      count(places.length, "EVSE"),
      count(circuits.length, "circuit"),
      count(meters.length, "meter"),
      config.csms === null ? "no CSMS" : `CSMS ${config.csms.url}`,
    ];
    terminal.print(`Fine: ${parts.join(", ")}\n`);
    return 0;
  },
};

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}

/** `main.ts schema` */
export const SCHEMA: Command = {
  usage: "schema",
  summary: "JSON Schema of site.yaml, for editors",
  words: [],
  flags: [],
  run(_flags, _words, { print }) {
    print(`${JSON.stringify(siteJsonSchema(), null, 2)}\n`);
    return Promise.resolve(0);
  },
};

/** `main.ts permissions` */
export const PERMISSIONS: Command = {
  usage: "permissions [--config site.yaml] [--data DIR]",
  summary: "the least Deno flags that this configuration needs",
  words: [],
  flags: CONFIG_FLAGS,
  run: printPermissions,
};

async function printPermissions(
  flags: Flags,
  _words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const config = await configOf(flags, terminal);
  if (config === null) return 1;
  const absolute = (path: string) => path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
  const program = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
  const lines = permissionFlags(config, {
    program,
    configFolder: absolute(folderOf(flags["config"] ?? "site.yaml")),
    data: absolute(config.dataPath),
    notifySocket: Deno.env.get("NOTIFY_SOCKET") ?? null,
    runtimeFolder: Deno.env.get("RUNTIME_DIRECTORY") ?? null,
    credentials: Deno.env.get("CREDENTIALS_DIRECTORY") ?? null,
  });
  terminal.print(`${lines.join(" ")}\n`);
  return 0;
}
