import { type CertificateBook, certificatesIn, commonName } from "./certificates/mod.ts";
import type { Clock } from "./lib/clock.ts";
import type { Events } from "./lib/events.ts";
import type { SiteEvents } from "./site/mod.ts";

/** A certificate that somebody would miss. */
export interface Expiring {
  /** Whose it is: "site", "pages", a charger. */
  readonly subject: string;
  /** In a sentence: "the certificate of CP1". */
  readonly what: string;
  readonly notAfterMs: number;
}

const DAY_MS = 86_400_000;
/** So long before, somebody is told… */
export const WARNED_DAYS = 30;
/** … and so long before, it is an alarm. */
export const ALARMED_DAYS = 7;

type Stage = "in order" | "soon" | "very soon" | "over";

/**
 * Says of each certificate that it ends, before it does: a warning at 30 days, an alarm at 7. Returns what
 * to call now and then.
 */
export function watchExpiry(
  { clock, events }: { readonly clock: Pick<Clock, "wallMs">; readonly events: Events<SiteEvents> },
  sources: () => readonly Expiring[],
): () => void {
  const told = new Map<string, Stage>();

  function tell({ subject, what }: Expiring, stage: Stage, days: number): void {
    const ends = stage === "over" ? "has ended" : `ends in ${days} days`;
    events.emit("fault", {
      kind: "certificate-ends",
      severity: stage === "soon" ? "warning" : "alarm",
      subject,
      text: stage === "in order" ? `${capital(what)} is in order` : `${capital(what)} ${ends}`,
      state: stage === "in order" ? "over" : "raised",
    });
  }

  return () => {
    const nowMs = clock.wallMs();
    const all = sources();
    for (const each of all) {
      const leftMs = each.notAfterMs - nowMs;
      const stage = stageOf(leftMs);
      if ((told.get(each.subject) ?? "in order") === stage) continue;
      told.set(each.subject, stage);
      tell(each, stage, Math.floor(leftMs / DAY_MS));
    }
    // What is not used any more ends unseen.
    for (const [subject, stage] of told) {
      if (all.some((each) => each.subject === subject)) continue;
      told.delete(subject);
      if (stage === "in order") continue;
      tell({ subject, what: `the certificate of ${subject}`, notAfterMs: 0 }, "in order", 0);
    }
  };
}

function stageOf(leftMs: number): Stage {
  if (leftMs <= 0) return "over";
  if (leftMs < ALARMED_DAYS * DAY_MS) return "very soon";
  return leftMs < WARNED_DAYS * DAY_MS ? "soon" : "in order";
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** The first certificate of a PEM text; nothing where it has none. */
export function expiringIn(
  pem: string,
  subject: string,
  what: string,
): readonly Expiring[] {
  const [leaf] = certificatesIn(pem) ?? [];
  return leaf === undefined ? [] : [{ subject, what, notAfterMs: Date.parse(leaf.validTo) }];
}

/** Roots of the site's own authority: whoever knows no other does not know the gateway then. */
export function expiringRoots(roots: readonly string[]): readonly Expiring[] {
  return roots.flatMap((pem) => {
    const [root] = certificatesIn(pem) ?? [];
    const name = root === undefined ? "" : commonName(root) ?? "";
    return expiringIn(pem, name, `the root "${name}" of the certificates of chargers`);
  });
}

/** Of each charger the one that lasts longest of those that it has come with. */
export function expiringOfChargers(book: Pick<CertificateBook, "all">): readonly Expiring[] {
  const newest = new Map<string, number>();
  for (const { chargerId, notAfterMs, firstUsedMs, revoked } of book.all()) {
    if (firstUsedMs === undefined || revoked !== undefined) continue;
    newest.set(chargerId, Math.max(notAfterMs, newest.get(chargerId) ?? 0));
  }
  return [...newest].map(([subject, notAfterMs]) => ({
    subject,
    what: `the certificate of ${subject}`,
    notAfterMs,
  }));
}
