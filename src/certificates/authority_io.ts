import "reflect-metadata";
import { createPrivateKey, X509Certificate as NodeCertificate } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { Clock } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import { ok } from "../lib/result.ts";
import { keyPem } from "./key_pem.ts";
import type { Authority, KeyPair } from "./ports.ts";
import { checkRequest } from "./request.ts";

/** Where the authority keeps its roots with their keys; nobody else reads it. */
export interface RootStore {
  /** The oldest first. */
  load(): Promise<readonly KeyPair[]>;
  /** On disk for good when it resolves, for the owner's eyes only. */
  save(pair: KeyPair): Promise<void>;
  /** Nobody trusts it any more: its key is gone, its certificate kept aside. */
  retire?(pair: KeyPair): Promise<void>;
}

export interface AuthorityOptions {
  /** In the names of its roots, and for chargers that do not name their operator. */
  readonly siteName: string;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
const ROOT_LASTS_MS = 20 * YEAR_MS;
/** A root signs nothing that outlives it, so it is followed by another before. */
const ROOT_FOLLOWED_MS = 5 * YEAR_MS;
/** So long every charger has time to hear of a new root before the gateway shows a certificate of it. */
const ROOT_KNOWN_MS = 2 * YEAR_MS;
const CHARGER_LASTS_MS = 2 * YEAR_MS;
const SERVER_LASTS_MS = 2 * YEAR_MS;
/** Clocks of chargers go wrong. */
const BACKDATED_MS = DAY_MS;

interface Root {
  readonly certificate: X509Certificate;
  readonly key: CryptoKey;
  readonly pem: string;
}

/** Opens the authority on its roots; the first is made where there is none. */
export async function openAuthority(
  options: AuthorityOptions,
  ports: { readonly clock: Clock; readonly ids: Ids; readonly store: RootStore },
): Promise<Authority> {
  const { clock, ids, store } = ports;
  const roots: Root[] = [];
  for (const pair of await store.load()) roots.push(await rootOf(pair));
  if (!roots.some((root) => remainingMs(root) > 0)) await addRoot();

  function remainingMs({ certificate }: Root): number {
    return certificate.notAfter.getTime() - clock.wallMs();
  }

  async function addRoot(): Promise<void> {
    const pair = await makeRoot(`${options.siteName} charger root ${roots.length + 1}`);
    await store.save(pair);
    roots.push(await rootOf(pair));
  }

  function living(): readonly Root[] {
    return roots.filter((root) => remainingMs(root) > 0);
  }

  function newest(): Root {
    const root = roots.at(-1);
    if (root === undefined) throw new Error("Cannot sign: the authority has no root");
    return root;
  }

  async function makeRoot(name: string): Promise<KeyPair> {
    const keys = await newKeys();
    const nowMs = clock.wallMs();
    const certificate = await X509CertificateGenerator.createSelfSigned({
      serialNumber: serialNumber(),
      name: new Name([{ CN: [name.slice(0, 64)] }, { O: [options.siteName.slice(0, 64)] }]),
      keys,
      signingAlgorithm: ALGORITHM,
      notBefore: new Date(nowMs - BACKDATED_MS),
      notAfter: new Date(nowMs + ROOT_LASTS_MS),
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    return { cert: certificate.toString("pem"), key: await keyPem(keys.privateKey) };
  }

  function serialNumber(): string {
    // Positive and not empty, whatever chance says (RFC 5280 §4.1.2.2).
    const bytes = ids.secret(16);
    bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function signed(root: Root, leaf: Leaf): Promise<X509Certificate> {
    const nowMs = clock.wallMs();
    const endMs = Math.min(nowMs + leaf.lastsMs, root.certificate.notAfter.getTime());
    return await X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: leaf.subject,
      issuer: root.certificate.subject,
      publicKey: leaf.publicKey,
      signingKey: root.key,
      signingAlgorithm: ALGORITHM,
      notBefore: new Date(Math.max(nowMs - BACKDATED_MS, root.certificate.notBefore.getTime())),
      notAfter: new Date(endMs),
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(leaf.usages, true),
        new ExtendedKeyUsageExtension([leaf.purpose]),
        await AuthorityKeyIdentifierExtension.create(root.certificate),
        await SubjectKeyIdentifierExtension.create(leaf.publicKey),
        ...(leaf.names.length > 0 ? [new SubjectAlternativeNameExtension([...leaf.names])] : []),
      ],
    });
  }

  return {
    roots: () => living().map(({ pem }) => pem).reverse(),
    async sign(text, identity) {
      const checked = await checkRequest(text, identity);
      if (!checked.ok) return checked;
      const { request, organization } = checked.value;
      const isRsa = request.publicKey.algorithm.name.startsWith("RSA");
      const certificate = await signed(newest(), {
        subject: new Name([{ CN: [identity] }, { O: [organization ?? options.siteName] }]),
        publicKey: await request.publicKey.export(),
        usages: KeyUsageFlags.digitalSignature | (isRsa ? KeyUsageFlags.keyEncipherment : 0),
        purpose: ExtendedKeyUsage.clientAuth,
        names: [],
        lastsMs: CHARGER_LASTS_MS,
      });
      const cert = certificate.toString("pem");
      return ok({ cert, chain: cert });
    },
    async server(names) {
      const keys = await newKeys();
      const root = living().find((each) => remainingMs(each) > ROOT_KNOWN_MS) ?? newest();
      const certificate = await signed(root, {
        subject: new Name([{ CN: [names[0] ?? "sangam.local"] }, { O: [options.siteName] }]),
        publicKey: keys.publicKey,
        usages: KeyUsageFlags.digitalSignature,
        purpose: ExtendedKeyUsage.serverAuth,
        names: names.map((value) => ({ type: isAddress(value) ? "ip" : "dns", value })),
        lastsMs: SERVER_LASTS_MS,
      });
      return { cert: certificate.toString("pem"), key: await keyPem(keys.privateKey) };
    },
    async look() {
      if (remainingMs(newest()) > ROOT_FOLLOWED_MS) return false;
      await addRoot();
      return true;
    },
    rollOver: addRoot,
  };
}

interface Leaf {
  readonly subject: Name;
  readonly publicKey: CryptoKey;
  readonly usages: KeyUsageFlags;
  readonly purpose: ExtendedKeyUsage;
  readonly names: readonly { readonly type: "dns" | "ip"; readonly value: string }[];
  readonly lastsMs: number;
}

async function rootOf({ cert, key }: KeyPair): Promise<Root> {
  const pkcs8 = createPrivateKey(key);
  if (!new NodeCertificate(cert).checkPrivateKey(pkcs8)) {
    throw new Error("Cannot use the charger root: its key does not belong to it");
  }
  const der = pkcs8.export({ type: "pkcs8", format: "der" });
  return {
    certificate: new X509Certificate(cert),
    key: await crypto.subtle.importKey("pkcs8", new Uint8Array(der), ALGORITHM, false, ["sign"]),
    pem: cert,
  };
}

function newKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

function isAddress(name: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(name) || name.includes(":");
}
