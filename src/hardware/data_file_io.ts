import { LineCounter, parseDocument } from "yaml";
import { errorText } from "../lib/log.ts";
import { fail, type Result } from "../lib/result.ts";
import type { DataParser, DataProblem } from "./data_problem.ts";

/** More than any device needs. */
const FILE_LIMIT_BYTES = 262_144;

/**
 * Reads one YAML file of data about a device.
 *
 * @param shown the file's name in problems
 * @returns what `parse` makes of it, or every problem as "file:line: path: what is wrong"
 */
export async function readDataFile<T>(
  file: string | URL,
  shown: string,
  parse: DataParser<T>,
): Promise<Result<T, readonly string[]>> {
  try {
    const { size, isFile } = await Deno.stat(file);
    if (!isFile) return fail([`${shown}: not a file`]);
    if (size > FILE_LIMIT_BYTES) return fail([`${shown}: longer than ${FILE_LIMIT_BYTES} bytes`]);
    return parseText(await Deno.readTextFile(file), shown, parse);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound ? "no such file" : errorText(error);
    return fail([`${shown}: ${reason}`]);
  }
}

/** The names of the YAML files in a folder without their endings, sorted. Throws where it cannot be read. */
export async function dataFileNames(folder: URL): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isFile && entry.name.endsWith(".yaml")) names.push(entry.name.slice(0, -5));
  }
  return names.sort();
}

/** True for a name that means a file of the user's own, not one that comes with Sangam. */
export function isOwnFile(name: string): boolean {
  return /\.ya?ml$/.test(name);
}

/** Where a user's own file is: its path, from the folder of site.yaml where it is relative. */
export function ownFilePath(name: string, besideFolder: string | URL): string {
  if (name.startsWith("/")) return name;
  const folder = besideFolder instanceof URL ? besideFolder.pathname : besideFolder;
  return `${folder.replace(/\/$/, "")}/${name}`;
}

function parseText<T>(
  text: string,
  shown: string,
  parse: DataParser<T>,
): Result<T, readonly string[]> {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const lineOf = (offset: number) => lineCounter.linePos(offset).line;
  if (document.errors.length > 0) {
    return fail(
      document.errors.map(({ pos, message }) => `${shown}:${lineOf(pos[0])}: ${message}`),
    );
  }
  const parsed = parse(document.toJS({ maxAliasCount: 50 }));
  if (parsed.ok) return parsed;
  return fail(parsed.error.map((problem) => {
    const offset = offsetOf(document, problem.path);
    return `${shown}:${offset === null ? "" : `${lineOf(offset)}:`} ${described(problem)}`;
  }));
}

/** Where the nearest existing ancestor of a path begins. */
function offsetOf(
  document: ReturnType<typeof parseDocument>,
  path: DataProblem["path"],
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

function described({ path, message }: DataProblem): string {
  const place = path.map((step) => typeof step === "number" ? `[${step}]` : `.${step}`).join("");
  return place === "" ? message : `${place.replace(/^\./, "")}: ${message}`;
}
