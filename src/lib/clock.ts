/**
 * A source of time, given as a parameter to everything that waits or dates.
 *
 * Wall time labels records and may jump in either direction when the machine's clock is set.
 * Monotonic time measures waiting and never goes back. Never compare one with the other.
 */
export interface Clock {
  /** Unix time in milliseconds. */
  wallMs(): number;
  /** Milliseconds since an arbitrary start. */
  monoMs(): number;
  /** Calls `run` once, `delayMs` from now. The returned function cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

/**
 * Resolves after `delayMs`, or as soon as `signal` aborts. Says which of the two it was.
 */
export function sleep(
  clock: Clock,
  delayMs: number,
  signal?: AbortSignal,
): Promise<"elapsed" | "aborted"> {
  if (signal?.aborted) return Promise.resolve("aborted");
  return new Promise((resolve) => {
    const onAbort = () => {
      cancel();
      resolve("aborted");
    };
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve("elapsed");
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/** What `within` resolves to when time was up first. */
export const TIMED_OUT: unique symbol = Symbol("timed out");

/** Resolves with the promise's value, or with `TIMED_OUT` if that takes longer than `limitMs`. */
export function within<T>(
  clock: Clock,
  limitMs: number,
  promise: Promise<T>,
): Promise<T | typeof TIMED_OUT> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(limitMs, () => resolve(TIMED_OUT));
    promise.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error) => {
        cancel();
        reject(error);
      },
    );
  });
}

/** A timer that calls `run` each `periodMs` until the returned function is called. */
export function every(clock: Clock, periodMs: number, run: () => void): () => void {
  let cancel = clock.after(periodMs, tick);
  function tick(): void {
    cancel = clock.after(periodMs, tick);
    run();
  }
  return () => cancel();
}

/** Unix milliseconds as OCPP wants them: RFC 3339, UTC, whole milliseconds. */
export function isoTime(wallMs: number): string {
  return new Date(wallMs).toISOString();
}
