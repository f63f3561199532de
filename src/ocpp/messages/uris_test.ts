import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { oddCharacters } from "../_schema_arbitrary.ts";
import { asUri, isUri } from "./uris.ts";

const CASES: readonly (readonly [text: string, valid: boolean])[] = [
  ["ftp://user:pass@192.168.1.2:21/logs/", true],
  ["https://example.com/fw.bin?sig=a%2Fb&x=1#part", true],
  ["http://[2001:db8::1]/fw", true],
  ["ftps:", true],
  ["/logs", false],
  ["example.com/fw", false],
  ["ftp://host/a b", false],
  ["ftp://host/ä", false],
  ["ftp://host/100%", false],
  ["://host", false],
  ["", false],
];

for (const [text, valid] of CASES) {
  Deno.test(`isUri() ${valid ? "accepts" : "refuses"} "${text}"`, () => {
    assertEquals(isUri(text), valid);
  });
}

Deno.test("asUri() leaves a URI alone and encodes what must not stand in one", () => {
  assertEquals(asUri("ftp://h/a%20b"), "ftp://h/a%20b");
  assertEquals(asUri("ftp://h/a b%20c/ä"), "ftp://h/a%20b%20c/%C3%A4");
});

Deno.test("asUri() gives what has no scheme the scheme that nobody serves", () => {
  assertEquals(asUri("logs/today"), "unknown:logs%2Ftoday");
});

Deno.test("asUri() always gives a URI, even for half a character", () => {
  const texts = fc.oneof(fc.string({ unit: oddCharacters }), fc.constantFrom("\ud800", "a:\udc00"));
  fc.assert(fc.property(texts, (text) => assert(isUri(asUri(text)))));
});

Deno.test("isUri() needs one pass over an endless hostile text", () => {
  assertEquals(isUri(`a:${"%20".repeat(300_000)}%`), false);
  assertEquals(isUri(`a:${"[::".repeat(300_000)} `), false);
});
