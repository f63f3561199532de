import type { RootStore } from "./authority_io.ts";
import type { KeyPair } from "./ports.ts";

/**
 * Keeps roots in a folder of their own, `root-1.pem` with `root-1.key` and so on, for the owner's eyes
 * only. They are in no backup of the ledger: a key never leaves the machine by itself.
 */
export function openRootFiles(folder: string): RootStore {
  async function numbers(): Promise<readonly number[]> {
    const found: number[] = [];
    for await (const { name } of Deno.readDir(folder)) {
      const match = /^root-(\d+)\.pem$/.exec(name);
      if (match !== null) found.push(Number(match[1]));
    }
    return found.toSorted((a, b) => a - b);
  }

  async function pair(number: number): Promise<KeyPair> {
    const path = `${folder}/root-${number}`;
    return {
      cert: await Deno.readTextFile(`${path}.pem`),
      key: await Deno.readTextFile(`${path}.key`),
    };
  }

  return {
    async load() {
      await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
      return await Promise.all((await numbers()).map(pair));
    },
    async save({ cert, key }) {
      const path = `${folder}/root-${Math.max(0, ...await numbers()) + 1}`;
      // The certificate last: where it stands, its key does too.
      await writeWhole(`${path}.key`, key);
      await writeWhole(`${path}.pem`, cert);
    },
  };
}

/** All of it or nothing, and on the disk, whenever the power goes out. */
async function writeWhole(path: string, text: string): Promise<void> {
  await Deno.remove(`${path}.new`).catch(() => {});
  const file = await Deno.open(`${path}.new`, { write: true, createNew: true, mode: 0o600 });
  try {
    await file.write(new TextEncoder().encode(text));
    await file.sync();
  } finally {
    file.close();
  }
  await Deno.rename(`${path}.new`, path);
}
