import type { FirmwareImage } from "../site/mod.ts";
import type { Digests } from "./signature.ts";

/** A file on its way in, with what was kept of it. */
export interface FilePart {
  readonly bytes: number;
  readonly mark: string | null;
  restart(mark: string | null): Promise<void>;
  write(chunk: Uint8Array): Promise<void>;
  /** Lets go of it; what is there stays. */
  close(): Promise<void>;
}

/** Where files lie. Names of parts and files are hexadecimal. */
export interface FileStore {
  /** Opens a part, with what a former try brought. */
  part(key: string): Promise<FilePart>;
  /** Makes the part a file under its digest; it is on disk then. */
  keep(key: string): Promise<Digests>;
  discard(key: string): Promise<void>;
  read(sha256: string, from?: number): AsyncIterable<Uint8Array>;
  remove(sha256: string): Promise<void>;
  /** Parts that nobody has touched for so long are of downloads that nobody wants any more. */
  sweep(olderThanMs: number): Promise<void>;
}

/** The last part of a path, as a name that every charger takes. */
export function plainName(path: string): string {
  const last = path.split(/[/\\]/).at(-1) ?? "";
  const plain = last.replace(/%[0-9A-Fa-f]{2}/g, "_").replace(/[^A-Za-z0-9._-]/g, "_")
    .replace(/^\.+/, "").slice(-60);
  return plain === "" ? "file.bin" : plain;
}

/** Which images have to go so that no more than `bytesMax` are kept: those not wanted for longest first. */
export function surplusImages(
  images: readonly FirmwareImage[],
  bytesMax: number,
  isInUse: (sha256: string) => boolean,
): readonly FirmwareImage[] {
  let bytes = images.reduce((sum, image) => sum + image.bytes, 0);
  const gone: FirmwareImage[] = [];
  for (const image of images.toSorted((one, other) => one.usedAtMs - other.usedAtMs)) {
    if (bytes <= bytesMax) break;
    if (isInUse(image.sha256)) continue;
    gone.push(image);
    bytes -= image.bytes;
  }
  return gone;
}
