import { newSlot, type SlotRecord, type Slots } from "./slots.ts";

/** Which slot each EVSE of a charger is to have, by its own number. */
export type WantedSlots = ReadonlyMap<number, number>;

/** What an operator wants of a charger whose EVSEs are bound anew. */
export interface RebindWish {
  readonly chargerId: string;
  /** The number of its highest EVSE. */
  readonly evses: number;
  /** Those that are not named keep theirs, or get a new one. */
  readonly wanted: WantedSlots;
  /** Why a slot cannot be given to another EVSE, or taken out of use, now; null where it can. */
  readonly obstacle: (slot: number) => string | null;
}

/** What is wrong with a wish, and where. */
export interface RebindError {
  /** "slots.2", or "slots" for all of it. */
  readonly path: string;
  readonly message: string;
}

/** The records that change; or what is wrong, all of it. */
export type RebindPlan =
  | { readonly kind: "plan"; readonly changed: readonly SlotRecord[] }
  | { readonly kind: "errors"; readonly errors: readonly RebindError[] };

/**
 * Binds the EVSEs of a charger to slots anew. A slot is a place: it goes to whoever is put there, and
 * what is not there any more leaves a tombstone, whose number is given again only by name.
 */
export function planRebinding(slots: Slots, wish: RebindWish): RebindPlan {
  const errors = errorsIn(slots, wish);
  if (errors.length > 0) return { kind: "errors", errors };
  const table = new Map(slots);
  for (const record of boundAnew(slots, wish)) table.set(record.slot, record);
  for (const record of newcomers(table, wish)) table.set(record.slot, record);
  const changed = [...table.values()].filter((record) => slots.get(record.slot) !== record);
  const errorsOfMoves = changed.flatMap(({ slot }): RebindError[] => {
    const reason = slots.has(slot) ? wish.obstacle(slot) : null;
    const path = pathOf(wish, slot);
    return reason === null
      ? []
      : [{ path, message: `slot ${slot} cannot be bound anew: ${reason}` }];
  });
  return errorsOfMoves.length > 0
    ? { kind: "errors", errors: errorsOfMoves }
    : { kind: "plan", changed };
}

function pathOf({ wanted }: RebindWish, slot: number): string {
  const [named] = [...wanted].find(([, each]) => each === slot) ?? [];
  return named === undefined ? "slots" : `slots.${named}`;
}

function errorsIn(slots: Slots, { chargerId, evses, wanted }: RebindWish): RebindError[] {
  const errors: RebindError[] = [];
  const taken = new Map<number, number>();
  for (const [evseId, slot] of wanted) {
    const path = `slots.${evseId}`;
    const holder = slots.get(slot);
    const other = taken.get(slot);
    if (evseId < 1 || evseId > evses) {
      const range = evses === 1 ? "only connector 1" : `connectors 1 to ${evses}`;
      errors.push({ path, message: `"${chargerId}" has ${range}` });
    }
    if (other !== undefined) {
      errors.push({ path, message: `slot ${slot} is given to connector ${other} already` });
    }
    if (holder === undefined) {
      errors.push({ path, message: `there is no slot ${slot}` });
    } else if (holder.chargerId !== chargerId && !holder.removed) {
      errors.push({ path, message: `slot ${slot} belongs to "${holder.chargerId}"` });
    }
    taken.set(slot, evseId);
  }
  return errors;
}

/** Every slot that is named, and the charger's own that are not. */
function boundAnew(slots: Slots, { chargerId, evses, wanted }: RebindWish): SlotRecord[] {
  const named = new Map([...wanted].map(([evseId, slot]) => [slot, evseId]));
  return [...slots.values()].flatMap((record): SlotRecord[] => {
    const evseId = named.get(record.slot);
    if (evseId !== undefined) {
      const isAsBefore = record.chargerId === chargerId && record.evseId === evseId &&
        !record.removed;
      return isAsBefore ? [] : [{ ...record, chargerId, evseId, removed: false, rebound: true }];
    }
    const isOwn = record.chargerId === chargerId && !record.removed;
    const stays = record.evseId <= evses && !wanted.has(record.evseId);
    return isOwn && !stays ? [{ ...record, removed: true, rebound: true }] : [];
  });
}

/** EVSEs that have no slot yet. */
function newcomers(slots: Slots, { chargerId, evses }: RebindWish): SlotRecord[] {
  const table = new Map(slots);
  const added: SlotRecord[] = [];
  for (let evseId = 1; evseId <= evses; evseId++) {
    const has = [...table.values()].some((record) =>
      record.chargerId === chargerId && record.evseId === evseId && !record.removed
    );
    if (has) continue;
    const record = newSlot(table, chargerId, evseId);
    table.set(record.slot, record);
    added.push(record);
  }
  return added;
}
