/** An event as a client reads it. */
export interface ReadEvent {
  readonly name: string;
  readonly data: unknown;
}

/** Reads a stream of Server-Sent Events in a test. */
export interface EventReader {
  /** The next event; null at the end of the stream. Comments are skipped. */
  next(): Promise<ReadEvent | null>;
  /** How many comments came so far. */
  readonly comments: () => number;
  close(): Promise<void>;
}

/** Opens a reader on the body of an answer. */
export function readEvents(body: ReadableStream<Uint8Array> | null): EventReader {
  if (body === null) throw new Error("Cannot read events: there is no body");
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let comments = 0;

  function take(): ReadEvent | null {
    for (let end = rest.indexOf("\n\n"); end >= 0; end = rest.indexOf("\n\n")) {
      const block = rest.slice(0, end);
      rest = rest.slice(end + 2);
      const match = /^event: (.+)\ndata: (.+)$/.exec(block);
      if (match?.[1] !== undefined && match[2] !== undefined) {
        return { name: match[1], data: JSON.parse(match[2]) };
      }
      comments++;
    }
    return null;
  }

  return {
    async next() {
      for (let event = take();; event = take()) {
        if (event !== null) return event;
        const { done, value } = await reader.read();
        if (done) return null;
        rest += decoder.decode(value, { stream: true });
      }
    },
    comments: () => comments,
    close: () => reader.cancel(),
  };
}
