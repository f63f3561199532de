import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { serverTest } from "../support/required_server.ts";
import {
  accessibilityFaults,
  type Bench,
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

const PATHS = [
  "/chargers/CP01",
  "/chargers/CP01/configuration?change=HeartbeatInterval",
  "/chargers/CP01/messages",
  "/chargers/CP01/message",
  "/sessions",
  "/sessions/7c1e117",
  "/sessions/7c1e113",
];

/** A setting and a frame as long as chargers send them, and a fault with much to say. */
function makeLong({ fixture }: Bench): void {
  const { state, ports } = fixture;
  const long = "x".repeat(500);
  Object.assign(ports.commands, {
    readConfiguration: () =>
      Promise.resolve({
        kind: "read",
        version: "1.6",
        settings: Array.from({ length: 400 }, (_, index) => ({
          name: index === 0 ? `Vendor${"Long".repeat(11)}` : `Key${index}`,
          at: null,
          value: index === 0 ? long : "0",
          access: "read-write" as const,
          kept: null,
        })),
        unknown: [],
      }),
  });
  const [first] = state.faults;
  if (first !== undefined) {
    state.faults = [...state.faults, { ...first, subject: "CP01", text: long }];
  }
}

for (const language of ["en", "mr", "hi"] as const) {
  for (const screen of [PHONE, DESK]) {
    serverTest(
      CHROMIUM,
      `the pages of chargers and sessions are sound in ${language} on ${screen.name}`,
      async () => {
        await using bench = await openBench();
        bench.fixture.state.site = { ...bench.fixture.state.site, language };
        makeLong(bench);
        await using visitor = await visit(bench, screen);
        const { page, complaints } = visitor;
        await goTo(bench, page, "/chargers/CP01/configuration");
        await page.click("#settings form[method=post] button");
        await page.locator(".setting-table tr").first().waitFor();
        for (const path of PATHS) {
          await goTo(bench, page, path);
          assertEquals(await layoutFaults(page), [], path);
          assertEquals(await accessibilityFaults(page), [], path);
          await openFolds(page);
          assertEquals(await layoutFaults(page), [], `${path}, unfolded`);
        }
        await bench.fixture.spawn.drain();
        assertEquals(complaints, []);
      },
    );
  }
}

serverTest(
  CHROMIUM,
  "the curve of a running session draws itself, grows, and is read by keys",
  async () => {
    await using bench = await openBench();
    await using visitor = await visit(bench, DESK);
    const { page, complaints } = visitor;
    await goTo(bench, page, "/chargers/CP01");
    const chart = page.locator(".session-chart.is-current");
    await chart.locator("canvas").waitFor();
    assertEquals((await chart.locator(".u-label").allTextContents()).slice(1), [
      "Offered",
      "Phase 1",
      "Phase 2",
      "Phase 3",
    ]);
    await page.locator(".session-chart.is-power canvas").waitFor();
    await chart.focus();
    await page.keyboard.press("End");
    const status = chart.locator("[role=status]");
    const before = await status.textContent() ?? "";
    assertStringIncludes(before, "Offered 16\u202fA");
    const { readings } = bench.fixture.state;
    const [id = "", own = []] = Object.entries(readings).find(([key]) => key === "7c1e118") ?? [];
    const at = new Date(Date.parse(own.at(-1)?.at ?? "") + 60_000).toISOString();
    const fresh = { at, offeredAmps: 9, currentsAmps: [8, 8, 8] as const, powerW: 5_500 };
    readings[id] = [...own, { ...fresh, socPercent: null }];
    const answered = page.waitForResponse((response) => response.url().includes("/readings?from="));
    await answered;
    await page.keyboard.press("End");
    await page.waitForFunction(
      `document.querySelector(".session-chart.is-current .u-legend").textContent.includes("9\u202fA")`,
    );
    await page.keyboard.press("End");
    assertNotEquals(await status.textContent(), before);
    assertStringIncludes(await status.textContent() ?? "", "Offered 9\u202fA");
    assertEquals(complaints, []);
  },
);

serverTest(CHROMIUM, "an ended session's curve is drawn once, in its own time", async () => {
  await using bench = await openBench();
  const { state } = bench.fixture;
  const stoppedAt = state.evses[0]?.transaction?.startedAt ?? "";
  state.transactions = state.transactions.map((each) =>
    each.id === "7c1e117" ? { ...each, stoppedAt, stopReason: "EVDisconnected" } : each
  );
  state.evses = state.evses.map((evse) => evse.slot === 2 ? { ...evse, transaction: null } : evse);
  await using visitor = await visit(bench, PHONE);
  const { page, complaints } = visitor;
  await goTo(bench, page, "/sessions/7c1e117");
  await page.locator(".session-chart.is-current canvas").waitFor();
  await page.getByText("The car was unplugged").waitFor();
  await page.getByText("In figures").click();
  assertEquals(await page.locator(".session-figures tbody tr").count() > 10, true);
  assertEquals(complaints, []);
});

serverTest(CHROMIUM, "without a script a session is there in figures", async () => {
  await using bench = await openBench();
  await using visitor = await visit(bench, { ...PHONE, script: false });
  const { page } = visitor;
  await goTo(bench, page, "/sessions/7c1e117");
  await page.getByText("The chart needs JavaScript").first().waitFor();
  await page.getByText("In figures").click();
  assertEquals(await page.locator(".session-figures tbody tr").first().isVisible(), true);
  assertEquals(await layoutFaults(page), []);
});

serverTest(CHROMIUM, "a raw call is checked, mended, sent, and its answer shown", async () => {
  await using bench = await openBench();
  const { fixture } = bench;
  fixture.answer = () =>
    Promise.resolve({ kind: "accepted", detail: "yes", answer: { configurationKey: [] } });
  await using visitor = await visit(bench, PHONE);
  const { page, complaints } = visitor;
  await goTo(bench, page, "/chargers/CP01/message");
  await page.fill("[name=action]", "GetConfiguration");
  await page.fill("[name=payload]", `{"key":"HeartbeatInterval"}`);
  await page.click("button[value=send]");
  await page.getByRole("alert").getByText("/key").waitFor();
  assertEquals(await page.inputValue("[name=payload]"), `{"key":"HeartbeatInterval"}`);
  assertEquals(await layoutFaults(page), []);
  assertEquals(await accessibilityFaults(page), []);
  assertEquals(fixture.commanded, []);
  await page.fill("[name=payload]", `{"key":["HeartbeatInterval"]}`);
  await page.click("button[value=send]");
  await page.locator("#answers").getByText(`"configurationKey": []`).waitFor();
  assertEquals(fixture.commanded.length, 1);
  assertEquals(await layoutFaults(page), []);
  // The page with what was wrong has the status 422, which the console tells.
  assertEquals(complaints.filter((each) => !each.includes("422")), []);
});

serverTest(CHROMIUM, "a setting is found, changed, and what came of it is shown", async () => {
  await using bench = await openBench();
  await using visitor = await visit(bench, DESK, "installer");
  const { page, complaints } = visitor;
  await goTo(bench, page, "/chargers/CP01/configuration");
  await page.getByText("have not been read").waitFor();
  await page.getByText("Read its settings").click();
  await page.fill("[name=find]", "heart");
  await page.keyboard.press("Enter");
  await page.getByLabel("Change: HeartbeatInterval").click();
  assertEquals(await page.inputValue("#setting-value"), "300");
  await page.fill("#setting-value", "60");
  await page.keyboard.press("Enter");
  await page.locator("#commands").getByText("Set HeartbeatInterval").waitFor();
  assertEquals(bench.fixture.commanded, [
    ["configure", "CP01", { key: "HeartbeatInterval" }, "60", "installer"],
  ]);
  assertEquals(complaints, []);
});

serverTest(
  CHROMIUM,
  "new frames come in by themselves, and only those that are looked for",
  async () => {
    await using bench = await openBench();
    const { fixture } = bench;
    await using visitor = await visit(bench, DESK, "operator");
    const { page, complaints } = visitor;
    await goTo(bench, page, "/chargers/CP01/messages?text=Heartbeat");
    assertEquals(await page.locator(".message").count(), 1);
    const frame = (id: number, text: string) => ({
      id,
      atWallMs: fixture.clock.wallMs(),
      peer: "CP01",
      direction: "in" as const,
      text,
    });
    fixture.state.messages = [
      frame(911, `[2,"z","Heartbeat",{"extra":1}]`),
      frame(910, `[2,"y","Authorize",{"idTag":"A"}]`),
      ...fixture.state.messages,
    ];
    fixture.events.emit("message", frame(911, ""));
    await page.locator("#message-911").waitFor();
    assertEquals(await page.locator("#message-910").count(), 0);
    await page.locator("#message-911 .message-odd").waitFor();
    await page.click("#message-911 summary");
    await page.getByText("Against its schema: /").first().waitFor();
    assertEquals(await page.locator("#message-911 .copy-frame").isVisible(), true);
    assertEquals(complaints, []);
  },
);
