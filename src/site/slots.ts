import type { EvsePlace } from "./evse.ts";

/**
 * The number of an EVSE towards the CSMS, for life. The table only grows: tariffs, QR codes and
 * reservations at the CSMS hang on these numbers (ruling 9).
 */
export interface SlotRecord {
  readonly slot: number;
  readonly chargerId: string;
  readonly evseId: number;
  /** The connector id towards a 1.6 CSMS: a second append-only sequence. */
  readonly upstreamConnectorId: number;
  /** The EVSE is gone; its number is reported Unavailable and never given again. */
  readonly removed: boolean;
  /**
   * An operator has bound it otherwise than before, because its charger came back with another shape.
   * Then site.yaml may lag behind; without, a difference is a slip there.
   */
  readonly rebound?: true;
}

/** A place in site.yaml that contradicts the stored table, which wins. */
export interface SlotConflict {
  readonly slot: number;
  readonly stored: SlotRecord;
  readonly planned: { readonly chargerId: string; readonly evseId: number };
  /** An operator has bound it so: it is worth a warning, and no reason not to start. */
  readonly isRebound: boolean;
}

/** The slot table. */
export type Slots = ReadonlyMap<number, SlotRecord>;

/** The slot of a charger's EVSE; undefined where it has none yet. */
export function slotOf(slots: Slots, chargerId: string, evseId: number): SlotRecord | undefined {
  for (const record of slots.values()) {
    if (record.chargerId === chargerId && record.evseId === evseId && !record.removed) {
      return record;
    }
  }
  return undefined;
}

/** The slots of one charger, in order. */
export function slotsOf(slots: Slots, chargerId: string): SlotRecord[] {
  return [...slots.values()]
    .filter((record) => record.chargerId === chargerId && !record.removed)
    .toSorted((a, b) => a.slot - b.slot);
}

/** The slot behind a connector id of a 1.6 CSMS. */
export function slotOfConnector(slots: Slots, connectorId: number): SlotRecord | undefined {
  return [...slots.values()].find((record) => record.upstreamConnectorId === connectorId);
}

/** A record for an EVSE that has none: the given slot, or the next free number. */
export function newSlot(
  slots: Slots,
  chargerId: string,
  evseId: number,
  wanted?: number,
): SlotRecord {
  const records = [...slots.values()];
  const slot = wanted ?? 1 + Math.max(0, ...records.map((record) => record.slot));
  const connectors = new Set(records.map((record) => record.upstreamConnectorId));
  // The two sequences stay equal while nothing has taken this slot's number as a connector id.
  const upstreamConnectorId = connectors.has(slot) ? 1 + Math.max(...connectors) : slot;
  return { slot, chargerId, evseId, upstreamConnectorId, removed: false };
}

/** Lays the places of site.yaml over the stored table. */
export function reconcileSlots(
  stored: Slots,
  places: readonly EvsePlace[],
): { readonly slots: Slots; readonly added: SlotRecord[]; readonly conflicts: SlotConflict[] } {
  const slots = new Map(stored);
  const added: SlotRecord[] = [];
  const conflicts: SlotConflict[] = [];
  for (const { slot, chargerId, evseId } of places) {
    const known = slotOf(slots, chargerId, evseId);
    const holder = slots.get(slot);
    if (known?.slot === slot) continue;
    if (known !== undefined || holder !== undefined) {
      const record = known ?? holder;
      if (record !== undefined) {
        const isRebound = (known?.rebound ?? holder?.rebound) !== undefined;
        conflicts.push({ slot, stored: record, planned: { chargerId, evseId }, isRebound });
      }
      continue;
    }
    const record = newSlot(slots, chargerId, evseId, slot);
    slots.set(slot, record);
    added.push(record);
  }
  return { slots, added, conflicts };
}
