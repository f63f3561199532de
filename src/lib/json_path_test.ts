import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type JsonPath, parseJsonPath, valueAt } from "./json_path.ts";

const PATHS: readonly [string, JsonPath][] = [
  ["power", ["power"]],
  ["ENERGY.Power", ["ENERGY", "Power"]],
  ["ENERGY.Power[1]", ["ENERGY", "Power", 1]],
  ["emeters[2].current", ["emeters", 2, "current"]],
  ["[0]", [0]],
  ["[0][1].a", [0, 1, "a"]],
  ['["em:0"].a_current', ["em:0", "a_current"]],
  ['a["b.c"]', ["a", "b.c"]],
  ["a-b.c_d", ["a-b", "c_d"]],
];

for (const [text, path] of PATHS) {
  Deno.test(`parseJsonPath() reads ${text}`, () => {
    assertEquals(parseJsonPath(text), { ok: true, value: path });
  });
}

const NO_PATHS = [
  "",
  ".",
  ".a",
  "a.",
  "a..b",
  "a[",
  "a[x]",
  "a[-1]",
  "a]",
  "a b",
  "a[0]b",
  "1a",
  "a()",
];

for (const text of NO_PATHS) {
  Deno.test(`parseJsonPath() refuses ${JSON.stringify(text)}`, () => {
    assert(!parseJsonPath(text).ok);
  });
}

Deno.test("parseJsonPath() says where it stopped", () => {
  assertEquals(parseJsonPath("a.b[x]"), {
    ok: false,
    error: 'cannot read the path "a.b[x]" at "[x]"',
  });
});

Deno.test("parseJsonPath() bounds the number of steps", () => {
  assert(parseJsonPath("[0]".repeat(32)).ok);
  assert(!parseJsonPath("[0]".repeat(33)).ok);
});

Deno.test("valueAt() finds values and nothing else", () => {
  const value = { a: [10, { b: null }], "em:0": { x: 1 } };
  assertEquals(valueAt(value, ["a", 0]), 10);
  assertEquals(valueAt(value, ["a", 1, "b"]), null);
  assertEquals(valueAt(value, ["em:0", "x"]), 1);
  for (
    const path of [["a", 5], ["a", "0"], ["b"], ["a", 1, "b", "c"], ["em:0", 0], ["a", "length"]]
  ) {
    assertEquals(valueAt(value, path), undefined, path.join());
  }
});

Deno.test("valueAt() takes no inherited names", () => {
  for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
    assertEquals(valueAt({}, [name]), undefined, name);
  }
});

Deno.test("whatever JSON holds can be reached by the path to it", () => {
  const names = fc.string({ minLength: 1, maxLength: 8 }).filter((name) => !/["\]\\]/.test(name));
  const steps = fc.array(fc.oneof(names, fc.nat(3)), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(steps, fc.integer(), (path, leaf) => {
      let value: unknown = leaf;
      for (const step of path.toReversed()) {
        if (typeof step === "number") {
          const list: unknown[] = [null, null, null, null];
          list[step] = value;
          value = list;
        } else value = Object.fromEntries([[step, value]]);
      }
      const text = path.map((step) => typeof step === "number" ? `[${step}]` : `["${step}"]`);
      assertEquals(parseJsonPath(text.join("")), { ok: true, value: path });
      assertEquals(valueAt(value, path), leaf);
    }),
  );
});
