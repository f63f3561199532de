import type { X509Certificate } from "node:crypto";
import { certificatesIn } from "./chain.ts";
import type { IssuedCertificate } from "./issued.ts";

/** How far chargers are with a root that follows another. */
export interface RollOver {
  /** The one that signs now. */
  readonly newest: X509Certificate;
  /** Those before it that still count, the newest first. */
  readonly older: readonly X509Certificate[];
  /** Chargers that come with a certificate of an older root. */
  readonly withOldCertificate: readonly string[];
  /** Chargers that come over TLS and have not taken the newest root: they would not know the gateway. */
  readonly withoutRoot: readonly string[];
}

/** What is known of a charger, as far as roots go. */
export interface RootKnowledge {
  readonly id: string;
  /** The lowest security profile that it may come with. */
  readonly leastProfile?: 0 | 1 | 2 | 3;
  /** Fingerprint of the root that it has taken last. */
  readonly rootGiven?: string;
}

/** Null where there is no root, or only one: nothing rolls. */
export function rollOverOf(
  roots: readonly string[],
  issued: Iterable<IssuedCertificate>,
  chargers: Iterable<RootKnowledge>,
  nowWallMs: number,
): RollOver | null {
  const [newest, ...older] = roots.flatMap((pem) => certificatesIn(pem) ?? []);
  if (newest === undefined || older.length === 0) return null;
  const inUse = new Map<string, IssuedCertificate>();
  for (const each of issued) {
    if (each.firstUsedMs === undefined || each.revoked !== undefined) continue;
    if (each.notAfterMs <= nowWallMs) continue;
    const before = inUse.get(each.chargerId);
    if (before === undefined || each.notAfterMs > before.notAfterMs) {
      inUse.set(each.chargerId, each);
    }
  }
  const sinceMs = Date.parse(newest.validFrom) + BACKDATED_MS;
  const isOld = ({ issuer, issuedAtMs }: IssuedCertificate) =>
    issuer === undefined ? issuedAtMs < sinceMs : older.some((root) => root.subject === issuer);
  return {
    newest,
    older,
    withOldCertificate: [...inUse.values()].filter(isOld).map(({ chargerId }) => chargerId)
      .toSorted(),
    withoutRoot: [...chargers]
      .filter(({ leastProfile = 0, rootGiven }) =>
        leastProfile >= 2 && rootGiven !== newest.fingerprint256
      )
      .map(({ id }) => id).toSorted(),
  };
}

/** A root begins a day before it was made. */
const BACKDATED_MS = 86_400_000;
