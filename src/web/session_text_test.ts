import { assertEquals } from "@std/assert";
import { isRecord } from "../lib/json.ts";
import { sessionTextOf, stopWords } from "./session_text.ts";

function leaves(value: unknown, path = ""): (readonly [string, unknown])[] {
  if (!isRecord(value)) return [[path, value]];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, `${path}.${name}`));
}

const said = (words: unknown) => typeof words === "function" ? words("1", "2", "3") : words;

Deno.test("every word about sessions is said in Marathi and Hindi, in Devanagari", () => {
  const paths = leaves(sessionTextOf("en")).map(([path]) => path);
  for (const language of ["mr", "hi"] as const) {
    const found = leaves(sessionTextOf(language));
    assertEquals(found.map(([path]) => path), paths);
    const others = found.filter(([, words]) => !/\p{Script=Devanagari}/u.test(String(said(words))));
    assertEquals(others, []);
  }
});

Deno.test("an end that nobody has put into words is told in the protocol's", () => {
  assertEquals(stopWords("en", "EVDisconnected"), "The car was unplugged");
  assertEquals(stopWords("hi", "SolarEclipse"), "SolarEclipse");
});
