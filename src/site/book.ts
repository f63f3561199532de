import { compact } from "../lib/json.ts";
import { withoutField } from "../lib/maps.ts";
import { drop, put, type WriteOf } from "../lib/write.ts";
import type { ConnectorReport, Enveloped } from "../ocpp/mod.ts";
import { type Availability, type AvailabilityRecord, isOperative } from "./availability.ts";
import { type ChargerRecord, newCharger } from "./charger.ts";
import { type ConnectorRecord, type EvseState, evseState, isAnotherState } from "./connector.ts";
import type { EvsePlace } from "./evse.ts";
import type { ChargerTactic } from "./learnt_tactic.ts";
import { expiredReservations, type Reservation, type Reservations } from "./reservations.ts";
import { type ChargerShape, mayBePlaced } from "./shape.ts";
import { newSlot, slotOf, type SlotRecord, type Slots, slotsOf } from "./slots.ts";

/** What the site model keeps on disk. */
export interface SiteCollections {
  readonly chargers: ChargerRecord;
  readonly "charger-tactics": ChargerTactic;
  readonly slots: SlotRecord;
  readonly connectors: ConnectorRecord;
  readonly availability: AvailabilityRecord;
  readonly reservations: Reservation;
}

export type SiteWrite = WriteOf<SiteCollections>;

/** What was on disk at the start; keys as they were written. */
export type SiteSnapshot = {
  readonly [Name in keyof SiteCollections]: ReadonlyMap<string, SiteCollections[Name]>;
};

/**
 * The site as it is known now: chargers, slots, connectors, orders and reservations. What changes it
 * returns what to write; the caller hands that to the journal before it answers anybody.
 */
export interface SiteBook {
  charger(id: string): ChargerRecord | undefined;
  chargers(): readonly ChargerRecord[];
  saveCharger(record: ChargerRecord): readonly SiteWrite[];
  /** How a charger takes limits, as far as that was found out. */
  tactic(chargerId: string): ChargerTactic;
  tactics(): readonly ChargerTactic[];
  saveTactic(record: ChargerTactic): readonly SiteWrite[];
  slots(): Slots;
  slotOf(chargerId: string, evseId: number): SlotRecord | undefined;
  slotsOf(chargerId: string): readonly SlotRecord[];
  /**
   * The slot of an EVSE, given now where it has none. Null where it may get none: its charger is held,
   * or is known not to have it.
   */
  giveSlot(chargerId: string, evseId: number): {
    readonly slot: SlotRecord;
    readonly writes: readonly SiteWrite[];
  } | null;
  /**
   * Binds a charger's EVSEs to slots as planned. What was reported last moves with its EVSE; what is
   * ordered of a slot, and where it is on the site, stays with the slot. The charger is held no more.
   */
  rebind(
    chargerId: string,
    shape: ChargerShape,
    changed: readonly SlotRecord[],
  ): readonly SiteWrite[];
  /** Where a slot is on the site; undefined for one that nobody has placed. */
  place(slot: number): EvsePlace | undefined;
  places(): readonly EvsePlace[];
  connector(slot: number): ConnectorRecord | undefined;
  report(
    slot: number,
    report: Enveloped<ConnectorReport>,
    nowWallMs: number,
  ): readonly SiteWrite[];
  /** It came back with another shape, and waits for an operator. */
  isHeld(chargerId: string): boolean;
  /** True while the charger has a live connection. Not on disk. */
  isConnected(chargerId: string): boolean;
  setConnected(chargerId: string, connected: boolean): void;
  /** Current flows there, or does not, by what is measured now. Not on disk. */
  noteDrawing(slot: number, isDrawing: boolean): void;
  /** Current has flowed there since its charger last reported another state. */
  isDrawing(slot: number): boolean;
  /** `inSession`: a session runs there, whatever its charger reports. */
  state(slot: number, inSession?: boolean): EvseState;
  availability(): Availability;
  isOperative(slot: number): boolean;
  orderAvailability(record: AvailabilityRecord): readonly SiteWrite[];
  reservations(): Reservations;
  reserve(reservation: Reservation): readonly SiteWrite[];
  endReservation(id: number): readonly SiteWrite[];
  endExpiredReservations(nowWallMs: number): {
    readonly ended: readonly Reservation[];
    readonly writes: readonly SiteWrite[];
  };
}

/** Opens the book: what was on disk, and the places of site.yaml, whose slots are already settled. */
export function createSiteBook(
  snapshot: SiteSnapshot,
  places: readonly EvsePlace[],
  placeNew: (slot: SlotRecord) => EvsePlace | undefined,
): SiteBook {
  const chargers = new Map(snapshot.chargers);
  const tactics = new Map(snapshot["charger-tactics"]);
  const slots = new Map([...snapshot.slots.values()].map((record) => [record.slot, record]));
  const connectors = new Map(
    [...snapshot.connectors.values()].map((record) => [record.slot, record]),
  );
  const availability = new Map(
    [...snapshot.availability.values()].map((record) => [record.slot, record]),
  );
  const reservations = new Map([...snapshot.reservations.values()].map((each) => [each.id, each]));
  const planned = new Map(places.map((place) => [place.slot, place]));
  const placed = new Map(planned);
  for (const record of slots.values()) settle(record);
  const connected = new Set<string>();
  const drawing = new Set<number>();

  /**
   * A slot is where site.yaml says, whoever stands there now. One that it does not mention is placed by
   * the site's rule for adopted chargers.
   */
  function settle(record: SlotRecord): void {
    const { slot, chargerId, evseId } = record;
    placed.delete(slot);
    if (record.removed) return;
    const place = planned.get(slot);
    const isAsPlanned = place?.chargerId === chargerId && place.evseId === evseId;
    const settled = place === undefined
      ? placeNew(record)
      : isAsPlanned
      ? place
      : { ...place, chargerId, evseId };
    if (settled !== undefined) placed.set(slot, settled);
  }

  function moveReports(changed: readonly SlotRecord[], before: Slots): readonly SiteWrite[] {
    const reports = changed.map(({ slot, chargerId, evseId, removed }) => {
      const from = removed ? undefined : slotOf(before, chargerId, evseId);
      return { slot, record: from === undefined ? undefined : connectors.get(from.slot) };
    });
    return reports.flatMap(({ slot, record }): readonly SiteWrite[] => {
      if (record === undefined) {
        return connectors.delete(slot) ? [drop("connectors", slot)] : [];
      }
      const moved = { ...record, slot };
      connectors.set(slot, moved);
      return [put("connectors", slot, moved)];
    });
  }

  function isHeld(chargerId: string): boolean {
    return chargers.get(chargerId)?.held !== undefined;
  }

  function endReservation(id: number): readonly SiteWrite[] {
    return reservations.delete(id) ? [drop("reservations", id)] : [];
  }

  return {
    charger: (id) => chargers.get(id),
    chargers: () => [...chargers.values()].toSorted((a, b) => a.id < b.id ? -1 : 1),
    saveCharger(record) {
      chargers.set(record.id, record);
      return [put("chargers", record.id, record)];
    },
    tactic: (chargerId) => tactics.get(chargerId) ?? { chargerId },
    tactics: () => [...tactics.values()],
    saveTactic(record) {
      tactics.set(record.chargerId, record);
      return [put("charger-tactics", record.chargerId, record)];
    },
    slots: () => slots,
    slotOf: (chargerId, evseId) => slotOf(slots, chargerId, evseId),
    slotsOf: (chargerId) => slotsOf(slots, chargerId),
    giveSlot(chargerId, evseId) {
      const known = slotOf(slots, chargerId, evseId);
      if (known !== undefined) return { slot: known, writes: [] };
      if (!mayBePlaced(chargers.get(chargerId), evseId)) return null;
      const slot = newSlot(slots, chargerId, evseId);
      slots.set(slot.slot, slot);
      settle(slot);
      return { slot, writes: [put("slots", slot.slot, slot)] };
    },
    rebind(chargerId, shape, changed) {
      const before = new Map(slots);
      const record = withoutField({
        ...(chargers.get(chargerId) ?? newCharger(chargerId, "site.yaml")),
        shape,
      }, "held");
      chargers.set(chargerId, record);
      for (const each of changed) {
        slots.set(each.slot, each);
        drawing.delete(each.slot);
        settle(each);
      }
      return [
        put("chargers", chargerId, record),
        ...changed.map((each) => put("slots", each.slot, each)),
        ...moveReports(changed, before),
      ];
    },
    place: (slot) => placed.get(slot),
    places: () => [...placed.values()].toSorted((a, b) => a.slot - b.slot),
    connector: (slot) => connectors.get(slot),
    report(slot, report, heardAtMs) {
      const { connectorStatus } = report.message;
      const isFree = connectorStatus === "Available" || connectorStatus === "Reserved";
      const unpluggedAtMs = isFree ? heardAtMs : connectors.get(slot)?.unpluggedAtMs;
      const record: ConnectorRecord = compact({ slot, report, heardAtMs, unpluggedAtMs });
      if (isAnotherState(connectors.get(slot)?.report.message, report.message)) {
        drawing.delete(slot);
      }
      connectors.set(slot, record);
      return [put("connectors", slot, record)];
    },
    isHeld,
    isConnected: (chargerId) => connected.has(chargerId),
    setConnected(chargerId, isConnected) {
      if (isConnected) connected.add(chargerId);
      else {
        connected.delete(chargerId);
        for (const { slot } of slotsOf(slots, chargerId)) drawing.delete(slot);
      }
    },
    noteDrawing(slot, isDrawing) {
      if (isDrawing) drawing.add(slot);
      else drawing.delete(slot);
    },
    isDrawing: (slot) => drawing.has(slot),
    state(slot, inSession = false) {
      const chargerId = slots.get(slot)?.chargerId;
      const isConnected = chargerId !== undefined && connected.has(chargerId);
      const held = chargerId !== undefined && isHeld(chargerId);
      const session = inSession ? { session: { isDrawing: drawing.has(slot) } } : {};
      return evseState(connectors.get(slot), { connected: isConnected, held, ...session });
    },
    availability: () => availability,
    isOperative: (slot) => isOperative(availability, slot),
    orderAvailability(record) {
      availability.set(record.slot, record);
      return [put("availability", record.slot, record)];
    },
    reservations: () => reservations,
    reserve(reservation) {
      reservations.set(reservation.id, reservation);
      return [put("reservations", reservation.id, reservation)];
    },
    endReservation,
    endExpiredReservations(nowWallMs) {
      const ended = expiredReservations(reservations, nowWallMs);
      return { ended, writes: ended.flatMap(({ id }) => endReservation(id)) };
    },
  };
}

/** The record of a charger, made up for one that was never heard of. */
export function chargerOrNew(book: SiteBook, id: string): ChargerRecord {
  return book.charger(id) ?? newCharger(id, "site.yaml");
}
