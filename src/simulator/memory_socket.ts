import type { Clock } from "../lib/clock.ts";
import type { FrameSocket, SocketListener } from "../ocpp/mod.ts";

/** Two ends of one connection that needs no network. */
export interface SocketPair {
  readonly near: FrameSocket;
  readonly far: FrameSocket;
  /**
   * Cuts the wire: from now on nothing arrives, not even that the other end is gone, as with a
   * router that loses its power. Each end finds out by its own time-outs only.
   */
  cut(): void;
}

/** How the connection behaves. */
export interface SocketPairOptions {
  /** From sending to arrival, one way. Default 0: as soon as the sender's turn is over. */
  readonly latencyMs?: number;
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
  const { latencyMs = 0 } = options;
  let isCut = false;

  function wireTo(target: () => End): Wire {
    return {
      carry(event) {
        clock.after(latencyMs, () => {
          if (!isCut) target().arrive(event);
        });
      },
      isCut: () => isCut,
    };
  }

  const near: End = createEnd(clock, wireTo(() => far));
  const far: End = createEnd(clock, wireTo(() => near));
  return {
    near,
    far,
    cut() {
      isCut = true;
    },
  };
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
        return tell(() => listener?.alive());
      case "pong":
        return tell(() => listener?.alive());
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
