import axe from "axe-core/axe.min.js" with { type: "text" };
import { type Browser, chromium, type Page } from "playwright-core";
import { createSystemClock } from "../../src/lib/clock_io.ts";
import {
  createFixtureAt,
  type Fixture,
  FIXTURE_OPTIONS,
  FIXTURE_PASSWORD,
} from "../../src/web/_fixture.ts";
import { serveWeb, type WebServer } from "../../src/web/server_io.ts";
import type { Clock } from "../../src/lib/clock.ts";
import type { RequiredServer } from "../support/required_server.ts";

const CHROMIUM_PATH = "/usr/bin/chromium";

/** Debian's Chromium. */
export const CHROMIUM: RequiredServer = { name: "chromium", isInstalled: isFile(CHROMIUM_PATH) };

/** Nothing but the page: no update, no telemetry, no first-run questions. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** A served site and a browser in front of it. */
export interface Bench extends AsyncDisposable {
  readonly fixture: Fixture<Clock>;
  readonly server: WebServer;
  readonly browser: Browser;
}

/** Serves the fixture at 14:05 in Pune and starts a browser with an empty profile. */
export async function openBench(): Promise<Bench> {
  const system = createSystemClock();
  const offsetMs = Date.UTC(2026, 0, 5, 8, 35, 0) - system.wallMs();
  const fixture = await createFixtureAt<Clock>({
    ...system,
    wallMs: () => system.wallMs() + offsetMs,
  });
  const server = serveWeb(FIXTURE_OPTIONS, fixture.ports);
  const browser = await chromium.launch({ executablePath: CHROMIUM_PATH, args: ARGUMENTS });
  return {
    fixture,
    server,
    browser,
    async [Symbol.asyncDispose]() {
      await browser.close();
      await server.stop();
      await fixture.spawn.drain();
    },
  };
}

/** A screen and what its owner likes. */
export interface Screen {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly scheme: "light" | "dark";
  /** False for a browser that runs no script. */
  readonly script?: boolean;
}

/** A page of somebody signed in, and what its console complained about. */
export interface Visit extends AsyncDisposable {
  readonly page: Page;
  readonly complaints: string[];
}

/** Signs in on a screen of that size. */
export async function visit(bench: Bench, screen: Screen, user = "admin"): Promise<Visit> {
  const context = await bench.browser.newContext({
    viewport: { width: screen.width, height: screen.height },
    colorScheme: screen.scheme,
    javaScriptEnabled: screen.script ?? true,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  // A violation of the content security policy is an error in the console too.
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => void complaints.push(error.message));
  await page.goto(bench.server.url);
  await page.fill("[name=name]", user);
  await page.fill("[name=password]", FIXTURE_PASSWORD);
  await page.click("button[type=submit]");
  await page.waitForURL(bench.server.url);
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}

/** Goes to a path of the site. */
export async function goTo({ server }: Bench, page: Page, path: string): Promise<void> {
  await page.goto(new URL(path, server.url).href);
}

/**
 * What is wrong with the layout of a page, in words; empty where all is well. What is folded away has
 * a place in the layout, but nobody sees it there: `openFolds` shows it.
 */
export function layoutFaults(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const faults = [];
    const root = document.documentElement;
    if (root.scrollWidth > innerWidth) faults.push("the page is " + root.scrollWidth + " wide");
    const text = (element) => element.className + " " + element.textContent.slice(0, 40);
    for (const card of document.querySelectorAll(".evse, .circuit-panel, .meter, .totals > div, .panel, .gate-card, .alarm, .banner, .knocker")) {
      const edge = card.getBoundingClientRect();
      for (const part of card.querySelectorAll("p, li, span, b, h2, dd, button, input, svg")) {
        const box = part.getBoundingClientRect();
        const isShown = box.width > 1 && part.checkVisibility() && !part.closest("[popover], .sr, .message-gist, pre");
        if (isShown && (box.right > edge.right + 1 || box.left < edge.left - 1 || box.bottom > edge.bottom + 1)) {
          faults.push("sticks out: " + text(part));
        }
      }
    }
    for (const name of document.querySelectorAll(".evse-name, .state, .button, .line-value, .totals dd, .tabs span, .status span, .brand-site")) {
      if (name.scrollWidth > name.clientWidth + 1 && getComputedStyle(name).display !== "inline") faults.push("is cut: " + text(name));
    }
    const labels = [...document.querySelectorAll(".tabs span")];
    for (const [at, label] of labels.entries()) {
      const next = labels[at + 1]?.getBoundingClientRect();
      const box = label.getBoundingClientRect();
      if (next !== undefined && box.right > next.left - 2) faults.push("touches the next tab: " + text(label));
      if (box.left < 0 || box.right > innerWidth) faults.push("is off the screen: " + text(label));
    }
    return faults;
  })()`);
}

/** Unfolds all of a page, but for menus, which lie above it. */
export async function openFolds(page: Page): Promise<void> {
  await page.evaluate(
    `document.querySelectorAll("main details").forEach((fold) => fold.open = true)`,
  );
}

/** What the rules for accessible pages (WCAG 2.2 A and AA) say against a page. */
export function accessibilityFaults(page: Page): Promise<string[]> {
  return axeFaults(page, ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]);
}

/** What is too faint on a page: all that another scheme of colours can change. */
export function contrastFaults(page: Page): Promise<string[]> {
  return axeFaults(page, { type: "rule", values: ["color-contrast"] });
}

async function axeFaults(page: Page, runOnly: unknown): Promise<string[]> {
  await page.evaluate(axe);
  return await page.evaluate(`axe.run(document, ${JSON.stringify({ runOnly })})
    .then((result) => result.violations.flatMap((violation) =>
      violation.nodes.map((node) => violation.id + ": " + node.target.join(" ") + ": " + node.failureSummary)))`);
}
