import { Buffer } from "node:buffer";
import { constants, createHash, createVerify, type X509Certificate } from "node:crypto";
import { certificatesIn, readChain } from "../certificates/mod.ts";

/** Who made a firmware, as the order that comes with it says (2.x L01, 1.6 security extension). */
export interface FirmwareSigning {
  /** Base64. */
  readonly signature: string;
  /** PEM; intermediate ones may follow. */
  readonly certificate: string;
}

/** What is known of a file by its content. */
export interface Digests {
  /** Hexadecimal, as all of them. */
  readonly sha256: string;
  readonly md5: string;
  readonly bytes: number;
}

/** Digests of a file that comes in pieces. */
export async function digestsOf(content: AsyncIterable<Uint8Array>): Promise<Digests> {
  const sha256 = createHash("sha256");
  const md5 = createHash("md5");
  let bytes = 0;
  for await (const piece of content) {
    sha256.update(piece);
    md5.update(piece);
    bytes += piece.length;
  }
  return { sha256: sha256.digest("hex"), md5: md5.digest("hex"), bytes };
}

/**
 * What is wrong with a firmware signing certificate (L01.FR.21–22); null where nothing is. Without roots of
 * makers only its dates count: whether it is the maker's the charger knows itself.
 */
export function signingCertificateProblem(
  pem: string,
  makerRoots: readonly X509Certificate[],
  nowWallMs: number,
): string | null {
  const [leaf, ...others] = certificatesIn(pem) ?? [];
  if (leaf === undefined) return "certificate not readable";
  if (makerRoots.length > 0) {
    const chain = readChain([leaf, ...others].map(({ raw }) => raw), makerRoots, nowWallMs);
    return chain.ok ? null : chain.problem;
  }
  if (Date.parse(leaf.validFrom) > nowWallMs) return "certificate not yet valid";
  return Date.parse(leaf.validTo) < nowWallMs ? "certificate expired" : null;
}

/** The salt is as long as its maker made it (RSA_PSS_SALTLEN_AUTO). */
const SALT_AUTO = -2;

/**
 * True where the maker signed this content. 2.1 L01.FR.04 wants RSA-PSS over SHA-256; makers also sign by
 * ECDSA and by the older RSA form, and their chargers take it: here, too, they count.
 */
export async function isSignedBy(
  content: () => AsyncIterable<Uint8Array>,
  { signature, certificate }: FirmwareSigning,
): Promise<boolean> {
  const [leaf] = certificatesIn(certificate) ?? [];
  const given = Buffer.from(signature, "base64");
  if (leaf === undefined || given.length === 0) return false;
  const verify = createVerify("sha256");
  const older = createVerify("sha256");
  for await (const piece of content()) {
    verify.update(piece);
    older.update(piece);
  }
  const key = leaf.publicKey;
  try {
    if (key.asymmetricKeyType !== "rsa") return verify.verify(key, given);
    const isPss = verify.verify(
      { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: SALT_AUTO },
      given,
    );
    return isPss || older.verify({ key, padding: constants.RSA_PKCS1_PADDING }, given);
  } catch {
    // A key or a signature of a kind that is not known here.
    return false;
  }
}
