import { createSystemClock } from "../../src/lib/clock_io.ts";
import { createSeededIds, type Ids } from "../../src/lib/ids.ts";
import { createSpawner } from "../../src/lib/spawn.ts";
import { put } from "../../src/lib/write.ts";
import { createJournal, type LedgerWrite, type OutboxStore } from "../../src/outbox/mod.ts";
import { openLedger } from "../../src/store/ledger_io.ts";
import { type WorkStep, writesOf } from "./ledger_work.ts";
import { type LedgerBytes, readWal } from "./wal_file.ts";

/** The files of a ledger right after a commit, and what came after it. */
export interface AckPoint {
  /** Steps that were on disk for good. */
  readonly acked: number;
  /** The files then. */
  readonly then: LedgerBytes;
  /** The files a commit or more later, from which an unacknowledged tail is taken. */
  readonly later: LedgerBytes;
  /** Where the acknowledged part of `later.wal` ends, in bytes: 0 if the log was begun anew meanwhile. */
  readonly ackedEnd: number;
  readonly isNewLog: boolean;
}

/** A run of a writer, recorded. */
export interface WalRecording {
  readonly steps: readonly WorkStep[];
  /** After how many steps a commit ended: the only states that a ledger may be found in. */
  readonly boundaries: ReadonlySet<number>;
  readonly points: readonly AckPoint[];
  /** How often the log was begun anew. */
  readonly logs: number;
}

/** Where the work notes how many of its steps are done. */
export const STEP_KEY = "step";

const BURSTS = 320;

/**
 * Runs a writer through journal and ledger in `folder`, several batches at a time, and keeps the files
 * as they were after commits that the seed chooses: `count` of them, and all that began a new log.
 */
export async function recordWork(
  folder: string,
  count: number,
  seed: number,
): Promise<WalRecording> {
  const ids = createSeededIds(seed);
  const path = `${folder}/ledger.db`;
  const camera = openCamera(path, count, ids);
  const store = openLedger(path);
  const clock = createSystemClock();
  const spawn = createSpawner(() => {});
  const journal = createJournal(watched(store, camera.commit), { clock, spawn, log: () => {} });
  const steps: WorkStep[] = [];
  const draw = drawer(ids);
  for (let burst = 0; burst < BURSTS; burst++) {
    const batches = Array.from({ length: 1 + Math.floor(ids.random() * 3) }, () => {
      const step = draw();
      steps.push(step);
      return [...writesOf(step), put("secrets", STEP_KEY, String(steps.length))];
    });
    await Promise.all(batches.map((batch) => journal.commit(batch)));
  }
  await spawn.drain();
  await store.close();
  return { steps, ...camera.taken() };
}

/** Begins sessions, and confirms any that has begun. */
function drawer({ random }: Ids): () => WorkStep {
  const open: number[] = [];
  let last = 0;
  return () => {
    if (open.length > 0 && random() < 0.45) {
      const [number = 0] = open.splice(Math.floor(random() * open.length), 1);
      return { kind: "confirm", number };
    }
    open.push(++last);
    return { kind: "begin", number: last };
  };
}

function watched(store: OutboxStore, committed: (steps: number) => void): OutboxStore {
  return {
    ...store,
    async commit(batch) {
      await store.commit(batch);
      committed(stepsIn(batch));
    },
  };
}

function stepsIn(batch: readonly LedgerWrite[]): number {
  return batch.reduce((most, write) => {
    const isStep = write.collection === "secrets" && write.key === STEP_KEY && write.kind === "put";
    return isStep ? Math.max(most, Number(write.value)) : most;
  }, 0);
}

interface Camera {
  commit(steps: number): void;
  taken(): Omit<WalRecording, "steps">;
}

interface Picture {
  readonly steps: number;
  readonly salts: string;
  readonly bytes: LedgerBytes;
}

/** An acknowledged commit whose tail is still to come. */
interface HalfPoint {
  readonly acked: number;
  readonly then: LedgerBytes;
  /** At which commit the later picture is taken. */
  readonly dueCommit: number;
}

/** Takes pictures of the files. Nobody writes meanwhile: the store writes within one turn. */
function openCamera(path: string, count: number, { random }: Ids): Camera {
  const points: AckPoint[] = [];
  const boundaries = new Set([0]);
  let pending: HalfPoint[] = [];
  let before: Picture | null = null;
  let commits = 0;
  let logs = 0;

  /** What the commit before this one left is all in the database by now. */
  function beginLog(last: Picture | null, later: LedgerBytes): void {
    logs++;
    pending = [];
    if (last === null) return;
    points.push({ acked: last.steps, then: last.bytes, later, ackedEnd: 0, isNewLog: true });
  }

  function finish({ acked, then }: HalfPoint, later: LedgerBytes): void {
    const ackedEnd = readWal(then.wal).committedEnd;
    points.push({ acked, then, later, ackedEnd, isNewLog: false });
  }

  return {
    commit(steps) {
      commits++;
      boundaries.add(steps);
      const bytes = { database: Deno.readFileSync(path), wal: Deno.readFileSync(`${path}-wal`) };
      const { salts } = readWal(bytes.wal.subarray(0, 32));
      if (salts !== before?.salts) beginLog(before, bytes);
      for (const each of pending) if (commits >= each.dueCommit) finish(each, bytes);
      pending = pending.filter((each) => commits < each.dueCommit);
      if (random() < count / BURSTS) {
        const dueCommit = commits + 1 + Math.floor(random() * 3);
        pending.push({ acked: steps, then: bytes, dueCommit });
      }
      before = { steps, salts, bytes };
    },
    taken: () => ({ boundaries, points, logs }),
  };
}
