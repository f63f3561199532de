import type { Clock } from "../lib/clock.ts";
import type { FrameSocket, SocketListener } from "../ocpp/mod.ts";

/** Two ends of one connection that needs no network. */
export interface SocketPair {
  readonly near: FrameSocket;
  readonly far: FrameSocket;
  /**
   * Cuts the wire: from now on nothing arrives, not even that the other end is gone, as with a
   * router that loses its power. Each end finds out by its own time-outs only. With `from`, only what
   * that end sends is lost.
   */
  cut(from?: WireEnd): void;
  /** From now on no ping is answered: there are stacks that do not know them. */
  muffle(): void;
  /** Whether anything that is sent is lost. */
  isCut(): boolean;
}

/** An end of a wire: who dialled is near. */
export type WireEnd = "near" | "far";

/** One arrival of a text that was sent, so much later than it would have come. */
export interface Arrival {
  readonly text: string;
  readonly lateMs: number;
}

/** How the connection behaves. */
export interface SocketPairOptions {
  /** From sending to arrival, one way. Default 0: as soon as the sender's turn is over. */
  readonly latencyMs?: number | (() => number);
  /**
   * What becomes of a text on its way: no arrival is a loss, two are a repetition, and a late one is
   * overtaken by what was sent after it. Left out, each text arrives once, in order.
   */
  readonly carry?: ((text: string, from: WireEnd) => readonly Arrival[]) | undefined;
}

/** RFC 6455 §7.1.5: what an end notes when the connection went away without a closing handshake. */
const ABNORMAL_CLOSURE = 1006;

/** How long an end waits for the other to confirm its close, as `ws` does. */
const CLOSE_TIMEOUT_MS = 30_000;

/** One end, as the pair sees it. */
interface End extends FrameSocket {
  /** Something came over the wire. */
  arrive(event: WireEvent): void;
}

type WireEvent =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "ping" }
  | { readonly kind: "pong" }
  | { readonly kind: "close"; readonly code: number; readonly reason: string }
  /** The end of the TCP stream. */
  | { readonly kind: "end"; readonly code: number; readonly reason: string };

interface Wire {
  carry(event: WireEvent): void;
  isCut(): boolean;
}

/** Connects two sockets in memory. What is sent arrives in order, never within the call itself. */
export function createSocketPair(clock: Clock, options: SocketPairOptions = {}): SocketPair {
  const cutFrom = new Set<WireEnd>();
  let isMuffled = false;

  function wireFrom(from: WireEnd, target: () => End): Wire {
    let lastMs = clock.monoMs();

    function arriveAfter(lateMs: number, event: WireEvent): void {
      clock.after(lastMs - clock.monoMs() + lateMs, () => {
        if (!cutFrom.has(from)) target().arrive(event);
      });
    }

    return {
      carry(event) {
        // A stream keeps its order, however much its latency trembles.
        lastMs = Math.max(lastMs, clock.monoMs() + latencyOf(options));
        if (event.kind === "pong" && isMuffled) return;
        if (event.kind !== "text") return arriveAfter(0, event);
        const arrivals = options.carry?.(event.text, from) ?? [{ text: event.text, lateMs: 0 }];
        for (const { text, lateMs } of arrivals) arriveAfter(lateMs, { kind: "text", text });
      },
      isCut: () => cutFrom.has(from),
    };
  }

  const near: End = createEnd(clock, wireFrom("near", () => far));
  const far: End = createEnd(clock, wireFrom("far", () => near));
  return {
    near,
    far,
    cut(from) {
      for (const end of from === undefined ? ["near", "far"] as const : [from]) cutFrom.add(end);
    },
    muffle: () => void (isMuffled = true),
    isCut: () => cutFrom.size > 0,
  };
}

function latencyOf({ latencyMs = 0 }: SocketPairOptions): number {
  return typeof latencyMs === "number" ? latencyMs : latencyMs();
}

function createEnd(clock: Clock, wire: Wire): End {
  let listener: SocketListener | null = null;
  let state: "open" | "closing" | "closed" = "open";
  let waiting: (() => void)[] = [];
  let stuckBytes = 0;
  let cancelTimeout = () => {};

  /** What happens before anybody listens is kept for him. */
  function tell(happening: () => void): void {
    if (listener === null || waiting.length > 0) waiting.push(happening);
    else happening();
  }

  function end(code: number, reason: string): void {
    if (state === "closed") return;
    state = "closed";
    cancelTimeout();
    tell(() => listener?.closed(code, reason));
  }

  function arrive(event: WireEvent): void {
    if (state === "closed") return;
    switch (event.kind) {
      case "text":
        return tell(() => listener?.message(event.text));
      case "ping":
        wire.carry({ kind: "pong" });
        return tell(() => listener?.alive("ping"));
      case "pong":
        return tell(() => listener?.alive("pong"));
      case "close":
        wire.carry({ ...event, kind: "end" });
        return end(event.code, event.reason);
      case "end":
        return end(event.code, event.reason);
    }
  }

  return {
    arrive,
    send(text) {
      if (state !== "open") return;
      if (wire.isCut()) stuckBytes += text.length;
      wire.carry({ kind: "text", text });
    },
    ping() {
      if (state === "open") wire.carry({ kind: "ping" });
    },
    close(code, reason) {
      if (state !== "open") return;
      state = "closing";
      wire.carry({ kind: "close", code, reason });
      cancelTimeout = clock.after(CLOSE_TIMEOUT_MS, () => end(ABNORMAL_CLOSURE, ""));
    },
    terminate() {
      if (state === "closed") return;
      wire.carry({ kind: "end", code: ABNORMAL_CLOSURE, reason: "" });
      clock.after(0, () => end(ABNORMAL_CLOSURE, ""));
    },
    bufferedBytes: () => stuckBytes,
    listen(given) {
      listener = given;
      clock.after(0, () => {
        const kept = waiting;
        waiting = [];
        for (const happening of kept) happening();
      });
    },
  };
}
