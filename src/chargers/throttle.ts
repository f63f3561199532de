/** How often something may fail before it is made to wait. */
export interface ThrottleRules {
  readonly failuresMax: number;
  readonly windowMs: number;
  readonly blockMs: number;
  /** Bounds the memory that hostile keys can take; the oldest are forgotten first. */
  readonly keysMax: number;
}

/** Counts failures by key: an identity, an address. */
export interface Throttle {
  isBlocked(key: string, nowMs: number): boolean;
  /** Notes a failure; true when it is the one that blocks. */
  fail(key: string, nowMs: number): boolean;
  succeed(key: string): void;
}

interface Record {
  readonly failedAtMs: readonly number[];
  readonly blockedUntilMs: number;
}

/** Creates a throttle that knows of no failure. */
export function createThrottle(rules: ThrottleRules): Throttle {
  const records = new Map<string, Record>();
  return {
    isBlocked: (key, nowMs) => (records.get(key)?.blockedUntilMs ?? 0) > nowMs,
    fail(key, nowMs) {
      const before = records.get(key)?.failedAtMs ?? [];
      const failedAtMs = [...before.filter((at) => nowMs - at < rules.windowMs), nowMs];
      const blocks = failedAtMs.length >= rules.failuresMax;
      records.delete(key);
      records.set(key, {
        failedAtMs: blocks ? [] : failedAtMs,
        blockedUntilMs: blocks ? nowMs + rules.blockMs : 0,
      });
      const oldest = records.keys().next().value;
      if (records.size > rules.keysMax && oldest !== undefined) records.delete(oldest);
      return blocks;
    },
    succeed: (key) => void records.delete(key),
  };
}
