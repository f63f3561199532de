import { statfs } from "node:fs/promises";
import type { Space } from "./space.ts";

/** The partition that the ledger lies on, with a file on it that takes up room until it is needed. */
export interface DiskSpace {
  /** Null where the machine does not tell. */
  look(): Promise<Space | null>;
  ballastBytes(): Promise<number>;
  /**
   * Makes the ballast so big. It is given back at once where it shrinks; where the disk has no room
   * for it to grow, it stays as small as it was.
   */
  setBallast(bytes: number): Promise<void>;
}

/** The file's name in the folder of the ledger. */
export const BALLAST_FILE = "ballast";

/** Written in such pieces, so that the program does not stand still. */
const CHUNK_BYTES = 1_048_576;

/** The disk under a folder. */
export function openDiskSpace(folder: string): DiskSpace {
  const path = `${folder}/${BALLAST_FILE}`;

  async function ballastBytes(): Promise<number> {
    try {
      return (await Deno.stat(path)).size;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return 0;
      throw error;
    }
  }

  return {
    ballastBytes,
    async look() {
      try {
        const { bavail, blocks, bsize } = await statfs(folder);
        return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
      } catch {
        return null;
      }
    },
    async setBallast(bytes) {
      const now = await ballastBytes();
      if (bytes <= now) return await shrink(path, bytes, now);
      try {
        await grow(path, now, bytes);
      } catch (error) {
        await shrink(path, now, bytes);
        throw error;
      }
    },
  };
}

async function shrink(path: string, bytes: number, now: number): Promise<void> {
  if (bytes < now) await Deno.truncate(path, bytes);
}

/** Really written: a file with a hole in it would hold no room. */
async function grow(path: string, now: number, bytes: number): Promise<void> {
  using file = await Deno.open(path, { create: true, append: true, mode: 0o600 });
  for (let at = now; at < bytes;) {
    at += await file.write(new Uint8Array(Math.min(CHUNK_BYTES, bytes - at)));
  }
  await file.sync();
}
