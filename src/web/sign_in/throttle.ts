/** How often signing in may fail. */
export interface ThrottleRules {
  /** Failures within the window that close the door until the window is over. */
  readonly failuresMax: number;
  readonly windowMs: number;
  /** The wait after the first failure; it doubles with each further one. */
  readonly firstDelayMs: number;
  /** Bounds the memory that strangers can take; the oldest keys are forgotten first. */
  readonly keysMax: number;
}

/** Slows guessing down. A key is an account together with an address, or an address alone. */
export interface Throttle {
  /** How long this key has to wait before its next try, in milliseconds; 0 for not at all. */
  waitMs(key: string, nowMs: number): number;
  /**
   * Notes a try as failed, before its outcome is known: else many at once would count as none.
   * `succeed` takes it back.
   */
  tried(key: string, nowMs: number): void;
  succeed(key: string): void;
}

/** Creates a throttle that has seen nothing. */
export function createThrottle(rules: ThrottleRules): Throttle {
  const failures = new Map<string, readonly number[]>();
  const recent = (key: string, nowMs: number) =>
    (failures.get(key) ?? []).filter((atMs) => nowMs - atMs < rules.windowMs);
  return {
    waitMs(key, nowMs) {
      const times = recent(key, nowMs);
      const first = times[0];
      const last = times.at(-1);
      if (first === undefined || last === undefined) return 0;
      if (times.length >= rules.failuresMax) return first + rules.windowMs - nowMs;
      return Math.max(0, last + rules.firstDelayMs * 2 ** (times.length - 1) - nowMs);
    },
    tried(key, nowMs) {
      const times = recent(key, nowMs);
      failures.delete(key);
      failures.set(key, [...times, nowMs].slice(-rules.failuresMax));
      const oldest = failures.keys().next().value;
      if (failures.size > rules.keysMax && oldest !== undefined) failures.delete(oldest);
    },
    succeed: (key) => void failures.delete(key),
  };
}
