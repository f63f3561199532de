import { assertEquals } from "@std/assert";
import { testAuthority } from "../../test/support/certificates.ts";
import type { Payload } from "../../test/support/frame_peer.ts";
import type { OcppVersion } from "../ocpp/mod.ts";
import { ask, readyFor } from "./_session_2x_for_test.ts";
import { stopUpstream, type Upstream } from "./_link_for_test.ts";

/** Two chargers of these versions that answer in turn with these statuses. */
async function site(
  versions: readonly [OcppVersion, OcppVersion],
  answers: readonly Payload[],
): Promise<Upstream> {
  const upstream = await readyFor("ocpp2.1");
  let asked = 0;
  for (const [index, version] of versions.entries()) {
    const id = `CP${index + 1}`;
    const [record] = upstream.site.chargers().filter((each) => each.id === id);
    upstream.site.saveCharger({ ...record ?? { id, adopted: true }, id, version } as never);
    upstream.site.setConnected(id, true);
  }
  upstream.chargers.outcome = () => {
    const message = answers[asked++];
    return message === undefined ? { kind: "gone" } : { kind: "answered", message } as never;
  };
  return upstream;
}

const hash = (serialNumber: string) => ({
  hashAlgorithm: "SHA256",
  issuerNameHash: "a",
  issuerKeyHash: "b",
  serialNumber,
});
const chain = (serialNumber: string) => ({
  certificateType: "V2GRootCertificate",
  certificateHashData: hash(serialNumber),
});
const PEM = "-----BEGIN CERTIFICATE-----";
const status = (word: string) => ({ status: word });

const CASES: readonly (readonly [
  what: string,
  action: string,
  order: Payload,
  answers: readonly Payload[],
  expected: Payload,
])[] = [
  [
    "is installed where one charger takes it",
    "InstallCertificate",
    { certificateType: "V2GRootCertificate", certificate: PEM },
    [status("Rejected"), status("Accepted")],
    status("Accepted"),
  ],
  [
    "has failed where one tried in vain and none took it",
    "InstallCertificate",
    { certificateType: "MORootCertificate", certificate: PEM },
    [status("Rejected"), status("Failed")],
    status("Failed"),
  ],
  [
    "is deleted where one charger had it",
    "DeleteCertificate",
    { certificateHashData: hash("c") },
    [status("NotFound"), status("Accepted")],
    status("Accepted"),
  ],
  [
    "is not found where nobody has it",
    "DeleteCertificate",
    { certificateHashData: hash("c") },
    [status("NotFound")],
    status("NotFound"),
  ],
  [
    "is listed once, whoever has it",
    "GetInstalledCertificateIds",
    { certificateType: ["V2GRootCertificate"] },
    [
      { status: "Accepted", certificateHashDataChain: [chain("c")] },
      { status: "Accepted", certificateHashDataChain: [chain("c"), chain("d")] },
    ],
    { status: "Accepted", certificateHashDataChain: [chain("c"), chain("d")] },
  ],
];

for (const [what, action, order, answers, expected] of CASES) {
  Deno.test(`${action}: a certificate of cars ${what}`, async () => {
    const upstream = await site(["ocpp2.0.1", "ocpp2.1"], answers);
    const before = upstream.chargers.calls.length;
    assertEquals(await ask(upstream, action, order), expected);
    assertEquals(upstream.chargers.calls.slice(before).map(({ chargerId }) => chargerId), [
      "CP1",
      "CP2",
    ]);
    await stopUpstream(upstream);
  });
}

Deno.test("chargers of 1.6 are not asked for what 1.6 does not know, nor anybody for the gateway's own", async () => {
  const upstream = await site(["ocpp1.6", "ocpp1.6"], [status("Accepted")]);
  const install = (certificateType: string) =>
    ask(upstream, "InstallCertificate", { certificateType, certificate: PEM });
  assertEquals(await install("V2GRootCertificate"), status("Rejected"));
  assertEquals(await install("CSMSRootCertificate"), status("Rejected"));
  assertEquals(upstream.chargers.calls, []);
  await stopUpstream(upstream);
});

// Roots by which the gateway knows its CSMS

Deno.test("a root of the CSMS is installed, listed, used for the next connection, and deleted", async () => {
  const { cert } = await testAuthority("operators");
  const upstream = await readyFor("ocpp2.1");
  const type = { certificateType: "CSMSRootCertificate" };
  assertEquals(await ask(upstream, "InstallCertificate", { ...type, certificate: "nonsense" }), {
    status: "Rejected",
  });
  assertEquals(await ask(upstream, "InstallCertificate", { ...type, certificate: cert }), {
    status: "Accepted",
  });
  const held = (await upstream.store.load(0))["csms-roots"];
  assertEquals([...held.values()].map(({ pem }) => pem), [cert]);
  const listed = await ask(upstream, "GetInstalledCertificateIds", {
    certificateType: ["CSMSRootCertificate"],
  });
  const [own] = listed["certificateHashDataChain"] as { certificateHashData: Payload }[];
  upstream.dialer.pairs.at(-1)?.far.close(1000, "");
  await upstream.clock.advance(60_000);
  assertEquals(upstream.dialer.requests.map(({ tls }) => tls?.moreCa), [[], [cert]]);
  await stopUpstream(upstream);
  const again = await readyFor("ocpp2.1");
  await ask(again, "InstallCertificate", { ...type, certificate: cert });
  const certificateHashData = own?.certificateHashData ?? {};
  assertEquals(await ask(again, "DeleteCertificate", { certificateHashData }), {
    status: "Accepted",
  });
  assertEquals(await ask(again, "DeleteCertificate", { certificateHashData }), {
    status: "NotFound",
  });
  await stopUpstream(again);
});
