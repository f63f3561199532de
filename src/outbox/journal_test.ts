import { assert, assertEquals } from "@std/assert";
import { ended, transactionRecord } from "../../test/contract/sessions.ts";
import { createVirtualClock } from "../lib/virtual_clock.ts";
import { createSpawner } from "../lib/spawn.ts";
import { put } from "../lib/write.ts";
import { createJournal, type Journal } from "./journal.ts";
import type { LedgerWrite, OutboxStore } from "./ledger.ts";

const RETRY_MS = 1000;

/** A disk that refuses when it is told to, and otherwise takes its time. */
function createSlowDisk() {
  const taken: string[][] = [];
  const refusals: string[] = [];
  let release: (() => void)[] = [];
  let isSlow = false;
  const store: Pick<OutboxStore, "commit"> = {
    async commit(batch) {
      if (isSlow) await new Promise<void>((resolve) => release.push(resolve));
      const refusal = refusals.shift();
      if (refusal !== undefined) throw new Error(refusal);
      taken.push(batch.map(({ key }) => key));
    },
  };
  return {
    store,
    /** Keys by commit. */
    taken,
    refuse(count: number, why = "disk full") {
      for (let each = 0; each < count; each++) refusals.push(why);
    },
    beSlow: () => isSlow = true,
    letGo() {
      const waiting = release;
      release = [];
      for (const resolve of waiting) resolve();
    },
  };
}

function createBench() {
  const disk = createSlowDisk();
  const clock = createVirtualClock();
  const logged: string[] = [];
  const log = (level: string, event: string) => void logged.push(`${level} ${event}`);
  const spawn = createSpawner(log);
  const store: OutboxStore = {
    load: () => Promise.reject(new Error("not asked for")),
    rows: () => Promise.resolve([]),
    transactions: () => Promise.resolve([]),
    sessionPage: () => Promise.resolve([]),
    factPage: () => Promise.resolve([]),
    factSums: () => Promise.resolve([]),
    signedReadings: () => Promise.resolve([]),
    damaged: () => [],
    close: () => Promise.resolve(),
    ...disk.store,
  };
  const room = { isReserveOnly: false, refused: 0 };
  const took: number[] = [];
  const journal = createJournal(store, { clock, log, spawn }, {
    retryMs: RETRY_MS,
    refused: () => void room.refused++,
    written: (tookMs) => void took.push(tookMs),
    isReserveOnly: () => room.isReserveOnly,
  });
  return { disk, clock, logged, journal, spawn, room, took };
}

function write(key: string): LedgerWrite {
  return put("secrets", key, "x");
}

/** Commits one write a key, and says in `answered` when each was answered. */
function commitEach(
  journal: Journal,
  keys: readonly string[],
  answered: string[],
): Promise<void>[] {
  return keys.map(async (key) => {
    await journal.commit([write(key)]);
    answered.push(key);
  });
}

Deno.test("commit() answers when the disk has it, not before", async () => {
  const { disk, clock, journal } = createBench();
  const answered: string[] = [];
  disk.beSlow();
  const done = commitEach(journal, ["a"], answered);
  await clock.settle();
  assertEquals([answered, journal.waiting()], [[], 1]);
  disk.letGo();
  await Promise.all(done);
  assertEquals([answered, disk.taken, journal.waiting()], [["a"], [["a"]], 0]);
});

Deno.test("how long the disk took is told when it has taken something, and not when it refuses", async () => {
  const { disk, clock, journal, took } = createBench();
  disk.refuse(1);
  const first = journal.commit([write("a")]);
  await clock.settle();
  assertEquals(took, []);
  await clock.advance(RETRY_MS);
  await first;
  assertEquals(took, [0]);
  disk.beSlow();
  const second = journal.commit([write("b")]);
  await clock.advance(250);
  disk.letGo();
  await second;
  assertEquals(took, [0, 250]);
});

Deno.test("commit() groups what comes in at once, and what comes in meanwhile", async () => {
  const { disk, clock, journal } = createBench();
  const answered: string[] = [];
  disk.beSlow();
  const first = commitEach(journal, ["a", "b", "c"], answered);
  await clock.settle();
  const second = commitEach(journal, ["d", "e"], answered);
  assertEquals(journal.waiting(), 5);
  disk.letGo();
  await Promise.all(first);
  assertEquals([disk.taken, answered], [[["a", "b", "c"]], ["a", "b", "c"]]);
  await clock.settle();
  disk.letGo();
  await Promise.all(second);
  assertEquals(disk.taken, [["a", "b", "c"], ["d", "e"]]);
});

Deno.test("commit() of nothing needs no disk", async () => {
  const { disk, journal } = createBench();
  disk.refuse(1);
  await journal.commit([]);
  assertEquals([disk.taken, journal.trouble()], [[], null]);
});

Deno.test("commit() answers nobody while the disk refuses, and everybody in order when it recovers", async () => {
  for (let failures = 1; failures <= 5; failures++) {
    const { disk, clock, journal, logged } = createBench();
    const answered: string[] = [];
    disk.refuse(failures);
    const done = commitEach(journal, ["a", "b"], answered);
    for (let each = 1; each <= failures; each++) {
      await clock.settle();
      assertEquals([answered, disk.taken], [[], []], `after refusal ${each} of ${failures}`);
      assertEquals(journal.trouble(), "Error: disk full");
      done.push(...commitEach(journal, [`later ${each}`], answered));
      await clock.advance(RETRY_MS);
    }
    await Promise.all(done);
    const order = ["a", "b", ...Array.from({ length: failures }, (_, at) => `later ${at + 1}`)];
    assertEquals([disk.taken.flat(), answered], [order, order]);
    assertEquals([journal.trouble(), journal.waiting(), clock.pending()], [null, 0, 0]);
    assertEquals(logged, ["error ledger_write_failed", "info ledger_recovered"]);
  }
});

Deno.test("commit() keeps the order when the disk refuses what others have queued up behind", async () => {
  const { disk, clock, journal } = createBench();
  const answered: string[] = [];
  disk.beSlow();
  disk.refuse(1);
  const done = commitEach(journal, ["a", "b"], answered);
  await clock.settle();
  done.push(...commitEach(journal, ["c"], answered));
  disk.letGo();
  await clock.advance(RETRY_MS);
  disk.letGo();
  await Promise.all(done);
  assertEquals([disk.taken, answered], [[["a", "b", "c"]], ["a", "b", "c"]]);
});

Deno.test("commit() logs each new trouble once", async () => {
  const { disk, clock, journal, logged } = createBench();
  disk.refuse(2, "disk full");
  disk.refuse(2, "input/output error");
  const done = journal.commit([write("a")]);
  await clock.advance(10 * RETRY_MS);
  await done;
  assertEquals(logged, [
    "error ledger_write_failed",
    "error ledger_write_failed",
    "info ledger_recovered",
  ]);
});

Deno.test("commit() tries again no sooner than it should", async () => {
  const { disk, clock, journal } = createBench();
  disk.refuse(1);
  const done = journal.commit([write("a")]);
  await clock.advance(RETRY_MS - 1);
  assertEquals(disk.taken, []);
  await clock.advance(1);
  await done;
  assertEquals(disk.taken, [["a"]]);
});

Deno.test("flush() waits for what was handed in so far, and for nothing later", async () => {
  const { disk, clock, journal } = createBench();
  const heard: string[] = [];
  disk.beSlow();
  const first = commitEach(journal, ["a"], heard);
  await clock.settle();
  const flushed = journal.flush().then(() => heard.push("flushed"));
  disk.letGo();
  await flushed;
  const later = commitEach(journal, ["b"], heard);
  await clock.settle();
  assertEquals(heard, ["a", "flushed"]);
  disk.letGo();
  await Promise.all([...first, ...later]);
  assertEquals(disk.taken, [["a"], ["b"]]);
});

Deno.test("flush() waits while the disk refuses, and not at all when nothing is in line", async () => {
  const { disk, clock, journal } = createBench();
  await journal.flush();
  disk.refuse(2);
  const heard: string[] = [];
  const done = commitEach(journal, ["a"], heard);
  const flushed = journal.flush().then(() => heard.push("flushed"));
  await clock.settle();
  assertEquals(heard, []);
  await clock.advance(2 * RETRY_MS);
  await Promise.all([...done, flushed]);
  assertEquals(heard, ["a", "flushed"]);
});

Deno.test("a journal leaves no work behind when it is idle", async () => {
  const { clock, journal, spawn } = createBench();
  await journal.commit([write("a")]);
  await spawn.drain();
  assert(spawn.running() === 0 && clock.pending() === 0);
});

Deno.test("close() ends the retries: nothing is left waiting for a disk that is gone", async () => {
  const { disk, clock, journal } = createBench();
  disk.refuse(1);
  const answered: string[] = [];
  const _forGood = commitEach(journal, ["a"], answered);
  await clock.settle();
  assertEquals(clock.pending(), 1);
  journal.close();
  assertEquals([clock.pending(), answered], [0, []]);
});

Deno.test("close() while the disk is at work lets it end and tries no more", async () => {
  const { disk, clock, journal } = createBench();
  disk.beSlow();
  disk.refuse(1);
  const _forGood = commitEach(journal, ["a"], []);
  await clock.settle();
  journal.close();
  disk.letGo();
  await clock.settle();
  assertEquals(clock.pending(), 0);
});

Deno.test("commitWithin() waits for others, at the longest until its time", async () => {
  const { disk, clock, journal } = createBench();
  const answered: string[] = [];
  const within = (key: string, ms: number) =>
    journal.commitWithin([write(key)], ms).then(() => void answered.push(key));
  const done = [within("a", 1_000), within("b", 5_000)];
  await clock.advance(999);
  assertEquals([disk.taken, answered, journal.waiting()], [[], [], 2]);
  await clock.advance(1);
  assertEquals([disk.taken, answered], [[["a", "b"]], ["a", "b"]]);
  await Promise.all(done);
  assertEquals([journal.waiting(), clock.pending()], [0, 0]);
});

Deno.test("commitWithin() goes along with the next commit, in the order in which they came", async () => {
  const { disk, clock, journal } = createBench();
  const answered: string[] = [];
  const patient = journal.commitWithin([write("a")], 1_000).then(() => void answered.push("a"));
  await clock.advance(300);
  await Promise.all([...commitEach(journal, ["b"], answered), patient]);
  assertEquals([disk.taken, answered], [[["a", "b"]], ["a", "b"]]);
  assertEquals(clock.pending(), 0);
});

Deno.test("commitWithin() keeps its time also when it comes in while the disk is at work", async () => {
  const { disk, clock, journal } = createBench();
  disk.beSlow();
  const first = journal.commit([write("a")]);
  await clock.settle();
  const second = journal.commitWithin([write("b")], 1_000);
  disk.letGo();
  await first;
  await clock.advance(999);
  assertEquals(disk.taken, [["a"]]);
  await clock.advance(1);
  disk.letGo();
  await second;
  assertEquals(disk.taken, [["a"], ["b"]]);
});

Deno.test("commitWithin() is tried again like everything else when the disk refuses", async () => {
  const { disk, clock, journal } = createBench();
  disk.refuse(2);
  const done = journal.commitWithin([write("a")], 500);
  await clock.advance(500 + RETRY_MS);
  assertEquals([disk.taken, journal.trouble()], [[], "Error: disk full"]);
  await clock.advance(RETRY_MS);
  await done;
  assertEquals([disk.taken, journal.trouble(), clock.pending()], [[["a"]], null, 0]);
});

Deno.test("flush() hurries what may wait; settled() does not", async () => {
  const { disk, clock, journal } = createBench();
  const seen: string[] = [];
  const one = journal.commitWithin([write("a")], 1_000);
  await journal.flush();
  await one;
  assertEquals([disk.taken, clock.pending()], [[["a"]], 0]);
  const two = journal.commitWithin([write("b")], 1_000);
  const settled = journal.settled().then(() => void seen.push("settled"));
  await clock.advance(999);
  assertEquals([seen, disk.taken.length], [[], 1]);
  await clock.advance(1);
  await Promise.all([two, settled]);
  assertEquals([seen, disk.taken], [["settled"], [["a"], ["b"]]]);
  await journal.settled();
  assertEquals(clock.pending(), 0);
});

Deno.test("close() leaves what waits for others where it is, and no timer", async () => {
  const { disk, clock, journal } = createBench();
  journal.commitWithin([write("a")], 1_000).then(() => {}, () => {});
  journal.close();
  await clock.advance(10_000);
  assertEquals([disk.taken, clock.pending()], [[], 0]);
});

Deno.test("while only the reserve is left ends are written, and the rest in its order when there is room", async () => {
  const { disk, clock, journal, room, spawn } = createBench();
  const done: string[] = [];
  const note = (key: string, written: Promise<void>) =>
    spawn(key, () => written.then(() => done.push(key)));
  const commit = (key: string, write: LedgerWrite) => note(key, journal.commit([write]));
  room.isReserveOnly = true;
  commit("x", write("x"));
  await clock.advance(RETRY_MS * 3);
  assert(room.refused > 1, "whoever can make room is asked");
  const session = transactionRecord({ id: "tx", stop: ended(60) });
  commit("tx", put("transactions", "tx", session));
  commit("y", write("y"));
  note("all", journal.flush());
  await clock.advance(RETRY_MS);
  assertEquals([disk.taken, done], [[["tx"]], ["tx"]]);
  assertEquals(journal.trouble(), null);
  room.isReserveOnly = false;
  await clock.advance(RETRY_MS);
  assertEquals([disk.taken, done], [[["tx"], ["x", "y"]], ["tx", "x", "y", "all"]]);
  assertEquals(clock.pending(), 0);
});
