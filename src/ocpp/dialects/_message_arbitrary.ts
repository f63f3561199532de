// Test support: messages of 1.6 as chargers and central systems send them, for property tests.
import fc from "fast-check";
import { type FieldValues, oddCharacters, schemaArbitrary } from "../_schema_arbitrary.ts";
import { loadSchemas } from "../messages/schemas.ts";
import type { Action16 } from "../messages/mod.ts";
import type { MessageDirection } from "../peer.ts";
import { CONFIGURATION_KEYS } from "./v16/mod.ts";

const schemas16 = await loadSchemas("ocpp1.6");

/** Valid messages of 1.6, with values where something may get lost. */
export function messages16(
  direction: MessageDirection,
  action: Action16,
): fc.Arbitrary<Record<string, unknown>> {
  return schemaArbitrary(schemas16.schema(direction, action) ?? {}, delicateValues);
}

/** Values on which translations are tested hardest, by field; other fields get any valid value. */
const delicateValues: FieldValues = (name, schema) => {
  const lengthMax = typeof schema["maxLength"] === "number" ? schema["maxLength"] : Infinity;
  if (name === "idTag" || name === "parentIdTag") return tokens;
  if (name === "key" && schema["type"] === "string") return keys;
  if (name === "value" && lengthMax === Infinity) return readings;
  if (name === "value") return settings;
  if (name === "data") return payloads;
  return null;
};

const any = (maxLength: number) => fc.string({ unit: oddCharacters, maxLength });

const tokens = fc.oneof(
  any(20),
  fc.constantFrom("04A2B3C4", "04a2b3c4d5e6f7", "04A2B3C4D5E6F7010203", "", " F6 CA"),
);

const knownKeys = fc.constantFrom(...CONFIGURATION_KEYS.map(({ key }) => key));
const keys = fc.oneof(
  { weight: 3, arbitrary: knownKeys },
  knownKeys.map((key) => key.toLowerCase()),
  fc.constantFrom("OCPP16LegacyCtrlr", "AuthCtrlr.Enabled", "HeartbeatInterval_3", "__proto__", ""),
  any(50),
);

/** Mostly numbers, since one reading that is none makes the whole entry a note. */
const readings = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ max: 99_999 }).map((value) => (value / 100).toFixed(2)) },
  { weight: 3, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map(String) },
  { weight: 3, arbitrary: fc.integer().map(String) },
  { weight: 3, arbitrary: fc.constantFrom("0", "-0", "0.0", "+1", " 5 ", "1e3", ".5", "007") },
  fc.constantFrom("1e999", "", "NaN", "on", "12,5", "0x1F"),
  fc.base64String({ maxLength: 80 }),
  any(20),
);

const settings = fc.oneof(
  fc.constantFrom("true", "0", "Current", "Power", "Current, Power", "A", "current,Power,", ","),
  fc.string({ minLength: 16, maxLength: 20 }).map(hexOf),
  fc.constantFrom("00112233445566778899AABBCCDDEEFF", "41".repeat(16), "4a".repeat(20)),
  any(500),
);

function hexOf(text: string): string {
  return [...new TextEncoder().encode(text)]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const payloads = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value, null, 2)),
  fc.constantFrom(
    `{"id":12345678901234567890}`,
    `{"a":1,"a":2}`,
    `{"b":1,"1":2}`,
    `{"__proto__":{"x":1}}`,
    `[1.0]`,
    `["\\u00e9"]`,
    `null`,
    `"text"`,
    `0123`,
    ` {"a" : " b " } `,
    `{`,
  ),
  any(80),
);
