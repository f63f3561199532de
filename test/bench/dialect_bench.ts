/**
 * What it costs to understand the messages of a session, and to say them: schema and dialect together,
 * beside parsing the same JSON and beside Ajv alone. `dialect_time.ts` tells the medians.
 */
import { Ajv } from "ajv";
import { loadSchemas } from "../../src/ocpp/messages/schemas.ts";
import { dialectCases } from "./dialect_cases.ts";

for (const { name, version, action, payload, read, write } of await dialectCases()) {
  const schema = (await loadSchemas(version)).schema("request", action);
  if (schema === null) throw new Error(`${version} has no ${action}`);
  const bare = new Ajv({ strict: false, logger: false, validateFormats: false }).compile(schema);
  const text = JSON.stringify(payload);
  const group = name;

  Deno.bench({ name: "JSON.parse", group, baseline: true, fn: () => void JSON.parse(text) });
  Deno.bench({ name: "Ajv alone", group, fn: () => void bare(payload) });
  Deno.bench({ name: "read: schema and dialect", group, fn: read });
  Deno.bench({ name: "write: dialect and schema", group, fn: write });
}
