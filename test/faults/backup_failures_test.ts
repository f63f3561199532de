/**
 * Counted failures of the files around a ledger (as SQLite tests itself): a backup, and the replacement
 * of a damaged ledger, with the first call to the file system failing, the second, the third, until
 * none is left to fail.
 */
import { assert, assertEquals } from "@std/assert";
import { put } from "../../src/lib/write.ts";
import { listBackups, makeBackup, newestSoundBackup } from "../../src/store/backups_io.ts";
import { replaceDamaged } from "../../src/store/damaged_io.ts";
import { LedgerDamaged, openLedger } from "../../src/store/ledger_io.ts";
import { outboxRow } from "../contract/sessions.ts";

const NOW_MS = Date.UTC(2026, 4, 1, 3);
const CALLS = [
  ...["mkdir", "remove", "chmodSync", "copyFileSync", "linkSync", "lstatSync", "openSync"],
  ...["readDirSync", "removeSync", "renameSync"],
] as const;

/** Runs `work` with the `nth` call to the file system failing; false when it made fewer. */
async function failNth(nth: number, work: () => Promise<unknown>): Promise<boolean> {
  let calls = 0;
  const real = CALLS.map((name) => [name, Reflect.get(Deno, name)] as const);
  for (const [name, call] of real) {
    Reflect.set(Deno, name, (...args: readonly unknown[]) => {
      if (++calls === nth) throw new Error(`EIO: ${name} ${args[0]}`);
      return Reflect.apply(call, Deno, args);
    });
  }
  try {
    await work();
  } catch (error) {
    assert(calls >= nth, `${error}`);
  } finally {
    for (const [name, call] of real) Reflect.set(Deno, name, call);
  }
  return calls >= nth;
}

async function write(path: string, ...ids: readonly number[]): Promise<void> {
  const store = openLedger(path);
  await store.commit(ids.map((id) => put("outbox", id, outboxRow({ id }))));
  await store.close();
}

async function rowsOf(path: string): Promise<readonly number[]> {
  const store = openLedger(path);
  const { outbox } = await store.load(NOW_MS);
  await store.close();
  return outbox.map(({ id }) => id);
}

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("whichever step of a backup fails, the ledger and the backup before it stand, and the next one is made", async () => {
  let isOver = false;
  for (let nth = 1; !isOver; nth++) {
    await inFolder(async (folder) => {
      const [ledger, backups] = [`${folder}/ledger.db`, `${folder}/backups`];
      await write(ledger, 1);
      await makeBackup(ledger, backups, { keep: 1, nowWallMs: NOW_MS });
      await write(ledger, 2);
      const make = () => makeBackup(ledger, backups, { keep: 1, nowWallMs: NOW_MS });
      isOver = !await failNth(nth, make);
      const newest = newestSoundBackup(backups);
      const kept = newest === null ? [] : await rowsOf(newest.path);
      assert(kept[0] === 1, `call ${nth} left ${kept}`);
      assertEquals(await rowsOf(ledger), [1, 2]);
      await make();
      const [only, ...others] = listBackups(backups);
      assertEquals([await rowsOf(only?.path ?? ""), others.length], [[1, 2], 0]);
    });
    assert(nth < 100);
  }
});

Deno.test("whichever step of replacing a damaged ledger fails, the next start has all that the first would have had", async () => {
  let isOver = false;
  for (let nth = 1; !isOver; nth++) {
    await inFolder(async (folder) => {
      const [ledger, backups] = [`${folder}/ledger.db`, `${folder}/backups`];
      await write(ledger, ...Array.from({ length: 40 }, (_, at) => at + 1));
      await makeBackup(ledger, backups, { keep: 1, nowWallMs: NOW_MS });
      await write(ledger, 41);
      damage(ledger);
      isOver = !await failNth(nth, () => replaceDamaged(ledger, `${ledger}.damaged-1`, backups));
      try {
        await openLedger(ledger).close();
      } catch (error) {
        assert(error instanceof LedgerDamaged, `call ${nth}: ${error}`);
        await replaceDamaged(ledger, `${ledger}.damaged-2`, backups);
      }
      assertEquals((await rowsOf(ledger)).slice(0, 40).length, 40, `call ${nth}`);
      assert(Deno.lstatSync(`${ledger}.damaged-${isKept(ledger) ? 1 : 2}`).isFile);
    });
    assert(nth < 200);
  }
});

function isKept(ledger: string): boolean {
  try {
    return Deno.lstatSync(`${ledger}.damaged-1`).isFile;
  } catch {
    return false;
  }
}

/** The first page, with the shape of all tables. */
function damage(path: string): void {
  const bytes = Deno.readFileSync(path);
  Deno.writeFileSync(path, bytes.fill(0xa5, 100, 1_024));
}
