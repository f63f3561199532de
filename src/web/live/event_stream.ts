import type { Clock } from "../../lib/clock.ts";

/** A client that has not taken this much is too slow to be live, and is let go. */
const BACKLOG_BYTES_MAX = 512 * 1024;
/**
 * A client that something waits for, and that takes nothing of it for so long, is gone: a phone out of
 * reach says no word, and the system itself would hold the connection for a quarter of an hour.
 */
export const STALL_MS = 20_000;

/** The server's end of a stream of Server-Sent Events. */
export interface EventStream {
  readonly body: ReadableStream<Uint8Array>;
  /** Sends one event. Line breaks in `payload` are not allowed: JSON has none. */
  send(event: string, payload: string, id?: string): void;
  /** Sends an event that was encoded once for many. */
  sendEncoded(bytes: Uint8Array): void;
  /** Tells where the stream is, without an event: a client that is cut off now comes back with it. */
  place(id: string): void;
  /** Keeps proxies and the client from thinking that the connection is dead. */
  comment(): void;
  /** Ends the stream; the client will try to connect again. */
  close(): void;
}

/** An event as it goes over the wire; the same bytes do for every stream. */
export function encodedEvent(event: string, payload: string, id?: string): Uint8Array {
  const place = id === undefined ? "" : `id: ${id}\n`;
  return ENCODER.encode(`${place}event: ${event}\ndata: ${payload}\n\n`);
}

const ENCODER = new TextEncoder();

/**
 * Opens a stream. `onEnd` is called once: when the client left, was too slow, or `close` was called.
 * That a client takes nothing is noticed when something is sent: whoever opens it sends comments.
 */
export function openEventStream(clock: Pick<Clock, "monoMs">, onEnd: () => void): EventStream {
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  let waitingBytes = 0;
  let lastTakenMs = clock.monoMs();

  function end(): void {
    if (controller === null) return;
    controller = null;
    onEnd();
  }

  const write = (text: string) => writeBytes(ENCODER.encode(text));

  function writeBytes(bytes: Uint8Array): void {
    if (controller === null) return;
    if ((controller.desiredSize ?? 0) < bytes.length || isStalled(controller.desiredSize ?? 0)) {
      // Whoever is too slow misses events anyway: a new connection begins with the present state.
      controller.error(new Error("Cannot send event: the client is too slow"));
      return end();
    }
    controller.enqueue(bytes);
    waitingBytes = BACKLOG_BYTES_MAX - (controller.desiredSize ?? 0);
  }

  function isStalled(room: number): boolean {
    const leftBytes = BACKLOG_BYTES_MAX - room;
    if (leftBytes === 0 || leftBytes < waitingBytes) lastTakenMs = clock.monoMs();
    return clock.monoMs() - lastTakenMs > STALL_MS;
  }

  const body = new ReadableStream<Uint8Array>({
    start(begun) {
      controller = begun;
    },
    cancel: end,
  }, { highWaterMark: BACKLOG_BYTES_MAX, size: (chunk) => chunk.byteLength });

  return {
    body,
    send: (event, payload, id) => writeBytes(encodedEvent(event, payload, id)),
    sendEncoded: writeBytes,
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
