import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { planRebinding, type RebindPlan, type RebindWish } from "./rebinding.ts";
import { slotOf, type SlotRecord, type Slots, slotsOf } from "./slots.ts";

function record(slot: number, chargerId: string, evseId: number, removed = false): SlotRecord {
  return { slot, chargerId, evseId, upstreamConnectorId: slot, removed };
}

const table = (...records: readonly SlotRecord[]): Slots =>
  new Map(records.map((each) => [each.slot, each]));

const SITE = table(
  record(1, "CP1", 1),
  record(2, "CP1", 2),
  record(3, "CP2", 1),
  record(4, "CP9", 1, true),
  record(5, "CP1", 3, true),
);

function wish(evses: number, wanted: Readonly<Record<number, number>> = {}): RebindWish {
  return {
    chargerId: "CP1",
    evses,
    wanted: new Map(Object.entries(wanted).map(([evseId, slot]) => [Number(evseId), slot])),
    obstacle: () => null,
  };
}

/** What changes, as "slot: charger/EVSE" or "slot: gone". */
function inWords(plan: RebindPlan): readonly string[] {
  if (plan.kind === "errors") return plan.errors.map(({ path, message }) => `${path}: ${message}`);
  return plan.changed.map(({ slot, chargerId, evseId, removed, rebound }) =>
    `${slot}: ${removed ? "gone" : `${chargerId}/${evseId}`}${rebound ? " rebound" : ""}`
  );
}

Deno.test("planRebinding() as it is: nothing moves, new ones get new numbers, gone ones leave tombstones", () => {
  assertEquals(inWords(planRebinding(SITE, wish(2))), []);
  assertEquals(inWords(planRebinding(SITE, wish(4))), ["6: CP1/3", "7: CP1/4"]);
  assertEquals(inWords(planRebinding(SITE, wish(1))), ["2: gone rebound"]);
});

Deno.test("planRebinding() as named: own slots change places, tombstones are taken up again", () => {
  assertEquals(inWords(planRebinding(SITE, wish(2, { 1: 2, 2: 1 }))), [
    "1: CP1/2 rebound",
    "2: CP1/1 rebound",
  ]);
  assertEquals(inWords(planRebinding(SITE, wish(3, { 3: 4 }))), ["4: CP1/3 rebound"]);
  assertEquals(inWords(planRebinding(SITE, wish(3, { 3: 5 }))), ["5: CP1/3 rebound"]);
  assertEquals(inWords(planRebinding(SITE, wish(1, { 1: 2 }))), [
    "1: gone rebound",
    "2: CP1/1 rebound",
  ]);
  assertEquals(inWords(planRebinding(SITE, wish(2, { 2: 1 }))), [
    "1: CP1/2 rebound",
    "2: gone rebound",
    "6: CP1/1",
  ]);
});

Deno.test("planRebinding() names every field that is wrong, and why", () => {
  assertEquals(inWords(planRebinding(SITE, wish(2, { 1: 3, 2: 8, 3: 1 }))), [
    'slots.1: slot 3 belongs to "CP2"',
    "slots.2: there is no slot 8",
    'slots.3: "CP1" has connectors 1 to 2',
  ]);
  assertEquals(inWords(planRebinding(SITE, wish(2, { 1: 2, 2: 2 }))), [
    "slots.2: slot 2 is given to connector 1 already",
  ]);
  assertEquals(inWords(planRebinding(SITE, wish(1, { 2: 1 }))), [
    'slots.2: "CP1" has only connector 1',
  ]);
});

Deno.test("planRebinding() moves no slot that has something on it, also none that would be gone", () => {
  const busy = (each: RebindWish): RebindWish => ({
    ...each,
    obstacle: (slot) => slot === 2 ? "a session is running there" : null,
  });
  assertEquals(inWords(planRebinding(SITE, busy(wish(2, { 1: 2 })))), [
    "slots.1: slot 2 cannot be bound anew: a session is running there",
  ]);
  assertEquals(inWords(planRebinding(SITE, busy(wish(1)))), [
    "slots: slot 2 cannot be bound anew: a session is running there",
  ]);
  assertEquals(inWords(planRebinding(SITE, busy(wish(3, { 2: 2 })))), ["6: CP1/3"]);
});

Deno.test("whatever is planned, each EVSE has one slot, no number vanishes and others keep theirs", () => {
  const evses = fc.integer({ min: 1, max: 4 });
  const wanted = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 6 })),
    { maxLength: 4 },
  );
  let plans = 0;
  fc.assert(fc.property(evses, wanted, (count, pairs) => {
    const plan = planRebinding(SITE, wish(count, Object.fromEntries(pairs)));
    if (plan.kind === "errors") return;
    plans++;
    const after = new Map(SITE);
    for (const each of plan.changed) after.set(each.slot, each);
    assertEquals(slotsOf(after, "CP1").map(({ evseId }) => evseId).toSorted(), range(count));
    for (const [evseId, slot] of Object.entries(Object.fromEntries(pairs))) {
      assertEquals(slotOf(after, "CP1", Number(evseId))?.slot, slot);
    }
    assertEquals(after.get(3), SITE.get(3));
    const connectors = [...after.values()].map(({ upstreamConnectorId }) => upstreamConnectorId);
    assertEquals(new Set(connectors).size, connectors.length);
    for (const [slot, { upstreamConnectorId }] of SITE) {
      assertEquals(after.get(slot)?.upstreamConnectorId, upstreamConnectorId);
    }
  }));
  assert(plans > 5, `${plans}`);
});

const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
