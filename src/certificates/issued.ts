import type { X509Certificate } from "node:crypto";
import { type Drop, drop, type Put, put } from "../lib/write.ts";

/** A certificate that the site's own authority has given to a charger, or one that is refused. */
export interface IssuedCertificate {
  /** SHA-256 of it, as pairs of hexadecimal digits: the key of the record. */
  readonly fingerprint: string;
  readonly chargerId: string;
  readonly serialNumber: string;
  /** In one line, as "CN=CP01, O=Depot"; absent in records from before it was kept. */
  readonly subject?: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly issuedAtMs: number;
  /** The name of who has signed it; absent in records of before. */
  readonly issuer?: string;
  /** The charger has come with it. */
  readonly firstUsedMs?: number;
  readonly revoked?: { readonly atMs: number; readonly reason: string };
}

/** What the ledger keeps of certificates. */
export interface CertificateCollections {
  readonly "issued-certificates": IssuedCertificate;
}

type IssuedWrite =
  | Put<"issued-certificates", IssuedCertificate>
  | Drop<"issued-certificates">;

/** Who has which certificate, and which are revoked. Whatever changes it returns what to write. */
export interface CertificateBook {
  of(chargerId: string): readonly IssuedCertificate[];
  all(): readonly IssuedCertificate[];
  isRevoked(certificate: X509Certificate): boolean;
  issue(certificate: X509Certificate, chargerId: string, nowWallMs: number): IssuedWrite[];
  /** A charger has come with it, whoever has issued it. */
  used(certificate: X509Certificate, chargerId: string, nowWallMs: number): IssuedWrite[];
  /** All that the charger was given or has come with: none of them is trusted again. */
  revoke(chargerId: string, reason: string, nowWallMs: number): IssuedWrite[];
}

/** So long after its end nobody asks about a certificate any more, even if a clock was set back. */
const KEEP_MS = 365 * 86_400_000;

/** Whoever made it chose how long its subject is. */
const SUBJECT_LENGTH_MAX = 200;

/** Opens the book on what was on disk. */
export function createCertificateBook(held: Iterable<IssuedCertificate>): CertificateBook {
  const issued = new Map([...held].map((each) => [each.fingerprint, each]));

  function save(record: IssuedCertificate): IssuedWrite {
    issued.set(record.fingerprint, record);
    return put("issued-certificates", record.fingerprint, record);
  }

  function of(chargerId: string): readonly IssuedCertificate[] {
    return [...issued.values()].filter((each) => each.chargerId === chargerId);
  }

  function forget(nowWallMs: number): IssuedWrite[] {
    const old = [...issued.values()].filter(({ notAfterMs }) => notAfterMs + KEEP_MS < nowWallMs);
    for (const { fingerprint } of old) issued.delete(fingerprint);
    return old.map(({ fingerprint }) => drop("issued-certificates", fingerprint));
  }

  return {
    of,
    all: () => [...issued.values()],
    isRevoked: ({ fingerprint256 }) => issued.get(fingerprint256)?.revoked !== undefined,
    issue(certificate, chargerId, nowWallMs) {
      return [save(recordOf(certificate, chargerId, nowWallMs)), ...forget(nowWallMs)];
    },
    used(certificate, chargerId, nowWallMs) {
      const record = issued.get(certificate.fingerprint256) ??
        recordOf(certificate, chargerId, nowWallMs);
      if (record.firstUsedMs !== undefined) return [];
      return [save({ ...record, firstUsedMs: nowWallMs })];
    },
    revoke(chargerId, reason, nowWallMs) {
      return of(chargerId).filter(({ revoked }) => revoked === undefined)
        .map((each) => save({ ...each, revoked: { atMs: nowWallMs, reason } }));
    },
  };
}

function recordOf(
  { fingerprint256, serialNumber, subject, issuer, validFrom, validTo }: X509Certificate,
  chargerId: string,
  issuedAtMs: number,
): IssuedCertificate {
  return {
    fingerprint: fingerprint256,
    chargerId,
    serialNumber,
    subject: subject.replaceAll("\n", ", ").slice(0, SUBJECT_LENGTH_MAX),
    notBeforeMs: Date.parse(validFrom),
    notAfterMs: Date.parse(validTo),
    issuedAtMs,
    issuer,
  };
}
