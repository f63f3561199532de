import { compact } from "../../../lib/json.ts";
import type { InsideRequest, InstalledCertificate, InstalledCertificates } from "../../inside.ts";
import type { Requests16, Responses16 } from "../../messages/mod.ts";
import { clipped, words } from "../translations.ts";
import { empty, exchange, same, statusOnly } from "./_exchange.ts";

const CERTIFICATE_MAX = 5_500;
const CHAIN_MAX = 10_000;
const EVENT_TYPE_MAX = 50;
const TECH_INFO_MAX = 255;

type Root16 = Requests16["InstallCertificate"]["certificateType"];
type InstalledType = NonNullable<
  InsideRequest<"GetInstalledCertificateIds">["certificateType"]
>[number];
type Hash16 = Requests16["DeleteCertificate"]["certificateHashData"];

/**
 * 1.6 has two kinds of root certificates. Those of 2.1 for plug and charge come nearest to the one
 * that is not used to trust the CSMS; `refusal16` tells beforehand that they do not fit.
 */
const certificateType = words<Root16, InstalledType>({
  CentralSystemRootCertificate: "CSMSRootCertificate",
  ManufacturerRootCertificate: "ManufacturerRootCertificate",
}, {
  CSMSRootCertificate: "CentralSystemRootCertificate",
  ManufacturerRootCertificate: "ManufacturerRootCertificate",
  MORootCertificate: "ManufacturerRootCertificate",
  OEMRootCertificate: "ManufacturerRootCertificate",
  V2GCertificateChain: "ManufacturerRootCertificate",
  V2GRootCertificate: "ManufacturerRootCertificate",
});

/** Both sides have the same four fields; 2.1's custom data stays behind. */
function hashData({ hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber }: Hash16): Hash16 {
  return { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber };
}

/** 1.6 signs the certificate of the charge point, nothing else. */
export const signCertificate = exchange<"SignCertificate", "SignCertificate">("SignCertificate", {
  read: ({ csr }) => ({ csr, certificateType: "ChargingStationCertificate" }),
  write: ({ csr }) => ({ csr: clipped(csr, CERTIFICATE_MAX) }),
}, statusOnly(same()));

export const certificateSigned = exchange<"CertificateSigned", "CertificateSigned">(
  "CertificateSigned",
  {
    read: ({ certificateChain }) => ({
      certificateChain,
      certificateType: "ChargingStationCertificate",
    }),
    write: ({ certificateChain }) => ({ certificateChain: clipped(certificateChain, CHAIN_MAX) }),
  },
  statusOnly(same()),
);

export const installCertificate = exchange<"InstallCertificate", "InstallCertificate">(
  "InstallCertificate",
  {
    read: ({ certificate, ...wire }) => ({
      certificate,
      certificateType: installable(wire.certificateType),
    }),
    write: (inside) => ({
      certificate: clipped(inside.certificate, CERTIFICATE_MAX),
      certificateType: certificateType.write(inside.certificateType),
    }),
  },
  statusOnly(same()),
);

function installable(type: Root16): InsideRequest<"InstallCertificate">["certificateType"] {
  return type === "CentralSystemRootCertificate"
    ? "CSMSRootCertificate"
    : "ManufacturerRootCertificate";
}

export const deleteCertificate = exchange<"DeleteCertificate", "DeleteCertificate">(
  "DeleteCertificate",
  {
    read: ({ certificateHashData }) => ({ certificateHashData: hashData(certificateHashData) }),
    write: ({ certificateHashData }) => ({ certificateHashData: hashData(certificateHashData) }),
  },
  statusOnly(same()),
);

type Installed16 = Responses16["GetInstalledCertificateIds"];

/** 1.6 asks for one type of certificate at a time; of several it gets the first. */
export const getInstalledCertificateIds = exchange<
  "GetInstalledCertificateIds",
  "GetInstalledCertificateIds"
>("GetInstalledCertificateIds", {
  read: (wire) => ({ certificateType: [certificateType.read(wire.certificateType)] }),
  write: (inside) => ({
    certificateType: certificateType.write(inside.certificateType?.[0] ?? "CSMSRootCertificate"),
  }),
}, {
  read: ({ status, certificateHashData }: Installed16): InstalledCertificates =>
    compact({
      status,
      certificateHashDataChain: certificateHashData?.map((hash): InstalledCertificate => ({
        certificateHashData: hashData(hash),
      })),
    }),
  write: ({ status, certificateHashDataChain: chain = [] }: InstalledCertificates): Installed16 =>
    compact({
      status,
      // An empty list is none at all to 1.6's schema.
      certificateHashData: chain.length === 0
        ? undefined
        : chain.map(({ certificateHashData }) => hashData(certificateHashData)),
    }),
});

/** Events that 1.6 (whitepaper, §8) calls otherwise than 2.x. */
const NAMES_IN_16: ReadonlyMap<string, string> = new Map([
  ["CsmsFailedToAuthenticate", "CentralSystemFailedToAuthenticate"],
  ["FailedToAuthenticateAtCsms", "FailedToAuthenticateAtCentralSystem"],
  ["InvalidChargingStationCertificate", "InvalidChargePointCertificate"],
  ["InvalidCsmsCertificate", "InvalidCentralSystemCertificate"],
]);
const NAMES_IN_2X: ReadonlyMap<string, string> = new Map(
  [...NAMES_IN_16].map(([in2x, in16]) => [in16, in2x]),
);

export const securityEventNotification = exchange<
  "SecurityEventNotification",
  "SecurityEventNotification"
>("SecurityEventNotification", {
  read: ({ type, timestamp, techInfo }) =>
    compact({ type: NAMES_IN_2X.get(type) ?? type, timestamp, techInfo }),
  write: ({ type, timestamp, techInfo }) =>
    compact({
      type: clipped(NAMES_IN_16.get(type) ?? type, EVENT_TYPE_MAX),
      timestamp,
      techInfo: clipped(techInfo, TECH_INFO_MAX),
    }),
}, empty);
