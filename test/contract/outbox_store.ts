import { assert, assertEquals, assertRejects } from "@std/assert";
import { drop, put } from "../../src/lib/write.ts";
import { headerOf, type LedgerWrite, type OutboxStore } from "../../src/outbox/mod.ts";
import { HELD_COLLECTIONS } from "../../src/store/snapshot.ts";
import type { Transaction } from "../../src/transactions/mod.ts";
import { historyContract, type PromiseOf } from "./outbox_store_history.ts";
import { at, atMs, outboxRow, registerAt, transactionRecord } from "./sessions.ts";

/** A store under test. Each test opens one of its own, empty, and closes it. */
export interface OpenedStore {
  readonly store: OutboxStore;
  /** Removes what the store left behind. */
  readonly remove: () => Promise<void>;
}

const NOW_MS = atMs(0);

/** A record of a collection: any JSON will do, since a store looks into rows and transactions only. */
function anyRecord(collection: string): LedgerWrite {
  const value = { of: collection, list: [1, "two", null, { three: 3.5 }] };
  return JSON.parse(
    JSON.stringify({ kind: "put", collection, key: `key of ${collection}`, value }),
  );
}

/**
 * What every `OutboxStore` promises to the rooms that write to it. Run it against each: the one on
 * disk, and the one in memory that tests and simulation take for it.
 */
export function outboxStoreContract(name: string, open: () => Promise<OpenedStore>): void {
  const promise: PromiseOf = (what, check) =>
    Deno.test(`${name}: ${what}`, async () => {
      const { store, remove } = await open();
      try {
        await check(store);
      } finally {
        await store.close();
        await remove();
      }
    });

  promise("a new store holds nothing", async (store) => {
    const { transactions, outbox, lastRowId, lastTransactionNumber, ...held } = await store
      .load(NOW_MS);
    assertEquals([transactions, outbox, lastRowId, lastTransactionNumber], [[], [], 0, 0]);
    assert(Object.values(held).length > 0);
    for (const records of Object.values(held)) assertEquals(records.size, 0);
    assertEquals(await store.rows([1]), []);
    assertEquals(await store.transactions({ limit: 10 }), []);
  });

  promise("load gives back what was committed, collection by collection", async (store) => {
    const writes = HELD_COLLECTIONS.map(anyRecord);
    await store.commit(writes);
    const snapshot = await store.load(NOW_MS);
    for (const [index, collection] of HELD_COLLECTIONS.entries()) {
      const write = writes[index];
      const records: ReadonlyMap<string, unknown> = snapshot[collection];
      const value = write?.kind === "put" ? write.value : undefined;
      assertEquals([...records], [[`key of ${collection}`, value]], collection);
    }
  });

  promise("a time that is no whole number, or none, keeps nothing off the disk", async (store) => {
    const transaction = transactionRecord();
    for (const startHeardAtMs of [NOW_MS + 0.25, Number.NaN]) {
      const odd: Transaction = { ...transaction, startHeardAtMs };
      await store.commit([put("transactions", odd.id, odd), put("secrets", "a", "1")]);
      const { transactions, secrets } = await store.load(NOW_MS);
      assertEquals([transactions.length, secrets.get("a")], [1, "1"]);
      await store.commit([drop("secrets", "a")]);
    }
  });

  promise("a record is replaced by a put and removed by a drop, and no other is", async (store) => {
    await store.commit([put("secrets", "a", "1"), put("secrets", "b", "2")]);
    await store.commit([put("secrets", "a", "3"), drop("secrets", "b"), drop("secrets", "none")]);
    await store.commit([put("local-list-version", "a", 4)]);
    const { secrets, "local-list-version": version } = await store.load(NOW_MS);
    assertEquals([[...secrets], [...version]], [[["a", "3"]], [["a", 4]]]);
  });

  promise("keys and values are any text", async (store) => {
    const texts = [
      "",
      " ",
      "a\nb",
      "a\u0000b",
      'quote " and \\',
      "संगम",
      "🔌",
      "'; DROP TABLE outbox; --",
    ];
    await store.commit(texts.map((text) => put("secrets", text, text)));
    const { secrets } = await store.load(NOW_MS);
    assertEquals(new Map(secrets), new Map(texts.map((text) => [text, text])));
  });

  promise("values survive as JSON does: what is undefined is gone", async (store) => {
    const row = outboxRow({ id: 1, lastError: null, carry: null });
    await store.commit([put("outbox", 1, Object.assign({}, row, { absent: undefined }))]);
    const [read] = await store.rows([1]);
    assertEquals(read, row);
    assert(read !== undefined && !("absent" in read));
  });

  promise("what was handed in may be changed afterwards", async (store) => {
    const flags: Transaction["flags"][number][] = [];
    const transaction = transactionRecord({ number: 1, flags });
    await store.commit([put("transactions", transaction.id, transaction)]);
    flags.push("stop-below-start");
    assertEquals((await store.load(NOW_MS)).transactions[0]?.flags, []);
  });

  promise("a batch is written in its order: the last write of a key counts", async (store) => {
    await store.commit([
      put("secrets", "a", "1"),
      drop("secrets", "a"),
      put("secrets", "a", "2"),
      put("secrets", "b", "1"),
      drop("secrets", "b"),
      put("outbox", 1, outboxRow({ id: 1 })),
      drop("outbox", 1),
      put("outbox", 2, outboxRow({ id: 2 })),
      put("outbox", 2, outboxRow({ id: 2, refusals: 1 })),
    ]);
    const { secrets, outbox } = await store.load(NOW_MS);
    assertEquals([...secrets], [["a", "2"]]);
    assertEquals(outbox.map(({ id, refusals }) => [id, refusals]), [[2, 1]]);
  });

  promise("batches are written in the order in which they were given", async (store) => {
    const all = Array.from(
      { length: 50 },
      (_, count) => store.commit([put("secrets", "count", `${count}`)]),
    );
    await Promise.all(all);
    assertEquals((await store.load(NOW_MS)).secrets.get("count"), "49");
  });

  promise("a batch that fails leaves nothing, and the store goes on", async (store) => {
    const unsayable = {
      toJSON() {
        throw new Error("cannot be said in JSON");
      },
    };
    const row = Object.assign(outboxRow({ id: 9 }), {
      event: Object.assign(outboxRow().event, unsayable),
    });
    const batch: LedgerWrite[] = [
      put("secrets", "a", "1"),
      put("transactions", "tx-1", transactionRecord({ number: 900 })),
      put("outbox", 8, outboxRow({ id: 8 })),
      put("outbox", 9, row),
    ];
    await assertRejects(() => store.commit(batch), Error, "cannot be said in JSON");
    const { secrets, transactions, outbox, ...numbers } = await store.load(NOW_MS);
    assertEquals([secrets.size, transactions, outbox], [0, [], []]);
    assertEquals([numbers.lastTransactionNumber, numbers.lastRowId], [0, 0]);
    await store.commit([put("secrets", "a", "2")]);
    assertEquals((await store.load(NOW_MS)).secrets.get("a"), "2");
  });

  promise("no transaction takes the number of another", async (store) => {
    const first = transactionRecord({ number: 5, id: "tx-a" });
    const second = transactionRecord({ number: 5, id: "tx-b" });
    await store.commit([put("transactions", "tx-a", first)]);
    await assertRejects(() =>
      store.commit([put("secrets", "a", "1"), put("transactions", "tx-b", second)])
    );
    const { transactions, secrets } = await store.load(NOW_MS);
    assertEquals([transactions, secrets.size], [[first], 0]);
    await assertRejects(() =>
      store.commit([
        put("transactions", "tx-c", transactionRecord({ number: 6, id: "tx-c" })),
        put("transactions", "tx-d", transactionRecord({ number: 6, id: "tx-d" })),
      ])
    );
    // Its own number it may keep, and one that is free again it may take.
    await store.commit([put("transactions", "tx-a", { ...first, nextSeqNo: 7 })]);
    await store.commit([drop("transactions", "tx-a"), put("transactions", "tx-b", second)]);
    assertEquals((await store.load(NOW_MS)).transactions, [second]);
  });

  promise("rows come in the order asked, without those that are gone", async (store) => {
    const rows = [1, 2, 3].map((id) => outboxRow({ id }));
    await store.commit(rows.map((row) => put("outbox", row.id, row)));
    await store.commit([drop("outbox", 2)]);
    assertEquals((await store.rows([3, 2, 1, 99])).map(({ id }) => id), [3, 1]);
    assertEquals(await store.rows([]), []);
  });

  promise("load gives headers by id, rows() the whole content", async (store) => {
    const carry = {
      dialect: "ocpp1.6",
      notes: [{ at: "evseId", inside: 1, original: "1" }],
    } as const;
    const frame = { version: "ocpp1.6", action: "MeterValues", text: '[2,"x"]' };
    const first = outboxRow({ id: 2, sent: true, frame, carry, essential: true });
    const second = outboxRow({ id: 10, refusals: 2, lastError: "InternalError", dead: true });
    await store.commit([put("outbox", 10, second), put("outbox", 2, first)]);
    const { outbox } = await store.load(NOW_MS);
    assertEquals(outbox, [headerOf(first), headerOf(second)]);
    assertEquals(await store.rows([2, 10]), [first, second]);
  });

  promise("the highest numbers outlive what they numbered", async (store) => {
    await store.commit([
      put("outbox", 7, outboxRow({ id: 7 })),
      put("transactions", "tx-70", transactionRecord({ number: 70 })),
    ]);
    await store.commit([
      put("outbox", 3, outboxRow({ id: 3 })),
      put("transactions", "tx-30", transactionRecord({ number: 30 })),
    ]);
    await store.commit([
      drop("outbox", 7),
      drop("outbox", 3),
      drop("transactions", "tx-70"),
      drop("transactions", "tx-30"),
    ]);
    const { lastRowId, lastTransactionNumber, outbox, transactions } = await store.load(NOW_MS);
    assertEquals([lastRowId, lastTransactionNumber], [7, 70]);
    assertEquals([outbox, transactions], [[], []]);
  });

  historyContract(promise);

  promise("a session goes through whole, signed values to the byte", async (store) => {
    const signed = {
      timestamp: at(60),
      sampledValue: [{
        signedMeterValue: {
          signedMeterData: `OCMF|{"FV":"1.0","ID":"\u00e9"}|{"SD":"${"30".repeat(2000)}"}`,
          encodingMethod: "OCMF",
        },
      }],
    };
    const row = outboxRow({ id: 1 });
    const full = { ...row, event: { ...row.event, meterValue: [signed, registerAt(60, 0.1)] } };
    const start = { ...row, id: 2, kind: "started" as const, carry: null };
    await store.commit([put("outbox", 1, full), put("outbox", 2, start)]);
    assertEquals(await store.rows([1, 2]), [full, start]);
  });
}
