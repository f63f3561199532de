import { X509Certificate } from "node:crypto";

/** What is wrong with the certificates that a peer showed. */
export type ChainProblem =
  | "certificate not readable"
  | "certificate of another issuer"
  | "certificate expired"
  /** Or our own clock is behind. */
  | "certificate not yet valid";

/** A chain that ends at a root that is trusted. */
export type ReadChain =
  | { readonly ok: true; readonly leaf: X509Certificate; readonly root: X509Certificate }
  | { readonly ok: false; readonly problem: ChainProblem };

/** More than these between a leaf and its root nobody has. */
const LENGTH_MAX = 5;

/**
 * Follows the certificates that a peer showed (DER, its own first) to a trusted root, and looks at the
 * dates of each. It says what is wrong where the handshake only says that something is; that the peer
 * holds the key is the handshake's part.
 */
export function readChain(
  shown: readonly Uint8Array[],
  roots: readonly X509Certificate[],
  nowWallMs: number,
): ReadChain {
  const certificates = shown.slice(0, LENGTH_MAX).map(parsed);
  const [leaf, ...others] = certificates.filter((each) => each !== null);
  if (leaf === undefined || certificates.includes(null)) return bad("certificate not readable");
  const path: X509Certificate[] = [leaf];
  for (let current = leaf; path.length <= LENGTH_MAX;) {
    const root = roots.find((each) => isIssuedBy(current, each));
    if (root !== undefined) {
      const problem = dateProblem([...path, root], nowWallMs);
      return problem === null ? { ok: true, leaf, root } : bad(problem);
    }
    const next = others.find((each) =>
      each.ca && !path.includes(each) && isIssuedBy(current, each)
    );
    if (next === undefined) break;
    path.push(next);
    current = next;
  }
  return bad("certificate of another issuer");
}

function bad(problem: ChainProblem): ReadChain {
  return { ok: false, problem };
}

function parsed(der: Uint8Array): X509Certificate | null {
  try {
    return new X509Certificate(der);
  } catch {
    return null;
  }
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    // A key of a kind that is not known here has signed nothing that we could check.
    return false;
  }
}

function dateProblem(path: readonly X509Certificate[], nowWallMs: number): ChainProblem | null {
  if (path.some(({ validFrom }) => Date.parse(validFrom) > nowWallMs)) {
    return "certificate not yet valid";
  }
  if (path.some(({ validTo }) => Date.parse(validTo) < nowWallMs)) return "certificate expired";
  return null;
}

/** The common name of a certificate's subject; null where it has none, or more than one. */
export function commonName(certificate: X509Certificate): string | null {
  const name: unknown = certificate.toLegacyObject().subject?.CN;
  return typeof name === "string" ? name : null;
}

const PEM = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** The certificates in a PEM text, in their order; null where one of them, or all, cannot be read. */
export function certificatesIn(pem: string): readonly X509Certificate[] | null {
  const found = (pem.match(PEM) ?? []).map((each) => {
    try {
      return new X509Certificate(each);
    } catch {
      return null;
    }
  });
  return found.length === 0 || found.includes(null) ? null : found.filter((each) => each !== null);
}
