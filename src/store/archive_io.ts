import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { createTarDecoder, createTarPacker } from "modern-tar";
import { errorText } from "../lib/log.ts";
import { assertSound, LedgerDamaged, openDatabase } from "./_ledger_file_io.ts";
import {
  type ArchivedFile,
  type ArchiveManifest,
  MANIFEST_FILE,
  newManifest,
  readManifest,
} from "./archive_manifest.ts";
import { copyDatabase, syncPath } from "./backup_io.ts";
import { exists, makePrivate } from "./database_file_io.ts";

/** Something that goes into an archive, under a name of its own. */
export interface ArchivePart {
  /** With forward slashes: "audit.db", "certificates/root-1.pem". */
  readonly name: string;
  readonly path: string;
  /** A database may be in use: one moment of it is copied. */
  readonly kind: "database" | "file";
  /** Without it there is no archive; others are left out where they are damaged, and that is said. */
  readonly isVital?: boolean;
}

/** What is to be archived. */
export interface ArchiveOrder {
  readonly parts: readonly ArchivePart[];
  /** What is left out on purpose, and why. */
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
  /** The version of Sangam. */
  readonly program: string;
  readonly madeMs: number;
}

/** Thrown for an archive that is damaged, cut off, or none at all. Nothing of it was used. */
export class ArchiveDamaged extends Error {
  override readonly name = "ArchiveDamaged";
}

const MANIFEST_BYTES_MAX = 1_048_576;

/**
 * Writes an archive (tar, gzip) of databases, which may be in use, and files: the manifest first, with the
 * size and the SHA-256 of each. `to` appears whole or not at all, for its owner alone.
 *
 * @throws {LedgerDamaged} a vital database is not sound; `to` is as it was
 */
export async function writeArchive(to: string, order: ArchiveOrder): Promise<ArchiveManifest> {
  const work = `${to}.parts`;
  const whole = `${to}.part`;
  removeAll(work, whole);
  try {
    Deno.mkdirSync(work, { recursive: true, mode: 0o700 });
    const { manifest, paths } = await collect(order, work);
    makePrivate(whole);
    await pack(manifest, paths, whole);
    syncPath(whole);
    Deno.renameSync(whole, to);
    return manifest;
  } finally {
    removeAll(work, whole);
  }
}

/** Copies each part into a folder, so that what the manifest says is what is packed. */
async function collect(
  { parts, leftOut, program, madeMs }: ArchiveOrder,
  work: string,
): Promise<{ readonly manifest: ArchiveManifest; readonly paths: readonly string[] }> {
  const files: ArchivedFile[] = [];
  const missing = [...leftOut];
  const paths: string[] = [];
  for (const [index, part] of parts.entries()) {
    if (!exists(part.path)) {
      if (part.isVital) throw new Deno.errors.NotFound(`There is no "${part.path}"`);
      continue;
    }
    const copy = `${work}/${index}`;
    try {
      if (part.kind === "database") await copyDatabase(part.path, copy);
      else copyFile(part.path, copy);
    } catch (error) {
      if (part.isVital || !(error instanceof LedgerDamaged)) throw error;
      missing.push({ name: part.name, why: `it is damaged: ${errorText(error)}` });
      continue;
    }
    files.push({ name: part.name, bytes: Deno.statSync(copy).size, sha256: await digestOf(copy) });
    paths.push(copy);
  }
  return { manifest: newManifest({ files, leftOut: missing, program, madeMs }), paths };
}

function copyFile(from: string, to: string): void {
  makePrivate(to);
  Deno.copyFileSync(from, to);
  Deno.chmodSync(to, 0o600);
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  using file = Deno.openSync(path);
  for await (const chunk of file.readable) hash.update(chunk);
  return hash.digest("hex");
}

async function pack(
  manifest: ArchiveManifest,
  paths: readonly string[],
  to: string,
): Promise<void> {
  const { readable, controller } = createTarPacker();
  const out = Deno.openSync(to, { write: true, truncate: true });
  const written = readable.pipeThrough(new CompressionStream("gzip")).pipeTo(out.writable);
  const text = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
  const mtime = new Date(manifest.madeAt);
  const head = { mode: 0o600, mtime, type: "file" } as const;
  const adding = (async () => {
    const first = controller.add({ ...head, name: MANIFEST_FILE, size: text.length }).getWriter();
    await first.write(text);
    await first.close();
    for (const [index, { name, bytes }] of manifest.files.entries()) {
      const source = Deno.openSync(paths[index] ?? "");
      await source.readable.pipeTo(controller.add({ ...head, name, size: bytes }));
    }
    controller.finalize();
  })();
  await Promise.all([written, adding]);
}

/** What kind of backup a file is, by its first bytes: an archive, a ledger alone, or neither. */
export function backupKind(path: string): "archive" | "ledger" | "unknown" {
  const head = Buffer.alloc(16);
  using file = Deno.openSync(path);
  const length = file.readSync(head) ?? 0;
  if (length >= 2 && head[0] === 0x1f && head[1] === 0x8b) return "archive";
  return head.toString("latin1") === "SQLite format 3\0" ? "ledger" : "unknown";
}

/**
 * Unpacks an archive into an empty folder and looks at all of it: each file has to be the one that the
 * manifest names, and each database sound.
 *
 * @throws {ArchiveDamaged} with what is wrong; what is in the folder is of no use then
 */
export async function unpackArchive(from: string, folder: string): Promise<ArchiveManifest> {
  const file = Deno.openSync(from);
  const refuse = (why: string) => new ArchiveDamaged(`Cannot restore "${from}": ${why}`);
  try {
    const { readable, writable } = createTarDecoder({ strict: true });
    const fed = file.readable.pipeThrough(new DecompressionStream("gzip")).pipeTo(writable);
    // What goes wrong there shows below as well.
    fed.catch(() => {});
    const manifest = await unpack(readable, folder, refuse);
    await fed;
    return manifest;
  } catch (error) {
    if (error instanceof ArchiveDamaged) throw error;
    throw refuse(`it is damaged or ends too early (${errorText(error)})`);
  }
}

async function unpack(
  entries: ReturnType<typeof createTarDecoder>["readable"],
  folder: string,
  refuse: (why: string) => ArchiveDamaged,
): Promise<ArchiveManifest> {
  let manifest: ArchiveManifest | null = null;
  const seen = new Set<string>();
  for await (const { header, body } of entries) {
    if (header.type !== "file") throw refuse(`it holds "${header.name}", which is no plain file`);
    if (manifest === null) {
      if (header.name !== MANIFEST_FILE || header.size > MANIFEST_BYTES_MAX) {
        throw refuse("it is no archive of Sangam");
      }
      const reading = readManifest(await new Response(body).text());
      if (!reading.ok) throw refuse(reading.error);
      manifest = reading.value;
      continue;
    }
    const wanted = manifest.files.find(({ name }) => name === header.name);
    if (wanted === undefined || seen.has(header.name) || wanted.bytes !== header.size) {
      throw refuse(`"${header.name}" is not what its manifest says`);
    }
    seen.add(header.name);
    const digest = await writeOut(body, `${folder}/${header.name}`);
    if (digest !== wanted.sha256) throw refuse(`"${header.name}" is damaged`);
  }
  if (manifest === null) throw refuse("it is empty");
  const missing = manifest.files.find(({ name }) => !seen.has(name));
  if (missing !== undefined) throw refuse(`"${missing.name}" is missing`);
  for (const { name } of manifest.files.filter((each) => each.name.endsWith(".db"))) {
    assertWhole(`${folder}/${name}`, name, refuse);
  }
  return manifest;
}

async function writeOut(body: ReadableStream<Uint8Array>, path: string): Promise<string> {
  Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true, mode: 0o700 });
  const hash = createHash("sha256");
  using out = Deno.openSync(path, { write: true, createNew: true, mode: 0o600 });
  for await (const chunk of body) {
    hash.update(chunk);
    for (let done = 0; done < chunk.length;) done += out.writeSync(chunk.subarray(done));
  }
  out.syncSync();
  return hash.digest("hex");
}

function assertWhole(path: string, name: string, refuse: (why: string) => ArchiveDamaged): void {
  try {
    openDatabase(path, (database) => {
      assertSound(database, path, "quick_check");
      database.close();
    });
  } catch (error) {
    if (error instanceof LedgerDamaged) throw refuse(`"${name}" was damaged when it was packed`);
    throw error;
  }
}

function removeAll(...paths: readonly string[]): void {
  for (const path of paths) if (exists(path)) Deno.removeSync(path, { recursive: true });
}
