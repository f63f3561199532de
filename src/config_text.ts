import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";

/** Something wrong with site.yaml: where, and what to do about it. */
export interface ConfigProblem {
  /** "chargers.known[0].password"; "" for the file as a whole. */
  readonly path: string;
  /** From 1; null where the place is not in the file (a missing key: the line of its parent). */
  readonly line: number | null;
  readonly message: string;
}

/** The keys and indexes that lead to a value. */
export type ConfigPath = readonly (string | number)[];

/** site.yaml as a value, with the way back to its lines. */
export interface ConfigText {
  readonly value: unknown;
  lineOf(path: ConfigPath): number | null;
}

/** Where `${env:NAME}` and `${file:PATH}` get their values; null for what is not there. */
export interface ConfigSources {
  env(name: string): string | null;
  file(path: string): string | null;
}

/** Reads YAML. Aliases are refused: they make a small file into a large value. */
export function readConfigText(
  text: string,
): { readonly ok: true; readonly text: ConfigText } | {
  readonly ok: false;
  readonly problems: readonly ConfigProblem[];
} {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error): ConfigProblem => ({
      path: "",
      line: lines.linePos(error.pos[0]).line,
      message: error.message.split("\n")[0]?.replace(/ at line.*$/, "") ?? "Not valid YAML",
    }));
    return { ok: false, problems };
  }
  return {
    ok: true,
    text: {
      value: toValue(document.contents),
      lineOf(path) {
        for (let length = path.length; length >= 0; length--) {
          const offset = offsetAt(document.contents, path.slice(0, length));
          if (offset !== null) return lines.linePos(offset).line;
        }
        return null;
      },
    },
  };
}

function toValue(node: unknown): unknown {
  if (isMap(node)) {
    return Object.fromEntries(
      node.items.map(({ key, value }) => [isScalar(key) ? String(key.value) : "", toValue(value)]),
    );
  }
  if (isSeq(node)) return node.items.map(toValue);
  if (isScalar(node)) return node.value ?? undefined;
  return undefined;
}

/** Where the key of the last step stands, so that a problem points at its own line. */
function offsetAt(root: unknown, path: ConfigPath): number | null {
  let node: unknown = root;
  let offset: number | null = null;
  for (const step of path) {
    if (isAlias(node)) return null;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
      if (pair === undefined) return null;
      offset = isScalar(pair.key) ? pair.key.range?.[0] ?? null : null;
      node = pair.value;
    } else if (isSeq(node) && typeof step === "number") {
      node = node.items[step];
      if (node === undefined) return null;
      offset = isMap(node) || isScalar(node) || isSeq(node) ? node.range?.[0] ?? null : null;
    } else return null;
  }
  return path.length === 0 ? 0 : offset;
}

const REFERENCE = /\$\{(env|file):([^}]+)\}/g;

/** Replaces `${env:NAME}` and `${file:PATH}` in every text of a value. */
export function resolveReferences(
  value: unknown,
  sources: ConfigSources,
): { readonly value: unknown; readonly missing: readonly { path: ConfigPath; what: string }[] } {
  const missing: { path: ConfigPath; what: string }[] = [];
  function walk(node: unknown, path: ConfigPath): unknown {
    if (typeof node === "string") {
      return node.replace(REFERENCE, (_all, kind: string, name: string) => {
        const found = kind === "env" ? sources.env(name) : sources.file(name);
        if (found === null) missing.push({ path, what: `${kind}:${name}` });
        return found ?? "";
      });
    }
    if (Array.isArray(node)) return node.map((item, index) => walk(item, [...path, index]));
    if (typeof node !== "object" || node === null) return node;
    return Object.fromEntries(
      Object.entries(node).map(([key, item]) => [key, walk(item, [...path, key])]),
    );
  }
  return { value: walk(value, []), missing };
}

/** A path as a person writes it. */
export function pathText(path: ConfigPath): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === "number" ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`,
    "",
  );
}
