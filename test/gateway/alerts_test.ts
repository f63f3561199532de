/**
 * Alerts through a whole gateway on virtual time, to a real receiver of webhooks and a real mail server.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createAlertDelivery } from "../../src/gateway_alert_delivery_io.ts";
import type { AlertRule } from "../../src/operations/mod.ts";
import { openPost } from "../support/post_server.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

const MINUTE_MS = 60_000;

const RULE: Omit<AlertRule, "to"> = {
  id: "office",
  severity: "warning",
  codes: [],
  subjects: [],
  quiet: null,
  foldMs: 10 * MINUTE_MS,
  perHour: 20,
  language: "en",
};

interface Heard {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly more: number;
  readonly alerts: readonly {
    readonly state: string;
    readonly code: string;
    readonly subject: string;
    readonly charger: string | null;
    readonly title: string;
  }[];
}

/** A receiver of webhooks that says no to the first of them, if it is told to. */
function serveHook(refusals = 0) {
  let left = refusals;
  const heard: Heard[] = [];
  let asked = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    asked++;
    const body = await request.json();
    if (left-- > 0) return new Response(null, { status: 503 });
    heard.push(body);
    return new Response(null, { status: 204 });
  });
  return {
    heard,
    asked: () => asked,
    to: {
      kind: "webhook",
      url: `http://127.0.0.1:${server.addr.port}/`,
      secret: null,
      isInternal: true,
    } as const,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Lets the real network do what the gateway on virtual time has begun. */
async function until(site: SiteBench, isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2_000 && !isSo(); turn++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    await site.clock.settle();
  }
  assert(isSo(), "it did not come");
}

/** The same while time goes by. */
async function inTime(site: SiteBench, isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2_000 && !isSo(); turn++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    await site.clock.advance(2_000);
  }
  assert(isSo(), "it did not come in time");
}

function tell(site: SiteBench, state: "raised" | "over", subject = "slot 1"): void {
  site.gateway().web.events.emit("fault", {
    kind: "over-limit",
    severity: "alarm",
    subject,
    text: "16 A flow, 0 A are allowed",
    state,
  });
}

const outcomes = (site: SiteBench) =>
  site.gateway().web.alerts.rules().flatMap(({ deliveries }) =>
    deliveries.map(({ outcome }) => outcome)
  );

Deno.test("a fault goes to a webhook once, its end once, over a restart of the gateway in between", async () => {
  await using hook = serveHook();
  const delivery = { wallMs: () => Date.UTC(2026, 0, 5, 6) };
  const site = await openSite({
    hasCsms: false,
    alerts: [{ ...RULE, to: hook.to, codes: ["over-limit"] }],
    alertDelivery: createAlertDelivery(null, delivery),
  });
  await site.arrive("CP1");
  tell(site, "raised");
  await until(site, () => outcomes(site).includes("delivered"));
  tell(site, "raised");
  // What the book of alerts holds is on the disk within seconds.
  await site.clock.advance(10_000);
  await site.stop();
  await site.start();
  await site.clock.advance(MINUTE_MS);
  assertEquals(hook.heard.length, 1, "who knows is not told again");
  const slot = hook.heard[0]?.alerts[0];
  assertEquals([slot?.state, slot?.code, slot?.charger], ["raised", "over-limit", "CP1"]);
  assertStringIncludes(hook.heard[0]?.subject ?? "", "Pune Depot: Alarm: ");
  tell(site, "over");
  await site.clock.advance(9 * MINUTE_MS);
  assertEquals(hook.heard.length, 1, "it may come back");
  await site.clock.advance(2 * MINUTE_MS);
  await until(site, () => hook.heard.length === 2);
  assertEquals(hook.heard[1]?.alerts.map(({ state }) => state), ["over"]);
  await until(site, () => outcomes(site).length === 2);
  await site.stop();
});

Deno.test("what the receiver refuses comes later with the same id, and what came meanwhile once", async () => {
  await using hook = serveHook(3);
  const site = await openSite({
    hasCsms: false,
    alerts: [{ ...RULE, to: hook.to }],
    alertDelivery: createAlertDelivery(null, { wallMs: () => 0 }),
  });
  tell(site, "raised");
  const standing = () =>
    site.gateway().web.views.faults("standing").some(({ code }) => code === "alert-not-sent");
  await inTime(site, standing);
  assertEquals([hook.asked(), outcomes(site)], [3, ["failed"]]);
  await inTime(site, () => hook.heard.length === 1);
  assertEquals(hook.heard.map(({ id }) => id), ["office-1"]);
  await until(site, () => outcomes(site)[0] === "delivered");
  await inTime(site, () => !standing());
  await site.stop();
});

Deno.test("what comes at night goes by mail in the morning, in the language of the rule; a test goes at once", async () => {
  await using post = openPost();
  const site = await openSite({
    hasCsms: false,
    // 05:00 in Pune.
    startWallMs: Date.UTC(2026, 0, 5, 23, 30),
    alerts: [{
      ...RULE,
      language: "hi",
      to: { kind: "email", recipients: ["office@example.com"] },
      quiet: { from: "22:00", to: "06:00", exceptAlarms: false },
    }],
    alertDelivery: createAlertDelivery(post.options, { wallMs: () => 0 }),
  });
  tell(site, "raised", "slot 1");
  tell(site, "raised", "slot 2");
  await site.clock.advance(58 * MINUTE_MS);
  assertEquals(post.lines, []);
  assertEquals(site.gateway().web.alerts.rules()[0]?.waiting, 2);
  await site.clock.advance(3 * MINUTE_MS);
  await until(site, () => outcomes(site).includes("delivered"));
  const said = post.lines.join("\n");
  assertStringIncludes(said, "RCPT TO:<office@example.com>");
  assertStringIncludes(said, "Message-ID: <alert-office-1@pune.example.com>");
  await site.stop();
});

Deno.test("a test says whether it arrived, and a rule without a broker says why not", async () => {
  await using hook = serveHook();
  const site = await openSite({
    hasCsms: false,
    alerts: [{ ...RULE, to: hook.to }, { ...RULE, id: "broker", to: { kind: "mqtt" } }],
    alertDelivery: createAlertDelivery(null, { wallMs: () => 0 }),
  });
  const { commands } = site.gateway().web;
  assertEquals((await commands.testAlert("office", "asha")).kind, "accepted");
  assertEquals(hook.heard.map(({ kind, alerts }) => [kind, alerts]), [["test", []]]);
  assertEquals((await commands.testAlert("broker", "asha")).kind, "failed");
  assertEquals((await commands.testAlert("nobody", "asha")).kind, "refused");
  const published: (readonly [string, string])[] = [];
  site.gateway().publishAlertsBy((rule, payload) => published.push([rule, payload]) > 0);
  assertEquals((await commands.testAlert("broker", "asha")).kind, "accepted");
  assertEquals(published.map(([rule]) => rule), ["broker"]);
  await site.stop();
});
