import { assertEquals } from "@std/assert";
import type {
  CircuitQuarter,
  HistoryStore,
  QuarterValue,
  UseChange,
} from "../../src/telemetry/mod.ts";

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
  recordContract(promise);
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

/** What a store promises about the record of the site. */
function recordContract(
  promise: (what: string, check: (store: HistoryStore) => Promise<void>) => void,
): void {
  const nothing = { uses: [], faults: [], circuits: [], watch: null };
  const use = (
    slot: number,
    atMs: number,
    what: UseChange["use"],
    cause: string | null = null,
  ) => ({ slot, atMs, use: what, cause });

  promise("uses come oldest first, with the last one before of each connector", async (store) => {
    const all = [
      use(1, 100, "free"),
      use(2, 150, "charging"),
      use(1, 200, "faulted", "GroundFailure"),
      use(1, 300, "free"),
      use(2, 300, "free"),
      use(1, 400, "charging"),
    ];
    await store.writeRecord({ ...nothing, uses: all.toReversed() });
    assertEquals(await store.uses({ fromMs: 250, toMs: 400 }), [all[1], all[2], all[3], all[4]]);
    assertEquals(await store.uses({ fromMs: 0, toMs: 100 }), []);
  });

  promise("a gateway watches from its start to the last it wrote", async (store) => {
    await store.writeRecord({ ...nothing, watch: { fromMs: 100, toMs: 200 } });
    await store.writeRecord({ ...nothing, watch: { fromMs: 100, toMs: 300 } });
    await store.writeRecord({ ...nothing, watch: { fromMs: 500, toMs: 600 } });
    const watches = [{ fromMs: 100, toMs: 300 }, { fromMs: 500, toMs: 600 }];
    assertEquals(await store.watches({ fromMs: 0, toMs: 1_000 }), watches);
    assertEquals(await store.watches({ fromMs: 301, toMs: 501 }), [watches[1]]);
  });

  promise("faults come in their order, with those that stood before", async (store) => {
    const fault = (atMs: number, kind: string, state: "raised" | "over") =>
      ({ atMs, kind, severity: "alarm", subject: "main", state }) as const;
    const all = [
      fault(1, "a", "raised"),
      fault(2, "b", "raised"),
      fault(3, "a", "over"),
      fault(5, "a", "raised"),
      fault(9, "b", "over"),
    ];
    await store.writeRecord({ ...nothing, faults: all });
    assertEquals(await store.faultChanges({ fromMs: 4, toMs: 9 }), [all[1], all[3]]);
  });

  promise("two parts of a circuit's quarter become one", async (store) => {
    const part = (facts: Partial<CircuitQuarter>): CircuitQuarter => ({
      circuitId: "grid",
      quarterMs: 900_000,
      coveredMs: 300_000,
      meanVa: 9_000,
      maxVa: 9_500,
      maxAmps: { L1: 13.25, L2: 12, L3: 0 },
      limitAmps: 63,
      limitedMs: 0,
      ...facts,
    });
    const other = part({ circuitId: "row-a", quarterMs: 1_800_000 });
    await store.writeRecord({ ...nothing, circuits: [other, part({})] });
    const later = { coveredMs: 600_000, meanVa: 3_000, maxVa: 12_000, limitedMs: 700 };
    await store.writeRecord({
      ...nothing,
      circuits: [part({ ...later, maxAmps: { L1: 4, L2: 17.5, L3: 0 } })],
    });
    const whole = part({
      coveredMs: 900_000,
      meanVa: 5_000,
      maxVa: 12_000,
      limitedMs: 700,
      maxAmps: { L1: 13.25, L2: 17.5, L3: 0 },
    });
    assertEquals(await store.circuitQuarters({ fromMs: 0, toMs: 1e13 }), [whole, other]);
    assertEquals(await store.circuitQuarters({ fromMs: 900_001, toMs: 1e13 }), [other]);
  });
}
