import { createHash, type X509Certificate } from "node:crypto";
import { derContent, derValues } from "./der.ts";

/** By what OCPP names a certificate (2.x CertificateHashDataType), after RFC 6960 §4.1.1. */
export interface CertificateHash {
  readonly hashAlgorithm: "SHA256";
  readonly issuerNameHash: string;
  readonly issuerKeyHash: string;
  /** Hexadecimal, without leading zeros. */
  readonly serialNumber: string;
}

/** The name of a root, which is its own issuer; null where it cannot be read. */
export function rootHash(root: X509Certificate): CertificateHash | null {
  const issuer = issuerName(new Uint8Array(root.raw));
  const spki = root.publicKey.export({ type: "spki", format: "der" });
  const key = publicKeyBits(new Uint8Array(spki));
  if (issuer === null || key === null) return null;
  return {
    hashAlgorithm: "SHA256",
    issuerNameHash: sha256(issuer),
    issuerKeyHash: sha256(key),
    serialNumber: root.serialNumber.replace(/^0+(?=.)/, ""),
  };
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** RFC 5280 §4.1: version (tagged, may be absent), serial number, algorithm, issuer. */
function issuerName(certificate: Uint8Array): Uint8Array | null {
  const [whole] = derValues(certificate);
  const [signed] = whole === undefined ? [] : derValues(derContent(whole));
  const fields = signed === undefined ? [] : derValues(derContent(signed));
  const hasVersion = fields[0]?.[0] === 0xa0;
  return fields[hasVersion ? 3 : 2] ?? null;
}

/** The key itself: without tag, length and the count of unused bits. */
function publicKeyBits(spki: Uint8Array): Uint8Array | null {
  const [whole] = derValues(spki);
  const [, bits] = whole === undefined ? [] : derValues(derContent(whole));
  return bits === undefined ? null : derContent(bits).subarray(1);
}
