/** How many requests one visitor may send. */
export interface RateRules {
  readonly perSecond: number;
  /** So many may come at once after a pause. */
  readonly burst: number;
  /** Bounds the memory that strangers can take; the longest silent are forgotten first. */
  readonly keysMax: number;
}

/** Of a person or a script that is signed in: a page with many pictures is far below it. */
export const KNOWN_RATE: RateRules = { perSecond: 50, burst: 200, keysMax: 1_000 };
/** Of an address that nobody has signed in from. */
export const STRANGER_RATE: RateRules = { perSecond: 10, burst: 60, keysMax: 2_000 };

/** Counts requests by who sends them. */
export interface RequestRate {
  /** 0 where the request may go on; else the milliseconds until the next one may. */
  take(key: string, nowMs: number): number;
}

/** Creates it with nobody known: buckets that fill up again with time. */
export function createRequestRate({ perSecond, burst, keysMax }: RateRules): RequestRate {
  const buckets = new Map<string, { readonly left: number; readonly atMs: number }>();
  return {
    take(key, nowMs) {
      const before = buckets.get(key) ?? { left: burst, atMs: nowMs };
      const refilled = before.left + (nowMs - before.atMs) / 1_000 * perSecond;
      const left = Math.min(burst, refilled);
      const mayGo = left >= 1;
      buckets.delete(key);
      buckets.set(key, { left: mayGo ? left - 1 : left, atMs: nowMs });
      const oldest = buckets.keys().next().value;
      if (buckets.size > keysMax && oldest !== undefined) buckets.delete(oldest);
      return mayGo ? 0 : Math.ceil((1 - left) / perSecond * 1_000);
    },
  };
}
