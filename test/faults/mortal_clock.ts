import type { Clock } from "../../src/lib/clock.ts";

/** A clock that can be stopped: what was still to come does not happen then. */
export interface MortalClock extends Clock {
  end(): void;
}

/**
 * The clock of a site that ends with it. A simulated charger that is taken away leaves a timer behind
 * when it has just been told a profile.
 */
export function createMortalClock(clock: Clock): MortalClock {
  const timers = new Set<() => void>();
  return {
    ...clock,
    after(delayMs, run) {
      const cancel = clock.after(delayMs, () => {
        timers.delete(cancel);
        run();
      });
      timers.add(cancel);
      return () => {
        timers.delete(cancel);
        cancel();
      };
    },
    end() {
      for (const cancel of timers) cancel();
      timers.clear();
    },
  };
}
