import { assertEquals } from "@std/assert";
import { atMs, ended, outboxRow, transactionRecord } from "../../test/contract/sessions.ts";
import { put } from "../lib/write.ts";
import type { OutboxStore } from "../outbox/mod.ts";
import { openLedger } from "./ledger_io.ts";
import { ledgerTest as test, tamper } from "./_ledger_for_test.ts";
import { LEDGER_MIGRATIONS } from "./migrations.ts";
import { salvage } from "./salvage_io.ts";

const NOW_MS = atMs(0);

async function withStore<T>(path: string, work: (store: OutboxStore) => Promise<T>): Promise<T> {
  const store = openLedger(path);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** A ledger with two secrets, two sessions and their rows, closed again. */
async function writeLedger(path: string): Promise<void> {
  await Deno.remove(path).catch(() => {});
  await withStore(path, (store) =>
    store.commit([
      put("secrets", "a", "secret one"),
      put("secrets", "b", "secret two"),
      put("transactions", "tx-1", transactionRecord({ number: 1 })),
      put("transactions", "tx-2", transactionRecord({ number: 2, stop: ended(3_600) })),
      put("outbox", 1, outboxRow({ id: 1 })),
      put("outbox", 2, outboxRow({ id: 2 })),
    ]));
}

/** One change in the file, of exactly one record. */
function change(path: string, sql: string): void {
  assertEquals(Number(tamper(path, (database) => database.prepare(sql).run().changes)), 1, sql);
}

test("does not give out a row whose bytes were changed", async (path) => {
  const changes: [string, string][] = [
    ["a digit of a reading", "UPDATE outbox SET body = replace(body, '1001', '9001') WHERE id = 1"],
    ["a space", "UPDATE outbox SET body = body || ' ' WHERE id = 1"],
    ["the header", `UPDATE outbox SET header = replace(header, 'updated', 'ended') WHERE id = 1`],
    ["the checksum", "UPDATE outbox SET checksum = checksum + 1 WHERE id = 1"],
    ["no JSON at all", "UPDATE outbox SET body = '{' WHERE id = 1"],
    ["no header at all", "UPDATE outbox SET header = '{' WHERE id = 1"],
    ["a header without its kind", "UPDATE outbox SET header = '7' WHERE id = 1"],
  ];
  for (const [name, sql] of changes) {
    await Deno.remove(path).catch(() => {});
    await writeLedger(path);
    const changed = tamper(path, (database) => database.prepare(sql).run().changes);
    assertEquals(Number(changed), 1, name);
    const store = openLedger(path);
    assertEquals(await store.rows([1, 2]), [outboxRow({ id: 2 })], name);
    // It still stands in the queue, where an operator sees it.
    assertEquals(
      (await store.load(NOW_MS)).outbox.map(({ id, dead }) => [id, dead]),
      [[1, true], [2, false]],
      name,
    );
    assertEquals(store.damaged(), [{ kind: "row", id: 1 }], name);
    await store.close();
  }
});

test("takes a row's id from its place, not from what may have been changed", async (path) => {
  await writeLedger(path);
  tamper(
    path,
    (database) =>
      database.exec(`UPDATE outbox SET header = replace(header, '"id":1', '"id":2') WHERE id = 1`),
  );
  const store = openLedger(path);
  assertEquals((await store.load(NOW_MS)).outbox.map(({ id }) => id), [1, 2]);
  await store.close();
});

test("a record that was changed on disk is set aside, and nothing else suffers", async (path) => {
  const changes: readonly (readonly [string, string, string])[] = [
    ["a letter", "value = replace(value, 'one', 'ond')", "a"],
    ["a space behind it", "value = value || ' '", "a"],
    ["no JSON", "value = '{'", "a"],
    ["the sum", "checksum = checksum + 1", "a"],
    ["its key", "key = 'c'", "c"],
    ["bytes that are no text", "value = CAST(x'22FF22' AS TEXT)", "a"],
  ];
  for (const [name, set, key] of changes) {
    await writeLedger(path);
    change(path, `UPDATE record SET ${set} WHERE key = 'a'`);
    await withStore(path, async (store) => {
      const { secrets, transactions, outbox } = await store.load(NOW_MS);
      assertEquals([...secrets], [["b", "secret two"]], name);
      assertEquals([transactions.length, outbox.length], [2, 2], name);
      assertEquals(store.damaged(), [{ kind: "record", collection: "secrets", key }], name);
    });
  }
});

test("what was set aside is kept, is named once, and makes way for what comes in its place", async (path) => {
  await writeLedger(path);
  change(path, "UPDATE record SET value = replace(value, 'one', 'ond') WHERE key = 'a'");
  await withStore(path, (store) => store.load(NOW_MS));
  await withStore(path, async (store) => {
    await store.commit([put("secrets", "a", "secret three")]);
    const { secrets } = await store.load(NOW_MS);
    assertEquals([secrets.get("a"), store.damaged()], ["secret three", []]);
  });
  assertEquals(
    tamper(
      path,
      (database) =>
        database.prepare("SELECT value FROM record WHERE collection = 'set-aside secrets'").get()
          ?.["value"],
    ),
    '"secret ond"',
  );
});

test("a session that was changed on disk is given out nowhere; its rows and its number stay", async (path) => {
  const changes: readonly (readonly [string, string])[] = [
    ["the driver's token", `value = replace(value, '"idToken"', '"idTokem"')`],
    ["a space", "value = value || ' '"],
    ["no JSON", "value = '{'"],
    ["no session", "value = '[]'"],
    ["the sum", "checksum = checksum + 1"],
    ["its number", "number = 3"],
  ];
  for (const [name, set] of changes) {
    await writeLedger(path);
    change(path, `UPDATE charging_transaction SET ${set} WHERE id = 'tx-1'`);
    await withStore(path, async (store) => {
      const { transactions, outbox, lastTransactionNumber } = await store.load(NOW_MS);
      assertEquals(transactions.map(({ id }) => id), ["tx-2"], name);
      assertEquals([outbox.length, lastTransactionNumber], [2, 2], name);
      assertEquals(await store.transactions({ id: "tx-1", limit: 1 }), [], name);
      const { chargerId, slot, startHeardAtMs } = transactionRecord({ number: 1 });
      const number = set === "number = 3" ? 3 : 1;
      const where = { number, chargerId, slot, startedMs: startHeardAtMs };
      assertEquals(store.damaged(), [{ kind: "session", id: "tx-1", ...where }], name);
    });
  }
});

test("a page of history is short only where history ends, whatever in it is damaged", async (path) => {
  const numbers = Array.from({ length: 9 }, (_, index) => index + 1);
  await withStore(path, (store) =>
    store.commit(
      numbers.map((number) => put("transactions", `tx-${number}`, transactionRecord({ number }))),
    ));
  tamper(path, (database) =>
    database.exec(`
      UPDATE charging_transaction SET value = value || ' ' WHERE number IN (2, 3, 7, 9)
    `));
  await withStore(path, async (store) => {
    const page = async (oldestFirst: boolean) =>
      (await store.transactions({ limit: 4, oldestFirst })).map(({ number }) => number);
    assertEquals(await page(false), [8, 6, 5, 4]);
    assertEquals(await page(true), [1, 4, 5, 6]);
    assertEquals(await store.transactions({ limit: 0 }), []);
    const older = await store.transactions({ limit: 4, beforeNumber: 4 });
    assertEquals(older.map(({ number }) => number), [1]);
    assertEquals(store.damaged().length, 4);
  });
});

test("a ledger of before there were sums is taken as it is, and summed as it is written", async (path) => {
  tamper(path, (database) => {
    database.exec(LEDGER_MIGRATIONS[0] ?? "");
    database.exec("PRAGMA user_version = 1");
    database.prepare("INSERT INTO record VALUES ('secrets', 'a', '\"old\"')").run();
    const old = transactionRecord({ number: 1 });
    database.prepare("INSERT INTO charging_transaction VALUES (?, 1, ?, ?, 'T', ?, NULL, 0, ?)")
      .run(old.id, old.chargerId, old.slot, old.startHeardAtMs, JSON.stringify(old));
  });
  const sums = () =>
    tamper(
      path,
      (database) =>
        ["record", "charging_transaction"].map((table) =>
          typeof database.prepare(`SELECT checksum FROM ${table}`).get()?.["checksum"]
        ),
    );
  await withStore(path, async (store) => {
    const { secrets, transactions } = await store.load(NOW_MS);
    assertEquals([...secrets], [["a", "old"]]);
    assertEquals(transactions, [transactionRecord({ number: 1 })]);
    assertEquals(store.damaged(), []);
  });
  assertEquals(sums(), ["object", "object"], "nobody knows");
  await withStore(path, (store) =>
    store.commit([
      put("secrets", "a", "old"),
      put("transactions", "tx-1", transactionRecord({ number: 1 })),
    ]));
  assertEquals(sums(), ["number", "number"]);
});

test("salvage() leaves what was changed in a damaged ledger, and reads one of before there were sums", async (path) => {
  const damaged = `${path}.damaged`;
  await writeLedger(damaged);
  change(damaged, "UPDATE record SET value = replace(value, 'one', 'ond') WHERE key = 'a'");
  change(damaged, "UPDATE charging_transaction SET value = value || ' ' WHERE number = 1");
  await withStore(path, () => Promise.resolve());
  assertEquals(salvage(damaged, path), { sessions: 1, rows: 2 });
  await withStore(path, async (store) => {
    const { secrets, transactions } = await store.load(NOW_MS);
    assertEquals([[...secrets.keys()], transactions.map(({ number }) => number)], [["b"], [2]]);
    assertEquals(store.damaged(), []);
  });
  await Deno.remove(damaged);
  tamper(damaged, (database) => {
    database.exec(LEDGER_MIGRATIONS[0] ?? "");
    database.prepare("INSERT INTO record VALUES ('secrets', 'old', '\"1\"')").run();
  });
  salvage(damaged, path);
  await withStore(path, async (store) => {
    assertEquals((await store.load(NOW_MS)).secrets.get("old"), "1");
  });
});
