/** Before 2024 there was no such gateway: a charger that says so has no clock that was ever set. */
const EARLIEST_MS = Date.parse("2024-01-01T00:00:00Z");

/** A charger's clock may be so much ahead of ours. */
const AHEAD_MS = 5 * 60_000;

/**
 * The moment that a charger's timestamp stands for, for counting time that costs money: a text that is
 * no time, a time before there were gateways or one in the future counts as the moment it was heard.
 */
export function sessionTime(timestamp: string, heardAtMs: number): number {
  const atMs = Date.parse(timestamp);
  return atMs >= EARLIEST_MS && atMs <= heardAtMs + AHEAD_MS ? atMs : heardAtMs;
}
