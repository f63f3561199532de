/** The lines of a stream, one at a time. */
export interface LineReader {
  /** The next line; null at the end. */
  next(): Promise<string | null>;
  /** Reads and forgets the rest, so that the writer is never held up. Resolves at the end. */
  drain(): Promise<void>;
}

/** Reads a stream of UTF-8 line by line. */
export function readLines(stream: ReadableStream<Uint8Array>): LineReader {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";

  async function next(): Promise<string | null> {
    for (;;) {
      const end = text.indexOf("\n");
      if (end >= 0) {
        const line = text.slice(0, end);
        text = text.slice(end + 1);
        return line;
      }
      const { done, value } = await reader.read();
      if (done) return null;
      text += decoder.decode(value, { stream: true });
    }
  }

  return {
    next,
    async drain() {
      while (await next() !== null) { /* forgotten */ }
    },
  };
}
