import { assertEquals } from "@std/assert";
import type { ErrorObject } from "ajv";
import { mendOnce } from "./_mending.ts";

const SCHEMA = {
  type: "object",
  properties: {
    list: { type: "array", items: { $ref: "#/definitions/Item" } },
    when: { type: "string", format: "date-time" },
    needed: { type: "integer" },
  },
  required: ["needed"],
  definitions: {
    Item: { type: "object", properties: { n: { type: "integer" } }, required: ["n"] },
  },
};

function error(keyword: string, instancePath: string, params: object = {}): ErrorObject {
  return { keyword, instancePath, params, schemaPath: "" };
}

function mend(message: Record<string, unknown>, ...errors: ErrorObject[]) {
  const kinds = mendOnce(SCHEMA, message, errors, 0).map(({ kind, path }) => `${kind} ${path}`);
  return [message, kinds];
}

const isInteger = { type: "integer" };

Deno.test("mendOnce() follows definitions into lists", () => {
  assertEquals(mend({ list: [{ n: "1" }, { n: "x" }] }, error("type", "/list/0/n", isInteger)), [
    { list: [{ n: 1 }, { n: "x" }] },
    ["text-for-number /list/0/n"],
  ]);
});

Deno.test("mendOnce() takes items away last, since paths count them", () => {
  const errors = [
    error("type", "/list/0", { type: "object" }),
    error("type", "/list/1/n", isInteger),
    error("type", "/list/2", { type: "object" }),
  ];
  assertEquals(mend({ list: [null, { n: "7" }, null] }, ...errors), [
    { list: [{ n: 7 }] },
    ["null /list/0", "text-for-number /list/1/n", "null /list/2"],
  ]);
});

Deno.test("mendOnce() drops what is empty only where it may be absent", () => {
  assertEquals(mend({ needed: "" }, error("type", "/needed", isInteger)), [{ needed: "" }, []]);
  assertEquals(mend({ when: "" }, error("format", "/when")), [{}, ["empty /when"]]);
  assertEquals(mend({ list: [] }, error("minItems", "/list")), [{}, ["empty /list"]]);
});

Deno.test("mendOnce() leaves alone what an error does not help with", () => {
  for (const keyword of ["required", "maximum", "minItems", "enum", "pattern"]) {
    assertEquals(mend({ needed: 1 }, error(keyword, "/needed")), [{ needed: 1 }, []]);
  }
});

Deno.test("mendOnce() ignores paths that lead nowhere", () => {
  for (const path of ["/nowhere", "/list/5/n", "/needed/x", "/__proto__/polluted", "//"]) {
    assertEquals(mend({ needed: 1, list: [] }, error("type", path, isInteger)), [
      { needed: 1, list: [] },
      [],
    ]);
  }
});

Deno.test("mendOnce() removes a field that was mended away before, without harm", () => {
  const gone = error("additionalProperties", "/list/0", { additionalProperty: "extra" });
  assertEquals(mend({ list: [{ n: 1, extra: 2 }] }, gone), [
    { list: [{ n: 1 }] },
    ["unknown-field /list/0/extra"],
  ]);
  assertEquals(mend({ list: "none" }, gone), [{ list: "none" }, []]);
});

Deno.test("mendOnce() rounds to whole numbers, and never to text that is no number", () => {
  assertEquals(mend({ needed: 1.5 }, error("type", "/needed", isInteger)), [
    { needed: 2 },
    ["fraction /needed"],
  ]);
  assertEquals(mend({ needed: true }, error("type", "/needed", isInteger)), [
    { needed: true },
    [],
  ]);
});
