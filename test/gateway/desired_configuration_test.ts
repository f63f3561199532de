/**
 * What site.yaml wants of chargers through a whole gateway on virtual time: set after a boot, told of where
 * it does not stay, and left alone after three times, over a restart of the gateway too.
 */
import { assertEquals, assertMatch } from "@std/assert";
import type { DesiredRule } from "../../src/operations/mod.ts";
import type { PlayedCharger } from "./played.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

const MINUTE_MS = 60_000;
const RULE: DesiredRule = {
  vendor: "vendor",
  model: "mod*",
  chargerId: null,
  corrects: true,
  ocpp16: { HeartbeatInterval: "300" },
  ocpp2: {},
};

const driftsOf = (site: SiteBench) =>
  site.gateway().web.views.faults().filter(({ code }) => code === "configuration-drift")
    .map(({ over }) => over === null ? "stands" : "over");

/** A charger that is set to 60 s; whether it keeps what it takes is for the test to say. */
function play(charger: PlayedCharger, keeps: boolean): () => readonly string[] {
  let value = "60";
  charger.answer("GetConfiguration", ({ key }) => ({
    configurationKey: Array.isArray(key) && key.includes("HeartbeatInterval")
      ? [{ key: "HeartbeatInterval", readonly: false, value }]
      : [],
    unknownKey: [],
  }));
  charger.answer("ChangeConfiguration", (asked) => {
    if (asked["key"] === "HeartbeatInterval" && keeps) value = String(asked["value"]);
    return { status: "Accepted" };
  });
  return () =>
    charger.payloads("ChangeConfiguration")
      .flatMap(({ key, value }) => key === "HeartbeatInterval" ? [String(value)] : []);
}

Deno.test("a charger is set as site.yaml wants it once it has booted, and nothing is told", async () => {
  const site = await openSite({ desired: [RULE] });
  const charger = await site.connect("CP1");
  const written = play(charger, true);
  await charger.boot();
  await site.clock.advance(3 * MINUTE_MS);
  assertEquals([written(), driftsOf(site)], [["300"], []]);
  assertMatch(await site.gateway().web.metrics(), /^sangam_chargers_drifted 0$/m);
  await site.stop();
});

Deno.test("a charger that does not keep its settings is set three times, then told of and left, also by the next run of the gateway", async () => {
  const site = await openSite({ desired: [RULE] });
  const charger = await site.connect("CP1");
  const written = play(charger, false);
  await charger.boot();
  for (let hour = 0; hour < 5; hour++) await site.clock.advance(60 * MINUTE_MS);
  assertEquals([written().length, driftsOf(site)], [3, ["stands"]]);
  assertMatch(await site.gateway().web.metrics(), /^sangam_chargers_drifted 1$/m);
  site.kill();
  await site.clock.advance(1_000);
  await site.start();
  const again = await site.connect("CP1");
  const rewritten = play(again, false);
  await again.boot();
  await site.clock.advance(90 * MINUTE_MS);
  assertEquals([rewritten(), driftsOf(site)], [[], ["stands"]]);
  await site.stop();
});

Deno.test("an operator that sets it otherwise is told of within minutes, and a person may not take the charger away", async () => {
  const site = await openSite({ desired: [{ ...RULE, corrects: false }] });
  const charger = await site.connect("CP1");
  play(charger, true);
  await charger.boot();
  await site.clock.advance(2 * MINUTE_MS);
  const { commands } = site.gateway().web;
  const right = commands.configure("CP1", { key: "HeartbeatInterval" }, "300", "priya");
  await site.clock.advance(3 * MINUTE_MS);
  assertEquals([(await right).kind, driftsOf(site)], ["accepted", ["over"]]);
  const before = charger.payloads("ChangeConfiguration").length;
  for (const key of ["OcppServerHost", "SecurityProfile", "NumberOfConnectors", "WifiSSID"]) {
    assertEquals((await commands.configure("CP1", { key }, "1", "priya")).kind, "refused", key);
  }
  assertEquals(charger.payloads("ChangeConfiguration").length, before);
  await site.stop();
});
