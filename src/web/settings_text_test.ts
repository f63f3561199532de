import { assertEquals } from "@std/assert";
import { isRecord } from "../lib/json.ts";
import { forecastTextOf } from "./forecast_text.ts";
import { securityTextOf } from "./security_text.ts";
import { settingsTextOf } from "./settings_text.ts";
import type { SiteView } from "./views.ts";

function* leaves(value: unknown, path = ""): Generator<readonly [string, string]> {
  if (typeof value === "function") yield [path, String(value("7", "8"))];
  else if (typeof value === "string") yield [path, value];
  else if (isRecord(value)) {
    for (const [name, inner] of Object.entries(value)) yield* leaves(inner, `${path}.${name}`);
  }
}

/** What is put together from dates alone. */
const WORDLESS = /^\.valid$/;

for (
  const [name, textOf] of [
    ["security", securityTextOf as (language: SiteView["language"]) => unknown],
    ["the hours ahead", forecastTextOf as (language: SiteView["language"]) => unknown],
    ["settings", settingsTextOf as (language: SiteView["language"]) => unknown],
  ] as const
) {
  Deno.test(`the words of ${name} are there in each language, in its own letters`, () => {
    const all = (language: SiteView["language"]) => new Map(leaves(textOf(language)));
    const [en, mr, hi] = [all("en"), all("mr"), all("hi")];
    assertEquals([...mr.keys()], [...en.keys()]);
    assertEquals([...hi.keys()], [...en.keys()]);
    for (const [language, texts] of [["en", en], ["mr", mr], ["hi", hi]] as const) {
      for (const [path, words] of texts) {
        assertEquals(words.trim() !== "" && !/[<>]|undefined|NaN/.test(words), true, path);
        if (WORDLESS.test(path)) continue;
        assertEquals(
          /\p{Script=Devanagari}/u.test(words),
          language !== "en",
          `${language}${path}: ${words}`,
        );
      }
    }
    const same = [...hi].filter(([path, words]) => words.length > 30 && mr.get(path) === words);
    assertEquals(same, []);
  });
}
