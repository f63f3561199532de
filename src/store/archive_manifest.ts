import { z } from "zod";
import { isoTime } from "../lib/clock.ts";
import { fail, ok, type Result } from "../lib/result.ts";

/** A file in an archive. */
export interface ArchivedFile {
  readonly name: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** What an archive holds, and what it does not. It stands first in it. */
export interface ArchiveManifest {
  readonly format: typeof FORMAT;
  readonly version: number;
  /** ISO 8601, by the machine's clock. */
  readonly madeAt: string;
  /** The version of Sangam that made it. */
  readonly program: string;
  readonly files: readonly ArchivedFile[];
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
}

/** Its name in the archive. */
export const MANIFEST_FILE = "manifest.json";

const FORMAT = "sangam-backup";
const VERSION = 1;
const FILES_MAX = 1_000;

/** Below the folder of data and nowhere else: no root, no way up, nothing hidden. */
const Name = z.string().max(200).regex(/^[\w-][\w.-]*(\/[\w-][\w.-]*){0,3}$/);

const Manifest = z.strictObject({
  format: z.literal(FORMAT),
  version: z.number().int(),
  madeAt: z.iso.datetime(),
  program: z.string(),
  files: z.array(z.strictObject({
    name: Name,
    bytes: z.number().int().min(0),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  })).max(FILES_MAX),
  leftOut: z.array(z.strictObject({ name: z.string(), why: z.string() })),
});

/** The manifest of an archive that is made now. */
export function newManifest(
  { madeMs, ...rest }:
    & Pick<ArchiveManifest, "files" | "leftOut" | "program">
    & { readonly madeMs: number },
): ArchiveManifest {
  return { format: FORMAT, version: VERSION, madeAt: isoTime(madeMs), ...rest };
}

/** Reads a manifest; the error says why the archive cannot be used. */
export function readManifest(text: string): Result<ArchiveManifest, string> {
  const value = parsed(text);
  const version = z.object({ format: z.literal(FORMAT), version: z.number() }).safeParse(value);
  if (!version.success) return fail("it is no archive of Sangam");
  if (version.data.version > VERSION) return fail("a newer version of Sangam made it");
  const reading = Manifest.safeParse(value);
  return reading.success ? ok(reading.data) : fail("its manifest is damaged");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
