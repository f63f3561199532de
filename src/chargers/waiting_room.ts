/** A charger that knocked and is not known: an operator may let it in (ruling 12). */
export interface WaitingCharger {
  readonly chargerId: string;
  readonly remoteAddress: string;
  readonly protocols: readonly string[];
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly knocks: number;
}

/** Who waits to be adopted. Bounded: the one that knocked longest ago makes room. */
export interface WaitingRoom {
  knock(
    charger: Pick<WaitingCharger, "chargerId" | "remoteAddress" | "protocols">,
    nowWallMs: number,
  ): WaitingCharger;
  /** Newest knock first. */
  list(): readonly WaitingCharger[];
  leave(chargerId: string): boolean;
}

/** Creates an empty waiting room for at most `capacity` chargers. */
export function createWaitingRoom(capacity: number): WaitingRoom {
  const waiting = new Map<string, WaitingCharger>();
  return {
    knock({ chargerId, remoteAddress, protocols }, nowWallMs) {
      const before = waiting.get(chargerId);
      const charger: WaitingCharger = {
        chargerId,
        remoteAddress,
        protocols: protocols.slice(0, 8),
        firstSeenMs: before?.firstSeenMs ?? nowWallMs,
        lastSeenMs: nowWallMs,
        knocks: (before?.knocks ?? 0) + 1,
      };
      waiting.delete(chargerId);
      waiting.set(chargerId, charger);
      const oldest = waiting.keys().next().value;
      if (waiting.size > capacity && oldest !== undefined) waiting.delete(oldest);
      return charger;
    },
    list: () => [...waiting.values()].reverse(),
    leave: (chargerId) => waiting.delete(chargerId),
  };
}
