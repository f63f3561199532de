/** Bytes to and from a device, over whatever it is reached by. */
export interface ByteStream {
  /** Hears the stream from now on; to be called once, before anything can have come. */
  listen(listener: ByteListener): void;
  /** Sends; on a stream that has ended, nothing. */
  write(bytes: Uint8Array<ArrayBuffer>): void;
  /** Ends the stream at once; `ended` is heard as soon as it is gone. */
  destroy(): void;
  /** True from `destroy` on, or since the other side ended it. */
  isDestroyed(): boolean;
}

/** Who hears a stream. */
export interface ByteListener {
  bytes(bytes: Uint8Array): void;
  /** The last word: nothing comes any more, and what was used for it is free. */
  ended(reason: string): void;
}

/** Two pieces of a stream as one. */
export function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
