import { isRecord } from "../../lib/json.ts";
import type { MessageDirection } from "../peer.ts";
import type { OcppVersion } from "../version.ts";

/** A JSON Schema. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** The message schemas of one version. */
export interface SchemaBook {
  /** Every action that has a schema in that direction. */
  actions(direction: MessageDirection): readonly string[];
  /** The schema of a message with the definitions it uses; null for an unknown action. */
  schema(direction: MessageDirection, action: string): JsonSchema | null;
}

/**
 * Loads the schemas of one version, which takes memory for that version only.
 *
 * They are the Open Charge Alliance's own, as typed-ocpp carries them, but for two things: three
 * lengths that typed-ocpp relaxed are as published again, and integers end where JSON numbers stop
 * being exact (±(2⁵³−1)).
 */
export async function loadSchemas(version: OcppVersion): Promise<SchemaBook> {
  const schemas = new Map(Object.entries(await importSchemas(version)));
  const named = (direction: MessageDirection, action: string) =>
    schemas.get(`${action}${direction === "request" ? "Request" : "Response"}`) ??
      (direction === "request" && UNANSWERED.has(action) ? schemas.get(action) : undefined);
  return {
    actions: (direction) => actionsOf([...schemas.keys()], direction),
    schema(direction, action) {
      const published = named(direction, action);
      if (!isRecord(published)) return null;
      const own = version === "ocpp1.6" ? tightened(direction, action, published) : published;
      return exact(withUsedDefinitions(own));
    },
  };
}

/** OCPP 2.1's SEND, whose schema has the bare name. */
const UNANSWERED = new Set(["NotifyPeriodicEventStream"]);

function importSchemas(version: OcppVersion): Promise<Record<string, unknown>> {
  switch (version) {
    case "ocpp1.6":
      return import("typed-ocpp/dist/ocpp16/schemas.js");
    case "ocpp2.0.1":
      return import("typed-ocpp/dist/ocpp20/schemas.js");
    case "ocpp2.1":
      return import("typed-ocpp/dist/ocpp21/schemas.js");
  }
}

function actionsOf(names: readonly string[], direction: MessageDirection): readonly string[] {
  const suffix = direction === "request" ? "Request" : "Response";
  return names.flatMap((name) => {
    if (name.endsWith(suffix)) return [name.slice(0, -suffix.length)];
    return direction === "request" && UNANSWERED.has(name) ? [name] : [];
  });
}

/** Where typed-ocpp allows more characters than OCA's schema, and what OCA allows. */
const PUBLISHED_LENGTHS: readonly {
  readonly message: string;
  readonly path: readonly string[];
  readonly maxLength: number;
}[] = [
  { message: "ChangeConfiguration request", path: ["properties", "value"], maxLength: 500 },
  {
    message: "GetConfiguration response",
    path: ["properties", "configurationKey", "items", "properties", "value"],
    maxLength: 500,
  },
  { message: "StatusNotification request", path: ["properties", "info"], maxLength: 50 },
];

function tightened(direction: MessageDirection, action: string, schema: JsonSchema): JsonSchema {
  const relaxed = PUBLISHED_LENGTHS.filter(({ message }) => message === `${action} ${direction}`);
  return relaxed.reduce((copy, { path, maxLength }) => withLength(copy, path, maxLength), schema);
}

/** A copy along `path`; the rest is shared and stays as it was. */
function withLength(schema: JsonSchema, path: readonly string[], maxLength: number): JsonSchema {
  const [step, ...rest] = path;
  if (step === undefined) return { ...schema, maxLength };
  const inner = schema[step];
  return isRecord(inner) ? { ...schema, [step]: withLength(inner, rest, maxLength) } : schema;
}

/** Without the definitions of all the other messages, which every schema carries along. */
function withUsedDefinitions(schema: JsonSchema): JsonSchema {
  const { definitions, ...message } = schema;
  if (!isRecord(definitions)) return message;
  const used = new Map<string, unknown>();
  const waiting: unknown[] = [message];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (typeof node !== "object" || node === null) continue;
    const name = definitionName("$ref" in node ? node.$ref : undefined);
    if (name !== null && !used.has(name)) {
      used.set(name, definitions[name]);
      waiting.push(definitions[name]);
    }
    waiting.push(...Object.values(node));
  }
  return used.size === 0 ? message : { ...message, definitions: Object.fromEntries(used) };
}

/** The name behind "#/definitions/…"; null for anything else. */
export function definitionName(reference: unknown): string | null {
  return typeof reference === "string" ? reference.replace("#/definitions/", "") : null;
}

function exact(schema: JsonSchema): JsonSchema {
  return mapSchema(
    schema,
    (node) =>
      node["type"] === "integer"
        ? { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER, ...node }
        : node,
  );
}

/** A copy in which each object, inner ones first, is what `change` makes of it. */
export function mapSchema(
  schema: JsonSchema,
  change: (node: JsonSchema) => JsonSchema,
): JsonSchema {
  const inner = Object.entries(schema).map(([keyword, value]) => [
    keyword,
    isRecord(value) ? mapSchema(value, change) : value,
  ]);
  return change(Object.fromEntries(inner));
}
