import { assertEquals } from "@std/assert";
import { readCoverage } from "./coverage.ts";
import { COVERAGE_PAGE, coveragePage } from "./coverage_page.ts";

Deno.test("the page of what becomes of each message is what the tables say", async () => {
  const written = await Deno.readTextFile(new URL(`../../${COVERAGE_PAGE}`, import.meta.url));
  assertEquals(written, coveragePage(await readCoverage()), "run: deno task coverage");
});

Deno.test("the README leads to it", async () => {
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  assertEquals(readme.includes(`](${COVERAGE_PAGE})`), true);
});
