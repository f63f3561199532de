import { constants, deflateRawSync } from "node:zlib";

/** Cheap, and of pages that say the same words again and again a tenth is left. */
const LEVEL = 3;
/** What a stream of gzip begins with: no name, no time. */
export const GZIP_HEAD: Uint8Array<ArrayBuffer> = new Uint8Array([
  ...[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff],
]);

const ENCODER = new TextEncoder();

/** Something that goes over the wire, encoded once for however many streams. */
export interface Encoded {
  readonly plain: Uint8Array;
  /** The same as a piece of a gzip stream; made when the first one wants it. */
  readonly gzip: () => Uint8Array;
}

/** Encodes a text. */
export function encoded(text: string): Encoded {
  const plain = ENCODER.encode(text);
  let packed: Uint8Array | null = null;
  return {
    plain,
    // A piece refers to nothing before it and ends on a whole byte (RFC 1951 §3.2.4, an empty stored
    // block), so that the same one fits into every stream, wherever that is.
    gzip: () =>
      packed ??= deflateRawSync(plain, { level: LEVEL, finishFlush: constants.Z_FULL_FLUSH }),
  };
}

/** An event as it goes over the wire. Line breaks in `payload` are not allowed: JSON has none. */
export function encodedEvent(event: string, payload: string, id?: string): Encoded {
  const place = id === undefined ? "" : `id: ${id}\n`;
  return encoded(`${place}event: ${event}\ndata: ${payload}\n\n`);
}

/** True for a client that says it takes gzip (RFC 9110 §12.5.3). */
export function takesGzip(acceptEncoding: string | null | undefined): boolean {
  return (acceptEncoding ?? "").split(",").some((each) =>
    /^\s*(gzip|x-gzip)\s*(;\s*q=(1(\.0*)?|0?\.\d*[1-9]\d*)\s*)?$/i.test(each)
  );
}
