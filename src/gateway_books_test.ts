import { assertEquals, assertRejects } from "@std/assert";
import { placeOf } from "../test/support/books.ts";
import {
  openSite,
  openTokens,
  openVariables,
  reboundFault,
  SlotContradiction,
} from "./gateway_books.ts";
import { assume } from "./lib/assert.ts";
import { createEvents } from "./lib/events.ts";
import { createSeededIds } from "./lib/ids.ts";
import { createSpawner } from "./lib/spawn.ts";
import { createVirtualClock } from "./lib/virtual_clock.ts";
import { createJournal, type OutboxStore } from "./outbox/mod.ts";
import { put } from "./lib/write.ts";
import type { SiteEvents, SlotConflict, SlotRecord } from "./site/mod.ts";
import { createMemoryStore } from "./store/mod.ts";

const OPTIONS = {
  adoptInto: "grid",
  nominalVoltageV: 230,
  meterIntervalS: 60,
  retryIntervalS: 60,
  csms: null,
  authorization: {
    knownOffline: true,
    unknownOffline: false,
    cacheLifetimeMs: 1_000,
    masterPassGroup: "",
    freeVend: null,
  },
} as const;

function journalOf(store: OutboxStore) {
  const log = () => {};
  return createJournal(store, { clock: createVirtualClock(), log, spawn: createSpawner(log) });
}

/** Opens a site with these places on this disk, with a journal that writes to it. */
async function open(store: OutboxStore, ...slots: [number, string][]) {
  const places = slots.map(([slot, chargerId]) => placeOf(slot, { chargerId }));
  const journal = journalOf(store);
  return await openSite({ ...OPTIONS, places }, await store.load(0), journal, () => {});
}

Deno.test("openSite() keeps the numbers that site.yaml gives, for life (ruling 9)", async () => {
  const store = createMemoryStore();
  await open(store, [1, "CP1"], [2, "CP2"]);
  assertEquals([...(await store.load(0)).slots.keys()], ["1", "2"]);
  const error = await assertRejects(() => open(store, [1, "CP9"], [3, "CP3"]), SlotContradiction);
  assertEquals(
    error.message,
    'Cannot start: slot 1 is EVSE 1 of "CP1" for life, site.yaml gives slot 1 to EVSE 1 of "CP9"',
  );
  assertEquals([...(await store.load(0)).slots.keys()], ["1", "2"], "nothing was written");
});

Deno.test("a site that was open before opens without writing, since its disk may be full", async () => {
  async function openAll(disk: OutboxStore) {
    const site = await open(disk, [1, "CP1"]);
    const snapshot = await disk.load(0);
    const variables = openVariables({ ...OPTIONS, places: [placeOf(1)] }, site, snapshot);
    await openTokens(
      OPTIONS,
      variables,
      snapshot,
      journalOf(disk),
      createSeededIds(1),
      createEvents<SiteEvents>(() => {}),
    );
    return site.slots().size;
  }
  const store = createMemoryStore();
  await openAll(store);
  const commit = () => Promise.reject(new Error("database or disk is full"));
  assertEquals(await openAll({ ...store, commit }), 1);
});

Deno.test("openSite() starts where an operator has bound a slot otherwise, keeps the place, and says so", async () => {
  const store = createMemoryStore();
  await open(store, [1, "CP1"], [2, "CP2"]);
  const [first, second] = [...(await store.load(0)).slots.values()];
  assume(first !== undefined && second !== undefined, "no slots");
  const changed: readonly SlotRecord[] = [
    { ...first, removed: true, rebound: true },
    { ...second, chargerId: "CP1", rebound: true },
  ];
  await store.commit(changed.map((each) => put("slots", each.slot, each)));
  const places = [placeOf(1, { chargerId: "CP1" }), placeOf(2, { chargerId: "CP2" })];
  const told: string[] = [];
  const tell = (conflict: SlotConflict) => told.push(reboundFault(conflict).text);
  const snapshot = await store.load(0);
  const site = await openSite({ ...OPTIONS, places }, snapshot, journalOf(store), tell);
  assertEquals(site.places(), [placeOf(2, { chargerId: "CP1" })]);
  assertEquals(told, [
    'site.yaml gives slot 1 to EVSE 1 of "CP1", but slot 2 was bound to EVSE 1 of "CP1" by an ' +
    "operator, which stands. Change site.yaml",
    'site.yaml gives slot 2 to EVSE 1 of "CP2", but slot 2 was bound to EVSE 1 of "CP1" by an ' +
    "operator, which stands. Change site.yaml",
  ]);
});
