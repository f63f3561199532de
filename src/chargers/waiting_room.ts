/** A charger that knocked and is not known: an operator may let it in (ruling 12). */
export interface WaitingCharger {
  readonly chargerId: string;
  readonly remoteAddress: string;
  readonly protocols: readonly string[];
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  readonly knocks: number;
}

/**
 * Who waits to be adopted. Bounded: of the address that most come from, the one that knocked longest ago
 * makes room. So that somebody with a list of names takes the places of nobody else.
 */
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
  /** Who knocked longest ago is first. */
  const waiting = new Map<string, WaitingCharger>();

  function busiest(): string {
    const counts = new Map<string, number>();
    for (const { remoteAddress } of waiting.values()) {
      counts.set(remoteAddress, (counts.get(remoteAddress) ?? 0) + 1);
    }
    const most = Math.max(...counts.values());
    const [address = ""] = [...counts].find(([, count]) => count === most) ?? [];
    return address;
  }

  function oldestOf(address: string): string | undefined {
    return [...waiting.values()].find(({ remoteAddress }) => remoteAddress === address)?.chargerId;
  }

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
      if (waiting.size > capacity) waiting.delete(oldestOf(busiest()) ?? chargerId);
      return charger;
    },
    list: () => [...waiting.values()].reverse(),
    leave: (chargerId) => waiting.delete(chargerId),
  };
}
