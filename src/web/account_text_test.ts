import { assertEquals } from "@std/assert";
import { isRecord } from "../lib/json.ts";
import { accountTextOf } from "./account_text.ts";

function* leaves(value: unknown, path = ""): Generator<readonly [string, string]> {
  if (typeof value === "function") yield [path, String(value({ name: "7" }, 7))];
  else if (typeof value === "string") yield [path, value];
  else if (isRecord(value)) {
    for (const [name, inner] of Object.entries(value)) yield* leaves(inner, `${path}.${name}`);
  }
}

Deno.test("no text of the accounts is empty or holds markup, in any language", () => {
  for (const language of ["en", "mr", "hi"] as const) {
    for (const [path, words] of leaves(accountTextOf(language))) {
      assertEquals(words.trim() !== "", true, `${language}${path}`);
      assertEquals(/[<>]|undefined|NaN/.test(words), false, `${language}${path}`);
    }
  }
});

Deno.test("Marathi and Hindi are said in Devanagari, and not in each other's words", () => {
  const [mr, hi] = (["mr", "hi"] as const).map((language) =>
    new Map(leaves(accountTextOf(language)))
  );
  const same: string[] = [];
  for (const [path, words] of hi ?? []) {
    const isName = [".ways.api", ".ways.mqtt", ".ways.csms", ".about"].includes(path);
    assertEquals(isName || /\p{Script=Devanagari}/u.test(words), true, `hi${path}`);
    if (words.length > 25 && mr?.get(path) === words) same.push(path);
  }
  assertEquals(same, []);
});
