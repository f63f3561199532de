import "reflect-metadata";
import { createPrivateKey, X509Certificate as NodeCertificate } from "node:crypto";
import {
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { Clock } from "../lib/clock.ts";

/** A certificate of the gateway's own, with what a person compares it by. */
export interface OwnCertificate {
  readonly cert: string;
  readonly key: string;
  /** SHA-256, as browsers show it: pairs of hexadecimal digits. */
  readonly fingerprint: string;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY_MS = 86_400_000;
/** What browsers take at most from a certificate that a person has installed. */
const LIFETIME_MS = 825 * DAY_MS;
/** A certificate is made anew so long before it expires. */
const RENEW_MS = 30 * DAY_MS;

/**
 * The certificate for the pages where site.yaml says `tls: auto`: made at the first start, kept beside
 * the ledger, and made anew before it expires. It is signed by itself, so that a browser asks once;
 * the fingerprint on the terminal says whether it is the right one.
 */
export async function ownCertificate(folder: string, clock: Clock): Promise<OwnCertificate> {
  const certPath = `${folder}/web-certificate.pem`;
  const keyPath = `${folder}/web-key.pem`;
  const known = await readPair(certPath, keyPath);
  if (known !== null && isSound(known, clock.wallMs())) {
    return { ...known, fingerprint: await fingerprintOf(new X509Certificate(known.cert)) };
  }
  const { certificate, key } = await makeCertificate(clock);
  const cert = certificate.toString("pem");
  await writeWhole(keyPath, key);
  await writeWhole(certPath, cert);
  return { cert, key, fingerprint: await fingerprintOf(certificate) };
}

/** False for what a power cut or a clock that was set back left of it, and near its end. */
function isSound({ cert, key }: { readonly cert: string; readonly key: string }, nowMs: number) {
  try {
    const certificate = new X509Certificate(cert);
    return certificate.notBefore.getTime() <= nowMs &&
      certificate.notAfter.getTime() - nowMs > RENEW_MS &&
      new NodeCertificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

/** All of it or nothing, whenever the power goes out. */
async function writeWhole(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(`${path}.new`, text, { mode: 0o600 });
  await Deno.rename(`${path}.new`, path);
}

async function readPair(
  certPath: string,
  keyPath: string,
): Promise<{ readonly cert: string; readonly key: string } | null> {
  try {
    return { cert: await Deno.readTextFile(certPath), key: await Deno.readTextFile(keyPath) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

async function makeCertificate(
  clock: Clock,
): Promise<{ readonly certificate: X509Certificate; readonly key: string }> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: "CN=Sangam",
    keys,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(clock.wallMs() - DAY_MS),
    notAfter: new Date(clock.wallMs() - DAY_MS + LIFETIME_MS),
    extensions: [
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([
        { type: "dns", value: "localhost" },
        { type: "dns", value: "sangam.local" },
        { type: "ip", value: "127.0.0.1" },
      ]),
    ],
  });
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { certificate, key: pem("PRIVATE KEY", new Uint8Array(pkcs8)) };
}

function pem(label: string, bytes: Uint8Array): string {
  const lines = btoa(String.fromCharCode(...bytes)).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

async function fingerprintOf(certificate: X509Certificate): Promise<string> {
  const bytes = new Uint8Array(await certificate.getThumbprint("SHA-256"));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join(":");
}
