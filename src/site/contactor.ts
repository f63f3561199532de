import type { Result } from "../lib/result.ts";

/**
 * A contactor in front of chargers, whatever it is reached by: the last means against one that does
 * not obey. Declared here because signals drive it and the gateway decides about it.
 */
export interface Contactor {
  readonly id: string;
  /** Slots behind it: all of them lose their current. */
  readonly slots: readonly number[];
  /**
   * Opens or closes it, and resolves when the device says that it did. The error is what a person at
   * the cabinet can act on. Saying again what it was told does no harm. Never rejects, and never takes
   * longer than a few seconds.
   */
  set(isOpen: boolean): Promise<Result<void, string>>;
  /** Lets go of sockets. The contactor stays as it is. */
  stop(): Promise<void>;
}

/** A contactor that we opened and have not closed. It survives a restart of the gateway. */
export interface OpenContactor {
  readonly id: string;
  readonly openedAtMs: number;
  /** The slot for whose sake it was opened. */
  readonly slot: number;
  /** It was opened only to be closed again at once, also by the next run; absent: it stays open. */
  readonly isPowerCycle?: true;
}
