import type { OwnKeyStore, OwnPair, WaitingKey } from "./own_keys.ts";
import { writeWhole } from "./whole_file_io.ts";

/**
 * Keeps them as `csms-1.key` and, once there is a certificate, `csms-1.pem`, for the owner's eyes only.
 * They are in no copy of the ledger, but in what `main.ts backup` makes: that is kept like a key.
 */
export function openOwnKeyFiles(folder: string): OwnKeyStore {
  const path = (number: number) => `${folder}/csms-${number}`;

  async function numbers(): Promise<readonly number[]> {
    const found: number[] = [];
    for await (const { name } of Deno.readDir(folder)) {
      const match = /^csms-(\d+)\.key$/.exec(name);
      if (match !== null) found.push(Number(match[1]));
    }
    return found;
  }

  return {
    async load() {
      await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
      const pairs: OwnPair[] = [];
      const waiting: WaitingKey[] = [];
      for (const number of await numbers()) {
        const key = await Deno.readTextFile(`${path(number)}.key`);
        const cert = await textIn(`${path(number)}.pem`);
        if (cert === null) waiting.push({ number, key });
        else pairs.push({ number, cert, key });
      }
      return { pairs, waiting };
    },
    saveKey: ({ number, key }) => writeWhole(`${path(number)}.key`, key),
    saveCertificate: (number, chain) => writeWhole(`${path(number)}.pem`, chain),
    async remove(number) {
      // The certificate first: what is left of a power cut in between is a key that waits for nothing.
      for (const end of ["pem", "key"]) await removeFile(`${path(number)}.${end}`);
    },
  };
}

async function textIn(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

async function removeFile(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
