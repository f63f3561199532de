import {
  type CertificateBook,
  certificatesIn,
  type IssuedCertificate,
} from "./certificates/mod.ts";
import type { ViewPorts } from "./gateway_view_ports.ts";
import { isoTime } from "./lib/clock.ts";
import type { ChargerRecord } from "./site/mod.ts";
import type {
  ChargerCertificateView,
  ChargerSecurityView,
  RootView,
  SecurityProfile,
  SecurityView,
} from "./web/mod.ts";

/** How a charger proves who it is; `profile` is that of the connection it has now. */
export function chargerSecurityView(
  record: ChargerRecord,
  profile: SecurityProfile | null,
  certificates: Pick<CertificateBook, "of">,
): ChargerSecurityView {
  const { id, leastProfile = 0, passwordDigest, passwordSinceMs, nextPasswordDigest } = record;
  return {
    profile,
    leastProfile,
    password: {
      kept: passwordDigest !== null,
      since: passwordSinceMs === undefined ? null : isoTime(passwordSinceMs),
      changing: nextPasswordDigest !== undefined,
    },
    certificates: certificates.of(id)
      .toSorted((left, right) => right.notAfterMs - left.notAfterMs)
      .map(certificateView),
  };
}

function certificateView(record: IssuedCertificate): ChargerCertificateView {
  const { fingerprint, serialNumber, subject = null, firstUsedMs, revoked } = record;
  return {
    fingerprint,
    serialNumber,
    subject,
    from: isoTime(record.notBeforeMs),
    until: isoTime(record.notAfterMs),
    issuedAt: isoTime(record.issuedAtMs),
    firstUsed: firstUsedMs === undefined ? null : isoTime(firstUsedMs),
    revoked: revoked === undefined ? null : { at: isoTime(revoked.atMs), reason: revoked.reason },
  };
}

/** What the security of the whole site stands on. */
export function siteSecurityView(
  { listeners, doors, ownRoots }: Pick<ViewPorts, "listeners" | "doors" | "ownRoots">,
): SecurityView {
  const behind = doors();
  return {
    listeners: listeners().map((listener, index) => {
      const { tls = null, names } = behind[index] ?? {};
      const pair = tls === null ? null : tls.reread?.() ?? tls;
      const isOwn = names !== undefined;
      return {
        ...listener,
        isOwn,
        certificateUntil: pair === null || isOwn ? null : endOf(pair.cert),
      };
    }),
    roots: ownRoots().flatMap(rootViews),
  };
}

function endOf(pem: string): string | null {
  const leaf = certificatesIn(pem)?.[0];
  return leaf === undefined ? null : isoTime(Date.parse(leaf.validTo));
}

function rootViews(pem: string): readonly RootView[] {
  return (certificatesIn(pem) ?? []).map(({ subject, fingerprint256, validFrom, validTo }) => ({
    subject: subject.replaceAll("\n", ", "),
    fingerprint: fingerprint256,
    from: isoTime(Date.parse(validFrom)),
    until: isoTime(Date.parse(validTo)),
  }));
}
