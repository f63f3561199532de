import { assertEquals } from "@std/assert";
import { isRecord } from "../../lib/json.ts";
import { commissioningTextOf, commissioningWords } from "./commissioning_text.ts";

function* said(value: unknown, path = ""): Generator<readonly [string, string]> {
  if (isRecord(value)) {
    for (const [name, inner] of Object.entries(value)) yield* said(inner, `${path}.${name}`);
  } else yield [path, String(typeof value === "function" ? value("17", "29") : value)];
}

/** The same in all languages, or nothing but what is handed over. */
const SYMBOLS = [".pdf", ".print.by"];

Deno.test("every word of commissioning is said in Devanagari too, with what is handed over", () => {
  const english = new Map(said(commissioningTextOf("en")));
  for (const language of ["mr", "hi"] as const) {
    const texts = [...said(commissioningTextOf(language))];
    assertEquals(texts.map(([path]) => path), [...english.keys()]);
    for (const [path, text] of texts.filter(([path]) => !SYMBOLS.includes(path))) {
      assertEquals(/\p{Script=Devanagari}/u.test(text), true, `${language}${path}: ${text}`);
      for (const given of ["17", "29"]) {
        assertEquals(text.includes(given), english.get(path)?.includes(given), language + path);
      }
    }
  }
});

Deno.test("what is seen of a step is said with its numbers and what to do next", () => {
  const written = {
    amps: (amps: number) => `${amps} A`,
    energy: (wh: number) => `${wh} Wh`,
    time: (at: string) => at,
  };
  const say = (sight: Parameters<typeof commissioningWords>[1]) =>
    commissioningWords(commissioningTextOf("en"), sight, written);
  assertEquals(
    say({ kind: "rotation-other", lines: ["L2", "L3", "L1"], proof: "sure" }),
    "Found L2, L3, L1, which is not what site.yaml says: seen on each phase. Look at the wiring, " +
      "then take it over.",
  );
  assertEquals(
    say({ kind: "rotation-untested", obstacle: "another-runs" }),
    "Not tested yet. Another connector is being tested. One at a time.",
  );
  assertEquals(say({ kind: "charged", energyWh: 12, at: "today" }), "12 Wh on today.");
  assertEquals(
    say({ kind: "fail-safe-missing", amps: 6 }),
    "The charger did not take 6 A. Set it as its maximum in the charger itself.",
  );
  assertEquals(
    say({ kind: "model-known", id: "garo", quirks: 1 }),
    "Known as garo; 1 quirk expected.",
  );
});
