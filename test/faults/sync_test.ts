/**
 * What is acknowledged has been synced to the disk, as the kernel sees it: a power cut takes what was
 * only written. The calls of a writer to the kernel are read from strace.
 */
import { assert, assertEquals } from "@std/assert";
import { type RequiredServer, serverTest, succeeds } from "../support/required_server.ts";
import { unsyncedAcknowledgements } from "./sync_calls.ts";

const STRACE: RequiredServer = {
  name: "strace",
  isInstalled: succeeds("strace", ["-qq", "-e", "trace=none", "true"]),
};

const LINES_WANTED = 200;

/** Traces the writer until it has acknowledged so much; its calls, a line each. */
async function traceWriter(folder: string, script: string): Promise<readonly string[]> {
  const calls = `${folder}/calls`;
  const child = new Deno.Command("strace", {
    args: [
      ...["-f", "-y", "-qq", "-e", "trace=pwrite64,write,fsync,fdatasync", "-o", calls],
      ...[Deno.execPath(), "run", "--quiet", "--no-check", "--allow-read", "--allow-write"],
      ...[script, `${folder}/ledger.db`],
    ],
    stdin: "null",
    stdout: "piped",
    // It ends by complaining that nobody reads its lines any more.
    stderr: "null",
  }).spawn();
  let lines = 0;
  for await (const bytes of child.stdout) {
    lines += bytes.filter((byte) => byte === 10).length;
    if (lines >= LINES_WANTED) break;
  }
  await child.status;
  return (await Deno.readTextFile(calls)).split("\n");
}

serverTest(
  STRACE,
  "each acknowledgement follows a sync of all that was written before",
  async () => {
    const folder = await Deno.makeTempDir();
    try {
      const script = new URL("./ledger_writer.ts", import.meta.url).pathname;
      const calls = await traceWriter(folder, script);
      const { acknowledged, unsynced } = unsyncedAcknowledgements(calls);
      assert(acknowledged >= LINES_WANTED, `only ${acknowledged} acknowledgements were seen`);
      assertEquals(unsynced, []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

const WRITE = `7 pwrite64(12</tmp/x/ledger.db-wal>, "..."..., 4096, 32) = 4096`;
const SYNC = `7 fdatasync(12</tmp/x/ledger.db-wal>) = 0`;
const FAILED_SYNC = `7 fdatasync(12</tmp/x/ledger.db-wal>) = -1 EIO (Input/output error)`;
const ACKNOWLEDGED = `7 write(1<pipe:[99]>, "+7\\n", 3) = 3`;
const OTHER = `7 write(9<pipe:[8]>, "", 1) = 1`;

Deno.test("an acknowledgement without a sync, or after one that failed, is found", () => {
  const judged = (...calls: string[]) => unsyncedAcknowledgements(calls).unsynced.length;
  assertEquals(judged(WRITE, SYNC, OTHER, ACKNOWLEDGED, ACKNOWLEDGED), 0);
  assertEquals(judged(WRITE, ACKNOWLEDGED), 1);
  assertEquals(judged(WRITE, FAILED_SYNC, ACKNOWLEDGED), 1);
  assertEquals(judged(WRITE, SYNC, WRITE, ACKNOWLEDGED, SYNC, ACKNOWLEDGED), 1);
});
