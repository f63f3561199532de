import { assertEquals } from "@std/assert";
import { isQuirk, QUIRKS } from "./quirk.ts";

Deno.test("each quirk has one name, and nothing else has it", () => {
  assertEquals(new Set(QUIRKS).size, QUIRKS.length);
  assertEquals(QUIRKS.filter((quirk) => !isQuirk(quirk)), []);
  assertEquals(["", "Purposes", "constructor"].filter(isQuirk), []);
});
