/**
 * The page Load as it is in scenes: a building step at full use, and turns where there is no room for all.
 * `SANGAM_PICTURES` names the folder for the pictures; without it, or without Chromium, nothing is drawn.
 */
import { assertEquals } from "@std/assert";
import { type Browser, chromium } from "playwright-core";
import { EV_MODELS } from "../../src/simulator/mod.ts";
import { FIXTURE_OPTIONS, FIXTURE_PASSWORD } from "../../src/web/_fixture.ts";
import { hashPassword } from "../../src/web/mod.ts";
import { serveWeb } from "../../src/web/server_io.ts";
import { createSeededIds } from "../../src/lib/ids.ts";
import { CHROMIUM, layoutFaults } from "../browser/browser.ts";
import { type LoadSite, openLoadSite } from "./load_site.ts";
import { chargers } from "./scene.ts";

const PICTURES = Deno.env.get("SANGAM_PICTURES");
const SCREENS = [["desk", 1_280, "light"], ["phone", 390, "dark"]] as const;

/** Somebody who may see the page. */
async function admit(site: LoadSite): Promise<void> {
  const { users } = site.gateway().web;
  await users.save({
    name: "admin",
    role: "admin",
    passwordDigest: await hashPassword(FIXTURE_PASSWORD, createSeededIds(1)),
    mustChangePassword: false,
    createdAtMs: 0,
  });
}

/** The page on a desk and on a phone; returns what is wrong with how it is laid out. */
async function draw(browser: Browser, site: LoadSite, name: string): Promise<readonly string[]> {
  const server = serveWeb(FIXTURE_OPTIONS, site.gateway().web);
  const faults: string[] = [];
  for (const [screen, width, colorScheme] of SCREENS) {
    const viewport = { width, height: 900 };
    const context = await browser.newContext({ viewport, colorScheme });
    const page = await context.newPage();
    await page.goto(server.url);
    await page.fill("[name=name]", "admin");
    await page.fill("[name=password]", FIXTURE_PASSWORD);
    await page.click("button[type=submit]");
    await page.waitForURL(server.url);
    await page.goto(new URL("load", server.url).href);
    await page.screenshot({ path: `${PICTURES}/load_${name}_${screen}.png`, fullPage: true });
    faults.push(...(await layoutFaults(page)).map((fault) => `${name}, ${screen}: ${fault}`));
    await context.close();
  }
  await server.stop();
  return faults;
}

Deno.test({
  name:
    "pictures of the page Load, before, during and after a step at full use, and while turns are taken",
  ignore: PICTURES === undefined || !CHROMIUM.isInstalled,
  async fn() {
    const browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu"],
    });
    const faults: string[] = [];
    try {
      const step = await openLoadSite({
        circuits: [{ id: "grid", limitAmps: 100, worstAmps: 50, substituteAmps: 30 }],
        chargers: chargers(6),
      });
      await admit(step);
      step.house("grid", 8);
      for (let n = 1; n <= 6; n++) step.plug(n);
      await step.pass(300);
      faults.push(...await draw(browser, step, "2_before"));
      step.house("grid", 48);
      await step.pass(2);
      faults.push(...await draw(browser, step, "2_step"));
      await step.pass(28);
      faults.push(...await draw(browser, step, "2_after"));
      await step.end();
      const turns = await openLoadSite({
        circuits: [{ id: "grid", limitAmps: 40, worstAmps: 28, substituteAmps: 16 }],
        chargers: chargers(5, { failSafeAmps: 0 }),
      });
      await admit(turns);
      turns.house("grid", 6);
      const endless = { soc: 0.1, timeLapse: 0.01 };
      for (let n = 1; n <= 5; n++) turns.plug(n, EV_MODELS.threePhase11kW, endless);
      await turns.pass(300);
      turns.house("grid", 18);
      await turns.pass(20 * 60);
      faults.push(...await draw(browser, turns, "7_turns"));
      await turns.end();
    } finally {
      await browser.close();
    }
    assertEquals(faults, []);
  },
});
