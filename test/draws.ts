/**
 * From which seed the drawn tests (fast-check) draw. `deno task test` takes it from the files of the
 * tree: the same tree draws the same wherever and whenever it is run, and each change draws anew. A test
 * run by itself draws at random, and names its seed where it fails.
 */

import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Where `deno task test` tells its tests the seed. */
export const DRAWS_VARIABLE = "SANGAM_DRAWS";

/** The seed of this run of the tests; for one run by itself, any. */
export function drawnSeed(): number {
  return Number(Deno.env.get(DRAWS_VARIABLE) ?? Math.floor(Math.random() * 2 ** 32));
}

/** A file of the tree. */
export interface DrawnFile {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A whole number from 0 to 2³² − 1, whatever the order in which the files are named. */
export async function seedOf(files: readonly DrawnFile[]): Promise<number> {
  const lines: string[] = [];
  for (const { path, bytes } of files) {
    const digest = await crypto.subtle.digest("SHA-256", bytes);
    lines.push(`${new Uint8Array(digest).toHex()} ${path}\n`);
  }
  const all = new TextEncoder().encode(lines.sort().join(""));
  return new DataView(await crypto.subtle.digest("SHA-256", all)).getUint32(0);
}

/** The seed of the tree in a folder: its sources, tests and what is known of devices. */
export async function seedOfTree(folder: URL): Promise<number> {
  const root = fileURLToPath(folder);
  const files: DrawnFile[] = [];
  for (const room of ["src", "test", "hardware"]) {
    const entries = await readdir(join(root, room), { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      files.push({ path: relative(root, path), bytes: new Uint8Array(await readFile(path)) });
    }
  }
  return await seedOf(files);
}
