import { assert, assertEquals } from "@std/assert";
import { DAY_MS, testAuthority } from "../../test/support/certificates.ts";
import type { Payload } from "../../test/support/frame_peer.ts";
import { prepareKeys } from "../../test/support/own_keys.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { readyFor, VERSIONS_2X } from "./_session_2x_for_test.ts";
import { openUpstream, stopUpstream, type Upstream } from "./_link_for_test.ts";

const CHANGEABLE = { mayChange: ["security", "network"] } as const;
const NEW = "a new password of 2026";

/** What a 2.x CSMS sets, and how that went. */
async function set(upstream: Upstream, key: string, attributeValue: string): Promise<unknown> {
  const [component = "", variable = ""] = key.split(".");
  const setVariableData = [{
    component: { name: component },
    variable: { name: variable },
    attributeValue,
  }];
  const answer = await upstream.peer().result("SetVariables", { setVariableData });
  const [result] = answer["setVariableResult"] as Payload[];
  const reason = Object(result?.["attributeStatusInfo"]).reasonCode;
  return reason === undefined
    ? result?.["attributeStatus"]
    : `${result?.["attributeStatus"]} ${reason}`;
}

async function read(upstream: Upstream, key: string): Promise<unknown> {
  const [component = "", variable = ""] = key.split(".");
  const getVariableData = [{ component: { name: component }, variable: { name: variable } }];
  const answer = await upstream.peer().result("GetVariables", { getVariableData });
  const [result] = answer["getVariableResult"] as Payload[];
  return result?.["attributeValue"] ?? result?.["attributeStatus"];
}

const profile = (facts: Payload = {}) => ({
  ocppVersion: "OCPP21",
  ocppTransport: "JSON",
  ocppCsmsUrl: "wss://other.example.com/ocpp",
  messageTimeout: 40,
  securityProfile: 2,
  ocppInterface: "Wired0",
  ...facts,
});

async function setProfile(
  upstream: Upstream,
  facts: Payload = {},
  configurationSlot = 2,
): Promise<unknown> {
  const { status, statusInfo } = await upstream.peer()
    .result("SetNetworkProfile", { configurationSlot, connectionData: profile(facts) });
  return status === "Accepted" ? status : Object(statusInfo).reasonCode;
}

const dialled = ({ dialer }: Upstream) =>
  dialer.requests.map(({ url, password }) => `${url} ${password}`);

/** The connection breaks, and the gateway dials anew. */
async function breakOff(upstream: Upstream, forMs = 10_000): Promise<void> {
  upstream.peer().socket.close(1001, "a moment");
  await upstream.clock.advance(forMs);
}

const openAgain = (upstream: Upstream, given: Parameters<typeof openUpstream>[0] = {}) =>
  openUpstream({ ...CHANGEABLE, protocols: ["ocpp2.1"], store: upstream.store, ...given });

for (const version of VERSIONS_2X) {
  Deno.test(`${version}: a new password is on disk before it is accepted, and used at the next connection (A01)`, async () => {
    const upstream = await readyFor(version, CHANGEABLE);
    assertEquals(await set(upstream, "SecurityCtrlr.BasicAuthPassword", NEW), "Accepted");
    const held = (await upstream.store.load(0))["csms-access"].get("access");
    assertEquals(held?.password, { now: NEW, before: "secret" });
    assertEquals(upstream.dialer.requests.length, 1, "the answer goes first");
    await upstream.clock.advance(5_000);
    assertEquals(upstream.dialer.requests.map(({ password }) => password), ["secret", NEW]);
    const after = (await upstream.store.load(0))["csms-access"].get("access");
    assertEquals(after?.password, { now: NEW }, "the old one is gone with the first success");
    assertEquals(await read(upstream, "SecurityCtrlr.BasicAuthPassword"), "Rejected");
    assert(!JSON.stringify([upstream.logged, upstream.faults]).includes(NEW));
    assertEquals(await stopUpstream(upstream), 0);
    const again = await openAgain(upstream, { protocols: [version] });
    await again.settle();
    assertEquals(dialled(again), [`wss://csms.example.com/ocpp ${NEW}`]);
    await stopUpstream(again);
  });
}

Deno.test("while the CSMS does not take the new password the old one is tried too, and stays where it is taken", async () => {
  const upstream = await readyFor("ocpp2.1", CHANGEABLE);
  await set(upstream, "SecurityCtrlr.BasicAuthPassword", NEW);
  const { dialer, clock } = upstream;
  dialer.policy = { kind: "failed", reason: "HTTP 401", httpStatus: 401 };
  await clock.advance(60_000);
  assertEquals(dialer.requests.slice(1, 5).map(({ password }) => password), [
    NEW,
    NEW,
    NEW,
    "secret",
  ]);
  // The next attempts are with the old one.
  dialer.policy = { kind: "open", protocol: "ocpp2.1" };
  await clock.advance(60_000);
  assertEquals(dialer.requests.at(-1)?.password, "secret");
  const held = (await upstream.store.load(0))["csms-access"].get("access");
  assertEquals(held?.password, { now: "secret" });
  await stopUpstream(upstream);
});

Deno.test("two new passwords in a row: what counts until then is the one that the CSMS took", async () => {
  const upstream = await readyFor("ocpp2.1", CHANGEABLE);
  await set(upstream, "SecurityCtrlr.BasicAuthPassword", NEW);
  await set(upstream, "SecurityCtrlr.BasicAuthPassword", `${NEW} too`);
  const held = (await upstream.store.load(0))["csms-access"].get("access");
  assertEquals(held?.password, { now: `${NEW} too`, before: "secret" });
  await stopUpstream(upstream);
});

Deno.test("a password that is none is refused, and any where site.yaml does not allow it", async () => {
  const upstream = await readyFor("ocpp2.1", CHANGEABLE);
  for (const wrong of ["short", "x".repeat(65), "a tab\tin the middle of it"]) {
    assertEquals(
      await set(upstream, "SecurityCtrlr.BasicAuthPassword", wrong),
      "Rejected InvalidValue",
    );
  }
  await stopUpstream(upstream);
  const strict = await readyFor("ocpp2.1", { mayChange: [] });
  assertEquals(
    await set(strict, "SecurityCtrlr.BasicAuthPassword", NEW),
    "Rejected NotEnabled",
  );
  await stopUpstream(strict);
});

Deno.test("who changes csms in site.yaml has the last word over what the CSMS has set", async () => {
  const upstream = await readyFor("ocpp2.1", CHANGEABLE);
  await set(upstream, "SecurityCtrlr.BasicAuthPassword", NEW);
  await upstream.clock.advance(5_000);
  await stopUpstream(upstream);
  const again = await openAgain(upstream, { password: "typed at the site" });
  await again.settle();
  assertEquals(dialled(again), ["wss://csms.example.com/ocpp typed at the site"]);
  await stopUpstream(again);
});

for (
  const [key, expected] of [
    // Bytes that are no text go up as bytes, what is text as text.
    ["00ff".repeat(8), Uint8Array.from(Array.from({ length: 16 }, (_, at) => at % 2 * 255))],
    ["4f50454e20534553414d45204f50454e", "OPEN SESAME OPEN"],
    ["a key in plain words", "a key in plain words"],
  ] as const
) {
  Deno.test(`1.6 AuthorizationKey ${key} is used at the next connection (A01)`, async () => {
    const upstream = await openUpstream({ ...CHANGEABLE });
    await upstream.settle();
    const change = { key: "AuthorizationKey", value: key };
    assertEquals(await upstream.peer().result("ChangeConfiguration", change), {
      status: "Accepted",
    });
    await upstream.clock.advance(5_000);
    assertEquals(upstream.dialer.requests.at(-1)?.password, expected);
    const { configurationKey } = await upstream.peer()
      .result("GetConfiguration", { key: ["AuthorizationKey"] });
    assertEquals(configurationKey, [{ key: "AuthorizationKey", readonly: false }]);
    await stopUpstream(upstream);
  });
}

const raise = async (upstream: Upstream, value: string) =>
  (await upstream.peer().result("ChangeConfiguration", { key: "SecurityProfile", value }))[
    "status"
  ];

Deno.test("1.6 SecurityProfile goes up, at the next connection, and never down (A05)", async () => {
  const upstream = await openUpstream({ ...CHANGEABLE, url: "ws://csms.example.com/ocpp" });
  await upstream.settle();
  assertEquals(await raise(upstream, "1"), "Rejected");
  assertEquals(await raise(upstream, "0"), "Rejected");
  assertEquals(await raise(upstream, "4"), "Rejected");
  assertEquals(await raise(upstream, "3"), "Rejected", "there is no certificate (A05.FR.04)");
  assertEquals(await raise(upstream, "2"), "Accepted");
  await upstream.clock.advance(5_000);
  assertEquals(dialled(upstream), [
    "ws://csms.example.com/ocpp secret",
    "wss://csms.example.com/ocpp secret",
  ]);
  const { configurationKey } = await upstream.peer()
    .result("GetConfiguration", { key: ["SecurityProfile"] });
  assertEquals(configurationKey, [{ key: "SecurityProfile", readonly: false, value: "2" }]);
  assertEquals(await raise(upstream, "1"), "Rejected");
  upstream.dialer.policy = { kind: "failed", reason: "away", httpStatus: null };
  await breakOff(upstream, DAY_MS / 24);
  assert(dialled(upstream).slice(1).every((each) => each.startsWith("wss:")), "A24, for ever");
  await stopUpstream(upstream);
  const again = await openUpstream({
    ...CHANGEABLE,
    url: "ws://csms.example.com/ocpp",
    store: upstream.store,
  });
  await again.settle();
  assertEquals(dialled(again), ["wss://csms.example.com/ocpp secret"]);
  await stopUpstream(again);
});

Deno.test("a higher security profile that does not connect is given up for the one before (1.6 A05.FR.08)", async () => {
  const upstream = await openUpstream({ ...CHANGEABLE, url: "ws://csms.example.com/ocpp" });
  await upstream.settle();
  await raise(upstream, "2");
  upstream.dialer.policy = { kind: "failed", reason: "connection refused", httpStatus: null };
  await upstream.clock.advance(60_000);
  const schemes = dialled(upstream).slice(1, 5).map((each) => each.split(":")[0]);
  assertEquals(schemes, ["wss", "wss", "wss", "ws"]);
  await stopUpstream(upstream);
});

Deno.test("2.x: security profile 3 with the certificate that the CSMS has had signed (A02, A05, B09, B10)", async () => {
  const root = await testAuthority("operator", new Date(createVirtualClock().wallMs()));
  const prepared = await prepareKeys({ commonName: "PUNE-1", organization: "Sangam" });
  const upstream = await readyFor("ocpp2.1", { ...CHANGEABLE, keys: prepared.keys });
  upstream.answer("SignCertificate", { status: "Accepted" });
  assertEquals(await setProfile(upstream, { securityProfile: 3 }), "Accepted");
  const priority = () => set(upstream, "OCPPCommCtrlr.NetworkConfigurationPriority", "2,1");
  assertEquals(await priority(), "Rejected InvalidCertificate", "A05.FR.03");
  const requestedMessage = "SignChargingStationCertificate";
  await upstream.peer().result("TriggerMessage", { requestedMessage }, 5_000);
  const chain = await root.sign(prepared.requests[0] ?? "");
  assertEquals(await upstream.peer().result("CertificateSigned", { certificateChain: chain }), {
    status: "Accepted",
  });
  assertEquals(await priority(), "Accepted");
  await upstream.clock.advance(5_000);
  assertEquals(
    upstream.dialer.requests.length,
    1,
    "a certificate that nothing shows reconnects nothing",
  );
  await breakOff(upstream);
  const { url, password, tls } = upstream.dialer.requests.at(-1) ?? {};
  assertEquals([url, password, tls?.own?.cert], ["wss://other.example.com/ocpp", null, chain]);
  assertEquals(upstream.heard()[0], "BootNotification", "B10.FR.10");
  // A05.FR.06: the lower one is gone.
  assertEquals(await read(upstream, "OCPPCommCtrlr.NetworkConfigurationPriority"), "2");
  assertEquals(await read(upstream, "SecurityCtrlr.SecurityProfile"), "3");
  assertEquals(await setProfile(upstream, { securityProfile: 2 }, 3), "NoSecurityDowngrade");
  await stopUpstream(upstream);
});

Deno.test("slots are tried in their order, each as often as the CSMS wants, and then all over (B10.FR.03, 08)", async () => {
  const upstream = await readyFor("ocpp2.1", CHANGEABLE);
  assertEquals(
    await setProfile(upstream, { identity: "PUNE-2", basicAuthPassword: "sixteen letters!" }),
    "Accepted",
  );
  assertEquals(
    await set(upstream, "OCPPCommCtrlr.NetworkProfileConnectionAttempts", "2"),
    "Accepted",
  );
  assertEquals(
    await set(upstream, "OCPPCommCtrlr.NetworkConfigurationPriority", "2,1"),
    "Accepted",
  );
  await stopUpstream(upstream);
  const again = await openAgain(upstream);
  await again.settle();
  again.dialer.policy = { kind: "failed", reason: "away", httpStatus: null };
  await breakOff(again, 3_600_000);
  const tried = again.dialer.requests.map(({ identity }) => identity);
  assertEquals(tried.slice(0, 6), ["PUNE-2", "PUNE-2", "PUNE-2", "PUNE-1", "PUNE-1", "PUNE-2"]);
  again.dialer.policy = { kind: "open", protocol: "ocpp2.1" };
  await again.clock.advance(900_000);
  assertEquals(again.csms.status().connected, true);
  await stopUpstream(again);
});

const REFUSED: readonly (readonly [string, Payload, number, string])[] = [
  [
    "a lower security profile",
    { securityProfile: 1, ocppCsmsUrl: "ws://x" },
    2,
    "NoSecurityDowngrade",
  ],
  ["SOAP", { ocppTransport: "SOAP" }, 2, "InvalidNetworkConf"],
  ["a version that nobody speaks", { ocppVersion: "OCPP15" }, 2, "InvalidNetworkConf"],
  ["an address that is none", { ocppCsmsUrl: "csms" }, 2, "InvalidNetworkConf"],
  ["no TLS in profile 2", { ocppCsmsUrl: "ws://other.example.com" }, 2, "InvalidNetworkConf"],
  [
    "a password in its address",
    { ocppCsmsUrl: "wss://a:b@x.example.com" },
    2,
    "InvalidNetworkConf",
  ],
  ["an address with a query", { ocppCsmsUrl: "wss://x.example.com?a=b" }, 2, "InvalidNetworkConf"],
  ["a timeout below zero", { messageTimeout: -1 }, 2, "InvalidNetworkConf"],
  ["a security profile that OCPP has not", { securityProfile: 4 }, 2, "InvalidNetworkConf"],
  ["a password that is too short", { basicAuthPassword: "short" }, 2, "InvalidNetworkConf"],
  ["an identity with a colon", { identity: "a:b" }, 2, "InvalidNetworkConf"],
  ["a mobile network", { apn: { apn: "x", apnAuthentication: "NONE" } }, 2, "InvalidNetworkConf"],
  ["the slot of site.yaml", {}, 1, "InvalidConfSlot"],
  ["a slot that is not there", {}, 9, "InvalidConfSlot"],
];

for (const [what, facts, slot, reason] of REFUSED) {
  Deno.test(`a network profile with ${what} is rejected (B09.FR.02, 04, 05)`, async () => {
    const upstream = await readyFor("ocpp2.1", CHANGEABLE);
    assertEquals(await setProfile(upstream, facts, slot), reason);
    assertEquals(
      await set(upstream, "OCPPCommCtrlr.NetworkConfigurationPriority", "2,1"),
      "Rejected InvalidNetworkConf",
      "there is nothing in the slot (B10.FR.02)",
    );
    await stopUpstream(upstream);
  });
}

Deno.test("an order of slots that is none is rejected", async () => {
  const upstream = await readyFor("ocpp2.1", CHANGEABLE);
  for (const wrong of ["", "1,1", "one", "1,,2", "-1"]) {
    assertEquals(
      await set(upstream, "OCPPCommCtrlr.NetworkConfigurationPriority", wrong),
      "Rejected InvalidValue",
    );
  }
  assertEquals(await read(upstream, "OCPPCommCtrlr.NetworkConfigurationPriority"), "1");
  await stopUpstream(upstream);
});

Deno.test("a slot with a password of its own proves nothing about a new one of the gateway", async () => {
  const upstream = await readyFor("ocpp2.1", CHANGEABLE);
  await setProfile(upstream, { basicAuthPassword: "sixteen letters!" });
  await set(upstream, "OCPPCommCtrlr.NetworkConfigurationPriority", "2,1");
  await set(upstream, "SecurityCtrlr.BasicAuthPassword", NEW);
  await upstream.clock.advance(5_000);
  assertEquals(dialled(upstream).at(-1), "wss://other.example.com/ocpp sixteen letters!");
  const held = (await upstream.store.load(0))["csms-access"].get("access");
  assertEquals(held?.password, { now: NEW, before: "secret" });
  await stopUpstream(upstream);
});

Deno.test("a slot that is in use cannot be filled anew: with it would go the way back", async () => {
  const upstream = await readyFor("ocpp2.1", CHANGEABLE);
  await setProfile(upstream);
  await set(upstream, "OCPPCommCtrlr.NetworkConfigurationPriority", "2,1");
  await breakOff(upstream);
  assertEquals(
    await setProfile(upstream, { ocppCsmsUrl: "wss://x.example.com" }),
    "InvalidConfSlot",
  );
  assertEquals(await setProfile(upstream, { ocppCsmsUrl: "wss://x.example.com" }, 3), "Accepted");
  await stopUpstream(upstream);
});
