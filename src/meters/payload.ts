import { fail, ok, type Result } from "../lib/result.ts";
import { type JsonPath, parseJsonPath, valueAt } from "../lib/json_path.ts";
import type { Quantity } from "./quantity.ts";
import { baseUnitOf, toBaseUnit, type Unit, unitFits } from "./unit.ts";

/** Where one quantity lies in what a meter sends. */
export interface ValuePlace {
  readonly quantity: Quantity;
  /** Where the number lies in a JSON payload; absent for a payload that is a plain number. */
  readonly path?: string | undefined;
  /** Default: the base unit of the quantity (V, A, W, Hz, Wh). */
  readonly unit?: Unit | undefined;
  /** The number that was sent times this is the value in `unit`; negative turns the sign. Default 1. */
  readonly scale?: number | undefined;
  /** Where the device's own time lies in a JSON payload: ISO 8601, or Unix seconds or milliseconds. */
  readonly timestampPath?: string | undefined;
  /** Not all devices of the kind send it: nothing there, or null, is no fault. */
  readonly optional?: boolean | undefined;
}

/** The largest payload that is looked at. */
export const PAYLOAD_LIMIT_BYTES = 65_536;

/** What is wrong with the place of a value by itself. */
export function* placeProblems(place: ValuePlace): Generator<string> {
  const { quantity } = place;
  if (place.unit !== undefined && !unitFits(place.unit, quantity)) {
    yield `${quantity} cannot be in ${place.unit}`;
  }
  if (place.scale !== undefined && !(Number.isFinite(place.scale) && place.scale !== 0)) {
    yield `${quantity}: the scale must be a number other than 0`;
  }
  for (const path of [place.path, place.timestampPath]) {
    const parsed = path === undefined ? null : parseJsonPath(path);
    if (parsed !== null && !parsed.ok) yield `${quantity}: ${parsed.error}`;
  }
}

/** How to read one quantity out of a payload. */
export interface ValueReader {
  readonly quantity: Quantity;
  /** Null for a payload that is a plain number. */
  readonly path: JsonPath | null;
  readonly timestampPath: JsonPath | null;
  readonly unit: Unit;
  readonly scale: number;
  readonly optional: boolean;
}

/** What a payload says. */
export interface PayloadReading {
  /** In the base unit of its quantity. */
  readonly values: ReadonlyMap<Quantity, number>;
  /** The device's own time, Unix milliseconds; null when it gives none. */
  readonly deviceWallMs: number | null;
}

/** Prepares a place. Call `placeProblems` first; a path that cannot be read counts as none here. */
export function valueReader(place: ValuePlace): ValueReader {
  return {
    quantity: place.quantity,
    path: parsedPath(place.path),
    timestampPath: parsedPath(place.timestampPath),
    unit: place.unit ?? baseUnitOf(place.quantity),
    scale: place.scale ?? 1,
    optional: place.optional ?? false,
  };
}

function parsedPath(text: string | undefined): JsonPath | null {
  const parsed = text === undefined ? null : parseJsonPath(text);
  return parsed?.ok ? parsed.value : null;
}

/**
 * Reads all quantities of one message. It counts whole or not at all: half of it would mix two
 * moments.
 */
export function readPayload(
  payload: Uint8Array,
  readers: readonly ValueReader[],
): Result<PayloadReading, string> {
  if (payload.length > PAYLOAD_LIMIT_BYTES) {
    return fail(`a message of ${payload.length} bytes, more than ${PAYLOAD_LIMIT_BYTES}`);
  }
  const text = new TextDecoder().decode(payload);
  const values = new Map<Quantity, number>();
  let json: unknown;
  let deviceWallMs: number | null = null;
  for (const reader of readers) {
    if (json === undefined && (reader.path !== null || reader.timestampPath !== null)) {
      json = parsedJson(text);
      if (json === undefined) return fail(`no JSON but ${excerpt(text)}`);
    }
    const said = reader.path === null ? text : valueAt(json, reader.path);
    if (reader.optional && (said === undefined || said === null)) continue;
    const number = numberIn(said);
    const value = toBaseUnit(number ?? NaN, reader.scale, reader.unit);
    if (!Number.isFinite(value)) {
      return fail(`no number for ${reader.quantity} in ${excerpt(text)}`);
    }
    values.set(reader.quantity, value);
    if (reader.timestampPath === null) continue;
    const wallMs = timeIn(valueAt(json, reader.timestampPath));
    if (wallMs === null) return fail(`no time in ${excerpt(text)}`);
    deviceWallMs = Math.min(deviceWallMs ?? wallMs, wallMs);
  }
  return ok({ values, deviceWallMs });
}

/** The JSON value; undefined when the text is none. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const NUMBER = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?\s*$/;

/** A number, or a text that is one and nothing else. */
function numberIn(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string" || value.length > 64 || !NUMBER.test(value)) return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** Below lie Unix times in seconds (until the year 5138), above those in milliseconds (from 1973). */
const SECONDS_BELOW = 1e11;

function timeIn(value: unknown): number | null {
  const number = numberIn(value);
  if (number !== null) return number < SECONDS_BELOW ? number * 1_000 : number;
  const parsed = typeof value === "string" ? Date.parse(value) : NaN;
  return Number.isFinite(parsed) ? parsed : null;
}

function excerpt(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
