import type { Clock } from "../../lib/clock.ts";
import { type Encoded, encoded, encodedEvent, GZIP_HEAD } from "./encoded_event.ts";

/** A client that has not taken this much is too slow to be live, and is let go. */
const BACKLOG_BYTES_MAX = 512 * 1024;
/** Where no more than this waits, one event passes however large it is: a page of a large site. */
const NEXT_TO_NOTHING_BYTES = 4 * 1024;
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
  /** Sends what was encoded once for many. */
  sendEncoded(event: Encoded): void;
  /** Tells where the stream is, without an event: a client that is cut off now comes back with it. */
  place(id: string): void;
  /** Keeps proxies and the client from thinking that the connection is dead. */
  comment(): void;
  /** The client has yet to take some of what it was sent. */
  readonly isBehind: () => boolean;
  /** Ends the stream; the client will try to connect again. */
  close(): void;
}

/** How a stream is told to its client. */
export interface StreamManner {
  /** The answer has to say so in its `content-encoding`. */
  readonly isGzipped: boolean;
}

const STILL_HERE = encoded(": still here\n\n");

/**
 * Opens a stream. `onEnd` is called once: when the client left, was too slow, or `close` was called.
 * That a client takes nothing is noticed when something is sent: whoever opens it sends comments.
 */
export function openEventStream(
  clock: Pick<Clock, "monoMs">,
  onEnd: () => void,
  { isGzipped }: StreamManner = { isGzipped: false },
): EventStream {
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  let waitingBytes = 0;
  let lastTakenMs = clock.monoMs();

  function end(): void {
    if (controller === null) return;
    controller = null;
    onEnd();
  }

  function write(event: Encoded): void {
    if (controller === null) return;
    const bytes = isGzipped ? event.gzip() : event.plain;
    const roomBytes = controller.desiredSize ?? 0;
    const isTooMuch = roomBytes < bytes.length &&
      BACKLOG_BYTES_MAX - roomBytes > NEXT_TO_NOTHING_BYTES;
    if (isTooMuch || isStalled(roomBytes)) {
      // Whoever is too slow misses events anyway: a new connection begins with the present state.
      controller.error(new Error("Cannot send event: the client is too slow"));
      return end();
    }
    controller.enqueue(bytes);
    waitingBytes = leftBytes();
  }

  function leftBytes(): number {
    return BACKLOG_BYTES_MAX - (controller?.desiredSize ?? BACKLOG_BYTES_MAX);
  }

  function isStalled(roomBytes: number): boolean {
    const left = BACKLOG_BYTES_MAX - roomBytes;
    if (left === 0 || left < waitingBytes) lastTakenMs = clock.monoMs();
    return clock.monoMs() - lastTakenMs > STALL_MS;
  }

  const body = new ReadableStream<Uint8Array>({
    start(begun) {
      controller = begun;
      if (isGzipped) begun.enqueue(GZIP_HEAD);
    },
    cancel: end,
  }, { highWaterMark: BACKLOG_BYTES_MAX, size: (chunk) => chunk.byteLength });

  return {
    body,
    send: (event, payload, id) => write(encodedEvent(event, payload, id)),
    sendEncoded: write,
    place: (id) => write(encoded(`id: ${id}\n\n`)),
    comment: () => write(STILL_HERE),
    isBehind: () => leftBytes() > NEXT_TO_NOTHING_BYTES,
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

/** The headers of one that goes over the air small. */
export const GZIP_STREAM_HEADERS: Readonly<Record<string, string>> = {
  ...EVENT_STREAM_HEADERS,
  "content-encoding": "gzip",
  vary: "accept-encoding",
};
