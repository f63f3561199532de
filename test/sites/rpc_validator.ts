import { createValidator } from "ocpp-rpc";
import schemas21 from "ocpp-rpc/lib/schemas/ocpp2_1.json" with { type: "json" };

/**
 * `ocpp-rpc` carries the schemas of 2.1 under names under which it does not look for them. Under those
 * that it looks for they are of use.
 */
export const VALIDATOR_21 = createValidator(
  "ocpp2.1",
  schemas21.map((schema) => ({
    ...JSON.parse(JSON.stringify(schema), plainWords),
    $id: schema.$id.replace(/Request$/, ".req").replace(/Response$/, ".conf"),
  })),
);

/** A list of words has no properties to be additional: its validator would remark on each. */
function plainWords(_name: string, value: unknown): unknown {
  const isWords = typeof value === "object" && value !== null && "enum" in value;
  if (!isWords || !("additionalProperties" in value)) return value;
  const { additionalProperties: _, ...words } = value;
  return words;
}
