import type { RootStore } from "./authority_io.ts";
import type { KeyPair } from "./ports.ts";
import { writeWhole } from "./whole_file_io.ts";

/**
 * Keeps roots in a folder of their own, `root-1.pem` with `root-1.key` and so on, for the owner's eyes
 * only. They are in no copy of each night: a key leaves the machine only in an archive that somebody
 * makes.
 */
export function openRootFiles(folder: string): RootStore {
  async function numbers(names = /^root-(\d+)\.pem$/): Promise<readonly number[]> {
    const found: number[] = [];
    for await (const { name } of Deno.readDir(folder)) {
      const match = names.exec(name);
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
    async retire({ cert }) {
      for (const number of await numbers()) {
        if ((await pair(number)).cert !== cert) continue;
        const path = `${folder}/root-${number}`;
        await Deno.rename(`${path}.pem`, `${path}.retired`);
        await Deno.remove(`${path}.key`);
      }
    },
    async save({ cert, key }) {
      const path = `${folder}/root-${Math.max(0, ...await numbers(/^root-(\d+)\.\w+$/)) + 1}`;
      // The certificate last: where it stands, its key does too.
      await writeWhole(`${path}.key`, key);
      await writeWhole(`${path}.pem`, cert);
    },
  };
}
