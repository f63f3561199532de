import { createPrivateKey, type X509Certificate } from "node:crypto";
import { certificatesIn, commonName, readChain } from "./chain.ts";
import type { OwnSubject } from "./own_keys.ts";

/** What a certificate is held against that the CSMS has had signed for the gateway. */
export interface OwnCertificateFacts {
  /** The key that was made for it, PEM. */
  readonly key: string;
  readonly subject: OwnSubject;
  /**
   * Where the operator's hierarchy begins: its roots, and who signed the certificate in use. Empty where
   * nobody has said; then the chain can be held against nothing.
   */
  readonly anchors: readonly X509Certificate[];
  readonly nowWallMs: number;
}

/** 2.x MaxCertificateChainSize, 1.6 CertificateSignedMaxChainSize: the most that the messages hold. */
export const CHAIN_LENGTH_MAX = 10_000;

/**
 * Why the gateway does not take a certificate for itself, in words for an operator of the CSMS; null
 * where it does (2.x A02.FR.06, with A00.FR.501, .509 and .511: dates, properties, hierarchy).
 */
export function ownCertificateProblem(chain: string, facts: OwnCertificateFacts): string | null {
  if (chain.length > CHAIN_LENGTH_MAX) return `it has more than ${CHAIN_LENGTH_MAX} characters`;
  const certificates = certificatesIn(chain);
  const [leaf] = certificates ?? [];
  if (certificates === null || leaf === undefined) return "it cannot be read as PEM";
  if (leaf.ca) return "it is a certificate of an authority";
  if (!isKeyOf(leaf, facts.key)) return "it is for another key than the one that was requested";
  return subjectProblem(leaf, facts.subject) ?? chainProblem(certificates, facts);
}

function subjectProblem(leaf: X509Certificate, wanted: OwnSubject): string | null {
  const name = commonName(leaf);
  if (name !== wanted.commonName) {
    return `its common name is ${JSON.stringify(name)} instead of "${wanted.commonName}"`;
  }
  // It may have more than one.
  const organizations: readonly unknown[] = [leaf.toLegacyObject().subject?.O ?? []].flat();
  const isTheirs = organizations.some((each) => String(each).trim() === wanted.organization.trim());
  return isTheirs ? null : `its organization is not "${wanted.organization}"`;
}

const IN_WORDS = {
  "certificate not readable": "it cannot be read as PEM",
  "certificate of another issuer": "it does not lead to a root of the CSMS's operator",
  "certificate expired": "it, or what signed it, has expired",
  "certificate not yet valid": "it, or what signed it, is not valid yet",
} as const;

function chainProblem(
  certificates: readonly X509Certificate[],
  { anchors, nowWallMs }: OwnCertificateFacts,
): string | null {
  const roots = anchors.length > 0 ? anchors : endOf(certificates);
  const read = readChain(certificates.map(({ raw }) => new Uint8Array(raw)), roots, nowWallMs);
  if (read.ok) return null;
  if (anchors.length > 0 || read.problem !== "certificate of another issuer") {
    return IN_WORDS[read.problem];
  }
  // A certificate alone, of somebody whom nobody has named: its own dates are all there is.
  return certificates.length === 1
    ? datesProblem(certificates, nowWallMs)
    : "its certificates do not sign each other";
}

function endOf(certificates: readonly X509Certificate[]): readonly X509Certificate[] {
  return certificates.length > 1 ? certificates.slice(-1) : [];
}

function datesProblem(path: readonly X509Certificate[], nowWallMs: number): string | null {
  if (path.some(({ validFrom }) => Date.parse(validFrom) > nowWallMs)) {
    return IN_WORDS["certificate not yet valid"];
  }
  return path.some(({ validTo }) => Date.parse(validTo) < nowWallMs)
    ? IN_WORDS["certificate expired"]
    : null;
}

function isKeyOf(leaf: X509Certificate, key: string): boolean {
  try {
    return leaf.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
