import { assertEquals, assertStringIncludes } from "@std/assert";
import { serverTest } from "../support/required_server.ts";
import {
  accessibilityFaults,
  CHROMIUM,
  goTo,
  layoutFaults,
  openBench,
  openFolds,
  type Screen,
  visit,
} from "./browser.ts";

const PHONE: Screen = { name: "phone", width: 390, height: 844, scheme: "dark" };
const DESK: Screen = { name: "desk", width: 1440, height: 900, scheme: "light" };
/** Where to keep pictures for people to look at; absent: none are taken. */
const PICTURES = Deno.env.get("SANGAM_PICTURES");

for (
  const [screen, language, apply] of [
    [PHONE, "en", "Apply it"],
    [{ ...PHONE, width: 320, scheme: "light" }, "mr", "लागू करा"],
    [DESK, "hi", "लागू करें"],
    [{ ...DESK, scheme: "dark" }, "en", "Apply it"],
  ] as const
) {
  serverTest(
    CHROMIUM,
    `a limit is looked at before it is set, in ${language} on ${screen.width} pixels, ${screen.scheme}`,
    async () => {
      await using bench = await openBench();
      bench.fixture.state.site = { ...bench.fixture.state.site, language };
      await using visitor = await visit(bench, screen, "operator");
      const { page, complaints } = visitor;
      const look = async (name: string) => {
        assertEquals(await layoutFaults(page), [], name);
        assertEquals(await accessibilityFaults(page), [], name);
        const cut = await page.evaluate(`[...document.querySelectorAll(".preview-cell :is(b, s)")]
          .filter((part) => part.getBoundingClientRect().right >
            part.closest("td").getBoundingClientRect().right + 1)
          .map((part) => part.textContent)`);
        assertEquals(cut, [], name);
        if (PICTURES === undefined) return;
        const path = `${PICTURES}/${name}-${language}-${screen.width}-${screen.scheme}.png`;
        await page.screenshot({ path, fullPage: true });
      };
      await goTo(bench, page, "/load");
      await openFolds(page);
      await look("load");
      await page.click("[popovertarget=load-limit-1]");
      await page.fill("#load-limit-1 [name=amps]", "10");
      await look("change");
      await page.click("#load-limit-1 [formaction*='change=limit']");
      await page.getByRole("button", { name: apply }).waitFor();
      await look("preview");
      assertEquals(bench.fixture.commanded, []);
      await page.getByRole("button", { name: apply }).click();
      await page.waitForURL(/chargers/);
      assertEquals(bench.fixture.commanded, [["limit", 1, 10, 60, "operator"]]);
      await bench.fixture.spawn.drain();
      assertEquals(complaints, []);
    },
  );
}

serverTest(CHROMIUM, "a preview that cannot be made is calm, and leads back", async () => {
  await using bench = await openBench();
  bench.fixture.forecasts.answer = () => ({ kind: "busy" });
  await using visitor = await visit(bench, PHONE, "operator");
  const { page } = visitor;
  await goTo(bench, page, "/load");
  await page.click(".strategy-fold summary");
  await page.click(".strategy-fold button");
  await page.locator("main .banner").waitFor();
  assertEquals(await layoutFaults(page), []);
  assertStringIncludes(await page.locator("main .banner").textContent() ?? "", "Try again");
  await page.click(".preview-buttons a");
  await page.waitForURL(/\/load$/);
});
