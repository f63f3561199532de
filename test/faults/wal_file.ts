/** A database file and its write-ahead log, as bytes. */
export interface LedgerBytes {
  readonly database: Uint8Array;
  readonly wal: Uint8Array;
}

/** What a write-ahead log holds that counts (https://sqlite.org/fileformat2.html#the_write_ahead_log). */
export interface WalLayout {
  /** Two numbers that change whenever the log is begun anew; frames with others are of no account. */
  readonly salts: string;
  readonly pageBytes: number;
  /** Frames up to the last commit. */
  readonly frames: readonly WalFrame[];
  /** Where the last commit ends, in bytes; 0 for a log without one. */
  readonly committedEnd: number;
}

/** A page in the log. */
export interface WalFrame {
  /** From 1. */
  readonly page: number;
  /** Where the page's content begins. */
  readonly contentAt: number;
}

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/** Reads the layout. Checksums are SQLite's own business. */
export function readWal(wal: Uint8Array): WalLayout {
  if (wal.length < HEADER_BYTES) return { salts: "", pageBytes: 0, frames: [], committedEnd: 0 };
  const view = new DataView(wal.buffer, wal.byteOffset, wal.byteLength);
  const saltsAt = (offset: number) => `${view.getUint32(offset)} ${view.getUint32(offset + 4)}`;
  const salts = saltsAt(16);
  const pageBytes = view.getUint32(8);
  const frames: WalFrame[] = [];
  let committed = 0;
  let committedEnd = 0;
  const step = FRAME_HEADER_BYTES + pageBytes;
  for (let at = HEADER_BYTES; at + step <= wal.length && saltsAt(at + 8) === salts; at += step) {
    frames.push({ page: view.getUint32(at), contentAt: at + FRAME_HEADER_BYTES });
    // The frame that ends a commit says how large the database is after it.
    if (view.getUint32(at + 4) === 0) continue;
    committed = frames.length;
    committedEnd = at + step;
  }
  return { salts, pageBytes, frames: frames.slice(0, committed), committedEnd };
}
