import { assertEquals } from "@std/assert";
import type { InsideRequest } from "../../inside.ts";
import { codecs16 } from "./mod.ts";

const HASH = {
  hashAlgorithm: "SHA256" as const,
  issuerNameHash: "n",
  issuerKeyHash: "k",
  serialNumber: "1",
};

Deno.test("1.6 has certificates of the charging station itself signed, nothing else", () => {
  const sign = codecs16.SignCertificate.SignCertificate.request;
  const signed = codecs16.CertificateSigned.CertificateSigned.request;
  assertEquals(sign.read({ csr: "csr" }), {
    message: { csr: "csr", certificateType: "ChargingStationCertificate" },
  });
  assertEquals(sign.write({ message: { csr: "csr", requestId: 4 } }), { csr: "csr" });
  assertEquals(signed.read({ certificateChain: "pem" }), {
    message: { certificateChain: "pem", certificateType: "ChargingStationCertificate" },
  });
  assertEquals(
    signed.write({ message: { certificateChain: "x".repeat(10_001) } }).certificateChain.length,
    10_000,
  );
});

type InstallType = InsideRequest<"InstallCertificate">["certificateType"];

const TYPES: Readonly<Record<InstallType, string>> = {
  CSMSRootCertificate: "CentralSystemRootCertificate",
  ManufacturerRootCertificate: "ManufacturerRootCertificate",
  MORootCertificate: "ManufacturerRootCertificate",
  OEMRootCertificate: "ManufacturerRootCertificate",
  V2GRootCertificate: "ManufacturerRootCertificate",
};

for (const [type, expected] of Object.entries(TYPES)) {
  Deno.test(`a ${type} of 2.1 is never taken for the root of the CSMS by mistake`, () => {
    const message = { certificateType: type as InstallType, certificate: "pem" };
    const { request } = codecs16.InstallCertificate.InstallCertificate;
    assertEquals(request.write({ message }), { certificateType: expected, certificate: "pem" });
  });
}

Deno.test("both root certificates of 1.6 are read as what they are", () => {
  const { request } = codecs16.InstallCertificate.InstallCertificate;
  const typeOf = (
    certificateType: "CentralSystemRootCertificate" | "ManufacturerRootCertificate",
  ) => request.read({ certificateType, certificate: "pem" }).message.certificateType;
  assertEquals(typeOf("CentralSystemRootCertificate"), "CSMSRootCertificate");
  assertEquals(typeOf("ManufacturerRootCertificate"), "ManufacturerRootCertificate");
});

Deno.test("a certificate is deleted by its hashes, without anybody's custom data", () => {
  const { request } = codecs16.DeleteCertificate.DeleteCertificate;
  const custom = { ...HASH, customData: { vendorId: "v" } };
  assertEquals(request.write({ message: { certificateHashData: custom } }), {
    certificateHashData: HASH,
  });
});

Deno.test("1.6 lists one type of certificates and does not repeat which", () => {
  const { request, response } = codecs16.GetInstalledCertificateIds.GetInstalledCertificateIds;
  assertEquals(request.read({ certificateType: "CentralSystemRootCertificate" }), {
    message: { certificateType: ["CSMSRootCertificate"] },
  });
  assertEquals(request.write({ message: {} }), {
    certificateType: "CentralSystemRootCertificate",
  });
  assertEquals(response.read({ status: "Accepted", certificateHashData: [HASH] }), {
    message: { status: "Accepted", certificateHashDataChain: [{ certificateHashData: HASH }] },
  });
  assertEquals(response.write({ message: { status: "NotFound", certificateHashDataChain: [] } }), {
    status: "NotFound",
  });
});

Deno.test("a security event is the same on both sides, its text shortened", () => {
  const { request } = codecs16.SecurityEventNotification.SecurityEventNotification;
  const wire = { type: "SettingSystemTime", timestamp: "2026-01-05T06:00:00Z", techInfo: "x" };
  assertEquals(request.read(wire), { message: wire });
  assertEquals(
    request.write({ message: { ...wire, techInfo: "x".repeat(300) } }).techInfo?.length,
    255,
  );
});
