import { assertEquals } from "@std/assert";
import type { DecisionEvent } from "../../src/site/mod.ts";
import type { LimitChange, MinuteSummary, TelemetryStore } from "../../src/telemetry/mod.ts";

/** A store under test, empty; it lets little be kept: five decisions. */
export interface OpenedTelemetry {
  readonly store: TelemetryStore;
  /** Removes what the store left behind. */
  readonly remove: () => Promise<void>;
}

/** A decision at this moment. */
export function decisionAt(atWallMs: number, facts: Partial<DecisionEvent> = {}): DecisionEvent {
  return {
    atWallMs,
    chargerId: "CP1",
    slot: null,
    token: "CARD-1",
    what: "authorize",
    status: "Accepted",
    source: "list",
    reason: "accepted by the local list",
    waitedMs: 12.5,
    ...facts,
  };
}

/** A summary of this minute, of one reading. */
export function summaryAt(minuteMs: number, facts: Partial<MinuteSummary> = {}): MinuteSummary {
  const value = { min: 10, mean: 10, max: 10, count: 1 };
  return { minuteMs, subject: "meter grid", quantity: "powerW", ...value, ...facts };
}

const ALL = { subject: "meter grid", fromMs: 0, toMs: Infinity, limit: 100 };

/** What every `TelemetryStore` promises. */
export function telemetryStoreContract(name: string, open: () => Promise<OpenedTelemetry>): void {
  const promise = (what: string, check: (store: TelemetryStore) => Promise<void>) =>
    Deno.test(`${name}: ${what}`, async () => {
      const { store, remove } = await open();
      try {
        await check(store);
      } finally {
        await store.close();
        await remove();
      }
    });

  promise("a new one holds nothing, and nothing was lost", async (store) => {
    assertEquals(await store.decisions({ limit: 10 }), []);
    assertEquals(await store.summaries({ ...ALL, toMs: 1e15 }), []);
    assertEquals(store.begunAnew(), null);
  });

  promise(
    "decisions come back as they were, newest first, as many as are wanted",
    async (store) => {
      const decisions = [decisionAt(1, { slot: 3 }), decisionAt(2), decisionAt(2, { token: "B" })];
      await store.write({ decisions, summaries: [], limits: [] }, 0);
      assertEquals(await store.decisions({ limit: 10 }), decisions.toReversed());
      assertEquals(await store.decisions({ limit: 1 }), decisions.slice(-1));
      assertEquals(await store.decisions({ limit: 0 }), []);
    },
  );

  promise("decisions are found by time, charger and token, each and together", async (store) => {
    const decisions = [
      decisionAt(10),
      decisionAt(20, { chargerId: "CP2" }),
      decisionAt(30, { token: "CARD-2" }),
      decisionAt(40, { chargerId: "CP2", token: "CARD-2" }),
    ];
    await store.write({ decisions, summaries: [], limits: [] }, 0);
    const times = async (filter: object) =>
      (await store.decisions({ limit: 10, ...filter })).map(({ atWallMs }) => atWallMs);
    assertEquals(await times({ fromMs: 20, toMs: 40 }), [30, 20]);
    assertEquals(await times({ chargerId: "CP2" }), [40, 20]);
    assertEquals(await times({ token: "CARD-2" }), [40, 30]);
    assertEquals(await times({ chargerId: "CP2", token: "CARD-2", toMs: 40 }), []);
    assertEquals(await times({ token: "' OR 1 = 1" }), []);
  });

  promise("summaries come back oldest first; two of one minute become one", async (store) => {
    const later = summaryAt(60_000);
    await store.write({ decisions: [], summaries: [later, summaryAt(0)], limits: [] }, 0);
    const more = summaryAt(0, { min: 4, mean: 6, max: 7, count: 3 });
    await store.write({
      decisions: [],
      summaries: [more, summaryAt(0, { quantity: "importWh" }), summaryAt(0, { subject: "x" })],
      limits: [],
    }, 0);
    assertEquals(await store.summaries({ ...ALL, toMs: 60_000 }), [
      summaryAt(0, { quantity: "importWh" }),
      summaryAt(0, { min: 4, mean: 7, max: 10, count: 4 }),
    ]);
    assertEquals(await store.summaries({ ...ALL, fromMs: 1, toMs: 1e15 }), [later]);
    assertEquals((await store.summaries({ ...ALL, toMs: 1e15, limit: 1 })).length, 1);
    const powers = await store.summaries({ ...ALL, toMs: 1e15, quantities: ["powerW", "none"] });
    assertEquals(powers.map(({ quantity }) => quantity), ["powerW", "powerW"]);
    assertEquals(await store.summaries({ ...ALL, toMs: 1e15, quantities: [] }), []);
  });

  promise(
    "the limits of a session come back oldest first, those of others do not",
    async (store) => {
      const limitAt = (atWallMs: number, transactionId = "t1"): LimitChange => ({
        transactionId,
        atWallMs,
        limitAmps: atWallMs === 10 ? null : 6.5,
        reason: { kind: "capped", source: "csms", amps: 6.5, untilWallMs: 99 },
      });
      const write = (limits: readonly LimitChange[], oldestMs = 0) =>
        store.write({ decisions: [], summaries: [], limits }, oldestMs);
      const find = (fromMs: number, toMs: number, limit = 10) =>
        store.limits({ transactionId: "t1", fromMs, toMs, limit });
      await write([limitAt(10), limitAt(20, "t2"), limitAt(30)]);
      await write([limitAt(40)]);
      assertEquals(await find(0, 100), [limitAt(10), limitAt(30), limitAt(40)]);
      assertEquals(await find(10, 40), [limitAt(10), limitAt(30)]);
      assertEquals(await find(11, 100, 1), [limitAt(30)]);
      await write([], 31);
      assertEquals(await find(0, 100), [limitAt(40)], "what is too old is gone");
      for (let at = 41; at <= 60; at++) await write([limitAt(at)]);
      assertEquals((await find(0, 100, 100)).map(({ atWallMs }) => atWallMs), [56, 57, 58, 59, 60]);
    },
  );

  promise("what is too old goes with the next write", async (store) => {
    await store.write({ decisions: [decisionAt(10)], summaries: [summaryAt(0)], limits: [] }, 0);
    await store.write({
      decisions: [decisionAt(90_000)],
      summaries: [summaryAt(60_000)],
      limits: [],
    }, 60_000);
    assertEquals((await store.decisions({ limit: 10 })).map(({ atWallMs }) => atWallMs), [90_000]);
    const left = await store.summaries({ ...ALL, toMs: 1e15 });
    assertEquals(left.map(({ minuteMs }) => minuteMs), [60_000]);
  });

  promise("so many decisions are kept, then the oldest go", async (store) => {
    for (let at = 1; at <= 8; at++) {
      await store.write({ decisions: [decisionAt(at)], summaries: [], limits: [] }, 0);
    }
    const kept = (await store.decisions({ limit: 100 })).map(({ atWallMs }) => atWallMs);
    assertEquals(kept, [8, 7, 6, 5, 4]);
  });
}
