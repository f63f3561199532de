import type { Load } from "./lanes.ts";
import type { OutboxRules } from "./queue.ts";

/** How much may wait for the CSMS, by what it is: the best last to go. */
export interface OutboxBounds {
  /** Starts and ends. Beyond it new sessions are refused; those that run are kept and ended. */
  readonly sessions: Load;
  /** Security events and firmware states. Beyond it the oldest goes, critical ones last. */
  readonly notices: Load;
  /** Meter rows. Beyond it every second one goes; near it, every second reading of ended sessions. */
  readonly readings: Load;
}

const MIB = 1_048_576;

/** Room for months of a busy site, on a disk of 8 GB. */
export const OUTBOX_BOUNDS: OutboxBounds = {
  sessions: { rows: 100_000, bytes: 128 * MIB },
  notices: { rows: 10_000, bytes: 8 * MIB },
  readings: { rows: 1_000_000, bytes: 512 * MIB },
};

/**
 * The rules that no variable of the device model changes. A message of 50 readings in 48 kB stays under
 * the 64 KiB frames that peers are known to take; four of them tell a session (ruling 3).
 */
export const OUTBOX_LIMITS:
  & Pick<OutboxRules, "openMessagesMax" | "endedMessagesMax" | "message">
  & { readonly bounds: OutboxBounds } = {
    openMessagesMax: 8,
    endedMessagesMax: 4,
    message: { readings: 50, bytes: 48_000 },
    bounds: OUTBOX_BOUNDS,
  };
