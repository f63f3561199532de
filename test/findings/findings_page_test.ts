import { assertEquals } from "@std/assert";
import { FINDINGS_PAGE, withChapter } from "./findings_page.ts";

/** However long the lines are. */
const flowing = (text: string) => text.replaceAll(/\s+/g, " ");

Deno.test("the handbook says of a meter's troubles what pages and command line say", async () => {
  const page = await Deno.readTextFile(FINDINGS_PAGE);
  assertEquals(flowing(page), flowing(withChapter(page)), "run: deno task findings && deno fmt");
});
