import { createSystemClock } from "../../src/lib/clock_io.ts";
import { createSpawner } from "../../src/lib/spawn.ts";
import { createJournal } from "../../src/outbox/mod.ts";
import { openLedger } from "../../src/store/ledger_io.ts";
import { writesOf } from "./ledger_work.ts";

/**
 * The victim of kill_test.ts: begins sessions and confirms two out of three, through a journal into
 * the ledger that its argument names. Once the journal has said that it is on disk, it prints "+7" for
 * the beginning of session 7 and "-7" for its confirmation. Several batches are on their way at any
 * time, as on a busy site. Goes on until it is killed.
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
let last = snapshot.lastRowId;

function print(line: string): void {
  Deno.stdout.writeSync(encoder.encode(`${line}\n`));
}

async function nextSession(): Promise<void> {
  const number = ++last;
  await journal.commit(writesOf({ kind: "begin", number }));
  print(`+${number}`);
  if (number % 3 === 0) return;
  await journal.commit(writesOf({ kind: "confirm", number }));
  print(`-${number}`);
}

for (;;) await Promise.all([nextSession(), nextSession(), nextSession()]);
