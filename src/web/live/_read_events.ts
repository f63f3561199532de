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
  /** Where the stream was when it was said last, with an event or without; null before. */
  readonly place: () => string | null;
  close(): Promise<void>;
}

/** Opens a reader on the body of an answer. It takes what comes at once, as a browser does. */
export function readEvents(body: ReadableStream<Uint8Array> | null): EventReader {
  if (body === null) throw new Error("Cannot read events: there is no body");
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let unread = "";
  let comments = 0;
  let place: string | null = null;

  function take(): ReadEvent | null {
    for (let end = unread.indexOf("\n\n"); end >= 0; end = unread.indexOf("\n\n")) {
      const block = unread.slice(0, end);
      unread = unread.slice(end + 2);
      const [, id, rest = ""] = /^(?:id: (.+)(?:\n|$))?([^]*)$/.exec(block) ?? [];
      place = id ?? place;
      const [, name, data] = /^event: (.+)\ndata: (.+)$/.exec(rest) ?? [];
      if (name !== undefined && data !== undefined) return { name, data: JSON.parse(data) };
      if (rest !== "") comments++;
    }
    return null;
  }

  let news = Promise.withResolvers<void>();
  let ended: { readonly error: unknown } | null = null;
  const wake = () => {
    news.resolve();
    news = Promise.withResolvers();
  };
  (async () => {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      unread += decoder.decode(part.value, { stream: true });
      wake();
    }
    ended = { error: null };
  })().catch((error) => {
    ended = { error };
  }).finally(wake);

  return {
    async next() {
      for (let event = take();; event = take()) {
        if (event !== null) return event;
        if (ended?.error) throw ended.error;
        if (ended !== null) return null;
        await news.promise;
      }
    },
    comments: () => comments,
    place: () => place,
    close: () => reader.cancel(),
  };
}
