import { digestsOf } from "./signature.ts";
import type { FilePart, FileStore } from "./image.ts";

const PIECE_BYTES = 65_536;
const NAME = /^[0-9a-f]{16,64}$/;

/** Files in a folder: whole ones under their digests, parts with what their server knows them by. */
export function openFileStore(folder: string): FileStore {
  const parts = `${folder}/parts`;
  const whole = (sha256: string) => `${folder}/${checked(sha256)}`;
  const partOf = (key: string) => `${parts}/${checked(key)}`;

  async function* read(path: string, from = 0): AsyncGenerator<Uint8Array> {
    using file = await Deno.open(path);
    if (from > 0) await file.seek(from, Deno.SeekMode.Start);
    while (true) {
      const piece = new Uint8Array(PIECE_BYTES);
      const length = await file.read(piece);
      if (length === null) return;
      yield piece.subarray(0, length);
    }
  }

  return {
    async part(key) {
      await Deno.mkdir(parts, { recursive: true, mode: 0o700 });
      return await openPart(partOf(key));
    },
    async keep(key) {
      const path = partOf(key);
      const digests = await digestsOf(read(path));
      await synced(path);
      await Deno.rename(path, whole(digests.sha256));
      await removed(`${path}.mark`);
      return digests;
    },
    async discard(key) {
      await removed(partOf(key));
      await removed(`${partOf(key)}.mark`);
    },
    read: (sha256, from) => read(whole(sha256), from),
    remove: (sha256) => removed(whole(sha256)),
    async sweep(olderThanMs) {
      const entries = await Array.fromAsync(Deno.readDir(parts)).catch(() => []);
      for (const { name } of entries) {
        const { mtime } = await Deno.stat(`${parts}/${name}`);
        if (mtime !== null && mtime.getTime() < olderThanMs) await removed(`${parts}/${name}`);
      }
    },
  };
}

function checked(name: string): string {
  if (!NAME.test(name)) throw new Error("Not the name of a kept file");
  return name;
}

async function openPart(path: string): Promise<FilePart> {
  // Firmware is no secret, logs of chargers are.
  const file = await Deno.open(path, { write: true, create: true, mode: 0o600 });
  let mark = await Deno.readTextFile(`${path}.mark`).catch(() => null);
  let bytes = mark === null ? 0 : await file.seek(0, Deno.SeekMode.End);
  if (mark === null) await file.truncate(0);
  return {
    get bytes() {
      return bytes;
    },
    get mark() {
      return mark;
    },
    async restart(next) {
      await file.truncate(0);
      await file.seek(0, Deno.SeekMode.Start);
      bytes = 0;
      mark = next;
      if (next === null) await removed(`${path}.mark`);
      else await Deno.writeTextFile(`${path}.mark`, next, { mode: 0o600 });
    },
    async write(chunk) {
      for (let at = 0; at < chunk.length;) at += await file.write(chunk.subarray(at));
      bytes += chunk.length;
    },
    close() {
      file.close();
      return Promise.resolve();
    },
  };
}

async function synced(path: string): Promise<void> {
  using file = await Deno.open(path, { write: true });
  await file.sync();
}

async function removed(path: string): Promise<void> {
  await Deno.remove(path).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}
