/**
 * Transactions of one connection that have begun while the charger does not know their number yet: it
 * takes a limit for such a transaction as one for another, and refuses it (1.6 §5.16.2).
 */
export interface UnansweredStarts {
  /** A transaction begins on a slot. Call what is returned once the charger has its answer. */
  begin(slot: number): () => void;
  /** Resolves when the charger has its answer; undefined where it waits for none. */
  answered(slot: number): Promise<void> | undefined;
}

/** None so far. */
export function createUnansweredStarts(): UnansweredStarts {
  const waiting = new Map<number, Promise<void>>();
  return {
    begin(slot) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.set(slot, promise);
      return () => {
        if (waiting.get(slot) === promise) waiting.delete(slot);
        resolve();
      };
    },
    answered: (slot) => waiting.get(slot),
  };
}
