/** Things happen, and tests wait for them: no fixed waits, no polling. */
export interface Happenings {
  /** Something happened: whoever waits looks again. */
  notify(): void;
  /**
   * Resolves with what `look` finds as soon as that is not null. Throws with `what` when it takes
   * longer than `withinMs`.
   */
  until<T>(what: string, look: () => T | null | undefined, withinMs?: number): Promise<T>;
}

const PATIENCE_MS = 15_000;

/** Creates happenings with nobody waiting. */
export function createHappenings(): Happenings {
  const waiting = new Set<() => void>();
  return {
    notify() {
      for (const lookAgain of [...waiting]) lookAgain();
    },
    until<T>(what: string, look: () => T | null | undefined, withinMs = PATIENCE_MS): Promise<T> {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(lookAgain);
          reject(new Error(`Nothing after ${withinMs} ms: ${what}`));
        }, withinMs);
        function lookAgain(): void {
          const found = look();
          if (found === null || found === undefined) return;
          clearTimeout(timer);
          waiting.delete(lookAgain);
          resolve(found);
        }
        waiting.add(lookAgain);
        lookAgain();
      });
    },
  };
}

/** A port that nobody uses now. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}
