/** A client that has not taken this much is too slow to be live, and is let go. */
const BACKLOG_BYTES_MAX = 512 * 1024;

/** The server's end of a stream of Server-Sent Events. */
export interface EventStream {
  readonly body: ReadableStream<Uint8Array>;
  /** Sends one event. Line breaks in `payload` are not allowed: JSON has none. */
  send(event: string, payload: string, id?: string): void;
  /** Tells where the stream is, without an event: a client that is cut off now comes back with it. */
  place(id: string): void;
  /** Keeps proxies and the client from thinking that the connection is dead. */
  comment(): void;
  /** Ends the stream; the client will try to connect again. */
  close(): void;
}

/**
 * Opens a stream. `onEnd` is called once: when the client left, was too slow, or `close` was called.
 */
export function openEventStream(onEnd: () => void): EventStream {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;

  function end(): void {
    if (controller === null) return;
    controller = null;
    onEnd();
  }

  function write(text: string): void {
    if (controller === null) return;
    const bytes = encoder.encode(text);
    if ((controller.desiredSize ?? 0) < bytes.length) {
      // Whoever is too slow misses events anyway: a new connection begins with the present state.
      controller.error(new Error("Cannot send event: the client is too slow"));
      return end();
    }
    controller.enqueue(bytes);
  }

  const body = new ReadableStream<Uint8Array>({
    start(begun) {
      controller = begun;
    },
    cancel: end,
  }, { highWaterMark: BACKLOG_BYTES_MAX, size: (chunk) => chunk.byteLength });

  return {
    body,
    send: (event, payload, id) =>
      write(`${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${payload}\n\n`),
    place: (id) => write(`id: ${id}\n\n`),
    comment: () => write(": still here\n\n"),
    close() {
      controller?.close();
      end();
    },
  };
}

/** The headers of an answer that is a stream of events. */
export const EVENT_STREAM_HEADERS: Readonly<Record<string, string>> = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
  // Tells a buffering proxy in front to pass events on at once.
  "x-accel-buffering": "no",
};
