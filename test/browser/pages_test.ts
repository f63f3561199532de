import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { Buffer } from "node:buffer";
import { Secret, TOTP } from "otpauth";
import { FIXTURE_OPTIONS, FIXTURE_PASSWORD } from "../../src/web/_fixture.ts";
import type { TransactionView } from "../../src/web/mod.ts";
import { serveWeb } from "../../src/web/server_io.ts";
import { serverTest } from "../support/required_server.ts";
import {
  accessibilityFaults,
  CHROMIUM,
  goTo,
  layoutFaults,
  openBench,
  type Screen,
  visit,
} from "./browser.ts";

const PHONE: Screen = { name: "phone", width: 390, height: 844, scheme: "dark" };
const DESK: Screen = { name: "desk", width: 1440, height: 900, scheme: "light" };

serverTest(
  CHROMIUM,
  "what is not ours does not run on a page, and the console says so",
  async () => {
    await using bench = await openBench();
    await using visitor = await visit(bench, DESK);
    const { page, complaints } = visitor;
    const violations = await page.evaluate(`new Promise((resolve) => {
    const seen = [];
    document.addEventListener("securitypolicyviolation", (event) => {
      seen.push(event.effectiveDirective);
      if (seen.length === 4) resolve(seen.sort());
    });
    const script = document.createElement("script");
    script.textContent = "window.inlineRan = true";
    const button = document.createElement("button");
    button.setAttribute("onclick", "window.inlineRan = true");
    const style = document.createElement("style");
    style.textContent = "body { display: none }";
    const image = new Image();
    image.src = "http://127.0.0.1:9/x.png";
    document.body.append(script, button, style, image);
    button.click();
    setTimeout(() => resolve(seen.sort()), 10000);
  })`);
    assertEquals(violations, ["img-src", "script-src-attr", "script-src-elem", "style-src-elem"]);
    assertEquals(await page.evaluate("window.inlineRan === undefined"), true);
    // It is by the console that the other tests here know of violations.
    assertEquals(complaints.length >= 4, true);
  },
);

serverTest(
  CHROMIUM,
  "a person turns a second factor on, and signs in with it, on a phone",
  async () => {
    await using bench = await openBench();
    const { clock } = bench.fixture;
    await using visitor = await visit(bench, PHONE, "operator");
    const { page, complaints } = visitor;
    const isSound = async (what: string) => {
      assertEquals(await layoutFaults(page), [], what);
      assertEquals(await accessibilityFaults(page), [], what);
    };
    await goTo(bench, page, "/account/second-factor");
    const secret = (await page.textContent(".secret-text") ?? "").replaceAll(" ", "");
    const app = new TOTP({ secret: Secret.fromBase32(secret) });
    await page.fill("[name=code]", app.generate({ timestamp: clock.wallMs() }));
    await page.click("button[type=submit]");
    const codes = await page.locator(".recovery-codes li").allTextContents();
    assertEquals(codes.length, 8);
    await isSound("recovery codes");
    await page.click("text=I have kept them");
    await page.getByText("8 recovery codes are left").waitFor();
    await isSound("account");
    await page.click(".user-menu:not(.language-menu) summary");
    await page.click("text=Sign out");
    await page.fill("[name=name]", "operator");
    await page.fill("[name=password]", FIXTURE_PASSWORD);
    await page.click("button[type=submit]");
    await page.getByRole("heading", { name: "Your code" }).waitFor();
    await isSound("code");
    await page.fill("[name=code]", codes[0] ?? "");
    await page.click("button[type=submit]");
    await page.waitForURL(bench.server.url);
    assertEquals(complaints, []);
  },
);

serverTest(CHROMIUM, "bills and their lines fit a phone, folded and unfolded", async () => {
  await using bench = await openBench();
  const { state } = bench.fixture;
  state.transactions = state.transactions.map((each) => ({
    ...each,
    cost: BILL,
    correctionCost: "-1234.50",
  }));
  for (const width of [320, 390]) {
    await using visitor = await visit(bench, { ...PHONE, width });
    const { page } = visitor;
    await goTo(bench, page, "/sessions");
    for (let folds = 0; folds < 2; folds++) {
      assertEquals(await layoutFaults(page), []);
      assertEquals(await accessibilityFaults(page), []);
      assertEquals(
        await page.evaluate(`[...document.querySelectorAll(".table-wrap, .bill, .bill li")]
          .filter((box) => box.scrollWidth > box.clientWidth).map((box) => box.textContent)`),
        [],
        `${width} pixels`,
      );
      await page.evaluate(`document.querySelectorAll(".bill").forEach((bill) => bill.open = true)`);
    }
  }
});

const BILL: NonNullable<TransactionView["cost"]> = {
  currency: "INR",
  tariffId: "site",
  typeOfCost: "NormalCost",
  lines: [{
    kind: "idleTime",
    tariffId: "site",
    quantity: "1012.016666667",
    unit: "min",
    unitPrice: "2.125",
    when: null,
    exclTax: "2150.535417",
    tax: "387.096375",
    inclTax: "2537.631792",
    taxRates: [],
  }],
  exclTax: "2150.535417",
  tax: "387.096375",
  rounding: "-0.001792",
  total: "2537.63",
  final: true,
};

serverTest(
  CHROMIUM,
  "a chart draws itself, is read by keys, and stays when the page changes",
  async () => {
    await using bench = await openBench();
    await using visitor = await visit(bench, DESK);
    const { page, complaints } = visitor;
    await goTo(bench, page, "/meters");
    const chart = page.locator("#meter-plot-main");
    await chart.locator("canvas").waitFor();
    const names = await chart.locator(".u-label").allTextContents();
    assertEquals(names.slice(1), ["L1", "L2", "L3", "Limit"]);
    await page.evaluate(`document.querySelector("#meter-plot-main canvas").dataset.mark = "same"`);
    const { state, events } = bench.fixture;
    state.meters = state.meters.map((meter) => ({ ...meter, readings: 4_711 }));
    events.emit("sample", { meterId: "main", atMonoMs: 0, atWallMs: 0 });
    await page.locator("#meter-panel-main").getByText("4711 readings").waitFor();
    assertEquals(await chart.locator("canvas[data-mark=same]").count(), 1);

    await chart.focus();
    await page.keyboard.press("Home");
    const status = chart.locator("[role=status]");
    const first = await status.textContent();
    assertStringIncludes(first ?? "", "L1 ");
    assertStringIncludes(first ?? "", "Limit 100\u202fA");
    await page.keyboard.press("ArrowRight");
    assertNotEquals(await status.textContent(), first);
    assertEquals(complaints, []);
  },
);

serverTest(CHROMIUM, "without a script a meter's past is there in figures", async () => {
  await using bench = await openBench();
  await using visitor = await visit(bench, { ...PHONE, script: false });
  const { page } = visitor;
  await goTo(bench, page, "/meters/main?period=month");
  await page.getByText("The chart needs JavaScript").waitFor();
  assertEquals(await page.locator(".meter-table tbody tr").count() > 3, true);
  assertEquals(await layoutFaults(page), []);
});

serverTest(CHROMIUM, "a number changes in place, and the page stays as it is", async () => {
  await using bench = await openBench();
  await using visitor = await visit(bench, DESK);
  const { page, complaints } = visitor;
  const { state, events } = bench.fixture;
  const power = page.locator("#evse-1 .evse-power b");
  assertEquals(await power.textContent(), "11.0");
  await page.evaluate(`
    window.sameDocument = true;
    window.sameCard = document.querySelector("#evse-1");
    window.sameNumber = document.querySelector("#evse-1 .evse-power b");
    document.querySelector("#evse-3 a").focus();
    window.before = document.querySelector("#evse-2").getBoundingClientRect().top;
  `);
  state.evses = state.evses.map((evse) => evse.slot === 1 ? { ...evse, powerW: 7_040 } : evse);
  events.emit("measured", { slot: 1, atMonoMs: 0, intervalMs: 1_000 });
  const emittedMs = performance.now();
  await page.locator("#evse-1 .evse-power b", { hasText: "7.0" }).waitFor();
  assertEquals(performance.now() - emittedMs < 1_000, true, "shown within a second");
  assertEquals(
    await page.evaluate(`[
      window.sameDocument,
      window.sameCard === document.querySelector("#evse-1"),
      window.sameNumber === document.querySelector("#evse-1 .evse-power b"),
      window.before === document.querySelector("#evse-2").getBoundingClientRect().top,
      document.activeElement === document.querySelector("#evse-3 a"),
    ]`),
    [true, true, true, true, true],
  );
  assertEquals(complaints, []);
});

serverTest(CHROMIUM, "a card that turns up or goes away is put where it belongs", async () => {
  await using bench = await openBench();
  await using visitor = await visit(bench, DESK);
  const { page } = visitor;
  const { state, events } = bench.fixture;
  const slots = () => page.locator("#site .evse .slot").allTextContents();
  const all = state.evses;
  state.evses = all.filter(({ slot }) => slot !== 2);
  events.emit("charger", { chargerId: "CP02" });
  await page.locator("#evse-2").waitFor({ state: "detached" });
  assertEquals(await slots(), ["1", "3", "4", "5", "6", "7", "8", "9", "10"]);
  state.evses = all;
  events.emit("charger", { chargerId: "CP02" });
  await page.locator("#evse-2").waitFor();
  assertEquals(await slots(), ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]);
});

serverTest(CHROMIUM, "what somebody types, folds out or is asked survives an update", async () => {
  await using bench = await openBench();
  await using visitor = await visit(bench, DESK);
  const { page } = visitor;
  const { state, events } = bench.fixture;
  await goTo(bench, page, "/chargers/CP01");
  await page.fill("[name=amps]", "13");
  await page.click("#message-805 summary");
  await page.click("[popovertarget=stop-1]");
  state.evses = state.evses.map((evse) => evse.slot === 1 ? { ...evse, powerW: 7_040 } : evse);
  state.messages = [
    { id: 807, atWallMs: 0, peer: "CP01", direction: "in", text: `[2,"1","Heartbeat",{}]` },
    ...state.messages,
  ];
  events.emit("measured", { slot: 1, atMonoMs: 0, intervalMs: 1_000 });
  await page.locator("#message-807").waitFor();
  await page.locator("#evse-1 .evse-power b", { hasText: "7.0" }).waitFor();
  assertEquals(await page.inputValue("[name=amps]"), "13");
  assertEquals(await page.locator("#message-805 pre").isVisible(), true);
  assertEquals(await page.locator("#message-807 pre").isVisible(), false);
  assertEquals(await page.locator("#stop-1").isVisible(), true);
});

serverTest(CHROMIUM, "a dangerous command asks once, then shows how far it came", async () => {
  await using bench = await openBench();
  await using visitor = await visit(bench, PHONE);
  const { page, complaints } = visitor;
  const { fixture } = bench;
  await goTo(bench, page, "/chargers/CP01");
  assertEquals(await page.locator("#stop-1").isVisible(), false);
  await page.click("[popovertarget=stop-1]");
  assertStringIncludes(
    await page.locator("#stop-1 p").textContent() ?? "",
    "The session of card ••••4118 ends now",
  );
  await page.click("#stop-1 >> text=Cancel");
  assertEquals(await page.locator("#stop-1").isVisible(), false);
  assertEquals(fixture.commanded, []);
  await page.click("[popovertarget=stop-1]");
  await page.click("#stop-1 .danger");
  await page.locator("#commands", { hasText: "Waiting to see it" }).waitFor();
  assertEquals(fixture.commanded, [["stop", 1, "admin"]]);
  fixture.state.evses = fixture.state.evses.map((evse) =>
    evse.slot === 1 ? { ...evse, state: "available" as const, transaction: null } : evse
  );
  fixture.events.emit("evse", { slot: 1 });
  await page.locator("#commands", { hasText: "In effect" }).waitFor();
  await page.locator("#evse-1", { hasText: "Number of the card" }).waitFor();
  fixture.answer = () =>
    Promise.resolve({ kind: "refused", reason: "the card is blocked", advice: "use another" });
  await page.fill("[name=idToken]", "04A1B2C3");
  await page.click("#evse-1 >> text=Start");
  await page.locator("#commands", { hasText: "The card is blocked. Use another." }).waitFor();
  assertEquals(complaints, []);
});

serverTest(CHROMIUM, "a browser without scripts can ask, answer and see the outcome", async () => {
  await using bench = await openBench();
  await using visitor = await visit(bench, { ...DESK, script: false });
  const { page } = visitor;
  await goTo(bench, page, "/chargers/CP01");
  await page.click("[popovertarget=restart]");
  await page.click("#restart >> text=Restart hard");
  await page.locator("#commands", { hasText: "Accepted" }).waitFor();
  assertEquals(bench.fixture.commanded, [["reset", "CP01", "hard", "admin"]]);
});

serverTest(
  CHROMIUM,
  "a lost gateway is said calmly; its return asks to sign in again",
  async () => {
    await using bench = await openBench();
    await using visitor = await visit(bench, DESK);
    const { page } = visitor;
    await page.locator("#connection-lost:empty").waitFor({ state: "attached" });
    await bench.server.stop();
    await page.getByText("Connection to the gateway lost.").waitFor();
    const port = Number(new URL(bench.server.url).port);
    const again = serveWeb({ ...FIXTURE_OPTIONS, port }, bench.fixture.ports);
    await page.waitForURL(/\/sign-in/);
    await again.stop();
  },
);

serverTest(
  CHROMIUM,
  "the keyboard reaches everything, beginning with a way past the frame",
  async () => {
    await using bench = await openBench();
    await using visitor = await visit(bench, DESK);
    const { page } = visitor;
    await page.keyboard.press("Tab");
    assertEquals(await page.evaluate("document.activeElement.textContent"), "Skip to content");
    await page.keyboard.press("Enter");
    assertEquals(await page.evaluate("document.activeElement.id"), "content");
    const focusable = await page.locator("a[href], button, summary, input, select").count();
    const reached = new Set<unknown>();
    // Until the focus leaves the page for the browser's own frame.
    for (let count = 0; count <= focusable; count++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate("document.activeElement === document.body")) break;
      reached.add(await page.evaluate("document.activeElement.textContent.trim()"));
      const outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
      assertEquals(outline, "solid", [...reached].join(" | "));
    }
    for (const text of ["See records", "Adopt", "CP01", "CP10"]) {
      assertEquals(reached.has(text), true, text);
    }
  },
);

serverTest(
  CHROMIUM,
  "a person chooses the language without any script, before and after signing in",
  async () => {
    await using bench = await openBench();
    const context = await bench.browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    const spoken = () => page.locator("html").getAttribute("lang");
    await page.goto(new URL("/sign-in?next=%2Fload", bench.server.url).href);
    await page.click("text=हिन्दी");
    assertEquals(await spoken(), "hi");
    assertEquals(await layoutFaults(page), []);
    await page.fill("[name=name]", "viewer");
    await page.fill("[name=password]", FIXTURE_PASSWORD);
    await page.click(".gate-card button[type=submit]");
    await page.waitForURL(/\/load$/);
    assertEquals(await spoken(), "hi");
    await page.click(".language-menu summary");
    await page.click("button:has-text('मराठी')");
    await page.waitForURL(/\/load$/);
    assertEquals(await spoken(), "mr");
    assertEquals(bench.fixture.users.find("viewer")?.language, "mr");
    await context.close();
  },
);

serverTest(
  CHROMIUM,
  "a list of cards is brought as a file, looked at and taken over, on a phone",
  async () => {
    await using bench = await openBench();
    await using visitor = await visit(bench, PHONE, "operator");
    const { page, complaints } = visitor;
    const bring = async (text: string) => {
      await goTo(bench, page, "/tokens");
      const buffer = new TextEncoder().encode(text);
      await page.setInputFiles("[name=file]", {
        name: "cards.csv",
        mimeType: "text/csv",
        buffer: Buffer.from(buffer),
      });
      await page.click("text=Check the file");
    };
    const isSound = async (what: string) => {
      assertEquals(await layoutFaults(page), [], what);
      assertEquals(await accessibilityFaults(page), [], what);
    };
    await bring("token,status\nVISITOR-07,Perhaps\n");
    await page.getByText("Nothing was taken over").waitFor();
    await isSound("a file with a mistake");
    await bring("token,status,group\nVISITOR-07,Accepted,\n0499AA,Accepted,FLEET\n");
    await page.getByText("1 new · 1 changed").waitFor();
    await isSound("what would change");
    assertEquals(bench.fixture.commanded, []);
    await page.click("text=Take them over");
    await page.getByText("Take over 2 cards").waitFor();
    assertEquals(bench.fixture.commanded.map(([name]) => name), ["putTokens"]);
    await page.click("button:has-text('Change') >> nth=0");
    await page.locator("[popover]:popover-open [name=group]").fill("NIGHT");
    assertEquals(await layoutFaults(page), [], "a card being changed");
    await page.locator("[popover]:popover-open button[type=submit]").click();
    await page.getByText("Save card").waitFor();
    // A wrong file is answered with 422, which a browser's console notes.
    assertEquals(complaints.filter((each) => !each.includes("422")), []);
  },
);
