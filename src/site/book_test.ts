import { assert, assertEquals } from "@std/assert";
import { assume } from "../lib/assert.ts";
import fc from "fast-check";
import type { ConnectorReport } from "../ocpp/mod.ts";
import type { AvailabilityRecord } from "./availability.ts";
import {
  chargerOrNew,
  createSiteBook,
  type SiteBook,
  type SiteCollections,
  type SiteSnapshot,
  type SiteWrite,
} from "./book.ts";
import { newCharger } from "./charger.ts";
import type { EvsePlace } from "./evse.ts";
import type { Reservation } from "./reservations.ts";
import type { SlotRecord } from "./slots.ts";

const NOW_MS = 5_000;

/** The slot of an EVSE that may have one. */
function slotFor(book: SiteBook, chargerId: string, evseId: number) {
  const given = book.giveSlot(chargerId, evseId);
  assume(given !== null, "no slot");
  return given;
}

/** A disk that takes what the book writes and can be opened again. */
function createDisk() {
  type Records = { [Name in keyof SiteCollections]: Map<string, SiteCollections[Name]> };
  const records: Records = {
    chargers: new Map(),
    slots: new Map(),
    connectors: new Map(),
    availability: new Map(),
    reservations: new Map(),
    "charger-tactics": new Map(),
  };
  function apply(write: SiteWrite): void {
    if (write.kind === "drop") records[write.collection].delete(write.key);
    else if (write.collection === "charger-tactics") {
      records["charger-tactics"].set(write.key, write.value);
    } else if (write.collection === "chargers") records.chargers.set(write.key, write.value);
    else if (write.collection === "slots") records.slots.set(write.key, write.value);
    else if (write.collection === "connectors") records.connectors.set(write.key, write.value);
    else if (write.collection === "availability") records.availability.set(write.key, write.value);
    else records.reservations.set(write.key, write.value);
  }
  return {
    commit: (writes: readonly SiteWrite[]) => writes.forEach(apply),
    /** What a restart would read: through JSON, as on a real disk. */
    snapshot(): SiteSnapshot {
      const copy = <Value>(map: ReadonlyMap<string, Value>): Map<string, Value> =>
        new Map(JSON.parse(JSON.stringify([...map])));
      return {
        chargers: copy(records.chargers),
        "charger-tactics": copy(records["charger-tactics"]),
        slots: copy(records.slots),
        connectors: copy(records.connectors),
        availability: copy(records.availability),
        reservations: copy(records.reservations),
      };
    },
  };
}

function place(slot: number, chargerId: string, evseId = 1): EvsePlace {
  return {
    slot,
    chargerId,
    evseId,
    circuitId: "grid",
    lines: ["L1"],
    minCurrentAmps: 6,
    maxCurrentAmps: 16,
    failSafeAmps: 6,
    priority: 1,
  };
}

const adopt = ({ slot, chargerId, evseId }: SlotRecord) => place(slot, chargerId, evseId);
const slotRecord = (slot: number, chargerId: string, removed = false): SlotRecord => ({
  slot,
  chargerId,
  evseId: 1,
  upstreamConnectorId: slot,
  removed,
});
const order = (slot: number, operative: boolean): AvailabilityRecord => ({
  slot,
  operative,
  orderedBy: "operator",
  orderedAtMs: 1,
});
const reservation = (id: number, slot: number | null, expiresAtMs = NOW_MS): Reservation => ({
  id,
  slot,
  idToken: { idToken: `TAG${id}`, type: "Central" },
  groupIdToken: null,
  expiresAtMs,
});
const report = (connectorStatus: ConnectorReport["connectorStatus"]) => ({
  message: { evseId: 1, connectorId: 1, connectorStatus },
});

function openBook(
  disk = createDisk(),
  places: readonly EvsePlace[] = [],
  placeNew: (slot: SlotRecord) => EvsePlace | undefined = () => undefined,
): SiteBook {
  return createSiteBook(disk.snapshot(), places, placeNew);
}

// Chargers

Deno.test("a new book knows nobody", () => {
  const book = openBook();
  assertEquals(book.chargers(), []);
  assertEquals([book.charger("CP1"), book.slotOf("CP1", 1), book.place(1)], [
    undefined,
    undefined,
    undefined,
  ]);
  assertEquals([book.slots().size, book.places(), book.availability().size], [0, [], 0]);
});

Deno.test("saveCharger() keeps the newest record of each charger and writes it", () => {
  const book = openBook();
  book.saveCharger(newCharger("CP1", "operator"));
  const newest = { ...newCharger("CP1", "operator"), bootedAtMs: 7 };
  assertEquals(book.saveCharger(newest), [
    { kind: "put", collection: "chargers", key: "CP1", value: newest },
  ]);
  assertEquals([book.charger("CP1"), book.chargers().length], [newest, 1]);
});

Deno.test("chargers() are in the order of their ids, whatever order they came in", () => {
  const book = openBook();
  for (const id of ["CP2", "CP10", "CP1"]) book.saveCharger(newCharger(id, "site.yaml"));
  assertEquals(book.chargers().map(({ id }) => id), ["CP1", "CP10", "CP2"]);
});

Deno.test("chargerOrNew() gives what is known, or makes up a charger of site.yaml", () => {
  const book = openBook();
  const known = { ...newCharger("CP1", "operator"), bootedAtMs: 7 };
  book.saveCharger(known);
  assertEquals(chargerOrNew(book, "CP1"), known);
  assertEquals(chargerOrNew(book, "CP2"), newCharger("CP2", "site.yaml"));
  assertEquals(book.charger("CP2"), undefined);
});

// Slots and places

Deno.test("giveSlot() gives an EVSE its number once and writes it once", () => {
  const book = openBook();
  const { slot, writes } = slotFor(book, "CP1", 1);
  assertEquals(slot, slotRecord(1, "CP1"));
  assertEquals(writes, [{ kind: "put", collection: "slots", key: "1", value: slot }]);
  assertEquals(slotFor(book, "CP1", 1), { slot, writes: [] });
  assertEquals(slotFor(book, "CP1", 2).slot.slot, 2);
  assertEquals(book.slotsOf("CP1").map(({ evseId }) => evseId), [1, 2]);
});

Deno.test("giveSlot() gives no number twice, over any restart", () => {
  const asked = fc.array(
    fc.tuple(fc.constantFrom("CP1", "CP2", "CP3"), fc.integer({ min: 1, max: 3 }), fc.boolean()),
    { maxLength: 20 },
  );
  fc.assert(fc.property(asked, (evses) => {
    const disk = createDisk();
    const given = new Map<string, number>();
    let book = openBook(disk);
    for (const [chargerId, evseId, restarts] of evses) {
      const { slot, writes } = slotFor(book, chargerId, evseId);
      const name = `${chargerId}/${evseId}`;
      assertEquals(slot.slot, given.get(name) ?? slot.slot);
      given.set(name, slot.slot);
      disk.commit(writes);
      if (restarts) book = openBook(disk);
    }
    assertEquals(new Set(given.values()).size, given.size);
  }));
});

Deno.test("a slot that is given now is placed by the site's rule", () => {
  const book = openBook(createDisk(), [], adopt);
  const { slot } = slotFor(book, "CP1", 2);
  assertEquals(book.place(slot.slot), place(slot.slot, "CP1", 2));
});

Deno.test("a slot that nobody places has no place", () => {
  const book = openBook();
  const { slot } = slotFor(book, "CP1", 1);
  assertEquals([book.place(slot.slot), book.places()], [undefined, []]);
});

Deno.test("places() are in the order of their slots, whatever order site.yaml has", () => {
  const book = openBook(createDisk(), [place(3, "CP3"), place(10, "CP4"), place(1, "CP1")]);
  assertEquals(book.places().map(({ slot }) => slot), [1, 3, 10]);
});

Deno.test("opening places stored slots: by site.yaml, else by the rule, never removed ones", () => {
  const disk = createDisk();
  disk.commit([slotRecord(3, "CP3"), slotRecord(1, "CP1"), slotRecord(2, "CP2", true)]
    .map((value) => ({ kind: "put", collection: "slots", key: String(value.slot), value })));
  const asked: number[] = [];
  const book = openBook(disk, [{ ...place(1, "CP1"), priority: 9 }], (slot) => {
    asked.push(slot.slot);
    return adopt(slot);
  });
  assertEquals(asked, [3]);
  assertEquals(book.places().map(({ slot, priority }) => [slot, priority]), [[1, 9], [3, 1]]);
  assertEquals(book.place(2), undefined);
});

// States

Deno.test("report() keeps the last report of a slot and writes it with the time it was heard", () => {
  const book = openBook();
  book.report(3, report("Available"), 10);
  const newest = { slot: 3, report: report("Faulted"), heardAtMs: 20, unpluggedAtMs: 10 };
  assertEquals(book.report(3, report("Faulted"), 20), [
    { kind: "put", collection: "connectors", key: "3", value: newest },
  ]);
  assertEquals([book.connector(3), book.connector(4)], [newest, undefined]);
});

Deno.test("report() remembers when a slot was last known to be free", () => {
  const book = openBook();
  book.report(3, report("Occupied"), 10);
  assertEquals(book.connector(3)?.unpluggedAtMs, undefined);
  book.report(3, report("Available"), 20);
  for (const status of ["Occupied", "Faulted", "Unavailable"] as const) {
    book.report(3, report(status), 30);
    assertEquals(book.connector(3)?.unpluggedAtMs, 20, status);
  }
  book.report(3, report("Reserved"), 40);
  assertEquals(book.connector(3)?.unpluggedAtMs, 40);
});

Deno.test("state() depends on the report, the connection of the slot's charger, and the session", () => {
  const book = openBook();
  const { slot: { slot } } = slotFor(book, "CP1", 1);
  assertEquals(book.state(slot), "unreachable");
  book.setConnected("CP2", true);
  assertEquals(book.state(slot), "unreachable");
  book.setConnected("CP1", true);
  assertEquals(book.state(slot), "unknown");
  book.report(slot, report("Occupied"), 1);
  assertEquals(book.state(slot), "preparing");
  book.setConnected("CP1", false);
  assertEquals(book.state(slot), "unreachable");
});

Deno.test("state() of a slot that does not exist is unreachable", () => {
  assertEquals(openBook().state(99), "unreachable");
});

Deno.test("setConnected() can be told the same twice", () => {
  const book = openBook();
  book.setConnected("CP1", true);
  book.setConnected("CP1", true);
  assertEquals([book.isConnected("CP1"), book.isConnected("CP2")], [true, false]);
  book.setConnected("CP1", false);
  book.setConnected("CP1", false);
  assertEquals(book.isConnected("CP1"), false);
});

Deno.test("nobody is connected after a restart", () => {
  const disk = createDisk();
  const book = openBook(disk);
  disk.commit(book.saveCharger(newCharger("CP1", "operator")));
  book.setConnected("CP1", true);
  assertEquals(openBook(disk).isConnected("CP1"), false);
});

// Orders

Deno.test("orderAvailability() keeps the newest order of each slot and writes it", () => {
  const book = openBook();
  assertEquals(book.orderAvailability(order(2, false)), [
    { kind: "put", collection: "availability", key: "2", value: order(2, false) },
  ]);
  assertEquals([book.isOperative(1), book.isOperative(2)], [true, false]);
  book.orderAvailability(order(2, true));
  assertEquals([book.isOperative(2), book.availability().size], [true, 1]);
});

Deno.test("an order for the site holds for every slot and is written under 0", () => {
  const book = openBook();
  const [write] = book.orderAvailability(order(0, false));
  assertEquals(write?.key, "0");
  assertEquals([book.isOperative(1), book.isOperative(2)], [false, false]);
});

// Reservations

Deno.test("reserve() keeps a reservation under its id, so that a new one replaces it", () => {
  const book = openBook();
  book.reserve(reservation(7, 1));
  assertEquals(book.reserve(reservation(7, 2)), [
    { kind: "put", collection: "reservations", key: "7", value: reservation(7, 2) },
  ]);
  assertEquals([...book.reservations().values()], [reservation(7, 2)]);
});

Deno.test("endReservation() drops a reservation once", () => {
  const book = openBook();
  book.reserve(reservation(7, 1));
  const dropped = { kind: "drop", collection: "reservations", key: "7" } as const;
  assertEquals(book.endReservation(7), [dropped]);
  assertEquals(book.endReservation(7), []);
  assertEquals(book.reservations().size, 0);
});

Deno.test("endExpiredReservations() ends those that are over and tells which", () => {
  const book = openBook();
  book.reserve(reservation(1, 1, NOW_MS));
  book.reserve(reservation(2, 2, NOW_MS + 1));
  book.reserve(reservation(3, null, NOW_MS - 1));
  const { ended, writes } = book.endExpiredReservations(NOW_MS);
  assertEquals(ended.map(({ id }) => id), [1, 3]);
  assertEquals(writes.map(({ kind, key }) => [kind, key]), [["drop", "1"], ["drop", "3"]]);
  assertEquals([...book.reservations().keys()], [2]);
  assertEquals(book.endExpiredReservations(NOW_MS), { ended: [], writes: [] });
});

// Restarts

type Act = (book: SiteBook) => readonly SiteWrite[];

const ID = fc.constantFrom("CP1", "CP2", "CP3");
const SLOT = fc.integer({ min: 0, max: 4 });
const ACTS: fc.Arbitrary<Act> = fc.oneof(
  ID.map((id): Act => (book) => book.saveCharger(newCharger(id, "operator"))),
  fc.tuple(ID, SLOT).map(([id, evse]): Act => (book) => slotFor(book, id, evse).writes),
  fc.tuple(SLOT, fc.constantFrom("Available", "Occupied", "Faulted")).map(
    ([slot, status]): Act => (book) => book.report(slot, report(status), 3),
  ),
  fc.tuple(SLOT, fc.boolean()).map(([slot, operative]): Act => (book) =>
    book.orderAvailability(order(slot, operative))
  ),
  fc.tuple(SLOT, fc.option(SLOT), fc.integer({ min: NOW_MS - 2, max: NOW_MS + 2 })).map(
    ([id, slot, untilMs]): Act => (book) => book.reserve(reservation(id, slot, untilMs)),
  ),
  SLOT.map((id): Act => (book) => book.endReservation(id)),
  fc.constant<Act>((book) => book.endExpiredReservations(NOW_MS).writes),
);

/** Everything that a book can be asked. */
function everything(book: SiteBook): unknown {
  const slots = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  return {
    chargers: book.chargers(),
    slots: new Map(book.slots()),
    places: book.places(),
    connectors: slots.map((slot) => book.connector(slot)),
    availability: new Map(book.availability()),
    reservations: new Map(book.reservations()),
  };
}

Deno.test("a book that is opened on what was written is the same book", () => {
  fc.assert(fc.property(fc.array(ACTS, { maxLength: 25 }), (acts) => {
    const disk = createDisk();
    const book = openBook(disk, [], adopt);
    for (const act of acts) disk.commit(act(book));
    assertEquals(everything(openBook(disk, [], adopt)), everything(book));
  }));
});

Deno.test("opening a book does not change the snapshot it was opened on", () => {
  const snapshot = createDisk().snapshot();
  const book = createSiteBook(snapshot, [], adopt);
  book.saveCharger(newCharger("CP1", "operator"));
  slotFor(book, "CP1", 1);
  book.reserve(reservation(1, 1));
  assert(Object.values(snapshot).every((records) => records.size === 0));
});

Deno.test("current that flows shows in a session's state, until its charger says otherwise or is away", () => {
  const book = openBook();
  book.giveSlot("CP1", 1);
  book.setConnected("CP1", true);
  book.report(1, report("Available"), NOW_MS);
  const states = () => [book.state(1), book.state(1, true)];
  assertEquals(states(), ["available", "suspended-by-ev"]);
  book.noteDrawing(1, true);
  assertEquals(states(), ["available", "charging"]);
  book.report(1, report("Available"), NOW_MS + 1);
  assertEquals(states(), ["available", "charging"], "the same again is no news");
  book.report(1, report("Occupied"), NOW_MS + 2);
  assertEquals(states(), ["preparing", "preparing"]);
  book.noteDrawing(1, true);
  book.setConnected("CP1", false);
  book.setConnected("CP1", true);
  assertEquals([book.isDrawing(1), book.state(1, true)], [false, "preparing"]);
});
