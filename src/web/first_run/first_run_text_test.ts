import { assertEquals } from "@std/assert";
import { isRecord } from "../../lib/json.ts";
import { firstRunTextOf, sightWords } from "./first_run_text.ts";

function* said(value: unknown, path = ""): Generator<readonly [string, string]> {
  if (isRecord(value)) {
    for (const [name, inner] of Object.entries(value)) yield* said(inner, `${path}.${name}`);
  } else yield [path, String(typeof value === "function" ? value("17", "29") : value)];
}

/** The same in all languages. */
const SYMBOLS = [".allPhases"];

Deno.test("every word of the first steps is said in Devanagari too, with what is handed over", () => {
  const english = new Map(said(firstRunTextOf("en")));
  for (const language of ["mr", "hi"] as const) {
    const texts = [...said(firstRunTextOf(language))];
    assertEquals(texts.map(([path]) => path), [...english.keys()]);
    for (const [path, text] of texts.filter(([path]) => !SYMBOLS.includes(path))) {
      assertEquals(/\p{Script=Devanagari}/u.test(text), true, `${language}${path}: ${text}`);
      for (const given of ["17", "29"]) {
        assertEquals(text.includes(given), english.get(path)?.includes(given), language + path);
      }
    }
  }
});

Deno.test("what is seen is said with its numbers", () => {
  const written = { amps: (amps: number) => `${amps} A`, energy: (wh: number) => `${wh} Wh` };
  const say = (sight: Parameters<typeof sightWords>[1]) =>
    sightWords(firstRunTextOf("en"), sight, written);
  assertEquals(say({ kind: "fuse-default", amps: 32 }).includes("32 A per phase"), true);
  assertEquals(
    say({ kind: "fuse-written", circuit: "grid", amps: 63 }),
    "63 A per phase in circuit grid.",
  );
  assertEquals(
    say({ kind: "charger-waits", id: "CP01", count: 1 }),
    "CP01 waits at the door.",
  );
  assertEquals(
    say({ kind: "charger-waits", id: "CP01", count: 2 }),
    "CP01 and others, 2 in all, wait.",
  );
  assertEquals(say({ kind: "cards", count: 1 }), "1 card is on the list.");
  assertEquals(
    say({ kind: "car-charging", slot: 3, energyWh: 12 }),
    "Slot 3 charges: 12 Wh so far.",
  );
  assertEquals(say({ kind: "no-car" }), "No session yet.");
});
