import type { Clock } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import { errorText, type Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import {
  type CallAnswer,
  type CallFrame,
  type CallOutcome,
  closeLink,
  type FrameSocket,
  isIdle,
  linkDeadlineMs,
  type LinkEffect,
  type LinkEvent,
  type LinkOddity,
  type LinkOptions,
  type LinkState,
  newLink,
  type OutgoingCall,
  type RpcError,
  rpcError,
  stepLink,
  writeCall,
} from "./rpc/mod.ts";

/** Holds messages against the schemas of one version. */
export interface MessageCheck {
  /** What is wrong with a message of ours; nothing where it is fit to send. */
  strict(direction: MessageDirection, action: string, payload: unknown): readonly MessageProblem[];
  /** The same message with texts that fit; null where more is wrong than that one is too long. */
  fitted(
    direction: MessageDirection,
    action: string,
    payload: unknown,
  ): Readonly<Record<string, unknown>> | null;
  /** Reads a message of a peer with tolerance, and says what had to be mended. */
  relaxed(
    direction: MessageDirection,
    action: string,
    payload: unknown,
    /** By how many minutes the peer's local time is ahead of UTC, for timestamps without a zone. */
    options?: { readonly zoneOffsetMinutes?: number },
  ): RelaxedReading;
}

export type MessageDirection = "request" | "response";

/** A place in a message and what is wrong there. */
export interface MessageProblem {
  readonly path: string;
  readonly message: string;
}

/** A deviation from the schema that was tolerated. */
export interface MessageCoercion {
  readonly kind: string;
  readonly path: string;
}

export type RelaxedReading =
  | {
    readonly ok: true;
    readonly payload: unknown;
    readonly coercions: readonly MessageCoercion[];
  }
  | {
    readonly ok: false;
    readonly error: RpcError;
    /** The message as far as it could be mended. */
    readonly remains?: unknown;
  };

/** How a call of ours ended, its answer held against the schema. */
export type PeerOutcome =
  | CallOutcome
  /** Never sent: it would not have been valid. */
  | { readonly kind: "unsendable"; readonly problems: readonly MessageProblem[] }
  /** Answered, but with something that cannot be read. */
  | { readonly kind: "invalid-answer"; readonly error: RpcError };

export interface PeerOptions {
  readonly link: LinkOptions;
  /** How often we ping; 0 for never. */
  readonly pingIntervalMs: number;
  /** True: it is not pinged, only watched as often. */
  readonly withoutPings?: boolean;
  /** A peer from which nothing at all came for so long is gone. Any frame is a sign of life. */
  readonly silenceMaxMs: number;
  /** The same for one that has not answered a ping on this connection: some never do. */
  readonly mutedSilenceMaxMs?: number;
  /** A peer that lets so many bytes pile up is gone too. */
  readonly bufferedBytesMax: number;
}

export interface PeerPorts {
  readonly socket: FrameSocket;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly check: MessageCheck;
}

/** What a well-behaved peer does not do: it leaves pings or calls without an answer. */
export type PeerOddity = LinkOddity | "no-pong" | "stopped-answering";

/** Why a frame of a peer was not taken: "late-answer" fits no call, "too-long" came before a boot. */
export type RejectedFrame =
  | "unreadable"
  | "unknown-type"
  | "backlog-full"
  | "late-answer"
  | "invalid-call"
  | "invalid-answer"
  | "too-long";

/** What the owner of a peer hears. */
export interface PeerListener {
  /** A valid call of the peer. The link stays busy until the promise settles. */
  call(action: string, payload: unknown): Promise<CallAnswer>;
  /**
   * A call of the peer that is beyond mending. An answer given here goes out instead of the error:
   * some messages must never be refused (ruling 7).
   */
  salvage?(action: string, remains: unknown): Promise<CallAnswer | null>;
  closed(code: number, reason: string): void;
  /** Every text that went over the wire, for the message log. */
  frame(direction: "in" | "out", text: string): void;
  coerced(action: string, coercions: readonly MessageCoercion[]): void;
  oddity(what: PeerOddity, detail: string): void;
  /** A frame of the peer was not taken. */
  rejected?(reason: RejectedFrame): void;
  /** A call of ours that was sent has ended; how long that took from when it was sent. */
  ended?(how: "result" | "error" | "timeout" | "closed", waitedMs: number): void;
}

/** A live connection with validation, time-outs and pings: what both edges speak through. */
export interface Peer {
  /** Sends a call when its turn comes, and resolves with what became of it. */
  call(action: string, payload: unknown, urgent?: boolean): Promise<PeerOutcome>;
  /** Builds a call without sending it, so that its bytes can be stored first. */
  prepare(id: string, action: string, payload: unknown): OutgoingCall | readonly MessageProblem[];
  /** Sends a call that was prepared, byte for byte. */
  send(call: OutgoingCall): Promise<PeerOutcome>;
  /** True when a call would go out at once. */
  isIdle(): boolean;
  /** Pings; true when any sign of life comes within the time. */
  probe(withinMs: number): Promise<boolean>;
  close(code: number, reason: string): void;
  terminate(): void;
}

/** Puts a peer on an open socket. */
export function createPeer(options: PeerOptions, ports: PeerPorts, listener: PeerListener): Peer {
  const { socket, clock, check } = ports;
  let link = newLink();
  let open = true;
  let heardAtMs = clock.monoMs();
  let hasAnsweredPing = false;
  let cancelDeadline = () => {};
  const settlers = new Map<string, (outcome: PeerOutcome) => void>();
  const cancelPing = options.pingIntervalMs > 0 ? pingRegularly() : () => {};
  const probes = new Set<(isAlive: boolean) => void>();

  function advance(event: LinkEvent): void {
    const step = stepLink(link, event, clock.monoMs(), options.link);
    tellEnded(link.inFlight, step.effects);
    link = step.state;
    step.effects.forEach(perform);
    armDeadline();
  }

  function tellEnded(asked: LinkState["inFlight"], effects: readonly LinkEffect[]): void {
    if (asked === null) return;
    const settled = effects.find((effect) => effect.kind === "settle" && effect.id === asked.id);
    if (settled?.kind !== "settle" || settled.outcome.kind === "queue-full") return;
    const sentAtMs = asked.deadlineMs - options.link.answerTimeoutMs;
    listener.ended?.(settled.outcome.kind, clock.monoMs() - sentAtMs);
  }

  function perform(effect: LinkEffect): void {
    switch (effect.kind) {
      case "send":
        return transmit(effect.text);
      case "deliver":
        return ports.spawn(`answer ${effect.call.action}`, () => answer(effect.call));
      case "settle":
        return settle(effect.id, effect.action, effect.outcome);
      case "oddity":
        if (isRejection(effect.what)) listener.rejected?.(effect.what);
        return listener.oddity(effect.what, effect.detail);
      case "give-up":
        ports.log("warning", "peer_given_up", { reason: effect.reason });
        listener.oddity("stopped-answering", effect.reason);
        return socket.terminate();
      case "notified":
        return listener.oddity("unknown-type", `SEND ${effect.action}`);
    }
  }

  function transmit(text: string): void {
    listener.frame("out", text);
    socket.send(text);
    if (socket.bufferedBytes() > options.bufferedBytesMax) socket.terminate();
  }

  async function answer(call: CallFrame): Promise<void> {
    const given = await answerTo(call);
    if (open) advance({ kind: "answered", id: call.id, answer: given });
  }

  /** Whatever goes wrong, the peer gets an answer: without one its link would stay busy for ever. */
  async function answerTo(call: CallFrame): Promise<CallAnswer> {
    try {
      return await readAndAnswer(call);
    } catch (error) {
      ports.log("error", "answer_failed", { action: call.action, error: errorText(error) });
      return { ok: false, error: rpcError("InternalError") };
    }
  }

  async function readAndAnswer({ action, payload }: CallFrame): Promise<CallAnswer> {
    const read = check.relaxed("request", action, payload);
    if (!read.ok) {
      const salvaged = await listener.salvage?.(action, read.remains) ?? null;
      if (salvaged === null) listener.rejected?.("invalid-call");
      return salvaged === null ? { ok: false, error: read.error } : checked(action, salvaged);
    }
    if (read.coercions.length > 0) listener.coerced(action, read.coercions);
    const given = await listener.call(action, read.payload);
    return checked(action, given);
  }

  function checked(action: string, answer: CallAnswer): CallAnswer {
    if (!answer.ok) return answer;
    const problems = check.strict("response", action, answer.payload);
    if (problems.length === 0) return answer;
    // What the peer asked with too long a text comes back in the answer.
    const fitting = check.fitted("response", action, answer.payload);
    if (fitting !== null) return { ok: true, payload: fitting };
    ports.log("error", "answer_not_valid", { action, problems });
    return { ok: false, error: rpcError("InternalError") };
  }

  function settle(id: string, action: string, outcome: CallOutcome): void {
    const resolve = settlers.get(id);
    settlers.delete(id);
    resolve?.(outcome.kind === "result" ? readAnswer(action, outcome.payload) : outcome);
  }

  function readAnswer(action: string, payload: unknown): PeerOutcome {
    const read = check.relaxed("response", action, payload);
    if (!read.ok) {
      listener.rejected?.("invalid-answer");
      return { kind: "invalid-answer", error: read.error };
    }
    if (read.coercions.length > 0) listener.coerced(action, read.coercions);
    return { kind: "result", payload: read.payload };
  }

  function submit(id: string, event: LinkEvent): Promise<PeerOutcome> {
    if (!open) return Promise.resolve({ kind: "closed" });
    return new Promise((resolve) => {
      settlers.set(id, resolve);
      advance(event);
    });
  }

  function armDeadline(): void {
    cancelDeadline();
    const deadlineMs = open ? linkDeadlineMs(link) : null;
    cancelDeadline = deadlineMs === null
      ? () => {}
      : clock.after(deadlineMs - clock.monoMs(), () => advance({ kind: "tick" }));
  }

  function pingRegularly(): () => void {
    let cancel = clock.after(options.pingIntervalMs, beat);
    function beat(): void {
      const silentMs = clock.monoMs() - heardAtMs;
      if (silentMs >= silenceMaxMs()) return socket.terminate();
      if (silentMs >= options.silenceMaxMs) listener.oddity("no-pong", `${silentMs} ms`);
      if (options.withoutPings !== true) socket.ping();
      cancel = clock.after(options.pingIntervalMs, beat);
    }
    return () => cancel();
  }

  function silenceMaxMs(): number {
    const { silenceMaxMs, mutedSilenceMaxMs = silenceMaxMs } = options;
    return hasAnsweredPing ? silenceMaxMs : Math.max(silenceMaxMs, mutedSilenceMaxMs);
  }

  function heard(): void {
    heardAtMs = clock.monoMs();
    settleProbes(true);
  }

  function settleProbes(isAlive: boolean): void {
    for (const settleProbe of [...probes]) settleProbe(isAlive);
  }

  socket.listen({
    message(text) {
      heard();
      listener.frame("in", text);
      if (open) advance({ kind: "received", text });
    },
    alive(sign) {
      if (sign === "pong") hasAnsweredPing = true;
      heard();
    },
    closed(code, reason) {
      if (!open) return;
      open = false;
      cancelPing();
      cancelDeadline();
      settleProbes(false);
      const step = closeLink(link);
      tellEnded(link.inFlight, step.effects);
      link = step.state;
      step.effects.forEach(perform);
      listener.closed(code, reason);
    },
  });

  return {
    call(action, payload, urgent = false) {
      const problems = check.strict("request", action, payload);
      if (problems.length > 0) return Promise.resolve({ kind: "unsendable", problems });
      const id = ports.ids.uuid();
      return submit(id, { kind: "submit", id, action, payload, urgent });
    },
    prepare(id, action, payload) {
      const problems = check.strict("request", action, payload);
      return problems.length > 0 ? problems : { id, action, text: writeCall(id, action, payload) };
    },
    send: (call) => submit(call.id, { kind: "resubmit", call }),
    isIdle: () => open && isIdle(link),
    probe(withinMs) {
      if (!open) return Promise.resolve(false);
      return new Promise((resolve) => {
        const cancel = clock.after(withinMs, () => settleProbe(false));
        function settleProbe(isAlive: boolean): void {
          cancel();
          probes.delete(settleProbe);
          resolve(isAlive);
        }
        probes.add(settleProbe);
        socket.ping();
      });
    },
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
  };
}

/** True for what is not taken; a call that comes again is answered again. */
function isRejection(what: LinkOddity): what is LinkOddity & RejectedFrame {
  return what !== "repeated-call" && what !== "answer-rejected";
}
