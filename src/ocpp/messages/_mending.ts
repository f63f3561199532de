import type { ErrorObject } from "ajv";
import { isRecord } from "../../lib/json.ts";
import { clip } from "../../lib/text.ts";
import { definitionName, type JsonSchema } from "./schemas.ts";
import { normaliseTimestamp } from "./timestamps.ts";

/** How a message deviated from its schema and was understood all the same. */
export type CoercionKind =
  /** `null` where nothing should stand. */
  | "null"
  /** A field that the schema does not know was dropped. */
  | "unknown-field"
  | "number-for-text"
  | "boolean-for-text"
  | "text-for-number"
  | "text-for-boolean"
  /** An amount with decimals where the schema wants a whole one was rounded; a name never is. */
  | "fraction"
  /** Another way to write a time. */
  | "timestamp"
  /** Upper and lower case or spaces around a value of a list. */
  | "spelling"
  /** An empty text or list for something optional that is absent. */
  | "empty"
  /** Longer than the schema allows, within reason; kept whole. */
  | "over-long"
  /** More than one decimal in a limit; kept. */
  | "extra-decimals";

/** One deviation and where it was (a JSON pointer). */
export interface Coercion {
  readonly kind: CoercionKind;
  readonly path: string;
}

type Container = Record<string, unknown> | unknown[];

/** A value in a message, with the means to change it. */
interface Place {
  readonly container: Container;
  readonly key: string;
  readonly value: unknown;
  readonly schema: JsonSchema;
  /** The object may do without it. */
  readonly optional: boolean;
}

const PATH_LENGTH_MAX = 255;

/**
 * Changes `message` where an error tells how, and says what was done. Some errors only show once
 * others are mended, so the caller validates and mends again until nothing is left to do.
 */
export function mendOnce(
  schema: JsonSchema,
  message: Record<string, unknown>,
  errors: readonly ErrorObject[],
  zoneOffsetMinutes: number,
): Coercion[] {
  const holes: Place[] = [];
  const coercions = errors.flatMap((error) => {
    const kind = error.keyword === "additionalProperties"
      ? dropUnknown(schema, message, error)
      : mendAt(findPlace(schema, message, error.instancePath), error, zoneOffsetMinutes, holes);
    const path = error.keyword === "additionalProperties"
      ? `${error.instancePath}/${error.params["additionalProperty"]}`
      : error.instancePath;
    return kind === null ? [] : [{ kind, path: clip(path, PATH_LENGTH_MAX) }];
  });
  removeItems(holes);
  return coercions;
}

function dropUnknown(
  schema: JsonSchema,
  message: Record<string, unknown>,
  error: ErrorObject,
): CoercionKind | null {
  const place = findPlace(schema, message, error.instancePath);
  const owner = error.instancePath === "" ? message : place?.value;
  if (!isRecord(owner)) return null;
  delete owner[String(error.params["additionalProperty"])];
  return "unknown-field";
}

function mendAt(
  place: Place | null,
  error: ErrorObject,
  zoneOffsetMinutes: number,
  holes: Place[],
): CoercionKind | null {
  if (place === null) return null;
  const { value } = place;
  if (value === null) {
    drop(place, holes);
    return "null";
  }
  const isEmpty = value === "" || (Array.isArray(value) && value.length === 0);
  if (isEmpty && place.optional) {
    drop(place, holes);
    return "empty";
  }
  const better = mendedValue(error, place, zoneOffsetMinutes);
  if (better === null) return null;
  Reflect.set(place.container, place.key, better.value);
  return better.kind;
}

interface Better {
  readonly kind: CoercionKind;
  readonly value: unknown;
}

function mendedValue(
  { keyword, params, instancePath }: ErrorObject,
  { value, schema }: Place,
  zoneOffsetMinutes: number,
): Better | null {
  const field = fieldName(instancePath);
  const isTime = schema["format"] === "date-time";
  const isText = typeof value === "string";
  if (keyword === "enum" && isText) return spelling(value, params["allowedValues"]);
  if (isTime && (isText || typeof value === "number")) {
    const text = normaliseTimestamp(value, zoneOffsetMinutes);
    return text === null ? null : { kind: "timestamp", value: text };
  }
  return keyword === "type" ? retyped(field, value, params["type"]) : null;
}

function spelling(value: string, allowed: unknown): Better | null {
  const plain = value.trim().toLowerCase();
  const match = Array.isArray(allowed) &&
    allowed.find((candidate) => typeof candidate === "string" && candidate.toLowerCase() === plain);
  return typeof match === "string" ? { kind: "spelling", value: match } : null;
}

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * Numbers that say which one is meant, and how much of nothing: EVSE 1.5 is neither 1 nor 2, and a
 * connector 0.2 that became 0 would be the whole charger.
 */
const NAMES =
  /(?:ids?|seqNo|listVersion|versionNumber|configurationSlot|stackLevel|securityProfile)$/i;

function retyped(field: string, value: unknown, wanted: unknown): Better | null {
  if (wanted === "string") {
    if (typeof value === "number") return { kind: "number-for-text", value: String(value) };
    if (typeof value === "boolean") return { kind: "boolean-for-text", value: String(value) };
    return null;
  }
  if (wanted === "integer" && typeof value === "number") {
    return NAMES.test(field) ? null : { kind: "fraction", value: Math.round(value) };
  }
  if (typeof value !== "string") return null;
  const text = value.trim();
  if (wanted === "integer" || wanted === "number") {
    return DECIMAL.test(text) ? { kind: "text-for-number", value: Number(text) } : null;
  }
  const truth = wanted === "boolean" ? spelling(text, ["true", "false"]) : null;
  return truth === null ? null : { kind: "text-for-boolean", value: truth.value === "true" };
}

/** The field that a pointer leads to; for an item of a list, the list. */
function fieldName(pointer: string): string {
  return pointer.split("/").findLast((step) => !/^\d+$/.test(step)) ?? "";
}

/** Takes a field away at once; an item of a list later, since the others' paths count places. */
function drop(place: Place, holes: Place[]): void {
  if (Array.isArray(place.container)) holes.push(place);
  else delete place.container[place.key];
}

function removeItems(holes: readonly Place[]): void {
  const lists = Map.groupBy(holes, ({ container }) => container);
  for (const [list, places] of lists) {
    if (!Array.isArray(list)) continue;
    const gone = new Set(places.map(({ key }) => Number(key)));
    let kept = 0;
    for (const [index, item] of list.entries()) {
      if (!gone.has(index)) list[kept++] = item;
    }
    list.length = kept;
  }
}

/** Follows a JSON pointer through the message and its schema at once. */
function findPlace(root: JsonSchema, message: unknown, pointer: string): Place | null {
  let place: Place | null = null;
  let value = message;
  let schema = resolve(root, root);
  for (const key of pointer.split("/").slice(1)) {
    if (!isContainer(value) || !Object.hasOwn(value, key)) return null;
    const container: Container = value;
    const required = schema["required"];
    const optional = isRecord(container) && !(Array.isArray(required) && required.includes(key));
    value = Reflect.get(container, key);
    schema = resolve(root, stepInto(schema, key));
    place = { container, key, value, schema, optional };
  }
  return place;
}

function isContainer(value: unknown): value is Container {
  return isRecord(value) || Array.isArray(value);
}

function stepInto(schema: JsonSchema, key: string): unknown {
  const properties = schema["properties"];
  return isRecord(properties) && Object.hasOwn(properties, key) ? properties[key] : schema["items"];
}

function resolve(root: JsonSchema, schema: unknown): JsonSchema {
  if (!isRecord(schema)) return {};
  const name = definitionName(schema["$ref"]);
  const definitions = root["definitions"];
  if (name === null || !isRecord(definitions)) return schema;
  return resolve(root, definitions[name]);
}
