import { assert, assertEquals } from "@std/assert";
import { createSeededIds } from "../../src/lib/ids.ts";
import { openLedger } from "../../src/store/ledger_io.ts";
import { readLines } from "../support/lines.ts";
import { workIn } from "./ledger_work.ts";

const SEED = 20_260_105;
const ROUNDS = 10;
const LINES_MAX = 600;

/** Lets a writer run until it has printed `after` lines, kills it, and returns all that it printed. */
async function runAndKill(path: string, after: number): Promise<string[]> {
  const script = new URL("./ledger_writer.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--allow-read", "--allow-write", script, path],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = readLines(child.stdout);
  const printed: string[] = [];
  for (let line = await lines.next(); line !== null; line = await lines.next()) {
    printed.push(line);
    // The pipe holds more lines than were read: the kill meets the writer anywhere in its work.
    if (printed.length === after) child.kill("SIGKILL");
  }
  const { signal } = await child.status;
  assertEquals(signal, "SIGKILL", "the writer ended by itself");
  return printed;
}

async function reopen(path: string): Promise<ReturnType<typeof workIn>> {
  const store = openLedger(path);
  const snapshot = await store.load(0);
  const rows = await store.rows(snapshot.outbox.map(({ id }) => id));
  await store.close();
  assertEquals(rows.length, snapshot.outbox.length, "a row was torn");
  return workIn(snapshot);
}

Deno.test("a gateway that is killed at any moment has on disk what it answered, nothing that was confirmed, and no half batch", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/ledger.db`;
  const { random } = createSeededIds(SEED);
  const begun: number[] = [];
  const confirmed: number[] = [];
  try {
    for (let round = 1; round <= ROUNDS; round++) {
      const printed = await runAndKill(path, 1 + Math.floor(random() * LINES_MAX));
      assert(printed.length > 0, "nothing was answered");
      const numbers = (sign: string) =>
        printed.filter((line) => line.startsWith(sign)).map((line) => Number(line.slice(1)));
      begun.push(...numbers("+"));
      confirmed.push(...numbers("-"));
      const onDisk = await reopen(path);
      const when = `round ${round} of seed ${SEED}`;
      assertEquals(onDisk.torn, [], `${when} left half a batch`);
      const lost = begun.filter((number) => !onDisk.begun.has(number));
      assertEquals(lost, [], `${when} lost what it had answered`);
      const back = confirmed.filter((number) => !onDisk.confirmed.has(number));
      assertEquals(back, [], `${when} would send again what was confirmed`);
      // Batches are in order: there are no gaps before the last one.
      const all = Array.from({ length: onDisk.begun.size }, (_, index) => index + 1);
      assertEquals([...onDisk.begun], all);
    }
    assert(confirmed.length > 0, "nothing was confirmed");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
