import type { Ids } from "../../src/lib/ids.ts";
import { type LedgerBytes, readWal } from "./wal_file.ts";
import type { AckPoint } from "./wal_recording.ts";

/**
 * What a power cut may leave of the files. All that was acknowledged was synced and is whole; of what
 * came after, any part may have reached the disk, in any order.
 */
export const TAILS = {
  "cut short": (point, ids) => withWal(point, newUpTo(point, anywhere(point, ids))),
  "cut at the acknowledged end": (point) => withWal(point, newUpTo(point, point.ackedEnd)),
  "old bytes behind": (point, ids) => withWal(point, oldBehind(point, anywhere(point, ids))),
  "sectors in any order": (point, ids) => withWal(point, someSectors(point, ids)),
  "garbage behind": (point, ids) => withWal(point, garbageBehind(point, ids)),
  "zeros behind": (point, ids) => withWal(point, zerosBehind(point, ids)),
  "flipped bits": (point, ids) => withWal(point, flipped(point, ids)),
  "half a checkpoint": halfCheckpoint,
} as const satisfies Readonly<Record<string, (point: AckPoint, ids: Ids) => LedgerBytes>>;

/** A name in `TAILS`. */
export type TailName = keyof typeof TAILS;

const SECTOR_BYTES = 512;
const BEHIND_MAX = 20_000;

/**
 * What must not happen: the log ends before the acknowledged end. For showing that a loss is found.
 */
export function cutBelow(point: AckPoint, { random }: Ids): LedgerBytes {
  return withWal(point, newUpTo(point, Math.floor(random() * point.ackedEnd)));
}

/** As `cutBelow`: one acknowledged bit is wrong. */
export function flipBelow(point: AckPoint, { random }: Ids): LedgerBytes {
  const wal = newUpTo(point, point.ackedEnd).slice();
  flip(wal, Math.floor(random() * point.ackedEnd), random);
  return withWal(point, wal);
}

/** A log that was begun anew stands beside a database that holds all of the log before it. */
function withWal({ then, later, isNewLog }: AckPoint, wal: Uint8Array): LedgerBytes {
  return { database: isNewLog ? later.database : then.database, wal };
}

function laterEnd({ later }: AckPoint): number {
  return readWal(later.wal).committedEnd;
}

/** A place between the acknowledged end and the end of what was written later. */
function anywhere(point: AckPoint, { random }: Ids): number {
  return point.ackedEnd + Math.floor(random() * (laterEnd(point) - point.ackedEnd + 1));
}

function newUpTo({ later }: AckPoint, end: number): Uint8Array {
  return later.wal.subarray(0, end);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The log is written over an older one, which shows where the new bytes have not come. */
function oldBehind(point: AckPoint, end: number): Uint8Array {
  return joined(newUpTo(point, end), point.then.wal.subarray(end));
}

function someSectors(point: AckPoint, { random }: Ids): Uint8Array {
  const wal = newUpTo(point, laterEnd(point)).slice();
  const old = point.then.wal;
  let at = point.ackedEnd;
  while (at < wal.length) {
    const end = Math.min(wal.length, at - at % SECTOR_BYTES + SECTOR_BYTES);
    const kind = random();
    if (kind < 0.25) wal.fill(0, at, end);
    else if (kind < 0.5 && end <= old.length) wal.set(old.subarray(at, end), at);
    at = end;
  }
  return wal;
}

function garbageBehind(point: AckPoint, ids: Ids): Uint8Array {
  const garbage = ids.secret(1 + Math.floor(ids.random() * BEHIND_MAX));
  return joined(newUpTo(point, anywhere(point, ids)), garbage);
}

function zerosBehind(point: AckPoint, ids: Ids): Uint8Array {
  const zeros = new Uint8Array(1 + Math.floor(ids.random() * BEHIND_MAX));
  return joined(newUpTo(point, anywhere(point, ids)), zeros);
}

function flipped(point: AckPoint, { random }: Ids): Uint8Array {
  const end = laterEnd(point);
  const wal = newUpTo(point, end).slice();
  const flips = 1 + Math.floor(random() * 8);
  for (let flipNumber = 0; flipNumber < flips; flipNumber++) {
    flip(wal, point.ackedEnd + Math.floor(random() * (end - point.ackedEnd)), random);
  }
  return wal;
}

function flip(bytes: Uint8Array, at: number, random: Ids["random"]): void {
  bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
}

/**
 * The power went while pages were carried from the log into the database: some are there, some are
 * not, some in part. The log is still whole.
 */
function halfCheckpoint(point: AckPoint, ids: Ids): LedgerBytes {
  if (point.isNewLog) return TAILS["cut short"](point, ids);
  const { wal } = point.later;
  const { frames, pageBytes } = readWal(newUpTo(point, point.ackedEnd));
  const pages = Math.max(...frames.map(({ page }) => page));
  const before = point.then.database;
  const database = new Uint8Array(Math.max(before.length, pages * pageBytes));
  database.set(before);
  for (const { page, contentAt } of frames) {
    if (ids.random() < 0.5) continue;
    const torn = ids.random() < 0.2 ? pageBytes / 2 : pageBytes;
    database.set(wal.subarray(contentAt, contentAt + torn), (page - 1) * pageBytes);
  }
  return { database, wal: newUpTo(point, anywhere(point, ids)) };
}
