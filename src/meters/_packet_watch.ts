/** Follows the packets of an MQTT stream by their lengths (MQTT 3.1.1, §2.2), keeping none of them. */
export interface PacketWatch {
  /**
   * Looks at the next bytes. Returns the size of a packet above the limit as soon as its header shows
   * it, in bytes; null while all is well.
   */
  see(bytes: Uint8Array): number | null;
}

/** Creates a watch at the start of a stream. A length that is none counts as above the limit. */
export function createPacketWatch(limitBytes: number): PacketWatch {
  let skip = 0;
  let lengthBytes = 0;
  let remaining = 0;
  let inHeader = false;

  /** One byte of a fixed header. Returns the packet's size when the length is complete. */
  function header(byte: number): number | null {
    if (!inHeader) {
      [inHeader, lengthBytes, remaining] = [true, 0, 0];
      return null;
    }
    remaining += (byte & 0x7f) * 128 ** lengthBytes;
    lengthBytes += 1;
    if ((byte & 0x80) !== 0) return lengthBytes === 4 ? Number.POSITIVE_INFINITY : null;
    inHeader = false;
    skip = remaining;
    return 1 + lengthBytes + remaining;
  }

  return {
    see(bytes) {
      let at = 0;
      while (at < bytes.length) {
        if (skip > 0) {
          const step = Math.min(skip, bytes.length - at);
          skip -= step;
          at += step;
          continue;
        }
        const size = header(bytes[at] ?? 0);
        at += 1;
        if (size !== null && size > limitBytes) return size;
      }
      return null;
    },
  };
}
