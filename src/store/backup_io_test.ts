import { assert, assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { atMs, outboxRow } from "../../test/contract/sessions.ts";
import { put } from "../lib/write.ts";
import { backUpLedger, LedgerInUse, restoreLedger } from "./backup_io.ts";
import { LedgerDamaged, LedgerTooNew, openLedger } from "./ledger_io.ts";

const NOW_MS = atMs(0);

interface Paths {
  readonly folder: string;
  readonly ledger: string;
  readonly backup: string;
}

function test(name: string, body: (paths: Paths) => Promise<void>): void {
  Deno.test(name, async () => {
    const folder = await Deno.makeTempDir();
    try {
      await body({ folder, ledger: `${folder}/ledger.db`, backup: `${folder}/copy.db` });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

/** A ledger with these rows, closed. */
async function writeLedger(path: string, ...ids: readonly number[]): Promise<void> {
  const store = openLedger(path);
  await store.commit(ids.map((id) => put("outbox", id, outboxRow({ id }))));
  await store.close();
}

/** The ids of the rows in a ledger. */
async function rowsOf(path: string): Promise<number[]> {
  const store = openLedger(path);
  const { outbox } = await store.load(NOW_MS);
  await store.close();
  return outbox.map(({ id }) => id);
}

function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();
}

function sql(path: string, text: string): void {
  const database = new DatabaseSync(path);
  database.exec(text);
  database.close();
}

/** Fills the middle of a file with noise. */
function damage(path: string): void {
  const bytes = Deno.readFileSync(path);
  Deno.writeFileSync(path, bytes.fill(0xa5, 4096, 4096 * 3));
}

/** Changes an entry of an index: each page is as it should be, but the table says otherwise. */
function misfile(path: string): void {
  const database = new DatabaseSync(path);
  const { rootpage = 0 } = database
    .prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'outbox_transaction'").get() ?? {};
  const { page_size: pageSize = 0 } = database.prepare("PRAGMA page_size").get() ?? {};
  database.close();
  const bytes = Deno.readFileSync(path);
  const page = bytes.subarray((Number(rootpage) - 1) * Number(pageSize));
  const entry = new TextDecoder("latin1").decode(page).indexOf("tx-1");
  page[entry + 3] = "9".charCodeAt(0);
  Deno.writeFileSync(path, bytes);
}

test("backUpLedger() copies a ledger that is in use, what is in its log included", async (paths) => {
  const store = openLedger(paths.ledger);
  await store.commit([1, 2].map((id) => put("outbox", id, outboxRow({ id }))));
  await backUpLedger(paths.ledger, paths.backup);
  await store.commit([put("outbox", 3, outboxRow({ id: 3 }))]);
  assertEquals((await store.load(NOW_MS)).outbox.length, 3);
  await store.close();
  assertEquals(await rowsOf(paths.backup), [1, 2]);
});

test("backUpLedger() copies one moment of a ledger that goes on being written", async (paths) => {
  const store = openLedger(paths.ledger);
  const write = (id: number) =>
    store.commit([put("outbox", id, outboxRow({ id })), put("secrets", "last", `${id}`)]);
  for (let id = 1; id <= 200; id++) await write(id);
  const copying = backUpLedger(paths.ledger, paths.backup);
  for (let id = 201; id <= 260; id++) await write(id);
  await copying;
  await store.close();
  const copy = openLedger(paths.backup);
  const { outbox, secrets } = await copy.load(NOW_MS);
  await copy.close();
  const last = Number(secrets.get("last"));
  assert(last >= 200 && last <= 260, `${last}`);
  assertEquals(outbox.map(({ id }) => id), Array.from({ length: last }, (_, at) => at + 1));
});

test("backUpLedger() leaves one file, for the owner only, and nothing beside it", async (paths) => {
  await writeLedger(paths.ledger, 1);
  await backUpLedger(paths.ledger, paths.backup);
  assertEquals(filesIn(paths.folder), ["copy.db", "ledger.db"]);
  if (Deno.build.os !== "windows") {
    assertEquals((Deno.statSync(paths.backup).mode ?? 0) & 0o777, 0o600);
  }
  const copy = new DatabaseSync(paths.backup, { readOnly: true });
  assertEquals(copy.prepare("PRAGMA journal_mode").get()?.["journal_mode"], "delete");
  copy.close();
  assertEquals(filesIn(paths.folder), ["copy.db", "ledger.db"]);
});

test("backUpLedger() replaces an older backup, and what a crash left of one", async (paths) => {
  await writeLedger(paths.backup, 7, 8, 9);
  await writeLedger(paths.ledger, 1);
  Deno.writeTextFileSync(`${paths.backup}.part`, "half a backup");
  await backUpLedger(paths.ledger, paths.backup);
  assertEquals(await rowsOf(paths.backup), [1]);
  assertEquals(filesIn(paths.folder), ["copy.db", "ledger.db"]);
});

test("backUpLedger() keeps the older backup when the ledger cannot be copied", async (paths) => {
  await writeLedger(paths.backup, 7);
  await assertRejects(() => backUpLedger(paths.ledger, paths.backup), Deno.errors.NotFound);
  assertEquals(filesIn(paths.folder), ["copy.db"]);
  Deno.writeTextFileSync(paths.ledger, "no database ".repeat(1000));
  await assertRejects(() => backUpLedger(paths.ledger, paths.backup), LedgerDamaged);
  await Deno.remove(paths.ledger);
  await writeLedger(paths.ledger, ...Array.from({ length: 50 }, (_, id) => id + 1));
  damage(paths.ledger);
  await assertRejects(() => backUpLedger(paths.ledger, paths.backup), LedgerDamaged);
  assertEquals(filesIn(paths.folder), ["copy.db", "ledger.db"]);
  assertEquals(await rowsOf(paths.backup), [7]);
});

test("restoreLedger() brings a backup back and keeps what was there, each time", async (paths) => {
  await writeLedger(paths.ledger, 1);
  await backUpLedger(paths.ledger, paths.backup);
  await writeLedger(paths.ledger, 2);
  assertEquals(await restoreLedger(paths.backup, paths.ledger), {
    replaced: `${paths.ledger}.replaced`,
  });
  assertEquals(await rowsOf(paths.ledger), [1]);
  assertEquals(await rowsOf(`${paths.ledger}.replaced`), [1, 2]);
  await writeLedger(paths.ledger, 3);
  const second = await restoreLedger(paths.backup, paths.ledger);
  assertEquals(second.replaced, `${paths.ledger}.replaced-2`);
  assertEquals(await rowsOf(`${paths.ledger}.replaced-2`), [1, 3]);
  assertEquals(await rowsOf(`${paths.ledger}.replaced`), [1, 2]);
  assertEquals(await rowsOf(paths.backup), [1]);
  assertEquals(filesIn(paths.folder), [
    "copy.db",
    "ledger.db",
    "ledger.db.replaced",
    "ledger.db.replaced-2",
  ]);
});

test("restoreLedger() needs no ledger to be there", async (paths) => {
  await writeLedger(paths.backup, 1);
  assertEquals(await restoreLedger(paths.backup, paths.ledger), { replaced: null });
  assertEquals(await rowsOf(paths.ledger), [1]);
});

test("restoreLedger() keeps what a killed gateway had left in its log", async (paths) => {
  await writeLedger(paths.backup, 9);
  const store = openLedger(paths.ledger);
  await store.commit([put("outbox", 1, outboxRow({ id: 1 }))]);
  // The files as they lie when the process is gone: what was committed is in the log.
  const killed = `${paths.folder}/killed.db`;
  for (const suffix of ["", "-wal"]) Deno.copyFileSync(paths.ledger + suffix, killed + suffix);
  await store.close();
  const { replaced } = await restoreLedger(paths.backup, killed);
  assertEquals(await rowsOf(killed), [9]);
  assertEquals(await rowsOf(replaced ?? ""), [1]);
  assertEquals(filesIn(paths.folder), ["copy.db", "killed.db", "killed.db.replaced", "ledger.db"]);
});

test("restoreLedger() takes the place of a damaged ledger, log and all", async (paths) => {
  await writeLedger(paths.backup, 9);
  Deno.writeTextFileSync(paths.ledger, "no database ".repeat(1000));
  Deno.writeTextFileSync(`${paths.ledger}-wal`, "no log");
  const { replaced } = await restoreLedger(paths.backup, paths.ledger);
  assertEquals(await rowsOf(paths.ledger), [9]);
  assertEquals(Deno.readTextFileSync(replaced ?? "").slice(0, 11), "no database");
  assertEquals(Deno.readTextFileSync(`${replaced}-wal`), "no log");
});

test("restoreLedger() refuses what is no sound ledger of a known version", async (paths) => {
  await writeLedger(paths.ledger, 1);
  const many = Array.from({ length: 50 }, (_, id) => id + 1);
  const refusals: [string, () => Promise<void> | void, new (message: string) => Error][] = [
    [
      "no database",
      () => Deno.writeTextFile(paths.backup, "slot,energy\n".repeat(1000)),
      LedgerDamaged,
    ],
    ["another database", () => sql(paths.backup, "CREATE TABLE photos (id)"), LedgerDamaged],
    ["an empty file", () => Deno.writeTextFile(paths.backup, ""), LedgerDamaged],
    ["a damaged one", async () => {
      await writeLedger(paths.backup, ...many);
      damage(paths.backup);
    }, LedgerDamaged],
    ["an index that disagrees with its table", async () => {
      await writeLedger(paths.backup, ...many);
      misfile(paths.backup);
    }, LedgerDamaged],
    ["a newer one", async () => {
      await writeLedger(paths.backup, 1);
      sql(paths.backup, "PRAGMA user_version = 99");
    }, LedgerTooNew],
  ];
  for (const [name, prepare, expected] of refusals) {
    await prepare();
    await assertRejects(() => restoreLedger(paths.backup, paths.ledger), expected, "", name);
    assertEquals(await rowsOf(paths.ledger), [1], name);
    await Deno.remove(paths.backup);
  }
  await assertRejects(() => restoreLedger(paths.backup, paths.ledger), Deno.errors.NotFound);
  assertEquals(filesIn(paths.folder), ["ledger.db"]);
});

test("restoreLedger() changes nothing while a gateway has the ledger open", async (paths) => {
  await writeLedger(paths.backup, 9);
  const store = openLedger(paths.ledger);
  await store.commit([put("outbox", 1, outboxRow({ id: 1 }))]);
  await assertRejects(() => restoreLedger(paths.backup, paths.ledger), LedgerInUse);
  await store.commit([put("outbox", 2, outboxRow({ id: 2 }))]);
  assertEquals((await store.load(NOW_MS)).outbox.length, 2);
  await store.close();
  assertEquals(await rowsOf(paths.ledger), [1, 2]);
  assertEquals(filesIn(paths.folder), ["copy.db", "ledger.db"]);
  assert((await restoreLedger(paths.backup, paths.ledger)).replaced !== null);
});
