import { type Drop, drop, type Put, put } from "../lib/write.ts";
import { certificatesIn } from "./chain.ts";
import { type CertificateHash, rootHash } from "./hash_data.ts";

/** A root that the CSMS has installed, by which it is recognised from then on. */
export interface InstalledRoot {
  /** SHA-256 of it: the key of the record. */
  readonly fingerprint: string;
  readonly pem: string;
  readonly hash: CertificateHash;
  readonly installedAtMs: number;
}

/** What the ledger keeps of them. */
export interface InstalledRootCollections {
  readonly "csms-roots": InstalledRoot;
}

type RootWrite = Put<"csms-roots", InstalledRoot> | Drop<"csms-roots">;

/** Roots of the CSMS besides those of site.yaml, which nobody above can take away. */
export interface InstalledRoots {
  all(): readonly InstalledRoot[];
  /** Null for what is no root that counts now, or one too many. */
  install(pem: string, nowWallMs: number): readonly RootWrite[] | null;
  /** Null where there is none by that name. */
  remove(hash: Omit<CertificateHash, "hashAlgorithm">): readonly RootWrite[] | null;
}

const ROOTS_MAX = 16;

/** Opens what was on disk. */
export function createInstalledRoots(held: Iterable<InstalledRoot>): InstalledRoots {
  const roots = new Map([...held].map((each) => [each.fingerprint, each]));
  return {
    all: () => [...roots.values()],
    install(pem, nowWallMs) {
      const [certificate, ...others] = certificatesIn(pem) ?? [];
      if (certificate === undefined || others.length > 0 || !certificate.ca) return null;
      if (!certificate.checkIssued(certificate) || !certificate.verify(certificate.publicKey)) {
        return null;
      }
      const isOver = Date.parse(certificate.validTo) < nowWallMs;
      const hash = rootHash(certificate);
      const fingerprint = certificate.fingerprint256;
      if (isOver || hash === null || !roots.has(fingerprint) && roots.size >= ROOTS_MAX) {
        return null;
      }
      const root = { fingerprint, pem, hash, installedAtMs: nowWallMs };
      roots.set(fingerprint, root);
      return [put("csms-roots", fingerprint, root)];
    },
    remove({ issuerNameHash, issuerKeyHash, serialNumber }) {
      const isMeant = ({ hash }: InstalledRoot) =>
        isSame(hash.issuerNameHash, issuerNameHash) &&
        isSame(hash.issuerKeyHash, issuerKeyHash) &&
        isSame(hash.serialNumber, serialNumber.replace(/^0+(?=.)/, ""));
      const found = [...roots.values()].find(isMeant);
      if (found === undefined) return null;
      roots.delete(found.fingerprint);
      return [drop("csms-roots", found.fingerprint)];
    },
  };
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
