/** The newest `capacity` items; older ones fall out. */
export interface Ring<T> {
  push(item: T): void;
  /** Oldest first. */
  items(): readonly T[];
  clear(): void;
}

/** Creates an empty ring. Throws `RangeError` for a capacity below 1. */
export function createRing<T>(capacity: number): Ring<T> {
  if (!(capacity >= 1)) throw new RangeError(`Cannot create ring: capacity ${capacity}`);
  let items: T[] = [];
  return {
    push(item) {
      items.push(item);
      // Trimming in halves keeps a push cheap however large the ring is.
      if (items.length >= capacity * 2) items = items.slice(-capacity);
    },
    items: () => items.length > capacity ? items.slice(-capacity) : items.slice(),
    clear() {
      items = [];
    },
  };
}
