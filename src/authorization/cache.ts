import type { IdTokenInfo } from "../ocpp/mod.ts";

/** The newest answer about a token, kept under a keyed digest of it (ruling 8, C10.FR.12). */
export interface CachedToken {
  readonly digest: string;
  readonly info: IdTokenInfo;
  /** When it was last learnt or used: its lifetime counts from then. */
  readonly usedAtMs: number;
}

/** The newest answers of the CSMS, good and bad (1.6 §3.5.1, 2.x C10), each under its digest. */
export interface TokenCache {
  size(): number;
  /** The answer as it is, however old; no use of it. */
  get(digest: string): CachedToken | undefined;
  has(digest: string): boolean;
  /**
   * The answer about a token; this counts as a use of it. Undefined for one that was never learnt or
   * lay unused longer than the lifetime; where the answer says itself until when it holds, that
   * counts instead (C10.FR.08, FR.13), and who reads it has to look.
   */
  use(digest: string, nowWallMs: number, lifetimeMs: number): CachedToken | undefined;
  /**
   * Stores the newest answer. A full cache first lets go of answers that are not valid, then of the
   * one unused for longest.
   */
  remember(digest: string, info: IdTokenInfo, nowWallMs: number): {
    readonly stored: CachedToken;
    readonly evicted: readonly string[];
  };
  /** False where there was none. */
  forget(digest: string): boolean;
  /** Forgets all; the digests of what there was. */
  clear(): readonly string[];
  /** Entries whose use on disk is an hour old or more. They count as written from here on. */
  usesToWrite(): readonly CachedToken[];
  /**
   * What time it is at least. A machine without a battery behind its clock boots in 1970: then the
   * newest use of any token says how late it is at least.
   */
  timeMs(nowWallMs: number): number;
}

interface Entry {
  readonly cached: CachedToken;
  /** Until when the answer itself says that it holds; infinite where it does not say. */
  readonly holdsUntilMs: number;
  /** The use that is on disk. */
  readonly writtenUseMs: number;
}

/** A use is written when the one on disk is so old: a restart costs no more of a token's life. */
const WRITE_USE_AFTER_MS = 3_600_000;

/** No clock that was ever set says less. */
const CLOCK_SET_MS = Date.UTC(2025, 0, 1);

/** Opens the cache on what was on disk. */
export function createTokenCache(
  capacity: number,
  stored: ReadonlyMap<string, CachedToken>,
): TokenCache {
  /** The one used last is last. */
  const entries = new Map<string, Entry>();
  const unwritten = new Set<string>();
  let newestUseMs = Number.NEGATIVE_INFINITY;
  const oldestFirst = [...stored.values()].toSorted((a, b) => a.usedAtMs - b.usedAtMs);
  for (const cached of oldestFirst) set(cached, cached.usedAtMs);

  function set(cached: CachedToken, writtenUseMs: number): void {
    const { digest, info: { cacheExpiryDateTime }, usedAtMs } = cached;
    const untilMs = cacheExpiryDateTime === undefined ? NaN : Date.parse(cacheExpiryDateTime);
    const holdsUntilMs = Number.isNaN(untilMs) ? Number.POSITIVE_INFINITY : untilMs;
    entries.delete(digest);
    entries.set(digest, { cached, holdsUntilMs, writtenUseMs });
    newestUseMs = Math.max(newestUseMs, usedAtMs);
  }

  function timeMs(nowWallMs: number): number {
    return nowWallMs < CLOCK_SET_MS ? Math.max(nowWallMs, newestUseMs) : nowWallMs;
  }

  function isOver({ cached, holdsUntilMs }: Entry, nowWallMs: number, lifetimeMs: number): boolean {
    if (holdsUntilMs !== Number.POSITIVE_INFINITY) return false;
    // Learnt while nobody knew the time: how long ago cannot be told.
    if (cached.usedAtMs < CLOCK_SET_MS) return false;
    return timeMs(nowWallMs) - cached.usedAtMs > lifetimeMs;
  }

  /** One look at each is enough, and it is taken only where a full cache learns somebody new. */
  function worstBut(newest: string, nowMs: number): string | undefined {
    let worst: Entry | undefined;
    let isWorstValid = true;
    for (const entry of entries.values()) {
      const { digest, info: { status }, usedAtMs } = entry.cached;
      if (digest === newest) continue;
      const isValid = status === "Accepted" && entry.holdsUntilMs > nowMs;
      const isWorse = worst === undefined || (isWorstValid && !isValid) ||
        (isWorstValid === isValid && usedAtMs < worst.cached.usedAtMs);
      if (!isWorse) continue;
      worst = entry;
      isWorstValid = isValid;
    }
    return worst?.cached.digest;
  }

  function forget(digest: string): boolean {
    unwritten.delete(digest);
    return entries.delete(digest);
  }

  return {
    size: () => entries.size,
    get: (digest) => entries.get(digest)?.cached,
    has: (digest) => entries.has(digest),
    timeMs,
    use(digest, nowWallMs, lifetimeMs) {
      const entry = entries.get(digest);
      if (entry === undefined || isOver(entry, nowWallMs, lifetimeMs)) return undefined;
      const { cached, writtenUseMs } = entry;
      const usedAtMs = timeMs(nowWallMs);
      set({ ...cached, usedAtMs }, writtenUseMs);
      // In either direction: the clock may have been set back since.
      if (Math.abs(usedAtMs - writtenUseMs) >= WRITE_USE_AFTER_MS) unwritten.add(digest);
      return cached;
    },
    remember(digest, info, nowWallMs) {
      const usedAtMs = timeMs(nowWallMs);
      const stored: CachedToken = { digest, info: cacheable(info), usedAtMs };
      set(stored, usedAtMs);
      unwritten.delete(digest);
      const evicted: string[] = [];
      while (entries.size > capacity) {
        const worst = worstBut(digest, usedAtMs);
        if (worst === undefined) break;
        forget(worst);
        evicted.push(worst);
      }
      return { stored, evicted };
    },
    forget,
    clear() {
      const digests = [...entries.keys()];
      entries.clear();
      unwritten.clear();
      return digests;
    },
    usesToWrite() {
      const used = [...unwritten].flatMap((digest) => entries.get(digest)?.cached ?? []);
      for (const cached of used) set(cached, cached.usedAtMs);
      unwritten.clear();
      return used;
    },
  };
}

/** 2.1 C10.FR.14: additional information about the group is not kept. */
function cacheable(info: IdTokenInfo): IdTokenInfo {
  if (info.groupIdToken?.additionalInfo === undefined) return info;
  const { additionalInfo: _left, ...groupIdToken } = info.groupIdToken;
  return { ...info, groupIdToken };
}
