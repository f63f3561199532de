/**
 * From zero to the first charged car: a real gateway on its safe defaults, a simulated charger in a process
 * of its own, and a person at the page of the first steps, who is told everything by that page.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { chromium, type Page } from "playwright-core";
import { parse } from "yaml";
import { type GatewayProcess, startGatewayProcess } from "../sites/gateway_process.ts";
import { freePort } from "../sites/until.ts";
import { serverTest } from "../support/required_server.ts";
import { accessibilityFaults, CHROMIUM, layoutFaults } from "./browser.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const CONFIG = new URL("../../deno.json", import.meta.url).pathname;
/** Where to keep pictures for people to look at; absent: none are taken. */
const PICTURES = Deno.env.get("SANGAM_PICTURES");
const PASSWORD = "three blue kites over Pune";
const CARD = "04A1B2C3";
/** A start of the gateway on a busy machine. */
const PATIENCE = { timeout: 60_000 };

const SCREENS = [
  { name: "phone", width: 390, height: 844, colorScheme: "dark" },
  { name: "desk", width: 1_280, height: 900, colorScheme: "light" },
] as const;

/** A simulated charger, until it is disposed of. */
function simulate(port: number, flags: readonly string[] = []): AsyncDisposable {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--frozen", "--config", CONFIG, "--allow-all", MAIN],
      ...["simulate", "charger", "--url", `ws://127.0.0.1:${port}/ocpp`, "--id", "CP01"],
      ...flags,
    ],
    env: { SANGAM_SIM_PASSWORD: "its-own-password-0123", NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
    },
  };
}

function firstPassword({ said }: GatewayProcess): string {
  return /password (\S+) and choose/.exec(said.join("\n"))?.[1] ?? "";
}

/** Somebody at the pages. */
function personAt(page: Page, base: string, screen: string) {
  const step = (id: string) => page.locator(`#start-${id}`);
  const isSound = async (what: string) => {
    assertEquals(await layoutFaults(page), [], `${screen}: ${what}`);
    // Of a dialog that is scrolled, what is half out of sight counts as too small.
    const isAsked = await page.locator("[popover]:popover-open").count() > 0;
    if (!isAsked) assertEquals(await accessibilityFaults(page), [], `${screen}: ${what}`);
    if (PICTURES === undefined) return;
    await page.screenshot({ path: `${PICTURES}/start_${screen}_${what}.png`, fullPage: true });
  };
  const signIn = async (password: string) => {
    await page.fill("[name=name]", "admin");
    await page.fill("[name=password]", password);
    await page.click(".gate-card button[type=submit]");
  };
  return {
    step,
    isSound,
    signIn,
    /** What is seen of a step, once it is that. */
    sees: (id: string, text: string) => step(id).getByText(text).first().waitFor(PATIENCE),
    /** The gateway has started anew: the page leads to signing in by itself, and back. */
    async signInAgain() {
      await page.waitForURL(/\/sign-in/, PATIENCE);
      await signIn(PASSWORD);
      await page.waitForURL(`${base}/start`, PATIENCE);
    },
  };
}

for (const { name, width, height, colorScheme } of SCREENS) {
  serverTest(CHROMIUM, `from zero to the first charged car, on a ${name}`, async () => {
    const [chargers, webPort] = [freePort(), freePort()];
    const path = await Deno.makeTempDir();
    await Deno.writeTextFile(
      `${path}/site.yaml`,
      `# Fresh from the box\nlisten:\n  chargers: [{ host: 127.0.0.1, port: ${chargers} }] # the yard\n` +
        `  web: { port: ${webPort} }\n`,
    );
    const gateway = await startGatewayProcess({
      path,
      webPort,
      isWithoutToken: true,
      isWritable: true,
    });
    const browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu"],
    });
    try {
      const base = `http://127.0.0.1:${webPort}`;
      const context = await browser.newContext({ viewport: { width, height }, colorScheme });
      const page = await context.newPage();
      const person = personAt(page, base, name);
      await page.goto(base);
      await person.signIn(firstPassword(gateway));
      await page.fill("[name=old]", firstPassword(gateway));
      await page.fill("[name=new]", PASSWORD);
      await page.fill("[name=repeat]", PASSWORD);
      await page.click("main button[type=submit], .gate-card button[type=submit]");
      await page.click("text=Guide me through the first steps");
      await person.sees("fuse", "a cautious 32");
      await person.isSound("fresh");

      await page.click("#start-fuse button");
      await page.fill("[name=amps]", "63");
      await page.click("#start-write-fuse button[type=submit]");
      await person.signInAgain();
      await person.sees("fuse", "63");
      await person.sees("address", `ws://127.0.0.1:${chargers}/ocpp`);

      {
        await using _charger = simulate(chargers);
        await person.sees("charger", "CP01 waits at the door.");
        await person.isSound("waiting");
        await page.click("#start-charger button");
        const form = page.locator("[popover]:popover-open");
        await form.locator("[name=slot]").fill("4");
        await form.locator("[name=phases]").selectOption("L1,L2,L3");
        await person.isSound("placing");
        await form.locator("button[type=submit]").click();
        await person.signInAgain();
        await person.sees("charger", "1 charger is connected.");
        await person.sees("address", "A charger has found the address.");
      }
      const yaml = await Deno.readTextFile(`${path}/site.yaml`);
      assert(yaml.startsWith("# Fresh from the box\n"), yaml);
      assertStringIncludes(yaml, "# the yard");
      const { circuits, chargers: { known } } = parse(yaml);
      assertEquals([circuits[0].limit, known[0].evses[0].slot], [63, 4]);

      await page.click("#start-meter >> text=Leave for later");
      await page.click("#start-csms >> text=Leave for later");
      await person.sees("meter", "Left for later");
      await page.click("#start-card >> text=Open Cards");
      await page.fill("[name=token]", CARD);
      await page.click("text=Add");
      await page.goto(`${base}/start?skip=meter,csms`);
      await person.sees("card", "1 card is on the list.");

      await using _car = simulate(chargers, ["--plug-in", CARD]);
      await person.sees("car", "Slot 4 charges:");
      await page.locator("#start-summary", { hasText: "All steps are done." }).waitFor(PATIENCE);
      await person.isSound("charged");

      await page.goto(`${base}/commissioning`);
      await page.click("main >> text=CP01");
      const commissioned = (id: string, text: string) =>
        page.locator(`#commissioning-${id}`).getByText(text).first().waitFor(PATIENCE);
      await commissioned("place", "In circuit grid.");
      await commissioned("connection", "It is connected.");
      await commissioned("fail-safe-4", "as the charger itself confirms.");
      await commissioned("rotation-4", "No meter sees this circuit.");
      await commissioned("charge-4", "Wh on ");
      await person.isSound("commissioning");
      await page.click("text=Sheet to print");
      await page.getByRole("img", { name: "Page of connector 4" }).waitFor(PATIENCE);
      await page.getByText(`${base}/slots/4`).waitFor(PATIENCE);
      await person.isSound("sheet");
      await page.goto(`${base}/slots/4`);
      await page.waitForURL(`${base}/chargers/CP01#evse-4`, PATIENCE);
      await page.goto(`${base}/time`);
      await page.getByRole("heading", { name: "Clocks of the chargers" }).waitFor(PATIENCE);
    } finally {
      await browser.close();
      await gateway.stop();
    }
  });
}
