import { LineCounter, parseDocument } from "yaml";
import { errorText } from "../lib/log.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { type MeterProfile, parseMeterProfile, type ProfileProblem } from "./profile.ts";

/** The profiles that come with Sangam. */
const SHIPPED = new URL("../../hardware/meters/", import.meta.url);

/** More than any meter needs. */
const FILE_LIMIT_BYTES = 262_144;

/**
 * Finds the profile that a meter of site.yaml names: the id of a shipped one (`eastron-sdm630`), or a
 * file of the user's own, by a path that ends in `.yaml` or `.yml` and starts beside site.yaml.
 *
 * @param besideFolder the folder of site.yaml
 * @returns the profile, or every problem as "file:line: path: what is wrong"
 */
export function loadMeterProfile(
  name: string,
  besideFolder: string | URL,
): Promise<Result<MeterProfile, readonly string[]>> {
  if (/\.ya?ml$/.test(name)) {
    return readProfile(name.startsWith("/") ? name : joinedPath(besideFolder, name));
  }
  return loadShipped(name);
}

async function loadShipped(name: string): Promise<Result<MeterProfile, readonly string[]>> {
  const known = await shippedMeterProfiles();
  if (known.includes(name)) return await readProfile(new URL(`${name}.yaml`, SHIPPED));
  const own = "or the path of your own file, ending in .yaml";
  return fail([`no meter profile has the name "${name}"; known are ${known.join(", ")}, ${own}`]);
}

/** The ids of the shipped profiles, sorted. Throws when the folder cannot be read. */
export async function shippedMeterProfiles(): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(SHIPPED)) {
    if (entry.isFile && entry.name.endsWith(".yaml")) names.push(entry.name.slice(0, -5));
  }
  return names.sort();
}

async function readProfile(
  file: string | URL,
): Promise<Result<MeterProfile, readonly string[]>> {
  const shown = file instanceof URL ? `hardware/meters/${file.pathname.split("/").at(-1)}` : file;
  try {
    const { size, isFile } = await Deno.stat(file);
    if (!isFile) return fail([`${shown}: not a file`]);
    if (size > FILE_LIMIT_BYTES) return fail([`${shown}: longer than ${FILE_LIMIT_BYTES} bytes`]);
    return parseProfileText(await Deno.readTextFile(file), shown);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound ? "no such file" : errorText(error);
    return fail([`${shown}: ${reason}`]);
  }
}

/** Reads a profile out of YAML. `shown` is the name of the file, for the problems. */
function parseProfileText(text: string, shown: string): Result<MeterProfile, readonly string[]> {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const lineOf = (offset: number) => lineCounter.linePos(offset).line;
  if (document.errors.length > 0) {
    return fail(
      document.errors.map(({ pos, message }) => `${shown}:${lineOf(pos[0])}: ${message}`),
    );
  }
  const profile = parseMeterProfile(document.toJS({ maxAliasCount: 50 }));
  if (profile.ok) return ok(profile.value);
  return fail(profile.error.map((problem) => {
    const offset = offsetOf(document, problem.path);
    return `${shown}:${offset === null ? "" : `${lineOf(offset)}:`} ${described(problem)}`;
  }));
}

/** Where the nearest existing ancestor of a path begins. */
function offsetOf(
  document: ReturnType<typeof parseDocument>,
  path: ProfileProblem["path"],
): number | null {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (hasRange(node)) return node.range[0];
  }
  return null;
}

function hasRange(node: unknown): node is { readonly range: readonly [number, number, number] } {
  return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range);
}

function described({ path, message }: ProfileProblem): string {
  const place = path.map((step) => typeof step === "number" ? `[${step}]` : `.${step}`).join("");
  return place === "" ? message : `${place.replace(/^\./, "")}: ${message}`;
}

function joinedPath(folder: string | URL, name: string): string {
  const start = folder instanceof URL ? folder.pathname : folder;
  return `${start.replace(/\/$/, "")}/${name}`;
}
