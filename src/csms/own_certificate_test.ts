import { assert, assertEquals, assertMatch } from "@std/assert";
import { DAY_MS, type TestAuthority, testAuthority } from "../../test/support/certificates.ts";
import { type PreparedKeys, prepareKeys } from "../../test/support/own_keys.ts";
import type { Payload } from "../../test/support/frame_peer.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import type { OcppVersion } from "../ocpp/mod.ts";
import { openUpstream, stopUpstream, type Upstream } from "./_link_for_test.ts";

const NOW = createVirtualClock().wallMs();
const SUBJECT = { commonName: "PUNE-1", organization: "Sangam" };

interface Certified extends Upstream {
  readonly root: TestAuthority;
  readonly prepared: PreparedKeys;
}

/** A gateway in profile 3, whose certificate of now is in its files and ends in `daysLeft`. */
async function certified(
  version: OcppVersion,
  { daysLeft = 200, ...given }: Parameters<typeof openUpstream>[0] & { daysLeft?: number } = {},
): Promise<Certified> {
  const root = await testAuthority("operator", new Date(NOW));
  const own = await root.issue("CN=PUNE-1,O=Sangam", {
    notAfter: new Date(NOW + daysLeft * DAY_MS),
  });
  const prepared = await prepareKeys(SUBJECT);
  const upstream = await openUpstream({
    protocols: [version],
    password: null,
    tls: () => ({ ca: root.cert, own }),
    keys: prepared.keys,
    ...given,
  });
  upstream.answer("SignCertificate", { status: "Accepted" });
  upstream.answer("SecurityEventNotification", {});
  await upstream.settle();
  return { ...upstream, root, prepared };
}

const TRIGGERS = {
  "ocpp1.6": ["ExtendedTriggerMessage", "SignChargePointCertificate"],
  "ocpp2.0.1": ["TriggerMessage", "SignChargingStationCertificate"],
  "ocpp2.1": ["TriggerMessage", "SignChargingStationCertificate"],
} as const;

const VERSIONS = ["ocpp1.6", "ocpp2.0.1", "ocpp2.1"] as const;

/** The CSMS wants a new certificate; the requests that it has heard. */
async function trigger(upstream: Certified, version: typeof VERSIONS[number]): Promise<Payload[]> {
  const [action, requestedMessage] = TRIGGERS[version];
  assertEquals(await upstream.peer().result(action, { requestedMessage }), { status: "Accepted" });
  await upstream.clock.advance(5_000);
  return [...upstream.peer().payloads("SignCertificate")];
}

const send = (upstream: Certified, certificateChain: string, more: Payload = {}) =>
  upstream.peer().result("CertificateSigned", { certificateChain, ...more });

/** The certificate with which the gateway dialled last. */
const shown = ({ dialer }: Upstream) => dialer.requests.at(-1)?.tls?.own?.cert;

const events = ({ peers }: Upstream) =>
  peers.flatMap((peer) => peer.payloads("SecurityEventNotification")).map(({ type }) => type);

for (const version of VERSIONS) {
  Deno.test(`${version}: a certificate that the CSMS wants is asked for, taken, and shown at the next connection (A02)`, async () => {
    const upstream = await certified(version);
    const before = shown(upstream);
    const [request, ...others] = await trigger(upstream, version);
    assertEquals(others, []);
    assertEquals(request?.["csr"], upstream.prepared.requests[0]);
    assertEquals(request?.["requestId"], version === "ocpp2.1" ? 1 : undefined);
    assertEquals(
      request?.["certificateType"],
      version === "ocpp1.6" ? undefined : "ChargingStationCertificate",
    );
    const chain = await upstream.root.sign(String(request?.["csr"]));
    assertEquals(await send(upstream, chain, version === "ocpp2.1" ? { requestId: 1 } : {}), {
      status: "Accepted",
    });
    assertEquals([upstream.dialer.requests.length, shown(upstream)], [1, before]);
    await upstream.clock.advance(10_000);
    assertEquals([upstream.dialer.requests.length, shown(upstream)], [2, chain]);
    assertEquals(upstream.peers[0]?.closed(), "1012 gateway reconnects");
    const text = JSON.stringify([upstream.logged, upstream.faults, upstream.peers]);
    assert(!text.includes("PRIVATE KEY"));
    assertEquals(await stopUpstream(upstream), 0);
  });
}

Deno.test("a certificate of the CSMS still counts after a restart, and the file's that it follows does not", async () => {
  const upstream = await certified("ocpp2.1");
  const [request] = await trigger(upstream, "ocpp2.1");
  const chain = await upstream.root.sign(String(request?.["csr"]));
  await send(upstream, chain);
  await upstream.clock.advance(10_000);
  await stopUpstream(upstream);
  const again = await openUpstream({
    ...{ protocols: ["ocpp2.1"], password: null },
    store: upstream.store,
    keys: await upstream.prepared.reopen(),
    tls: () => ({ ca: upstream.root.cert, own: upstream.dialer.requests[0]?.tls?.own ?? null }),
  });
  await again.settle();
  assertEquals(shown(again), chain);
  await stopUpstream(again);
});

Deno.test("a certificate renewed in its file is newer than that of the CSMS", async () => {
  const root = await testAuthority("operator", new Date(NOW));
  const files = [await root.issue("CN=PUNE-1,O=Sangam"), await root.issue("CN=PUNE-1,O=Sangam")];
  let inUse = 0;
  const upstream = await certified("ocpp2.1", {
    tls: () => ({ ca: root.cert, own: files[inUse] ?? null }),
  });
  const [request] = await trigger(upstream, "ocpp2.1");
  const chain = await root.sign(String(request?.["csr"]));
  await upstream.peer().result("CertificateSigned", { certificateChain: chain });
  await upstream.clock.advance(10_000);
  assertEquals(shown(upstream), chain);
  inUse = 1;
  upstream.peer().socket.close(1001, "a moment");
  await upstream.clock.advance(10_000);
  assertEquals(shown(upstream), files[1]?.cert);
  assertEquals(upstream.prepared.keys.pairs(), [], "A02.FR.10");
  await stopUpstream(upstream);
});

Deno.test("a new certificate that does not connect is given up for the old one, and the CSMS hears it (A02.FR.28, 29)", async () => {
  const upstream = await certified("ocpp2.1");
  const before = shown(upstream);
  const [request] = await trigger(upstream, "ocpp2.1");
  const chain = await upstream.root.sign(String(request?.["csr"]));
  await send(upstream, chain);
  upstream.dialer.policy = { kind: "failed", reason: "connection reset", httpStatus: null };
  await upstream.clock.advance(40_000);
  const since = upstream.dialer.requests.slice(1).map(({ tls }) => tls?.own?.cert);
  assertEquals([since.slice(0, 3), since[3]], [[chain, chain, chain], before]);
  upstream.dialer.policy = { kind: "open", protocol: "ocpp2.1" };
  await upstream.clock.advance(120_000);
  const used = shown(upstream);
  assertEquals(upstream.csms.status().connected, true);
  if (used === before) {
    assert(events(upstream).includes("DiscardedRenewedClientCertificate"));
    assertEquals(upstream.prepared.keys.pairs(), []);
    assertMatch(upstream.faults.map(({ text }) => text).join(), /the old one is used/);
  }
  assertEquals(used, before);
  await stopUpstream(upstream);
});

for (
  const [what, problem, make] of [
    [
      "another name",
      /common name is "PUNE-2"/,
      (root, csr) => root.sign(csr, { name: "CN=PUNE-2,O=Sangam" }),
    ],
    [
      "another organization",
      /organization is not "Sangam"/,
      (root, csr) => root.sign(csr, { name: "CN=PUNE-1,O=Somebody" }),
    ],
    [
      "no organization",
      /organization is not/,
      (root, csr) => root.sign(csr, { name: "CN=PUNE-1" }),
    ],
    [
      "an end in the past",
      /expired/,
      (root, csr) => root.sign(csr, { notAfter: new Date(NOW - 3_600_000) }),
    ],
    [
      "a beginning in the future",
      /not valid yet/,
      (root, csr) => root.sign(csr, { notBefore: new Date(NOW + 3_600_000) }),
    ],
    ["another key", /another key/, async (root) => (await root.issue("CN=PUNE-1,O=Sangam")).cert],
    [
      "another root",
      /does not lead to a root/,
      async (_root, csr) => await (await testAuthority("other", new Date(NOW))).sign(csr),
    ],
    ["no form", /cannot be read/, () => Promise.resolve("-----BEGIN NOTHING-----")],
  ] satisfies readonly (readonly [
    string,
    RegExp,
    (root: TestAuthority, csr: string) => Promise<string>,
  ])[]
) {
  Deno.test(`a certificate with ${what} is rejected, told of, and not asked for again (A02.FR.07, 20)`, async () => {
    const upstream = await certified("ocpp2.1");
    const [request] = await trigger(upstream, "ocpp2.1");
    const chain = await make(upstream.root, String(request?.["csr"]));
    const { status, statusInfo } = await send(upstream, chain);
    assertEquals([status, Object(statusInfo).reasonCode], ["Rejected", "InvalidCertificate"]);
    assertMatch(Object(statusInfo).additionalInfo, problem);
    await upstream.clock.advance(2 * DAY_MS);
    assertEquals(upstream.peers.flatMap((peer) => peer.payloads("SignCertificate")).length, 1);
    assertEquals(
      events(upstream).filter((type) => type === "InvalidChargingStationCertificate")
        .length,
      1,
    );
    assertEquals(upstream.prepared.keys.pairs(), []);
    assertEquals((await trigger(upstream, "ocpp2.1")).length > 0, true, "but when it is wanted");
    await stopUpstream(upstream);
  });
}

Deno.test("a 1.6 CSMS hears of a wrong certificate under the name that 1.6 has for it", async () => {
  const upstream = await certified("ocpp1.6");
  await trigger(upstream, "ocpp1.6");
  assertEquals(await send(upstream, "nonsense"), { status: "Rejected" });
  await upstream.clock.advance(1_000);
  assertEquals(events(upstream), ["InvalidChargePointCertificate"]);
  await stopUpstream(upstream);
});

Deno.test("what nobody has asked for, or for another request, is rejected and the request goes on (A02.FR.26)", async () => {
  const upstream = await certified("ocpp2.1");
  const reason = async (chain: string, more: Payload = {}) =>
    Object((await send(upstream, chain, more))["statusInfo"]).reasonCode;
  assertEquals(await reason("x"), "InvalidCertificate");
  const [request] = await trigger(upstream, "ocpp2.1");
  const chain = await upstream.root.sign(String(request?.["csr"]));
  assertEquals(await reason(chain, { requestId: 77 }), "InvalidValue");
  assertEquals(await reason(chain, { certificateType: "V2GCertificate" }), "UnsupportedRequest");
  assertEquals(await send(upstream, chain, { requestId: 1 }), { status: "Accepted" });
  await stopUpstream(upstream);
});

Deno.test("a certificate that does not come is asked for again, with waits that double, and then no more (A02.FR.17-19)", async () => {
  const upstream = await certified("ocpp2.1", { mayChange: ["security"] });
  for (
    const [name, value] of [["CertSigningWaitMinimum", "600"], ["CertSigningRepeatTimes", "2"]]
  ) {
    const setVariableData = [{
      component: { name: "SecurityCtrlr" },
      variable: { name },
      attributeValue: value,
    }];
    await upstream.peer().result("SetVariables", { setVariableData });
  }
  await trigger(upstream, "ocpp2.1");
  await upstream.clock.advance(DAY_MS);
  const heard = upstream.peers.flatMap(({ heard }) => heard)
    .filter(({ action }) => action === "SignCertificate");
  const waits = heard.slice(1).map(({ atMs }, at) =>
    Math.round((atMs - (heard[at]?.atMs ?? 0)) / 60_000)
  );
  // Looked at once a minute.
  assertEquals(waits.map((minutes) => minutes - minutes % 2), [10, 20]);
  assertEquals(new Set(heard.map(({ payload }) => payload["csr"])).size, 1);
  assertMatch(upstream.faults.at(-1)?.text ?? "", /has not sent the certificate/);
  await stopUpstream(upstream);
});

Deno.test("a certificate that was asked for before a restart is taken after it", async () => {
  const upstream = await certified("ocpp2.1");
  const [request] = await trigger(upstream, "ocpp2.1");
  await stopUpstream(upstream);
  const again = {
    ...await openUpstream({
      protocols: ["ocpp2.1"],
      password: null,
      store: upstream.store,
      keys: await upstream.prepared.reopen(),
      tls: () => ({ ca: upstream.root.cert, own: upstream.dialer.requests[0]?.tls?.own ?? null }),
    }),
    root: upstream.root,
    prepared: upstream.prepared,
  };
  await again.settle();
  const chain = await upstream.root.sign(String(request?.["csr"]));
  assertEquals(await send(again, chain, { requestId: 1 }), { status: "Accepted" });
  await stopUpstream(again);
});

Deno.test("a certificate is renewed a month before its end, once, whoever signs it (A03.FR.02)", async () => {
  const upstream = await certified("ocpp2.1", { daysLeft: 32 });
  await upstream.clock.advance(DAY_MS);
  assertEquals(upstream.peers.flatMap((peer) => peer.payloads("SignCertificate")), []);
  await upstream.clock.advance(1.5 * DAY_MS);
  const requests = upstream.peers.flatMap((peer) => peer.payloads("SignCertificate"));
  assertEquals(new Set(requests.map(({ csr }) => csr)).size, 1);
  const until = new Date(upstream.clock.wallMs() + 100 * DAY_MS);
  const chain = await upstream.root.sign(String(requests[0]?.["csr"]), { notAfter: until });
  assertEquals(await send(upstream, chain, { requestId: 1 }), { status: "Accepted" });
  await upstream.clock.advance(2 * DAY_MS);
  assertEquals(shown(upstream), chain);
  assertEquals(upstream.prepared.keys.waiting(), null);
  await stopUpstream(upstream);
});

Deno.test("a CSMS that signs none is asked again a day later, and somebody hears it", async () => {
  const upstream = await certified("ocpp2.1", { daysLeft: 20 });
  upstream.answer("SignCertificate", { status: "Rejected", statusInfo: { reasonCode: "NoCa" } });
  await upstream.clock.advance(3_600_000);
  const asked = () => upstream.peers.flatMap((peer) => peer.payloads("SignCertificate")).length;
  assertEquals(asked(), 1);
  assertMatch(upstream.faults.at(-1)?.text ?? "", /signs no certificate for this gateway \(NoCa\)/);
  await upstream.clock.advance(DAY_MS);
  assertEquals(asked(), 2);
  await stopUpstream(upstream);
});

Deno.test("a key that cannot be made or kept is said, and the CSMS may want it again", async () => {
  const root = await testAuthority("operator", new Date(NOW));
  const prepared = await prepareKeys(SUBJECT);
  let isFull = true;
  const keys = {
    ...prepared.keys,
    request: (subject: typeof SUBJECT) =>
      isFull ? Promise.reject(new Error("no space left")) : prepared.keys.request(subject),
  };
  const upstream = { ...await certified("ocpp2.1", { keys }), root, prepared };
  assertEquals(await trigger(upstream, "ocpp2.1"), []);
  assertMatch(upstream.faults.at(-1)?.text ?? "", /its key or request was not kept/);
  isFull = false;
  assertEquals((await trigger(upstream, "ocpp2.1")).length, 1);
  assertEquals(upstream.logged.filter(({ level }) => level === "error"), []);
  await stopUpstream(upstream);
});
