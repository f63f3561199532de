import { assert, assertEquals, assertRejects } from "@std/assert";
import { outboxRow } from "../../test/contract/sessions.ts";
import { put } from "../lib/write.ts";
import { makeBackupAside } from "./backup_thread_io.ts";
import { listBackups } from "./backups_io.ts";
import { openLedger } from "./ledger_io.ts";

const NOW_MS = Date.UTC(2026, 4, 1, 3);

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a ledger is written while a thread of its own makes a backup of it", () =>
  inFolder(async (folder) => {
    const ledger = `${folder}/ledger.db`;
    const store = openLedger(ledger);
    const rows = Array.from({ length: 20_000 }, (_, at) => outboxRow({ id: at + 1 }));
    await store.commit(rows.map((row) => put("outbox", row.id, row)));
    let isMade = false;
    const making = makeBackupAside({
      ledger,
      folder: `${folder}/backups`,
      keep: 2,
      nowWallMs: NOW_MS,
    }).finally(() => isMade = true);
    let commits = 0;
    while (!isMade) {
      await store.commit([put("secrets", "last", `${++commits}`)]);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const path = await making;
    await store.close();
    assert(commits > 3, `${commits} commits while it was made`);
    assertEquals(listBackups(`${folder}/backups`).map((each) => each.path), [path]);
    const copy = openLedger(path);
    assertEquals((await copy.load(NOW_MS)).outbox.length, rows.length);
    await copy.close();
  }));

Deno.test("what keeps the thread from making a backup is said in the same words", () =>
  inFolder(async (folder) => {
    const ledger = `${folder}/ledger.db`;
    const request = { ledger, folder: `${folder}/backups`, keep: 2, nowWallMs: NOW_MS };
    await assertRejects(() => makeBackupAside(request), Error, `"${ledger}": no such file`);
    await Deno.writeTextFile(ledger, "no database ".repeat(1_000));
    await assertRejects(() => makeBackupAside(request), Error, `Cannot copy ledger "${ledger}"`);
    assertEquals(listBackups(request.folder), []);
  }));
