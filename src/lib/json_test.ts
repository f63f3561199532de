import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { compact, isRecord, jsonIn, sameJson } from "./json.ts";

const RECORDS: readonly [value: unknown, expected: boolean, what: string][] = [
  [{}, true, "an object"],
  [Object.create(null), true, "an object without prototype"],
  [null, false, "null"],
  [[], false, "an array"],
  ["{}", false, "a text"],
  [0, false, "a number"],
  [undefined, false, "nothing"],
  [() => {}, false, "a function"],
];

for (const [value, expected, what] of RECORDS) {
  Deno.test(`isRecord() says ${expected} to ${what}`, () =>
    assertEquals(isRecord(value), expected));
}

const PAIRS: readonly [left: string, right: string, same: boolean][] = [
  ["{}", "{}", true],
  ["{}", "[]", false],
  ["[]", "{}", false],
  ["null", "{}", false],
  ["{}", "null", false],
  ["0", "false", false],
  ['"1"', "1", false],
  ["[1,2]", "[2,1]", false],
  ["[1]", "[1,null]", false],
  ['{"a":1,"b":[{"c":null}]}', '{"b":[{"c":null}],"a":1}', true],
  ['{"a":1}', '{"a":1,"b":2}', false],
  ['{"a":1,"b":2}', '{"a":1}', false],
  ['{"a":1}', '{"b":1}', false],
  ['{"a":null}', "{}", false],
  ['{"__proto__":{}}', '{"a":1}', false],
  ['{"__proto__":{"a":1}}', '{"__proto__":{"a":1}}', true],
  ['{"toString":{}}', '{"valueOf":{}}', false],
];

for (const [left, right, same] of PAIRS) {
  Deno.test(`sameJson() says ${same} to ${left} and ${right}`, () => {
    assertEquals(sameJson(JSON.parse(left), JSON.parse(right)), same);
    assertEquals(sameJson(JSON.parse(right), JSON.parse(left)), same);
  });
}

Deno.test("sameJson() takes an undefined field for an absent one", () => {
  assert(sameJson({ a: 1, b: undefined }, { a: 1 }));
  assert(sameJson({ a: 1 }, { a: 1, b: undefined }));
  assert(sameJson({ b: undefined }, { c: undefined }));
  assert(!sameJson({ a: undefined, b: 1 }, { a: 1, b: undefined }));
});

/** JSON with its objects' keys in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).reverse().map(([key, field]) => [key, shuffled(field)]),
  );
}

/** JSON as text with sorted keys: what is the same has the same text. */
function sortedText(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, each) =>
      isRecord(each)
        ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => a < b ? -1 : 1))
        : each,
  );
}

Deno.test("sameJson() does not mind the order of keys, at any depth", () => {
  fc.assert(fc.property(fc.json(), (text) => {
    assert(sameJson(JSON.parse(text), shuffled(JSON.parse(text))));
  }));
});

Deno.test("sameJson() agrees with comparing sorted texts", () => {
  const small = fc.jsonValue({ maxDepth: 2, depthSize: "small" }).map((value) =>
    JSON.parse(JSON.stringify(value))
  );
  fc.assert(fc.property(small, small, (left, right) => {
    assertEquals(sameJson(left, right), sortedText(left) === sortedText(right));
  }));
});

Deno.test("compact() drops undefined fields and nothing else", () => {
  const value = { a: 0, b: "", c: null, d: false, e: undefined, f: [undefined] };
  const compacted = compact(value);
  assertEquals(Object.keys(compacted), ["a", "b", "c", "d", "f"]);
  assertEquals(compacted, { a: 0, b: "", c: null, d: false, f: [undefined] });
});

Deno.test("compact() gives a copy that fits optional fields", () => {
  const soc: number | undefined = [].at(0);
  const original = { slot: 1, soc };
  const reading: { readonly slot: number; readonly soc?: number } = compact(original);
  assertEquals(Object.hasOwn(reading, "soc"), false);
  assertEquals(Object.hasOwn(original, "soc"), true);
});

Deno.test("compact() changes nothing that JSON would say", () => {
  fc.assert(fc.property(
    fc.dictionary(fc.string(), fc.option(fc.jsonValue(), { nil: undefined })),
    (value) => assertEquals(JSON.stringify(compact(value)), JSON.stringify(value)),
  ));
});

Deno.test("bytes are JSON in UTF-8, or nothing", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  assertEquals(jsonIn(bytes('{"kW": 4.2, "who": "न"}')), { kW: 4.2, who: "न" });
  assertEquals(jsonIn(bytes("{")), undefined);
  assertEquals(jsonIn(bytes("")), undefined);
  assertEquals(jsonIn(Uint8Array.of(0x22, 0xff, 0x22)), undefined);
});
