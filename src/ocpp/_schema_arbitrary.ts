// Test support: messages that obey a schema, for property tests.
import fc from "fast-check";
import { isRecord } from "../lib/json.ts";
import { definitionName, type JsonSchema } from "./messages/schemas.ts";

/** Replaces the values of some fields, chosen by name and schema; null leaves them as they are. */
export type FieldValues = (name: string, schema: JsonSchema) => fc.Arbitrary<unknown> | null;

/** Values that obey `schema`: optional fields come and go, texts are odd, lists may be empty. */
export function schemaArbitrary(
  schema: JsonSchema,
  fieldValues: FieldValues = () => null,
): fc.Arbitrary<Record<string, unknown>> {
  const definitions = isRecord(schema["definitions"]) ? schema["definitions"] : {};

  function valueOf(name: string, given: unknown): fc.Arbitrary<unknown> {
    const node = resolve(given);
    const chosen = fieldValues(name, node);
    if (chosen !== null) return chosen;
    const choices = node["enum"];
    if (Array.isArray(choices)) return fc.constantFrom(...choices);
    switch (node["type"]) {
      case "object":
        return objectOf(node);
      case "array":
        return arrayOf(name, node);
      case "string":
        return texts(node);
      case "integer":
        return integers(node);
      case "number":
        return numbers(node);
      case "boolean":
        return fc.boolean();
      default:
        return fc.jsonValue({ maxDepth: 2 });
    }
  }

  function resolve(node: unknown): JsonSchema {
    if (!isRecord(node)) return {};
    const name = definitionName(node["$ref"]);
    return name === null ? node : resolve(definitions[name]);
  }

  function objectOf(node: JsonSchema): fc.Arbitrary<Record<string, unknown>> {
    const properties = isRecord(node["properties"]) ? node["properties"] : {};
    const model = Object.fromEntries(
      Object.entries(properties).map(([name, inner]) => [name, valueOf(name, inner)]),
    );
    const required = Array.isArray(node["required"]) ? node["required"].map(String) : [];
    return fc.record(model, { requiredKeys: required, noNullPrototype: true });
  }

  function arrayOf(name: string, node: JsonSchema): fc.Arbitrary<unknown[]> {
    const minLength = numberOr(node["minItems"], 0);
    const maxLength = Math.min(numberOr(node["maxItems"], 4), minLength + 3);
    return fc.array(valueOf(name, node["items"]), { minLength, maxLength, size: "max" });
  }

  return objectOf(resolve(schema));
}

/** RFC 3339 in every zone and precision. */
export const timestamps: fc.Arbitrary<string> = fc.oneof(
  fc.date({ min: new Date(0), max: new Date("9999-12-31"), noInvalidDate: true })
    .map((date) => date.toISOString()),
  fc.constantFrom(
    "2026-01-05T06:00:00Z",
    "2024-02-29T23:59:59.123456+05:30",
    "1970-01-01T00:00:00-12:00",
  ),
);

/** Letters, and now and then anything that JSON can hold: halves of characters, quotes, zeros. */
export const oddCharacters: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0x20, max: 0x7e }).map(fromCode) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 0xffff }).map(fromCode) },
  { weight: 1, arbitrary: fc.constantFrom("🔌", "é", "\u0000", '"', "\\", "\n") },
);

function fromCode(code: number): string {
  return String.fromCharCode(code);
}

const uris = fc.oneof(
  fc.constantFrom("ftp://u:p@h:21/x%20y", "https://[::1]/fw?sig=a%2Fb&x=1#z", "x-vendor:"),
  fc.string({ unit: oddCharacters }).map((text) =>
    `https://example.com/${encodeURIComponent(text.toWellFormed())}`
  ),
);

/** Texts up to the schema's length, often exactly as long. */
function texts(node: JsonSchema): fc.Arbitrary<string> {
  if (node["format"] === "date-time") return timestamps;
  if (node["format"] === "uri") return uris;
  const maxLength = Math.min(numberOr(node["maxLength"], 40), 3_000);
  return fc.oneof(
    { weight: 4, arbitrary: fc.string({ unit: oddCharacters, maxLength }) },
    { weight: 4, arbitrary: fc.string({ maxLength }) },
    { weight: 1, arbitrary: fc.constant("x".repeat(maxLength)) },
    { weight: 1, arbitrary: fc.constantFrom(...ODD_TEXTS.filter(fits(maxLength))) },
  );
}

const ODD_TEXTS = ["", " ", "\u0000", "0", "null", "__proto__", "ÄÖÜ 🔌"];

function fits(maxLength: number): (text: string) => boolean {
  return (text) => text.length <= maxLength;
}

function integers(node: JsonSchema): fc.Arbitrary<number> {
  const min = numberOr(node["minimum"], Number.MIN_SAFE_INTEGER);
  const max = numberOr(node["maximum"], Number.MAX_SAFE_INTEGER);
  const small = fc.integer({ min: Math.max(min, -3), max: Math.min(max, 100) });
  const large = fc.maxSafeNat().map((value) => Math.min(value, max));
  return fc.oneof({ weight: 6, arbitrary: small }, large, large.map((n) => Math.max(-n, min)));
}

function numbers(node: JsonSchema): fc.Arbitrary<number> {
  if (typeof node["multipleOf"] === "number") {
    return fc.integer({ min: -1_000, max: 1_000_000 }).map((tenths) => tenths / 10);
  }
  const min = numberOr(node["minimum"], -Number.MAX_VALUE);
  const max = numberOr(node["maximum"], Number.MAX_VALUE);
  const usual = fc.integer({ min: -100_000, max: 100_000 }).map((value) => value / 1_000);
  const any = fc.double({ min, max, noNaN: true, noDefaultInfinity: true });
  return fc.oneof(usual.filter((value) => value >= min && value <= max), any);
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === "number" ? value : fallback;
}
