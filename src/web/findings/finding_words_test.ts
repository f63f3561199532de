import { assert, assertEquals, assertMatch } from "@std/assert";
import { FINDING_EXAMPLES } from "./finding_examples.ts";
import { findingWords } from "./finding_words.ts";
import { quantityText } from "./measures.ts";

const FINDINGS = Object.values(FINDING_EXAMPLES);
const DEVANAGARI = /\p{Script=Devanagari}/u;

for (const finding of FINDINGS) {
  Deno.test(`${finding.kind} is said in three languages: what is seen, why, and what to do`, () => {
    const said = (["en", "hi", "mr"] as const).map((language) => findingWords(language, finding));
    for (const words of said) {
      for (const text of Object.values(words)) {
        assert(text.trim().length > 5, text);
        assertEquals(/undefined|NaN|\[object|[<>]|\n/.test(text), false, text);
        assertMatch(text, /[.।]$/);
      }
      // What was seen is told with where, in whatever language.
      for (const value of Object.values(finding)) {
        if (value === finding.kind || typeof value !== "string") continue;
        // They are named in each language.
        if ("quantity" in finding && value === finding.quantity) continue;
        assert(`${words.seen} ${words.next}`.includes(value), `${value} in ${words.seen}`);
      }
    }
    const [english, hindi, marathi] = said;
    assert(english && !DEVANAGARI.test(Object.values(english).join()));
    for (const words of [hindi, marathi]) {
      assert(words && Object.values(words).every((text) => DEVANAGARI.test(text)));
    }
    assert(hindi?.seen !== marathi?.seen || hindi?.cause !== marathi?.cause);
  });
}

const NAMES = { voltage: "V", current: "I", power: "P", frequency: "f" };

for (
  const [quantity, text] of [
    ["current_l2", "I L2"],
    ["voltage L1", "V L1"],
    ["active_power_l3", "P L3"],
    ["active_power_total", "P"],
    ["frequency", "f"],
    ["current or power", "I / P"],
    ["energy_import_total", "energy_import_total"],
  ] as const
) {
  Deno.test(`the quantity ${quantity} is called ${text} where its parts are called so`, () => {
    assertEquals(quantityText(NAMES, quantity), text);
  });
}

Deno.test("what has to be written into site.yaml stands alike in all languages", () => {
  const KEYS =
    /\b(?:host|unit|url|timeout|interval|wordOrder: \S+?|inverted: true|lines|phases|ca|username|password|mqtt:\/\/|preset|path)(?=[\s.,;:)।]|$)/g;
  for (const finding of FINDINGS) {
    const keys = (["en", "hi", "mr"] as const).map((language) => {
      const { cause, next } = findingWords(language, finding);
      return [...new Set(`${cause} ${next}`.match(KEYS) ?? [])].sort()
        // Words of English too.
        .filter((key) =>
          !["unit", "interval", "lines", "phases", "password", "path", "preset"].includes(key)
        );
    });
    assertEquals(keys[1], keys[0], finding.kind);
    assertEquals(keys[2], keys[0], finding.kind);
  }
});
