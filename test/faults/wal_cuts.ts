import { createSeededIds, type Ids } from "../../src/lib/ids.ts";
import { errorText } from "../../src/lib/log.ts";
import { openLedger } from "../../src/store/ledger_io.ts";
import type { Findings } from "./compare_books.ts";
import { workIn, type WorkState, type WorkStep, writesOf } from "./ledger_work.ts";
import type { LedgerBytes } from "./wal_file.ts";
import { type AckPoint, recordWork, STEP_KEY, type WalRecording } from "./wal_recording.ts";
import { cutBelow, flipBelow, type TailName, TAILS } from "./wal_tails.ts";

/** How a run of power cuts went. */
export interface CutFigures {
  readonly cuts: number;
  readonly byTail: Readonly<Record<string, number>>;
  /** Cuts after which the ledger held more than was acknowledged: a whole commit of the tail. */
  readonly beyondAcked: number;
  /** Cuts that met a log just begun anew, after a checkpoint. */
  readonly atNewLog: number;
}

export interface CutOptions {
  readonly cuts: number;
  readonly seed: number;
  /** Hears how it goes, once a recording. */
  readonly progress?: (cuts: number) => void;
}

/** Cuts for which one writer is recorded. */
const CUTS_PER_RECORDING = 50;

/**
 * Cuts the power of a recorded writer again and again, and opens what is left. Throws where something
 * acknowledged is lost, a batch is there in part, or the ledger cannot be used.
 */
export async function runCuts({ cuts, seed, progress }: CutOptions): Promise<CutFigures> {
  const byTail: Record<string, number> = {};
  let beyondAcked = 0;
  let atNewLog = 0;
  for (let done = 0; done < cuts;) {
    const ownSeed = seed + done / CUTS_PER_RECORDING;
    const count = Math.min(CUTS_PER_RECORDING, cuts - done);
    await withRecording(ownSeed, async (recording, ids, folder) => {
      for (let cut = 0; cut < count; cut++) {
        const point = pointFor(recording, cut, ids);
        const tail = tailFor(cut);
        const left = TAILS[tail](point, ids);
        const { findings, steps } = await inspect(left, point, recording, folder);
        if (findings.length > 0) {
          const when = `cut ${cut} of seed ${ownSeed} (${tail}, ${point.acked} acknowledged)`;
          throw new Error(`At ${when}:\n${findings.join("\n")}`);
        }
        byTail[tail] = (byTail[tail] ?? 0) + 1;
        if (steps > point.acked) beyondAcked++;
        if (point.isNewLog) atNewLog++;
      }
    });
    done += count;
    progress?.(done);
  }
  return { cuts, byTail, beyondAcked, atNewLog };
}

/**
 * Damages what was acknowledged, and returns how often that was found. Everything else than `tries`
 * means that the cuts above prove nothing.
 */
export async function countFoundLosses(tries: number, seed: number): Promise<number> {
  let found = 0;
  await withRecording(seed, async (recording, ids, folder) => {
    const points = recording.points.filter(isOnlyInLog);
    for (let count = 0; count < tries; count++) {
      const point = points[count % points.length];
      if (point === undefined) throw new Error("Nothing was recorded");
      const left = count % 2 === 0 ? cutBelow(point, ids) : flipBelow(point, ids);
      const { findings } = await inspect(left, point, recording, folder);
      if (findings.some((finding) => finding.startsWith(LOST))) found++;
    }
  });
  return found;
}

const LOST = "lost";
/** With so many frames SQLite begins to carry them into the database. */
const CHECKPOINT_FRAMES = 1_000;

/** True where the acknowledged commits stand in the log and nowhere else. */
function isOnlyInLog({ isNewLog, ackedEnd }: AckPoint): boolean {
  return !isNewLog && ackedEnd > 0 && ackedEnd < CHECKPOINT_FRAMES * 4_096;
}

async function withRecording(
  seed: number,
  use: (recording: WalRecording, ids: Ids, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const recording = await recordWork(folder, CUTS_PER_RECORDING, seed);
    await use(recording, createSeededIds(seed), folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Every point has its turn; each seventh cut is at one of the few where the log was begun anew. */
function pointFor({ points }: WalRecording, cut: number, { random }: Ids): AckPoint {
  const fresh = points.filter(({ isNewLog }) => isNewLog);
  const point = cut % 7 === 6
    ? fresh[Math.floor(random() * fresh.length)]
    : points[cut % points.length];
  if (point === undefined) throw new Error("Nothing was recorded");
  return point;
}

function tailFor(cut: number): TailName {
  // Object.keys() gives strings; these are the table's own.
  const names = Object.keys(TAILS) as TailName[];
  return names[cut % names.length] ?? "cut short";
}

interface Inspection {
  readonly findings: Findings;
  /** How many steps the ledger had in it. */
  readonly steps: number;
}

/** Opens what a power cut left, and holds it against what was acknowledged. */
async function inspect(
  left: LedgerBytes,
  point: AckPoint,
  recording: WalRecording,
  folder: string,
): Promise<Inspection> {
  const path = `${folder}/cut.db`;
  await layOut(path, left);
  try {
    return await open(path, point, recording);
  } catch (error) {
    return { findings: [`${LOST}: it cannot be opened: ${errorText(error)}`], steps: 0 };
  }
}

/** The index of the log is in shared memory and gone with the power; an old one may lie about. */
async function layOut(path: string, { database, wal }: LedgerBytes): Promise<void> {
  await Deno.writeFile(path, database);
  await Deno.writeFile(`${path}-wal`, wal);
  await Deno.writeFile(`${path}-shm`, new Uint8Array(32_768).fill(wal.length % 256));
}

async function open(
  path: string,
  point: AckPoint,
  { steps: all, boundaries }: WalRecording,
): Promise<Inspection> {
  const store = openLedger(path);
  const snapshot = await store.load(0);
  const rows = await store.rows(snapshot.outbox.map(({ id }) => id));
  const { torn, ...state } = workIn(snapshot);
  const steps = Number(snapshot.secrets.get(STEP_KEY) ?? 0);
  const findings = [...torn];
  if (rows.length < snapshot.outbox.length) findings.push("a row cannot be read");
  if (steps < point.acked) findings.push(`${LOST}: ${steps} steps of ${point.acked} are there`);
  if (!boundaries.has(steps)) findings.push(`half: ${steps} steps are no whole commit`);
  findings.push(...differences(state, stateAfter(all.slice(0, steps))));
  const next = Math.max(0, ...state.begun) + 1;
  await store.commit(writesOf({ kind: "begin", number: next }));
  await store.close();
  const again = openLedger(path);
  const isUsable = workIn(await again.load(0)).begun.has(next);
  await again.close();
  if (!isUsable) findings.push("what was written afterwards is not there");
  return { findings, steps };
}

function stateAfter(steps: readonly WorkStep[]): WorkState {
  const of = (kind: WorkStep["kind"]) =>
    new Set(steps.filter((each) => each.kind === kind).map(({ number }) => number));
  return { begun: of("begin"), confirmed: of("confirm") };
}

function differences(found: WorkState, right: WorkState): Findings {
  return [
    ...[...right.begun.difference(found.begun)].map((number) => `session ${number} is missing`),
    ...[...found.begun.difference(right.begun)].map((number) => `session ${number} is too much`),
    ...[...right.confirmed.difference(found.confirmed)].map((number) =>
      `row ${number} was confirmed and has come back`
    ),
    ...[...found.confirmed.difference(right.confirmed)].map((number) =>
      `row ${number} is gone unconfirmed`
    ),
  ];
}
