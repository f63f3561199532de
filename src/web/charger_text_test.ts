import { assertEquals } from "@std/assert";
import { isRecord } from "../lib/json.ts";
import { chargerTextOf } from "./charger_text.ts";

function leaves(value: unknown, path = ""): (readonly [string, unknown])[] {
  if (!isRecord(value)) return [[path, value]];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, `${path}.${name}`));
}

const said = (words: unknown) => typeof words === "function" ? words("417", "528") : words;

Deno.test("every word about a charger's pages is said in Marathi and Hindi, in Devanagari", () => {
  const english = leaves(chargerTextOf("en"));
  for (const language of ["mr", "hi"] as const) {
    const found = new Map(leaves(chargerTextOf(language)));
    assertEquals([...found.keys()], english.map(([path]) => path));
    for (const [path, words] of english) {
      const other = String(said(found.get(path)));
      assertEquals(/\p{Script=Devanagari}/u.test(other), true, `${language}${path}`);
      if (typeof words !== "function") continue;
      const handed = ["417", "528"].slice(0, words.length);
      assertEquals(handed.filter((each) => !other.includes(each)), [], `${language}${path}`);
    }
  }
});
