import type { Clock } from "../../lib/clock.ts";

/** Gathers what changed, and tells at most once in so many milliseconds. */
export interface Coalescer<Subject> {
  /** Notes that a subject changed. However often it does, it is told once. */
  touch(key: string, subject: Subject): void;
  close(): void;
}

/**
 * Creates a coalescer. The first change after a quiet time is told at once; later ones wait until
 * `intervalMs` have passed since the last telling; as a function it may say another each time.
 */
export function createCoalescer<Subject>(
  clock: Clock,
  intervalMs: number | (() => number),
  tell: (subjects: readonly Subject[]) => void,
): Coalescer<Subject> {
  const changed = new Map<string, Subject>();
  let lastToldMs = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | null = null;
  const dueMs = () => lastToldMs + (typeof intervalMs === "number" ? intervalMs : intervalMs());

  function flush(): void {
    cancel = null;
    lastToldMs = clock.monoMs();
    const subjects = [...changed.values()];
    changed.clear();
    tell(subjects);
  }

  return {
    touch(key, subject) {
      changed.set(key, subject);
      // Through a timer even when due: the event's source finishes what it is doing first.
      cancel ??= clock.after(Math.max(0, dueMs() - clock.monoMs()), flush);
    },
    close() {
      cancel?.();
      cancel = null;
      changed.clear();
    },
  };
}
