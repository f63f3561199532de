import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import * as published16 from "typed-ocpp/dist/ocpp16/schemas.js";
import type { MessageDirection } from "../peer.ts";
import { OCPP_VERSIONS } from "../version.ts";
import { schemaArbitrary } from "../_schema_arbitrary.ts";
import { loadSchemas, mapSchema } from "./schemas.ts";
import { loadValidator } from "./validator.ts";

const DIRECTIONS: readonly MessageDirection[] = ["request", "response"];

/** How many messages each version has (OCA's schema files). */
const COUNTS = { "ocpp1.6": [39, 39], "ocpp2.0.1": [64, 64], "ocpp2.1": [91, 90] } as const;

for (const version of OCPP_VERSIONS) {
  Deno.test(`every schema of ${version} compiles, and valid messages pass it`, async () => {
    const book = await loadSchemas(version);
    const validator = await loadValidator(version);
    assertEquals(DIRECTIONS.map((direction) => book.actions(direction).length), COUNTS[version]);
    for (const direction of DIRECTIONS) {
      for (const action of book.actions(direction)) {
        const messages = schemaArbitrary(book.schema(direction, action) ?? {});
        for (const message of fc.sample(messages, { numRuns: 5, seed: 1 })) {
          assertEquals(
            validator.strict(direction, action, message),
            [],
            `${action} ${direction} ${JSON.stringify(message)}`,
          );
        }
      }
    }
  });
}

Deno.test("schema() knows the SEND of 2.1 as a request without response", async () => {
  const book = await loadSchemas("ocpp2.1");
  assert(book.schema("request", "NotifyPeriodicEventStream") !== null);
  assertEquals(book.schema("response", "NotifyPeriodicEventStream"), null);
});

Deno.test("schema() is null for names that are no action", async () => {
  const book = await loadSchemas("ocpp1.6");
  for (
    const name of ["", "Nonsense", "__proto__", "constructor", "AuthorizeRequest", "authorize"]
  ) {
    assertEquals(book.schema("request", name), null);
  }
});

const PUBLISHED:
  readonly (readonly [MessageDirection, string, (text: string) => unknown, number])[] = [
    ["request", "ChangeConfiguration", (value) => ({ key: "k", value }), 500],
    ["response", "GetConfiguration", (value) => ({
      configurationKey: [{ key: "k", readonly: true, value }],
    }), 500],
    ["request", "StatusNotification", (info) => ({
      connectorId: 1,
      errorCode: "NoError",
      status: "Available",
      info,
    }), 50],
  ];

for (const [direction, action, message, length] of PUBLISHED) {
  Deno.test(`${action} ${direction} of 1.6 ends at OCA's ${length} characters again`, async () => {
    const { strict } = await loadValidator("ocpp1.6");
    assertEquals(strict(direction, action, message("x".repeat(length))), []);
    assertEquals(
      strict(direction, action, message("x".repeat(length + 1))).map(({ keyword }) => keyword),
      ["maxLength"],
    );
  });
}

Deno.test("loading the schemas leaves typed-ocpp's own objects as they were", async () => {
  const book = await loadSchemas("ocpp1.6");
  book.schema("request", "StatusNotification");
  assertEquals(published16.StatusNotificationRequest.properties.info.maxLength, 100);
  assertEquals(published16.StatusNotificationRequest.properties.connectorId, { type: "integer" });
});

Deno.test("schema() carries only the definitions that the message uses", async () => {
  const book = await loadSchemas("ocpp2.1");
  const definitions = Object(book.schema("request", "Heartbeat"))["definitions"];
  assertEquals(Object.keys(definitions), ["CustomDataType"]);
});

Deno.test("integers end where JSON numbers stop being exact", async () => {
  const { strict } = await loadValidator("ocpp1.6");
  const stop = (transactionId: number) =>
    strict("request", "RemoteStopTransaction", {
      transactionId,
    });
  assertEquals(stop(Number.MAX_SAFE_INTEGER), []);
  assertEquals(stop(2 ** 53).map(({ keyword }) => keyword), ["maximum"]);
  assertEquals(stop(-(2 ** 53)).map(({ keyword }) => keyword), ["minimum"]);
});

Deno.test("mapSchema() changes inner objects first and copies", () => {
  const schema = { a: { b: { n: 1 } }, list: [1] };
  const seen: string[] = [];
  const copy = mapSchema(schema, (node) => {
    seen.push(Object.keys(node).join());
    return { ...node, seen: true };
  });
  assertEquals(seen, ["n", "b", "a,list"]);
  assertEquals(schema, { a: { b: { n: 1 } }, list: [1] });
  assertEquals(copy, { a: { b: { n: 1, seen: true }, seen: true }, list: [1], seen: true });
});
