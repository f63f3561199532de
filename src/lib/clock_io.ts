import type { Clock } from "./clock.ts";

/** The longest delay that the runtime's timers take (24.8 days); longer ones would fire at once. */
const TIMER_LIMIT_MS = 2_147_483_647;

/** The machine's own time. */
export function createSystemClock(): Clock {
  return {
    wallMs: () => Date.now(),
    monoMs: () => performance.now(),
    after(delayMs, run) {
      let timer = wait(Math.max(0, delayMs));
      function wait(restMs: number): ReturnType<typeof setTimeout> {
        return restMs > TIMER_LIMIT_MS
          ? setTimeout(() => timer = wait(restMs - TIMER_LIMIT_MS), TIMER_LIMIT_MS)
          : setTimeout(run, restMs);
      }
      return () => clearTimeout(timer);
    },
  };
}
