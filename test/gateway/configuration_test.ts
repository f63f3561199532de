import { assert, assertEquals } from "@std/assert";
import { assume } from "../../src/lib/assert.ts";
import type { WebCommands } from "../../src/web/mod.ts";
import { openSite, type SiteBench } from "./site_bench.ts";

/** A site with CP1, a charger of 1.6. */
async function siteWithCharger() {
  const site = await openSite();
  return { site, charger: await site.arrive("CP1") };
}

/** Lets time pass until it is done. */
async function done<Outcome>(
  site: SiteBench,
  ask: (commands: WebCommands) => Promise<Outcome>,
): Promise<Outcome> {
  let isDone = false;
  const asked = ask(site.gateway().web.commands).finally(() => isDone = true);
  for (let second = 0; second < 60 && !isDone; second++) await site.clock.advance(1_000);
  return await asked;
}

Deno.test("a message goes to a charger as it is, and its answer comes back", async () => {
  const { site, charger } = await siteWithCharger();
  charger.answer("DataTransfer", { status: "Accepted", data: "42" });
  const payload = { vendorId: "org.example", messageId: "led", data: "on" };
  const outcome = await done(site, (each) => each.say("CP1", "DataTransfer", payload, "priya"));
  assertEquals(charger.payloads("DataTransfer"), [payload]);
  assertEquals(outcome, {
    kind: "accepted",
    detail: "The charger answered Accepted",
    answer: { status: "Accepted", data: "42" },
  });
  charger.answer("DataTransfer", { status: "UnknownVendorId" });
  const refused = await done(site, (each) => each.say("CP1", "DataTransfer", payload, "priya"));
  assertEquals([refused.kind, Object(refused).answer], ["refused", { status: "UnknownVendorId" }]);
  await site.stop();
});

Deno.test("what its schema does not allow, or a charger says itself, is never sent", async () => {
  const { site, charger } = await siteWithCharger();
  for (
    const [action, payload] of [
      ["Reset", { type: "Gentle" }],
      ["Reset", {}],
      ["Fly", {}],
      ["GetVariables", { getVariableData: [] }],
      ["BootNotification", { chargePointVendor: "a", chargePointModel: "b" }],
      ["StartTransaction", {}],
      ["DiagnosticsStatusNotification", { status: "Idle" }],
    ] as const
  ) {
    const outcome = await done(site, (each) => each.say("CP1", action, payload, "priya"));
    assume(outcome.kind === "refused", `${action} ${outcome.kind}`);
    assert((outcome.errors ?? []).length > 0, action);
    assertEquals(charger.payloads(action), [], action);
  }
  await site.stop();
});

Deno.test("nobody undoes the limits behind the balancer's back", async () => {
  const { site, charger } = await siteWithCharger();
  const before = charger.payloads("ClearChargingProfile").length;
  for (const action of ["SetChargingProfile", "ClearChargingProfile", "UpdateDynamicSchedule"]) {
    const outcome = await done(site, (each) => each.say("CP1", action, {}, "priya"));
    assertEquals(outcome.kind, "refused", action);
  }
  assertEquals(charger.payloads("ClearChargingProfile").length, before);
  await site.stop();
});

Deno.test("a charger's no, its silence and its absence are told apart, and the log has no payload", async () => {
  const { site, charger } = await siteWithCharger();
  const say = () =>
    done(site, (each) =>
      each.say("CP1", "SendLocalList", {
        listVersion: 7,
        updateType: "Full",
        localAuthorizationList: [{ idTag: "SECRET-CARD" }],
      }, "priya"));
  charger.answer("SendLocalList", { callError: "NotSupported" });
  assertEquals([(await say()).kind], ["refused"]);
  charger.answer("SendLocalList", "silence");
  assertEquals(await say(), {
    kind: "failed",
    reason: "The charger did not answer",
    advice: "Check its network connection",
  });
  charger.socket.terminate();
  await site.clock.advance(1_000);
  assertEquals(await say(), {
    kind: "failed",
    reason: "The charger is not connected",
    advice: "Check its power and network",
  });
  assertEquals(JSON.stringify(site.logged).includes("SECRET-CARD"), false);
  await site.stop();
});

const KEYS = [
  { key: "BlinkRepeat", readonly: false, value: "3" },
  { key: "NumberOfConnectors", readonly: true, value: "1" },
  { key: "AuthorizationKey", readonly: false, value: "super-secret-key" },
  { key: "WifiPassword", readonly: false, value: "super-secret-wifi" },
  { key: "BackendUrl", readonly: false, value: "ws://gateway" },
  { key: "MeterValueSampleInterval", readonly: false, value: "10" },
];

Deno.test("what a charger is set to is told, without its secrets, and what is kept by the gateway is named", async () => {
  const { site, charger } = await siteWithCharger();
  charger.answer("GetConfiguration", { configurationKey: KEYS, unknownKey: [] });
  const told = await done(site, (each) => each.readConfiguration("CP1", []));
  assume(told.kind === "read", told.kind);
  assertEquals(
    told.settings.map(({ name, value, access, kept }) => [name, value, access, kept]),
    [
      ["BlinkRepeat", "3", "read-write", null],
      ["NumberOfConnectors", "1", "read-only", "read-only"],
      ["AuthorizationKey", null, "write-only", "the gateway's"],
      ["WifiPassword", null, "write-only", null],
      ["BackendUrl", "ws://gateway", "read-write", "the gateway's"],
      ["MeterValueSampleInterval", "10", "read-write", "the gateway's"],
    ],
  );
  assertEquals(JSON.stringify(told).includes("super-secret"), false);
  assertEquals(charger.payloads("GetConfiguration").at(-1), {});
  charger.answer("GetConfiguration", ({ key }) => ({ configurationKey: [], unknownKey: key }));
  const unknown = await done(site, (each) => each.readConfiguration("CP1", ["Nonsense"]));
  assertEquals(Object(unknown).unknown, ["Nonsense"]);
  await site.stop();
});

Deno.test("a setting is changed in the charger's own word, and its answer is the outcome", async () => {
  const { site, charger } = await siteWithCharger();
  const set = (key: string, value = "5") =>
    done(site, (each) => each.configure("CP1", { key }, value, "priya"));
  assertEquals((await set("BlinkRepeat")).kind, "accepted");
  assertEquals(charger.payloads("ChangeConfiguration").at(-1), { key: "BlinkRepeat", value: "5" });
  for (
    const [status, kind] of [
      ["RebootRequired", "accepted"],
      ["Rejected", "refused"],
      ["NotSupported", "refused"],
    ]
  ) {
    charger.answer("ChangeConfiguration", { status: status ?? "" });
    assertEquals((await set("BlinkRepeat")).kind, kind, status);
  }
  const ofTwo = { component: { name: "TxCtrlr" }, variable: { name: "EVConnectionTimeOut" } };
  const wrong = await done(site, (each) => each.configure("CP1", ofTwo, "5", "priya"));
  assertEquals([wrong.kind, Object(wrong).errors[0].path], ["refused", "key"]);
  await site.stop();
});

Deno.test("A14: what would take a charger away, or undo what the gateway has set, is not sent", async () => {
  const { site, charger } = await siteWithCharger();
  const before = charger.payloads("ChangeConfiguration").length;
  for (
    const key of [
      "AuthorizationKey",
      "authorizationkey",
      "SecurityProfile",
      "CentralSystemURI",
      "OcppBackendHost",
      "ChargeBoxId",
      "NetworkConfigurationPriority",
      "Vendor.ServerUrl",
      "MeterValueSampleInterval",
      "metervaluesampleinterval",
      "LocalPreAuthorize",
    ]
  ) {
    const outcome = await done(site, (each) => each.configure("CP1", { key }, "x", "priya"));
    assertEquals(outcome.kind, "refused", key);
  }
  assertEquals(charger.payloads("ChangeConfiguration").length, before);
  await site.stop();
});
