import { assert, assertEquals, assertRejects } from "@std/assert";
import { createPrinter } from "../../src/gateway_printing_io.ts";
import { CHROMIUM } from "../browser/browser.ts";
import { createFixture } from "../../src/web/_fixture.ts";
import { printedReport } from "../../src/web/mod.ts";

Deno.test({
  name: "a Chromium makes a PDF of a report in Devanagari, and leaves nothing behind",
  ignore: !CHROMIUM.isInstalled,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const fixture = await createFixture();
      fixture.state.site = { ...fixture.state.site, language: "mr" };
      const printPdf = createPrinter({ chromium: "/usr/bin/chromium", timeoutMs: 120_000, folder });
      const time = { fromMs: Date.UTC(2026, 0, 1), toMs: Date.UTC(2026, 1, 1) };
      const pdf = await printPdf(await printedReport(fixture.ports, "utilisation", time));
      assertEquals(new TextDecoder().decode(pdf.slice(0, 5)), "%PDF-");
      assert(pdf.length > 10_000, `${pdf.length} bytes`);
      assertEquals([...Deno.readDirSync(folder)], []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("a program that fails, or that is not there, is an error, and the next page is printed all the same", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const failing = createPrinter({ chromium: "/bin/false", timeoutMs: 10_000, folder });
    const both = [failing("<p>"), failing("<p>")];
    for (const each of both) await assertRejects(() => each, Error, "Cannot print: /bin/false");
    await assertRejects(() =>
      createPrinter({ chromium: "/nowhere/chromium", timeoutMs: 10_000, folder })("<p>")
    );
    assertEquals([...Deno.readDirSync(folder)], []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
