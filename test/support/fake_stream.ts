import type { ByteListener, ByteStream } from "../../src/meters/_byte_stream.ts";

/** A line without wires. */
export interface FakeStream extends ByteStream {
  /** Everything that was sent, one piece a write. */
  written(): readonly Uint8Array[];
  /** Bytes come in. */
  hear(bytes: Uint8Array): void;
  /** The other side is gone. */
  end(reason: string): void;
}

/** Creates a line that both sides of a test hold in their hands. */
export function fakeStream(): FakeStream {
  const written: Uint8Array[] = [];
  let listener: ByteListener | null = null;
  let isDestroyed = false;
  return {
    listen: (heard) => void (listener = heard),
    write: (bytes) => void written.push(bytes),
    destroy: () => void (isDestroyed = true),
    isDestroyed: () => isDestroyed,
    written: () => written,
    hear: (bytes) => listener?.bytes(bytes),
    end(reason) {
      isDestroyed = true;
      listener?.ended(reason);
    },
  };
}
