import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { at, atMs, ended, outboxRow, transactionRecord } from "../../test/contract/sessions.ts";
import { createSpawner } from "../lib/spawn.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { put } from "../lib/write.ts";
import { createJournal } from "../outbox/mod.ts";
import { LedgerDamaged, LedgerTooNew, openLedger } from "./ledger_io.ts";
import { ledgerTest, tamper } from "./_ledger_for_test.ts";
import { LEDGER_MIGRATIONS } from "./migrations.ts";

const NOW_MS = atMs(0);

const test: typeof ledgerTest = (name, body) => ledgerTest(`openLedger() ${name}`, body);
function pragma(database: DatabaseSync, name: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}

/** Settings of a connection are seen by that connection alone, so the test listens in on it. */
async function listening(
  work: (heard: {
    readonly statements: readonly string[];
    readonly connection: () => DatabaseSync;
  }) => Promise<void>,
): Promise<void> {
  const original = DatabaseSync.prototype.exec;
  const statements: string[] = [];
  const connections: DatabaseSync[] = [];
  DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string) {
    statements.push(sql);
    connections.push(this);
    return original.call(this, sql);
  };
  try {
    await work({
      statements,
      connection() {
        const [first] = connections;
        if (first === undefined) throw new Error("nobody has opened a database");
        return first;
      },
    });
  } finally {
    DatabaseSync.prototype.exec = original;
  }
}

/** A ledger with one row, closed again. */
async function writeLedger(path: string): Promise<void> {
  const store = openLedger(path);
  await store.commit([
    put("secrets", "a", "1"),
    put("transactions", "tx-1", transactionRecord({ number: 1 })),
    put("outbox", 1, outboxRow({ id: 1 })),
    put("outbox", 2, outboxRow({ id: 2 })),
  ]);
  await store.close();
}

test("finds everything again that was committed before it was closed", async (path) => {
  await writeLedger(path);
  for (let opening = 0; opening < 3; opening++) {
    const store = openLedger(path);
    const { secrets, transactions, outbox, lastRowId, lastTransactionNumber } = await store
      .load(NOW_MS);
    assertEquals([...secrets], [["a", "1"]]);
    assertEquals(transactions, [transactionRecord({ number: 1 })]);
    assertEquals(outbox.map(({ id }) => id), [1, 2]);
    assertEquals([lastRowId, lastTransactionNumber], [2, 1]);
    assertEquals(await store.rows([1]), [outboxRow({ id: 1 })]);
    await store.close();
  }
});

test("syncs every commit to the disk, through a write-ahead log of bounded size", async (path) => {
  await listening(async ({ connection }) => {
    const store = openLedger(path);
    assertEquals(pragma(connection(), "journal_mode"), "wal");
    assertEquals(pragma(connection(), "synchronous"), 2, "2 is FULL");
    assertEquals(pragma(connection(), "journal_size_limit"), 8_388_608);
    assertEquals(pragma(connection(), "busy_timeout"), 2000);
    await store.close();
  });
  assertEquals(tamper(path, (database) => pragma(database, "journal_mode")), "wal");
});

test("takes every migration once", async (path) => {
  await writeLedger(path);
  assertEquals(
    tamper(path, (database) => pragma(database, "user_version")),
    LEDGER_MIGRATIONS.length,
  );
  await openLedger(path).close();
});

test("an older ledger is read for reports as one that was always so", async (path) => {
  const session = transactionRecord({ number: 7, stop: ended(3_600), flags: ["resumed"] });
  const code = transactionRecord({
    number: 8,
    idToken: { idToken: "4711", type: "KeyCode" },
    stop: { ...ended(60), reason: "EVDisconnected" },
  });
  const open = transactionRecord({ number: 9 });
  const ledger = openLedger(path);
  await ledger.commit([session, code, open].map((each) => put("transactions", each.id, each)));
  const time = { fromMs: 0, toMs: 1e15, limit: 9 };
  const facts = await ledger.factPage(time);
  assertEquals(facts.length, 2);
  await ledger.close();
  tamper(path, (database) => {
    database.exec(
      "DROP TABLE session_fact; DROP INDEX transaction_slot; DROP TABLE signed_reading; " +
        "PRAGMA user_version = 2",
    );
  });
  const again = openLedger(path);
  assertEquals(await again.factPage(time), facts);
  await again.close();
});

test("refuses a file of a newer version, and leaves it as it was", async (path) => {
  await writeLedger(path);
  tamper(path, (database) => database.exec("PRAGMA user_version = 99; CREATE TABLE future (a)"));
  const error = assertThrows(() => openLedger(path), LedgerTooNew);
  assert(error.message.includes("version 99"), error.message);
  tamper(path, (database) => {
    assertEquals(pragma(database, "user_version"), 99);
    assertEquals(database.prepare("SELECT count(*) AS n FROM outbox").get()?.["n"], 2);
  });
});

test("refuses a file that is no database", (path) => {
  Deno.writeTextFileSync(path, "slot,energy\n1,9000\n".repeat(1000));
  assertThrows(() => openLedger(path), LedgerDamaged);
  assert(Deno.readTextFileSync(path).startsWith("slot,energy"));
});

test("refuses a database with pages that were overwritten or cut off", async (path) => {
  const damages: [string, (bytes: Uint8Array) => Uint8Array][] = [
    ["a page of noise", (bytes) => bytes.fill(0xa5, 4096 * 2, 4096 * 4)],
    ["a page of zeros", (bytes) => bytes.fill(0, 4096, 4096 * 2)],
    ["cut in half", (bytes) => bytes.slice(0, bytes.length / 2)],
    ["cut to less than a page", (bytes) => bytes.slice(0, 1000)],
  ];
  for (const [name, damage] of damages) {
    await Deno.remove(path).catch(() => {});
    await writeLedger(path);
    Deno.writeFileSync(path, damage(Deno.readFileSync(path)));
    assertThrows(() => openLedger(path), LedgerDamaged, "Cannot open ledger", name);
  }
});

test("lets go of a file that it refuses", (path) => {
  Deno.writeTextFileSync(path, "no database ".repeat(1000));
  assertThrows(() => openLedger(path), LedgerDamaged);
  Deno.removeSync(path);
  assertEquals([...Deno.readDirSync(path.slice(0, -"ledger.db".length))], []);
});

test("writes nothing of a batch that SQLite refuses, wherever it fails", async (path) => {
  const refusals = ["ABORT", "FAIL", "ROLLBACK"];
  for (const refusal of refusals) {
    await Deno.remove(path).catch(() => {});
    await openLedger(path).close();
    tamper(path, (database) =>
      database.exec(`
        CREATE TRIGGER refuse BEFORE INSERT ON outbox WHEN new.id = 3
        BEGIN SELECT RAISE(${refusal}, 'refused by the test'); END
      `));
    const store = openLedger(path);
    const batch = [1, 2, 3, 4].map((id) => put("outbox", id, outboxRow({ id })));
    const writes = [put("secrets", "a", "1"), ...batch];
    await assertRejects(() => store.commit(writes), Error, "refused by the test");
    const { outbox, secrets, lastRowId } = await store.load(NOW_MS);
    assertEquals([outbox, secrets.size, lastRowId], [[], 0, 0], refusal);
    await store.commit(writes.filter(({ key }) => key !== "3"));
    assertEquals((await store.load(NOW_MS)).outbox.map(({ id }) => id), [1, 2, 4], refusal);
    await store.close();
  }
});

test("writes nothing of a batch for which the disk is too full, and goes on after", async (path) => {
  await listening(async ({ connection }) => {
    const store = openLedger(path);
    await store.commit([put("outbox", 1, outboxRow({ id: 1 }))]);
    const used = Number(pragma(connection(), "page_count"));
    connection().prepare(`PRAGMA max_page_count = ${used}`).get();
    const large = put("secrets", "large", "x".repeat(50_000));
    await assertRejects(() => store.commit([put("secrets", "a", "1"), large]), Error, "full");
    assertEquals((await store.load(NOW_MS)).secrets.size, 0);
    assertEquals((await store.rows([1])).length, 1);
    connection().prepare("PRAGMA max_page_count = 100000").get();
    await store.commit([put("secrets", "a", "1"), large]);
    assertEquals((await store.load(NOW_MS)).secrets.size, 2);
    await store.close();
  });
});

test("rejects what comes after it was closed", async (path) => {
  const store = openLedger(path);
  await store.close();
  await assertRejects(() => store.commit([put("secrets", "a", "1")]));
  await assertRejects(() => store.load(NOW_MS));
});

test("lets nobody else read the file or those beside it", async (path) => {
  if (Deno.build.os === "windows") return;
  const before = Deno.umask(0o000);
  try {
    Deno.writeTextFileSync(path, "");
    Deno.chmodSync(path, 0o644);
    const store = openLedger(path);
    await store.commit([put("secrets", "a", "1")]);
    for (const suffix of ["", "-wal", "-shm"]) {
      assertEquals((Deno.statSync(path + suffix).mode ?? 0) & 0o777, 0o600, suffix);
    }
    await store.close();
  } finally {
    Deno.umask(before);
  }
});

test("takes a hundred commits of a journal in one sync", async (path) => {
  await listening(async ({ statements }) => {
    const store = openLedger(path);
    const log = () => {};
    const journal = createJournal(store, {
      clock: createVirtualClock(),
      log,
      spawn: createSpawner(log),
    });
    const opening = statements.length;
    const ids = Array.from({ length: 100 }, (_, index) => index + 1);
    await Promise.all(ids.map((id) => journal.commit([put("outbox", id, outboxRow({ id }))])));
    assertEquals(statements.slice(opening), ["BEGIN IMMEDIATE", "COMMIT"]);
    assertEquals((await store.load(NOW_MS)).outbox.map(({ id }) => id), ids);
    await store.close();
  });
});

test("a reading of a running session rewrites no index", async (path) => {
  await listening(async ({ connection }) => {
    const store = openLedger(path);
    const open = transactionRecord({ number: 7 });
    await store.commit([put("transactions", open.id, open)]);
    const pages = () => Number(Object.values(checkpoint(connection()))[1]);
    checkpoint(connection());
    await store.commit([
      put("transactions", open.id, { ...open, lastReading: { at: at(60), energyWh: 1_500 } }),
    ]);
    assertEquals(pages(), 1);
    const [stored] = await store.transactions({ limit: 1 });
    assertEquals(stored?.lastReading, { at: at(60), energyWh: 1_500 });
    await store.commit([put("transactions", open.id, { ...open, stop: ended(3_600) })]);
    assertEquals((await store.transactions({ limit: 1 }))[0]?.stop, ended(3_600));
    await store.close();
  });
});

/** Works the log into the database; says how many pages it held. */
function checkpoint(database: DatabaseSync): Record<string, unknown> {
  return database.prepare("PRAGMA wal_checkpoint(RESTART)").get() ?? {};
}
