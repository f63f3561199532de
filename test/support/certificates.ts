import "reflect-metadata";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Pkcs10CertificateRequest,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** A certificate of a test with its key, as PEM texts. */
export interface TestPair {
  readonly cert: string;
  readonly key: string;
}

/** Somebody who signs certificates in a test. */
export interface TestAuthority extends TestPair {
  /** A certificate for chargers and servers; two days around now unless said otherwise. */
  issue(name: string, facts?: TestFacts): Promise<TestPair>;
  /** A certificate for the key in a request, with the request's name unless said otherwise. */
  sign(csr: string, facts?: TestFacts & { readonly name?: string }): Promise<string>;
}

/** What may be otherwise. */
export interface TestFacts {
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly key?: "EC" | "RSA";
}

export const DAY_MS = 86_400_000;

const EC = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const RSA = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  publicExponent: Uint8Array.of(1, 0, 1),
  modulusLength: 2_048,
} as const;

/** Makes an authority whose dates are around `now`; `by` signs it, or it is a root. */
export async function testAuthority(
  name: string,
  now: Date = new Date(),
  { by, isAuthority = true }: { readonly by?: TestPair; readonly isAuthority?: boolean } = {},
): Promise<TestAuthority> {
  const keys = await newKeys(EC);
  const certificate = await X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: by === undefined ? `CN=${name}` : new X509Certificate(by.cert).subject,
    publicKey: keys.publicKey,
    signingKey: by === undefined ? keys.privateKey : await keyIn(by),
    signingAlgorithm: EC,
    notBefore: new Date(now.getTime() - 100 * DAY_MS),
    notAfter: new Date(now.getTime() + 4_000 * DAY_MS),
    extensions: [new BasicConstraintsExtension(isAuthority, isAuthority ? 2 : undefined, true)],
  });
  return {
    cert: certificate.toString("pem"),
    key: await keyPem(keys.privateKey),
    async sign(csr, { notBefore, notAfter, name: subject } = {}) {
      const request = new Pkcs10CertificateRequest(csr);
      const leaf = await X509CertificateGenerator.create({
        subject: subject ?? request.subject,
        issuer: certificate.subject,
        publicKey: await request.publicKey.export(),
        signingKey: keys.privateKey,
        signingAlgorithm: EC,
        notBefore: notBefore ?? new Date(now.getTime() - DAY_MS),
        notAfter: notAfter ?? new Date(now.getTime() + 400 * DAY_MS),
        extensions: [
          new BasicConstraintsExtension(false),
          new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
        ],
      });
      return leaf.toString("pem");
    },
    async issue(subject, { notBefore, notAfter, key = "EC" } = {}) {
      const own = await newKeys(key === "EC" ? EC : RSA);
      const leaf = await X509CertificateGenerator.create({
        subject: subject.includes("=") ? subject : `CN=${subject}`,
        issuer: certificate.subject,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: EC,
        notBefore: notBefore ?? new Date(now.getTime() - DAY_MS),
        notAfter: notAfter ?? new Date(now.getTime() + DAY_MS),
        extensions: [
          new BasicConstraintsExtension(false),
          new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
          new SubjectAlternativeNameExtension([
            { type: "dns", value: "localhost" },
            { type: "ip", value: "127.0.0.1" },
          ]),
        ],
      });
      return { cert: leaf.toString("pem"), key: await keyPem(own.privateKey) };
    },
  };
}

/** A certificate signing request, signed with its own key, and that key. */
export async function testRequest(
  name: string,
  kind: "EC" | "RSA" | "RSA-1024" = "EC",
): Promise<{ readonly request: string; readonly key: string }> {
  const algorithm = kind === "EC" ? EC : { ...RSA, modulusLength: kind === "RSA" ? 2_048 : 1_024 };
  const keys = await newKeys(algorithm);
  const request = await Pkcs10CertificateRequestGenerator.create({
    name,
    keys,
    signingAlgorithm: algorithm,
  });
  return { request: request.toString("pem"), key: await keyPem(keys.privateKey) };
}

async function keyIn({ key }: TestPair): Promise<CryptoKey> {
  const [der] = derOf(key);
  if (der === undefined) throw new Error("There is no key");
  return await crypto.subtle.importKey("pkcs8", new Uint8Array(der), EC, false, ["sign"]);
}

async function newKeys(algorithm: typeof EC | RsaHashedKeyGenParams): Promise<CryptoKeyPair> {
  return await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]) as CryptoKeyPair;
}

async function keyPem(key: CryptoKey): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.exportKey("pkcs8", key));
  const lines = btoa(String.fromCharCode(...bytes)).match(/.{1,64}/g) ?? [];
  return ["-----BEGIN PRIVATE KEY-----", ...lines, "-----END PRIVATE KEY-----", ""].join("\n");
}

/** The DER of each certificate in PEM texts. */
export function derOf(...pems: readonly string[]): readonly Uint8Array[] {
  return pems.map((pem) =>
    Uint8Array.from(atob(pem.replace(/-----[^-]+-----|\s/g, "")), (char) => char.charCodeAt(0))
  );
}
