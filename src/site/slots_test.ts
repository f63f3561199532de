import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { EvsePlace } from "./evse.ts";
import {
  newSlot,
  reconcileSlots,
  slotOf,
  slotOfConnector,
  type SlotRecord,
  type Slots,
  slotsOf,
} from "./slots.ts";

function record(slot: number, chargerId: string, changes: Partial<SlotRecord> = {}): SlotRecord {
  return { slot, chargerId, evseId: 1, upstreamConnectorId: slot, removed: false, ...changes };
}

function table(...records: readonly SlotRecord[]): Slots {
  return new Map(records.map((each) => [each.slot, each]));
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
    failSafeAmps: 0,
    priority: 1,
  };
}

/** A table as it may lie on disk: numbers with gaps, tombstones, connector ids that ran apart. */
const STORED: fc.Arbitrary<Slots> = fc.tuple(
  fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 6 }),
  fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 6, maxLength: 6 }),
  fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
).map(([slots, connectors, removals]) =>
  table(...slots.map((slot, index) =>
    record(slot, `CP${index % 3}`, {
      evseId: 1 + Math.floor(index / 3),
      upstreamConnectorId: connectors[index] ?? 0,
      removed: removals[index] ?? false,
    })
  ))
);

/** Places as somebody may write them: known and unknown chargers, numbers that are taken or not. */
const PLACES = fc.array(
  fc.tuple(
    fc.integer({ min: 1, max: 15 }),
    fc.constantFrom("CP0", "CP1", "CP2", "CP7", "CP8"),
    fc.integer({ min: 1, max: 2 }),
  ).map(([slot, chargerId, evseId]) => place(slot, chargerId, evseId)),
  { maxLength: 8 },
);

// Looking up

const DEPOT = table(
  record(4, "CP1", { evseId: 2 }),
  record(1, "CP2"),
  record(3, "CP1", { upstreamConnectorId: 7 }),
  record(2, "CP1", { evseId: 3, removed: true }),
);

Deno.test("slotOf() finds a charger's EVSE, and none that is unknown or was removed", () => {
  assertEquals(slotOf(DEPOT, "CP1", 1)?.slot, 3);
  assertEquals(slotOf(DEPOT, "CP1", 2)?.slot, 4);
  assertEquals(slotOf(DEPOT, "CP1", 3), undefined);
  assertEquals(slotOf(DEPOT, "CP3", 1), undefined);
});

Deno.test("slotsOf() has the slots of one charger in order, without those removed", () => {
  assertEquals(slotsOf(DEPOT, "CP1").map(({ slot }) => slot), [3, 4]);
  assertEquals(slotsOf(DEPOT, "CP9"), []);
});

Deno.test("slotOfConnector() goes by the 1.6 connector id, and knows tombstones too", () => {
  assertEquals(slotOfConnector(DEPOT, 7)?.slot, 3);
  assertEquals(slotOfConnector(DEPOT, 3), undefined);
  assertEquals(slotOfConnector(DEPOT, 2)?.removed, true);
  assertEquals(slotOfConnector(DEPOT, 0), undefined);
});

// New numbers

Deno.test("newSlot() starts with 1 and goes on after the highest number", () => {
  assertEquals(newSlot(new Map(), "CP1", 1), record(1, "CP1"));
  assertEquals(newSlot(table(record(5, "CP1"), record(2, "CP2")), "CP3", 4), {
    ...record(6, "CP3"),
    evseId: 4,
  });
});

Deno.test("newSlot() does not give the number of a removed EVSE again", () => {
  const slots = table(record(1, "CP1"), record(2, "CP2", { removed: true }));
  assertEquals(newSlot(slots, "CP3", 1).slot, 3);
});

Deno.test("newSlot() takes the number that is wanted, for the connector id too", () => {
  assertEquals(newSlot(table(record(1, "CP1")), "CP2", 1, 9), record(9, "CP2"));
});

Deno.test("newSlot() appends to the connector ids where the slot's own number is taken there", () => {
  const slots = table(record(1, "CP1"), record(2, "CP2", { upstreamConnectorId: 3 }));
  assertEquals(newSlot(slots, "CP3", 1), record(3, "CP3", { upstreamConnectorId: 4 }));
});

Deno.test("newSlot() gives neither a slot nor a connector id twice, however many are given", () => {
  fc.assert(fc.property(STORED, fc.integer({ min: 1, max: 10 }), (stored, count) => {
    const slots = new Map(stored);
    for (let given = 0; given < count; given++) {
      const next = newSlot(slots, "NEW", given);
      assert(!slots.has(next.slot));
      assertEquals(slotOfConnector(slots, next.upstreamConnectorId), undefined);
      assertEquals([next.chargerId, next.evseId, next.removed], ["NEW", given, false]);
      slots.set(next.slot, next);
    }
    assertEquals(slots.size, stored.size + count);
  }));
});

Deno.test("slots and connector ids stay equal while every slot was given by newSlot()", () => {
  const wanted = fc.array(fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }));
  fc.assert(fc.property(wanted, (numbers) => {
    const slots = new Map<number, SlotRecord>();
    numbers.forEach((number, index) => {
      if (number !== undefined && slots.has(number)) return;
      const next = newSlot(slots, `CP${index}`, 1, number);
      assertEquals(next.upstreamConnectorId, next.slot);
      slots.set(next.slot, next);
    });
  }));
});

// site.yaml over the stored table

Deno.test("reconcileSlots() gives the planned numbers to EVSEs that have none", () => {
  const { slots, added, conflicts } = reconcileSlots(table(record(1, "CP1")), [
    place(1, "CP1"),
    place(5, "CP2"),
    place(6, "CP2", 2),
  ]);
  assertEquals(added, [record(5, "CP2"), record(6, "CP2", { evseId: 2 })]);
  assertEquals(slots, table(record(1, "CP1"), ...added));
  assertEquals(conflicts, []);
});

Deno.test("reconcileSlots() lets the stored number win, and says both", () => {
  const stored = table(record(1, "CP1"), record(2, "CP2"));
  const { slots, added, conflicts } = reconcileSlots(stored, [place(2, "CP1"), place(1, "CP2")]);
  assertEquals([slots, added], [stored, []]);
  assertEquals(conflicts, [
    {
      slot: 2,
      stored: record(1, "CP1"),
      planned: { chargerId: "CP1", evseId: 1 },
      isRebound: false,
    },
    {
      slot: 1,
      stored: record(2, "CP2"),
      planned: { chargerId: "CP2", evseId: 1 },
      isRebound: false,
    },
  ]);
});

Deno.test("reconcileSlots() keeps a number from a charger that takes the place of another", () => {
  const { conflicts } = reconcileSlots(table(record(1, "OLD")), [place(1, "NEW")]);
  assertEquals(conflicts, [
    {
      slot: 1,
      stored: record(1, "OLD"),
      planned: { chargerId: "NEW", evseId: 1 },
      isRebound: false,
    },
  ]);
});

Deno.test("reconcileSlots() never gives a tombstone's number again, not even to the same EVSE", () => {
  const stored = table(record(1, "CP1", { removed: true }));
  const { added, conflicts } = reconcileSlots(stored, [place(1, "CP1")]);
  assertEquals([added.length, conflicts.length], [0, 1]);
  assertEquals(reconcileSlots(stored, [place(2, "CP1")]).added, [record(2, "CP1")]);
});

Deno.test("reconcileSlots() sees two places of one plan that want one number, or one EVSE", () => {
  const twice = reconcileSlots(new Map(), [place(1, "CP1"), place(1, "CP2")]);
  assertEquals(twice.added, [record(1, "CP1")]);
  assertEquals(twice.conflicts.map(({ planned }) => planned.chargerId), ["CP2"]);
  const moved = reconcileSlots(new Map(), [place(1, "CP1"), place(2, "CP1")]);
  assertEquals(moved.added, [record(1, "CP1")]);
  assertEquals(moved.conflicts.map(({ slot }) => slot), [2]);
});

Deno.test("reconcileSlots() leaves EVSEs alone that the plan does not mention", () => {
  const stored = table(record(1, "CP1"), record(2, "CP2", { removed: true }));
  assertEquals(reconcileSlots(stored, []), { slots: stored, added: [], conflicts: [] });
});

Deno.test("reconcileSlots() never renumbers: every stored record stays as it was", () => {
  fc.assert(fc.property(STORED, PLACES, (stored, places) => {
    const before = structuredClone([...stored]);
    const { slots, added } = reconcileSlots(stored, places);
    assertEquals([...stored], before);
    for (const [slot, kept] of stored) assertEquals(slots.get(slot), kept);
    assertEquals(slots.size, stored.size + added.length);
    for (const each of added) assertEquals(slots.get(each.slot), each);
  }));
});

Deno.test("reconcileSlots() never gives one number to two EVSEs, nor one EVSE two numbers", () => {
  fc.assert(fc.property(STORED, PLACES, (stored, places) => {
    const { slots } = reconcileSlots(stored, places);
    const records = [...slots.values()];
    const connectors = records.map(({ upstreamConnectorId }) => upstreamConnectorId);
    assertEquals(new Set(connectors).size, records.length);
    const evses = records.filter(({ removed }) => !removed)
      .map(({ chargerId, evseId }) => `${chargerId}/${evseId}`);
    assertEquals(new Set(evses).size, evses.length);
  }));
});

Deno.test("reconcileSlots() has each place in the table, or names its conflict", () => {
  fc.assert(fc.property(STORED, PLACES, (stored, places) => {
    const { slots, conflicts } = reconcileSlots(stored, places);
    const misplaced = places.filter(({ slot, chargerId, evseId }) =>
      slotOf(slots, chargerId, evseId)?.slot !== slot
    );
    assertEquals(
      conflicts.map(({ slot, planned }) => ({ slot, ...planned })),
      misplaced.map(({ slot, chargerId, evseId }) => ({ slot, chargerId, evseId })),
    );
    for (const { slot, stored: holder, planned } of conflicts) {
      const isSameEvse = holder.chargerId === planned.chargerId && holder.evseId === planned.evseId;
      assert(
        holder.slot === slot || isSameEvse,
        "the conflict names a record it has nothing to do with",
      );
    }
  }));
});

Deno.test("reconcileSlots() done again adds nothing and finds conflicts at the same places", () => {
  fc.assert(fc.property(STORED, PLACES, (stored, places) => {
    const first = reconcileSlots(stored, places);
    const second = reconcileSlots(first.slots, places);
    assertEquals([second.slots, second.added], [first.slots, []]);
    const where = first.conflicts.map(({ slot, planned }) => ({ slot, planned }));
    assertEquals(second.conflicts.map(({ slot, planned }) => ({ slot, planned })), where);
  }));
});

Deno.test("reconcileSlots() tells a slip in site.yaml from what an operator has bound anew", () => {
  const swapped = table(
    record(1, "CP1", { evseId: 2, rebound: true }),
    record(2, "CP1"),
    record(3, "CP3", { removed: true, rebound: true }),
    record(4, "CP4"),
  );
  const planned = [place(1, "CP1"), place(3, "CP3"), place(4, "CP9")];
  const { added, conflicts } = reconcileSlots(swapped, planned);
  assertEquals(added, []);
  assertEquals(conflicts.map(({ slot, isRebound }) => [slot, isRebound]), [
    [1, true],
    [3, true],
    [4, false],
  ]);
});
