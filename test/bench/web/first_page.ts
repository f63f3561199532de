/**
 * How long somebody on a poor phone waits for the first page, and how much comes over the air: Chromium
 * behind a 3G line as its DevTools make one (1.6 Mbit/s down, 750 kbit/s up, 150 ms a round trip), nothing
 * cached. `deno run -A --unstable-net test/bench/web/first_page.ts [runs] [cores slowed down]`.
 */
import type { CDPSession, Page } from "playwright-core";
import { FIXTURE_PASSWORD } from "../../../src/web/_fixture.ts";
import { type Bench, openBench } from "../../browser/browser.ts";
import { print } from "../charger_load.ts";

const RUNS = Number(Deno.args[0] ?? 5);
/** A phone's processor is some times slower than this machine's. */
const SLOWER = Number(Deno.args[1] ?? 1);
const LINE = {
  offline: false,
  latency: 150,
  downloadThroughput: 1_600_000 / 8,
  uploadThroughput: 750_000 / 8,
};

/** One look at a page. */
interface Look {
  /** First text on the screen, and everything there with its script at work, after it was asked for. */
  readonly paintedMs: number;
  readonly usableMs: number;
  /** As they came over the line, headers and all. */
  readonly bytes: number;
  readonly files: readonly string[];
}

async function look(bench: Bench, path: string, isSignedIn: boolean): Promise<Look> {
  const context = await bench.browser.newContext({ viewport: { width: 390, height: 844 } });
  try {
    const page = await context.newPage();
    if (isSignedIn) await signIn(bench, page);
    const devTools = await context.newCDPSession(page);
    const came = await throttle(devTools);
    await page.goto(new URL(path, bench.server.url).href, { waitUntil: "load" });
    const [paintedMs, usableMs] = await page.evaluate(`new Promise((resolve) => {
      const painted = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
      const usable = () => performance.getEntriesByType("navigation")[0].loadEventStart;
      const tell = () => painted() ? resolve([painted(), usable()]) : setTimeout(tell, 50);
      tell();
    })`) as [number, number];
    return { paintedMs, usableMs, ...came() };
  } finally {
    await context.close();
  }
}

async function signIn({ server }: Bench, page: Page): Promise<void> {
  await page.goto(server.url);
  await page.fill("[name=name]", "operator");
  await page.fill("[name=password]", FIXTURE_PASSWORD);
  await page.click("button[type=submit]");
  await page.waitForURL(server.url);
  await page.goto("about:blank");
}

async function throttle(devTools: CDPSession) {
  let bytes = 0;
  const names = new Map<string, string>();
  const files: string[] = [];
  devTools.on("Network.responseReceived", ({ requestId, response }) => {
    names.set(requestId, new URL(response.url).pathname);
  });
  devTools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    bytes += encodedDataLength;
    files.push(`${names.get(requestId)} ${(encodedDataLength / 1_000).toFixed(1)} kB`);
  });
  await devTools.send("Network.enable");
  await devTools.send("Network.clearBrowserCache");
  await devTools.send("Network.emulateNetworkConditions", LINE);
  if (SLOWER > 1) await devTools.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  return () => ({ bytes, files: [...files] });
}

const middle = (values: readonly number[]) =>
  Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN);

await using bench = await openBench();
for (
  const [name, path, isSignedIn] of [
    ["sign-in page", "/sign-in", false],
    ["site page", "/", true],
    ["load page", "/load", true],
  ] as const
) {
  const looks: Look[] = [];
  for (let run = 0; run < RUNS; run++) looks.push(await look(bench, path, isSignedIn));
  const worst = Math.max(...looks.map(({ usableMs }) => Math.round(usableMs)));
  print(
    `${name.padEnd(13)} painted ${middle(looks.map(({ paintedMs }) => paintedMs))} ms   usable ` +
      `${middle(looks.map(({ usableMs }) => usableMs))} ms (at worst ${worst})   ` +
      `${(middle(looks.map(({ bytes }) => bytes)) / 1_000).toFixed(1)} kB`,
  );
  print(`  ${looks[0]?.files.join(", ")}`);
}
