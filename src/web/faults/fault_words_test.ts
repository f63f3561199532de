import { assert, assertEquals } from "@std/assert";
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { FAULT_CODES, faultCodeOf } from "../../site/mod.ts";
import { FAULT_TEXTS } from "./fault_words.ts";

const LANGUAGES = ["en", "mr", "hi"] as const;

Deno.test("each fault has its name, what it means and what to do first, in each language", () => {
  for (const language of LANGUAGES) {
    const texts = FAULT_TEXTS[language];
    assertEquals(Object.keys(texts).toSorted(), Object.keys(FAULT_CODES).toSorted(), language);
    for (const [code, words] of Object.entries(texts)) {
      assertEquals(words.length, 3, `${language} ${code}`);
      const [title, meaning, remedy] = words;
      assert(title.length >= 5 && title.length <= 60, `${language} ${code}: ${title}`);
      assert(!title.endsWith("."), `${language} ${code}: ${title}`);
      for (const text of [meaning, remedy]) {
        assert(text.length >= 10 && text.length <= 200, `${language} ${code}: ${text}`);
        assert(text.endsWith("."), `${language} ${code}: ${text}`);
      }
    }
  }
});

Deno.test("no text was left in another language, and no two faults of a language are called the same", () => {
  for (const language of LANGUAGES) {
    const texts = Object.entries(FAULT_TEXTS[language]);
    const titles = texts.map(([, [title]]) => title);
    assertEquals(titles.length, new Set(titles).size, language);
    for (const [code, words] of texts) {
      for (const text of words) {
        assertEquals(
          /[\u0900-\u097f]/.test(text),
          language !== "en",
          `${language} ${code}: ${text}`,
        );
      }
    }
  }
});

/** Not a kind that the gateway tells of: a name of a table, of a test, or said of a charger's own. */
async function toldKinds(): Promise<ReadonlyMap<string, string>> {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const kinds = new Map<string, string>();
  for (const path of await readdir(root, { recursive: true })) {
    const isSource = path.endsWith(".ts") && !/_test\.ts$|_fixture|^simulator|^web/.test(path);
    if (!isSource) continue;
    const text = await Deno.readTextFile(root + path);
    for (const match of text.matchAll(/kind: "([a-z-]+)",\s*severity:/g)) {
      kinds.set(match[1] ?? "", path);
    }
  }
  return kinds;
}

Deno.test("whatever the gateway tells of has words: a new kind of fault needs a line in the tables", async () => {
  const kinds = await toldKinds();
  assert(kinds.size >= 25, `${kinds.size}`);
  const unknown = [...kinds].filter(([kind]) => faultCodeOf(kind) === "other");
  assertEquals(
    unknown.map(([kind, path]) => `${kind} (${path})`),
    [],
    "add it to src/site/fault_codes.ts and, in three languages, to src/web/faults/gateway_faults_*.ts",
  );
});
