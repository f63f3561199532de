import { assert, assertEquals } from "@std/assert";
import { createSeededIds } from "../../src/lib/ids.ts";
import type { LedgerSnapshot } from "../../src/outbox/mod.ts";
import { openLedger } from "../../src/store/ledger_io.ts";
import { readLines } from "../support/lines.ts";

const SEED = 20_260_105;
const ROUNDS = 10;
const NUMBERS_MAX = 400;

/** Lets a writer run until it has printed `after` numbers, kills it, and returns all that it printed. */
async function runAndKill(path: string, after: number): Promise<number[]> {
  const script = new URL("./ledger_writer.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--allow-read", "--allow-write", script, path],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = readLines(child.stdout);
  const printed: number[] = [];
  for (let line = await lines.next(); line !== null; line = await lines.next()) {
    printed.push(Number(line));
    // The pipe holds more lines than were read: the kill meets the writer anywhere in its work.
    if (printed.length === after) child.kill("SIGKILL");
  }
  const { signal } = await child.status;
  assertEquals(signal, "SIGKILL", "the writer ended by itself");
  return printed;
}

async function reopen(path: string): Promise<LedgerSnapshot> {
  const store = openLedger(path);
  const snapshot = await store.load(0);
  const rows = await store.rows(snapshot.outbox.map(({ id }) => id));
  await store.close();
  assertEquals(rows.length, snapshot.outbox.length, "a row was torn");
  return snapshot;
}

Deno.test("a gateway that is killed at any moment has on disk what it answered, and no half batch", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/ledger.db`;
  const { random } = createSeededIds(SEED);
  const answered: number[] = [];
  try {
    for (let round = 1; round <= ROUNDS; round++) {
      const before = answered.length;
      answered.push(...await runAndKill(path, 1 + Math.floor(random() * NUMBERS_MAX)));
      const snapshot = await reopen(path);
      const rows = new Set(snapshot.outbox.map(({ id }) => id));
      const lost = answered.filter((number) => !rows.has(number));
      assertEquals(lost, [], `round ${round} of seed ${SEED} lost what it had answered`);
      assert(answered.length > before, "nothing was answered");
      // Batches are whole, and in order: there are no gaps before the last one.
      const last = Number(snapshot.secrets.get("last"));
      const all = Array.from({ length: last }, (_, index) => index + 1);
      assertEquals([...rows], all);
      assertEquals(snapshot.transactions.map(({ number }) => number), all);
      assertEquals([snapshot.lastRowId, snapshot.lastTransactionNumber], [last, last]);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
