import type { IdTokenInfo } from "../ocpp/mod.ts";
import { isExpired } from "../site/mod.ts";

/** The newest answer about a token, kept under a keyed digest of it (ruling 8, C10.FR.12). */
export interface CachedToken {
  readonly digest: string;
  readonly info: IdTokenInfo;
  /** When it was last learnt or used: its lifetime counts from then. */
  readonly usedAtMs: number;
}

/** Answers by the digest of their token. */
export type AuthorizationCache = ReadonlyMap<string, CachedToken>;

/** What the cache says of a token. */
export type CacheLookup =
  | { readonly kind: "unknown" }
  | { readonly kind: "found"; readonly cached: CachedToken };

/** A cache with one more answer, and who had to go for it. */
export interface CacheChange {
  readonly cache: AuthorizationCache;
  readonly stored: CachedToken;
  readonly evicted: readonly string[];
}

/** Looks a token up. One that lay unused longer than the lifetime is as good as unknown. */
export function lookUp(
  cache: AuthorizationCache,
  digest: string,
  nowWallMs: number,
  lifetimeMs: number,
): CacheLookup {
  const cached = cache.get(digest);
  if (cached === undefined || nowWallMs - cached.usedAtMs > lifetimeMs) return { kind: "unknown" };
  return { kind: "found", cached };
}

/**
 * Stores the newest answer, good or bad (1.6 §3.5.1). A full cache first lets go of answers that are
 * not valid, then of the oldest.
 */
export function remember(
  cache: AuthorizationCache,
  digest: string,
  info: IdTokenInfo,
  nowWallMs: number,
  capacity: number,
): CacheChange {
  const stored: CachedToken = { digest, info, usedAtMs: nowWallMs };
  const next = new Map(cache);
  next.delete(digest);
  next.set(digest, stored);
  const evicted: string[] = [];
  while (next.size > capacity) {
    const victim = evictionOrder(next, digest, nowWallMs)[0];
    if (victim === undefined) break;
    next.delete(victim);
    evicted.push(victim);
  }
  return { cache: next, stored, evicted };
}

function evictionOrder(
  cache: ReadonlyMap<string, CachedToken>,
  newest: string,
  nowWallMs: number,
): string[] {
  const isValid = ({ info }: CachedToken) =>
    info.status === "Accepted" && !isExpired(info, nowWallMs) ? 1 : 0;
  return [...cache.values()]
    .filter(({ digest }) => digest !== newest)
    .toSorted((a, b) => isValid(a) - isValid(b) || a.usedAtMs - b.usedAtMs)
    .map(({ digest }) => digest);
}
