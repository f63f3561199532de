import { assertEquals } from "@std/assert";
import type { Json } from "../../../lib/json.ts";
import { codecs16 } from "./mod.ts";

const { request, response } = codecs16.DataTransfer.DataTransfer;

const TEXTS: readonly (readonly [why: string, text: string, data: Json])[] = [
  ["an object", `{"slot":3}`, { slot: 3 }],
  ["an object with spaces", ` { "slot" : 3,\n "t": " a \\" b " } `, { slot: 3, t: ' a " b ' }],
  ["a list", `[1,"a",null]`, [1, "a", null]],
  ["a text", "hello", "hello"],
  ["a text in quotes", `"hello"`, `"hello"`],
  ["a number", "12", "12"],
  ["null", "null", "null"],
  ["nothing", "", ""],
  ["broken JSON", `{"a":`, `{"a":`],
  ["a number longer than a double", `{"id":12345678901234567890}`, `{"id":12345678901234567890}`],
  ["a field twice", `{"a":1,"a":2}`, `{"a":1,"a":2}`],
  ["a number with a zero to spare", `[1.0]`, `[1.0]`],
];

for (const [why, text, data] of TEXTS) {
  Deno.test(`data that is ${why} is ${typeof data === "string" ? "a text" : "JSON"} inside`, () => {
    const read = request.read({ vendorId: "v", data: text });
    assertEquals(read.message, { vendorId: "v", data });
    assertEquals(request.write(read), { vendorId: "v", data: text });
  });
}

Deno.test("data without spaces to lose needs no note", () => {
  assertEquals(request.read({ vendorId: "v", data: `{"slot":3}` }).carry, undefined);
});

Deno.test("any JSON of 2.1 is a text in 1.6", () => {
  const texts = [{ a: [1] }, [true], 12, false, null, "text"].map((data) =>
    response.write({ message: { status: "Accepted", data } }).data
  );
  assertEquals(texts, [`{"a":[1]}`, "[true]", "12", "false", "null", "text"]);
});

Deno.test("names that are too long are shortened, absent data stays absent", () => {
  const message = { vendorId: "v".repeat(300), messageId: "m".repeat(60) };
  assertEquals(request.write({ message }), {
    vendorId: "v".repeat(255),
    messageId: "m".repeat(50),
  });
  assertEquals(response.read({ status: "UnknownVendorId" }), {
    message: { status: "UnknownVendorId" },
  });
});
