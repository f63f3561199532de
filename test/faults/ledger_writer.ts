import { createSystemClock } from "../../src/lib/clock_io.ts";
import { createSpawner } from "../../src/lib/spawn.ts";
import { put } from "../../src/lib/write.ts";
import { createJournal } from "../../src/outbox/mod.ts";
import { openLedger } from "../../src/store/ledger_io.ts";
import { outboxRow, transactionRecord } from "../contract/sessions.ts";

/**
 * The victim of kill_test.ts: writes numbered batches through a journal into the ledger that its
 * argument names, and prints each number once the journal has said that it is on disk. Several
 * batches are on their way at any time, as on a busy site. Goes on until it is killed.
 */
const [path = ""] = Deno.args;
const store = openLedger(path);
const snapshot = await store.load(0);
const log = () => {};
const journal = createJournal(store, {
  clock: createSystemClock(),
  log,
  spawn: createSpawner(log),
});
const encoder = new TextEncoder();
let number = snapshot.lastRowId;

async function commitNext(): Promise<void> {
  const mine = ++number;
  await journal.commit([
    put("transactions", `tx-${mine}`, transactionRecord({ number: mine })),
    put("outbox", mine, outboxRow({ id: mine, transactionId: `tx-${mine}` })),
    put("secrets", "last", String(mine)),
  ]);
  Deno.stdout.writeSync(encoder.encode(`${mine}\n`));
}

for (;;) await Promise.all([commitNext(), commitNext(), commitNext()]);
