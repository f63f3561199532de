/** What a porch holds. */
export interface PorchRules {
  /** How many may take longer than `patienceMs` to say who they are. */
  readonly slowMax: number;
  readonly patienceMs: number;
  /** How many may stand there in all: a whole site that has its power back comes at once. */
  readonly guestsMax: number;
  /** How many a second are let up from an address that has worn out its welcome. */
  readonly wornPerSecond: number;
}

/** Bounds that suit a site of some hundred chargers. */
export const PORCH: PorchRules = {
  slowMax: 32,
  patienceMs: 1_000,
  guestsMax: 256,
  wornPerSecond: 10,
};

/**
 * Who is connected and has not shown who he is. It never fills up for those who come after: whoever
 * has stood there for longest goes, of the address that has most there. So that somebody who opens
 * connection after connection takes the places of nobody but himself.
 */
export interface Porch<Guest> {
  /** Somebody comes up; who has to go for it, which may be the newcomer himself. */
  enter(guest: Guest, address: string, isWorn: boolean, nowMs: number): Guest | null;
  /** He was let in, or is gone. False where he was not there any more. */
  leave(guest: Guest): boolean;
  size(): number;
}

interface Place {
  readonly address: string;
  readonly atMs: number;
}

/** Creates an empty porch. */
export function createPorch<Guest>(rules: PorchRules = PORCH): Porch<Guest> {
  /** Who came first is first. */
  const guests = new Map<Guest, Place>();
  const perAddress = new Map<string, number>();
  /** Let up lately, of addresses that are worn; forgotten with each second. */
  const letUp = new Map<string, number>();
  let secondOfLetUp = Number.NEGATIVE_INFINITY;

  function mayComeUp(address: string, nowMs: number): boolean {
    const second = Math.floor(nowMs / 1_000);
    if (second !== secondOfLetUp) letUp.clear();
    secondOfLetUp = second;
    const before = letUp.get(address) ?? 0;
    letUp.set(address, before + 1);
    return before < rules.wornPerSecond;
  }

  function tooMany(nowMs: number): Guest | null {
    if (guests.size > rules.guestsMax) return greediest(Number.POSITIVE_INFINITY);
    const slowBeforeMs = nowMs - rules.patienceMs;
    let slow = 0;
    for (const { atMs } of guests.values()) {
      if (atMs > slowBeforeMs) break;
      slow += 1;
    }
    return slow > rules.slowMax ? greediest(slowBeforeMs) : null;
  }

  /** Of those who came until then: the oldest of the address that has most of all. */
  function greediest(untilMs: number): Guest | null {
    let found: Guest | null = null;
    let most = 0;
    for (const [guest, { address, atMs }] of guests) {
      if (atMs > untilMs) break;
      const count = perAddress.get(address) ?? 0;
      if (count <= most) continue;
      most = count;
      found = guest;
    }
    return found;
  }

  function leave(guest: Guest): boolean {
    const place = guests.get(guest);
    if (place === undefined) return false;
    guests.delete(guest);
    const left = (perAddress.get(place.address) ?? 1) - 1;
    if (left === 0) perAddress.delete(place.address);
    else perAddress.set(place.address, left);
    return true;
  }

  return {
    enter(guest, address, isWorn, nowMs) {
      if (isWorn && !mayComeUp(address, nowMs)) return guest;
      guests.set(guest, { address, atMs: nowMs });
      perAddress.set(address, (perAddress.get(address) ?? 0) + 1);
      const gone = tooMany(nowMs);
      if (gone !== null) leave(gone);
      return gone;
    },
    leave,
    size: () => guests.size,
  };
}
