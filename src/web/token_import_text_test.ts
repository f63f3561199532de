import { assertEquals } from "@std/assert";
import { isRecord } from "../lib/json.ts";
import { tokenImportTextOf } from "./token_import_text.ts";

function* said(value: unknown, path = ""): Generator<readonly [string, string]> {
  if (isRecord(value)) {
    for (const [name, inner] of Object.entries(value)) yield* said(inner, `${path}.${name}`);
  } else yield [path, String(typeof value === "function" ? value("17", "29") : value)];
}

Deno.test("every word about lists of cards is said in Devanagari too, with what is handed over", () => {
  const english = new Map(said(tokenImportTextOf("en")));
  for (const language of ["mr", "hi"] as const) {
    const texts = [...said(tokenImportTextOf(language))];
    assertEquals(texts.map(([path]) => path), [...english.keys()]);
    for (const [path, text] of texts) {
      assertEquals(/\p{Script=Devanagari}/u.test(text), true, `${language}${path}: ${text}`);
      for (const given of ["17", "29"]) {
        assertEquals(
          text.includes(given),
          english.get(path)?.includes(given),
          `${language}${path}`,
        );
      }
    }
  }
});

Deno.test("counts of cards are right for one and for many", () => {
  const words = tokenImportTextOf("en");
  assertEquals([words.problems(1), words.problems(2)], ["1 line is wrong", "2 things are wrong"]);
  assertEquals(words.cached(1).startsWith("1 more card is"), true);
});
