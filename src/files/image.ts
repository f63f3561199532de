import type { FirmwareImage, ImagePurpose } from "../site/mod.ts";
import type { Digests, FirmwareSigning } from "./signature.ts";

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

/** What somebody says of an image that he brings. */
export interface BroughtImage {
  readonly name: string;
  /** Who brings it. */
  readonly from: string;
  readonly meantFor: ImagePurpose;
  /** How long it says it is; null: it does not. */
  readonly bytes: number | null;
  /** Hexadecimal, SHA-256 or MD5 of the whole file; null: not given, so not compared. */
  readonly checksum: string | null;
  readonly signing: FirmwareSigning | null;
}

/** It is kept, or a sentence on why it is not. */
export type Taken =
  | { readonly kind: "kept"; readonly image: FirmwareImage }
  | {
    readonly kind: "refused";
    readonly why: "empty" | "too-large" | "no-room" | "checksum" | "signature";
    readonly reason: string;
  };

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
