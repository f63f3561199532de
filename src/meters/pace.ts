/** A wait that doubles with each failure, up to a longest. */
export interface BackOff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/**
 * How long to wait after the `failures`-th failure in a row, in milliseconds; 0 after none. Short at
 * the longest: a meter that is back counts again within seconds.
 */
export function backOffMs(failures: number, backOff: BackOff): number {
  if (failures < 1) return 0;
  // Beyond 2^30 the product says nothing new, but could overflow.
  return Math.min(backOff.longestMs, backOff.firstMs * 2 ** Math.min(failures - 1, 30));
}

/**
 * When the next poll is due: at the next multiple of the interval after the last start, missed ones
 * skipped, so that polls never pile up behind a slow meter.
 */
export function nextPollMs(startedMs: number, intervalMs: number, nowMs: number): number {
  const slots = Math.max(1, Math.ceil((nowMs - startedMs) / intervalMs));
  return startedMs + slots * intervalMs;
}
