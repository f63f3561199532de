import { assertEquals } from "@std/assert";
import type { HistoryStore, QuarterValue } from "../../src/telemetry/mod.ts";

/** A store under test, empty. */
export interface OpenedHistory {
  readonly store: HistoryStore;
  /** Removes what the store left behind. */
  readonly remove: () => Promise<void>;
}

/** The quarter of an hour with this number. */
export function quarterAt(number: number, facts: Partial<QuarterValue> = {}): QuarterValue {
  return {
    meterId: "main",
    quarterMs: number * 900_000,
    coveredMs: 900_000,
    readings: 900,
    energy: {
      import: { wh: 1_234.567, by: "counter", unreadWh: 0 },
      export: { wh: 0.5, by: "power", unreadWh: 17.25 },
    },
    power: { minW: -20, meanW: 4_938, maxW: 11_000 },
    maxAmps: { L1: 16.04, L2: 0, L3: 5 },
    ...facts,
  };
}

/** What every `HistoryStore` promises. */
export function historyStoreContract(name: string, open: () => Promise<OpenedHistory>): void {
  const promise = (what: string, check: (store: HistoryStore) => Promise<void>) =>
    Deno.test(`${name}: ${what}`, async () => {
      const { store, remove } = await open();
      try {
        await check(store);
      } finally {
        await store.close();
        await remove();
      }
    });
  const main = { meterId: "main", fromMs: 0, toMs: 1e15 };

  promise("a new one holds nothing, and nothing was lost", async (store) => {
    assertEquals(await store.quarters(main), []);
    assertEquals(await store.positions(), []);
    assertEquals([await store.range("main"), store.begunAnew()], [null, null]);
  });

  promise(
    "quarters come back as they were, oldest first, of one meter and one time",
    async (store) => {
      const bare = { energy: { import: null, export: null }, power: null, maxAmps: null };
      const quarters = [
        quarterAt(7),
        quarterAt(5),
        quarterAt(6, bare),
        quarterAt(5, { meterId: "pv" }),
      ];
      await store.write({ quarters, positions: [] });
      assertEquals(await store.quarters(main), [quarterAt(5), quarterAt(6, bare), quarterAt(7)]);
      const between = { meterId: "main", fromMs: 5 * 900_000 + 1, toMs: 7 * 900_000 };
      assertEquals(await store.quarters(between), [quarterAt(6, bare)]);
      assertEquals(await store.quarters({ ...main, meterId: "' OR 1 = 1" }), []);
      assertEquals(await store.range("main"), { firstMs: 5 * 900_000, lastMs: 7 * 900_000 });
    },
  );

  promise("two parts of a quarter become one", async (store) => {
    const part = quarterAt(5, {
      coveredMs: 300_000,
      readings: 100,
      energy: { import: { wh: 100, by: "counter", unreadWh: 40 }, export: null },
      power: { minW: 0, meanW: 938, maxW: 20_000 },
      maxAmps: { L1: 1, L2: 2, L3: 30.5 },
    });
    await store.write({ quarters: [quarterAt(5)], positions: [] });
    await store.write({ quarters: [part], positions: [] });
    assertEquals(await store.quarters(main), [{
      meterId: "main",
      quarterMs: 5 * 900_000,
      coveredMs: 1_200_000,
      readings: 1_000,
      energy: {
        import: { wh: 1_334.567, by: "counter", unreadWh: 40 },
        export: { wh: 0.5, by: "power", unreadWh: 17.25 },
      },
      power: { minW: -20, meanW: 4_538, maxW: 20_000 },
      maxAmps: { L1: 16.04, L2: 2, L3: 30.5 },
    }]);
  });

  promise("the newest position of each meter stands", async (store) => {
    const position = (meterId: string, wh: number) => ({
      meterId,
      atWallMs: wh * 10,
      wh: { import: wh + 0.123, export: null },
    });
    await store.write({ quarters: [], positions: [position("main", 5), position("pv", 6)] });
    await store.write({ quarters: [], positions: [position("main", 7)] });
    const found = (await store.positions()).toSorted((a, b) => a.meterId < b.meterId ? -1 : 1);
    assertEquals(found, [position("main", 7), position("pv", 6)]);
  });
}
