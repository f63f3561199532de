import { assert, assertEquals } from "@std/assert";
import { outboxRow } from "../../test/contract/sessions.ts";
import { put } from "../lib/write.ts";
import { openLedger } from "./ledger_io.ts";
import { summarizeDatabase } from "./ledger_summary_io.ts";

Deno.test("of a ledger in use it is told how much it holds, how old, and nothing of it", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/ledger.db`;
  try {
    assertEquals(summarizeDatabase(path), null);
    const ledger = openLedger(path);
    const empty = summarizeDatabase(path);
    assertEquals([empty?.sessions, empty?.outbox], [
      { oldestStart: null, newestStart: null, newestEnd: null, open: 0 },
      { rows: 0, firstId: 0, lastId: 0 },
    ]);
    await ledger.commit([7, 9].map((id) => put("outbox", id, outboxRow({ id }))));
    const summary = summarizeDatabase(path);
    assertEquals(summary?.outbox, { rows: 2, firstId: 7, lastId: 9 });
    assert((summary?.bytes ?? 0) > 4_096 && (summary?.version ?? 0) > 3);
    const table = summary?.tables.find(({ name }) => name === "outbox");
    assertEquals(table, { name: "outbox", rows: 2, isMore: false });
    await ledger.commit([put("outbox", 10, outboxRow({ id: 10 }))]);
    await ledger.close();
    assertEquals(summarizeDatabase(path)?.outbox?.rows, 3, "and of one that nobody has open");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
