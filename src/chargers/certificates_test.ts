import { assert, assertEquals, assertMatch } from "@std/assert";
import { fail } from "../lib/result.ts";
import { createSeededIds } from "../lib/ids.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { openAuthority } from "../certificates/authority_io.ts";
import { type Authority, certificatesIn, commonName, type KeyPair } from "../certificates/mod.ts";
import { DAY_MS, derOf, testRequest } from "../../test/support/certificates.ts";
import { closeEdge, createEdge, type Edge } from "./_edge_for_test.ts";

const YEAR_MS = 365 * DAY_MS;

/** Signing takes real time, which a virtual clock does not wait for: it is done before. */
interface SigningEdge extends Edge {
  readonly authority: Authority;
  request(name?: string): Promise<{ readonly csr: string }>;
}

async function signingEdge(securityProfile: 0 | 2 | 3 = 2): Promise<SigningEdge> {
  const clock = createVirtualClock();
  const pairs: KeyPair[] = [];
  const real = await openAuthority({ siteName: "Depot" }, {
    clock,
    ids: createSeededIds(1),
    store: {
      load: () => Promise.resolve(pairs),
      save: (pair) => Promise.resolve(void pairs.push(pair)),
    },
  });
  const signed = new Map<string, Awaited<ReturnType<Authority["sign"]>>>();
  const authority: Authority = {
    ...real,
    sign: (csr) => Promise.resolve(signed.get(csr) ?? fail("nobody has prepared it")),
  };
  const edge = await createEdge({ clock, authority, listener: { path: "/ocpp", securityProfile } });
  return {
    ...edge,
    authority,
    async request(name = "CN=CP1") {
      const { request: csr } = await testRequest(name);
      signed.set(csr, await real.sign(csr, "CP1"));
      return { csr };
    },
  };
}

/** Has the charger get a certificate, and returns it (PEM). */
async function obtain(
  edge: SigningEdge,
  charger: Awaited<ReturnType<Edge["arrive"]>>,
): Promise<string> {
  charger.answer("CertificateSigned", { status: "Accepted" });
  assertEquals(await charger.result("SignCertificate", await edge.request()), {
    status: "Accepted",
  });
  await edge.clock.advance(1_000);
  return String(charger.payloads("CertificateSigned").at(-1)?.["certificateChain"]);
}

Deno.test("a charger that asks for a certificate gets one, after the answer and after it is on disk", async () => {
  const edge = await signingEdge();
  const charger = await edge.arrive("CP1");
  const pem = await obtain(edge, charger);
  const [certificate] = certificatesIn(pem) ?? [];
  assert(certificate !== undefined);
  assertEquals(commonName(certificate as NonNullable<typeof certificate>), "CP1");
  const held = (await edge.store.load(0))["issued-certificates"];
  assertEquals([...held.values()].map(({ chargerId }) => chargerId), ["CP1"]);
  assertEquals(await closeEdge(edge), 0);
});

Deno.test("a request that is not in order is refused, and somebody hears why", async () => {
  const edge = await signingEdge();
  const charger = await edge.arrive("CP1");
  const answer = await charger.result("SignCertificate", await edge.request("CN=CP2"));
  assertEquals(answer, { status: "Rejected" });
  assertMatch(edge.faults.at(-1)?.text ?? "", /names "CP2" instead of CP1/);
  await edge.clock.advance(5_000);
  assertEquals(charger.payloads("CertificateSigned"), []);
  assertEquals(edge.certificates.book.all(), []);
});

Deno.test("who is known by an address alone gets no certificate: it would be the charger for good", async () => {
  const edge = await signingEdge(0);
  const charger = await edge.arrive("CP1");
  assertEquals(await charger.result("SignCertificate", await edge.request()), {
    status: "Rejected",
  });
  assertMatch(edge.faults.at(-1)?.text ?? "", /shown no password/);
});

Deno.test("a charger that asks again and again is refused for an hour", async () => {
  const edge = await signingEdge();
  const charger = await edge.arrive("CP1");
  for (let count = 0; count < 6; count++) await obtain(edge, charger);
  assertEquals(await charger.result("SignCertificate", await edge.request()), {
    status: "Rejected",
  });
  assertMatch(edge.faults.at(-1)?.text ?? "", /too often/);
  await edge.clock.advance(3_601_000);
  await charger.result("Heartbeat", {});
  await obtain(edge, charger);
});

Deno.test("a charger that does not take its certificate is told of, until it takes one", async () => {
  const edge = await signingEdge();
  const charger = await edge.arrive("CP1");
  charger.answer("CertificateSigned", { status: "Rejected" });
  await charger.result("SignCertificate", await edge.request());
  await edge.clock.advance(1_000);
  assertMatch(edge.faults.at(-1)?.text ?? "", /did not take the certificate/);
  await obtain(edge, charger);
  assertEquals(edge.faults.at(-1)?.state, "over");
});

/** Comes again with a certificate, as a charger of profile 3. */
async function comeWith(edge: Edge, pem: string) {
  const certificate = { chain: derOf(pem), isProven: true };
  const charger = await edge.connect("CP1", { certificate, authorization: undefined });
  await charger.result("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
  const status = { connectorId: 1, errorCode: "NoError", status: "Available" };
  await charger.result("StatusNotification", status);
  await edge.clock.advance(2_000);
  return charger;
}

async function certified(): Promise<{ edge: SigningEdge; pem: string }> {
  const edge = await signingEdge(3);
  const outcome = await edge.authority.sign((await edge.request()).csr, "CP1");
  assert(outcome.ok);
  const pem = outcome.ok ? outcome.value.cert : "";
  return { edge, pem };
}

Deno.test("a certificate is renewed before it ends: the charger is asked to, once a day", async () => {
  const { edge, pem } = await certified();
  edge.clock.setWall(edge.clock.wallMs() + 2 * YEAR_MS - 59 * DAY_MS);
  const charger = await comeWith(edge, pem);
  charger.answer("ExtendedTriggerMessage", { status: "Accepted" });
  const asked = () =>
    charger.payloads("ExtendedTriggerMessage").map(({ requestedMessage }) => requestedMessage)
      .filter((each) => each === "SignChargePointCertificate");
  edge.chargers.closeInterrupted();
  await edge.clock.advance(1_000);
  assertEquals(asked().length, 1);
  edge.chargers.closeInterrupted();
  await edge.clock.advance(1_000);
  assertEquals(asked().length, 1, "it is not pestered");
});

Deno.test("a certificate that lasts is left alone", async () => {
  const { edge, pem } = await certified();
  const charger = await comeWith(edge, pem);
  edge.chargers.closeInterrupted();
  await edge.clock.advance(1_000);
  assertEquals(charger.payloads("ExtendedTriggerMessage"), []);
});

Deno.test("a new root is given to chargers that need it, once, and to no others", async () => {
  const { edge, pem } = await certified();
  const charger = await comeWith(edge, pem);
  charger.answer("InstallCertificate", { status: "Accepted" });
  edge.chargers.closeInterrupted();
  await edge.clock.advance(1_000);
  assertEquals(charger.payloads("InstallCertificate"), [], "the first one it has");
  await edge.authority.rollOver();
  for (let day = 0; day < 2; day++) {
    edge.chargers.closeInterrupted();
    await edge.clock.advance(1_000);
  }
  const [root] = edge.authority.roots();
  assertEquals(
    charger.payloads("InstallCertificate").map(({ certificateType, certificate }) => [
      certificateType,
      certificate === root,
    ]),
    [["CentralSystemRootCertificate", true]],
  );
});

Deno.test("a revoked charger is cut off at once, and does not come back with what it has", async () => {
  const { edge, pem } = await certified();
  const charger = await comeWith(edge, pem);
  assertEquals(await edge.chargers.revokeCertificates("CP1", "stolen"), 1);
  await edge.clock.advance(1_000);
  assertEquals(charger.closed(), "1008 certificate revoked");
  const { admission } = edge.listener.connect({
    url: "/ocpp/CP1",
    certificate: { chain: derOf(pem), isProven: true },
  });
  assert(admission.kind === "refuse" && admission.reason === "certificate revoked");
});
