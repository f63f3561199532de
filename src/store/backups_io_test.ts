import { assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { ended, outboxRow, transactionRecord } from "../../test/contract/sessions.ts";
import { put } from "../lib/write.ts";
import { awaitsMigration, listBackups, makeBackup, newestSoundBackup } from "./backups_io.ts";
import { restoreLedger } from "./backup_io.ts";
import { LedgerDamaged, openLedger } from "./ledger_io.ts";
import { salvage } from "./salvage_io.ts";

const NOW_MS = Date.UTC(2026, 4, 1, 3);

function test(name: string, body: (folder: string) => Promise<void>): void {
  Deno.test(name, async () => {
    const folder = await Deno.makeTempDir();
    try {
      await body(folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

/** Sessions and rows with these numbers, and whether the sessions have ended. */
async function write(path: string, numbers: readonly number[], hasEnded = false): Promise<void> {
  const store = openLedger(path);
  const sessions = numbers.map((number) =>
    transactionRecord({ number, stop: hasEnded ? ended(3_600) : null })
  );
  await store.commit([
    ...sessions.map((each) => put("transactions", each.id, each)),
    ...numbers.map((id) => put("outbox", id, outboxRow({ id, transactionId: `tx-${id}` }))),
  ]);
  await store.close();
}

async function read(path: string) {
  const store = openLedger(path);
  const { outbox, lastRowId, lastTransactionNumber, secrets } = await store.load(NOW_MS);
  const sessions = await store.transactions({ limit: 1_000, oldestFirst: true });
  await store.close();
  return { outbox, lastRowId, lastTransactionNumber, secrets, sessions };
}

test("makeBackup() keeps the newest, by their numbers, whatever the clock says", async (folder) => {
  const ledger = `${folder}/ledger.db`;
  await write(ledger, [1]);
  const day = 86_400_000;
  for (const nowWallMs of [NOW_MS, NOW_MS + day, 0, NOW_MS + 2 * day]) {
    await makeBackup(ledger, `${folder}/backups`, { keep: 3, nowWallMs });
  }
  assertEquals(
    listBackups(`${folder}/backups`).map(({ number, madeMs }) => [number, madeMs]),
    [[4, NOW_MS + 2 * day], [3, 0], [2, NOW_MS + day]],
  );
  assertEquals(listBackups(`${folder}/nowhere`), []);
});

test("makeBackup() of a ledger that is damaged keeps all that were made before", async (folder) => {
  const ledger = `${folder}/ledger.db`;
  await write(ledger, [1]);
  await makeBackup(ledger, `${folder}/b`, { keep: 1, nowWallMs: NOW_MS });
  Deno.writeTextFileSync(ledger, "no ledger ".repeat(5_000));
  await assertRejects(
    () => makeBackup(ledger, `${folder}/b`, { keep: 1, nowWallMs: NOW_MS + 1_000 }),
    LedgerDamaged,
  );
  assertEquals(listBackups(`${folder}/b`).map(({ number }) => number), [1]);
});

test("newestSoundBackup() passes over one that is damaged", async (folder) => {
  const ledger = `${folder}/ledger.db`;
  await write(ledger, [1]);
  assertEquals(newestSoundBackup(`${folder}/b`), null);
  await makeBackup(ledger, `${folder}/b`, { keep: 7, nowWallMs: NOW_MS });
  const second = await makeBackup(ledger, `${folder}/b`, { keep: 7, nowWallMs: NOW_MS + 1_000 });
  assertEquals(newestSoundBackup(`${folder}/b`)?.number, 2);
  Deno.writeTextFileSync(second, "torn");
  assertEquals(newestSoundBackup(`${folder}/b`)?.number, 1);
});

test("awaitsMigration() is about an older ledger only", async (folder) => {
  const ledger = `${folder}/ledger.db`;
  assertEquals(awaitsMigration(ledger), false);
  await write(ledger, [1]);
  assertEquals(awaitsMigration(ledger), false);
});

test("salvage() brings back what came after the backup, what has changed, and no more", async (folder) => {
  const [ledger, damaged] = [`${folder}/ledger.db`, `${folder}/damaged.db`];
  await write(ledger, [1, 2]);
  await Deno.copyFile(ledger, damaged);
  await write(damaged, [2], true);
  await write(damaged, [3, 4]);
  const store = openLedger(damaged);
  await store.commit([put("secrets", "new", "1")]);
  await store.close();
  const database = new DatabaseSync(damaged);
  database.exec("UPDATE outbox SET body = replace(body, 'Updated', 'Ended') WHERE id = 4");
  database.exec("UPDATE charging_transaction SET value = '{' WHERE number = 4");
  database.close();
  assertEquals(salvage(damaged, ledger), { sessions: 3 - 1, rows: 1 });
  const now = await read(ledger);
  assertEquals(now.sessions.map(({ number, stop }) => [number, stop !== null]), [
    [1, false],
    [2, true],
    [3, false],
  ]);
  assertEquals(now.outbox.map(({ id }) => id), [1, 2, 3]);
  assertEquals([now.lastRowId, now.lastTransactionNumber], [3, 3]);
  assertEquals(now.secrets.get("new"), "1");
});

test("salvage() reads around torn pages, from both ends, and nothing from what is no ledger", async (folder) => {
  const [ledger, damaged] = [`${folder}/ledger.db`, `${folder}/damaged.db`];
  const backup = `${folder}/backup.db`;
  await write(backup, [1]);
  await restoreLedger(backup, ledger);
  await write(damaged, Array.from({ length: 300 }, (_, index) => index + 1));
  const bytes = await Deno.readFile(damaged);
  const middle = Math.floor(bytes.length / 2 / 1_024) * 1_024;
  await Deno.writeFile(damaged, bytes.fill(0xa5, middle, middle + 8 * 1_024));
  const { sessions, rows } = salvage(damaged, ledger);
  const now = await read(ledger);
  assertEquals([now.sessions.length, now.outbox.length], [sessions + 1, rows + 1]);
  assertEquals(sessions + rows > 300 && sessions + rows < 598, true, `${sessions} ${rows}`);
  await Deno.writeTextFile(damaged, "no ledger");
  assertEquals(salvage(damaged, ledger), { sessions: 0, rows: 0 });
  assertEquals((await read(ledger)).sessions.length, sessions + 1);
});
