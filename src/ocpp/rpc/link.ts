import {
  type CallFrame,
  readFrame,
  rpcError,
  writeCall,
  writeError,
  writeResult,
} from "./frame.ts";
import type {
  CallAnswer,
  CallOutcome,
  LinkEffect,
  LinkEvent,
  LinkOddity,
  LinkOptions,
  OutgoingCall,
} from "./link_events.ts";

interface IncomingCall {
  readonly call: CallFrame;
  /** The frame as it came: a repeat is the same text, not only the same id. */
  readonly text: string;
}

/**
 * One end of an OCPP-J connection: at most one call in flight in each direction (OCPP-J 1.6 §4.1.1,
 * OCPP 2.1 Part 4 §4.1.1). The two directions never wait for each other.
 */
export interface LinkState {
  readonly inFlight: (OutgoingCall & { readonly deadlineMs: number }) | null;
  /** The urgent ones first, each kind in the order it was submitted. */
  readonly queue: readonly (OutgoingCall & { readonly urgent: boolean })[];
  readonly working: IncomingCall | null;
  readonly backlog: readonly IncomingCall[];
  /** The newest answers, for peers that repeat a call. */
  readonly answered: readonly { readonly text: string; readonly answer: string }[];
  /** Calls in a row that got no answer. */
  readonly unanswered: number;
}

/** The state after an event, and what to do about it. */
export interface LinkStep {
  readonly state: LinkState;
  readonly effects: readonly LinkEffect[];
}

const ANSWERS_KEPT = 8;

/** A connection that was just opened. */
export function newLink(): LinkState {
  return { inFlight: null, queue: [], working: null, backlog: [], answered: [], unanswered: 0 };
}

/** When `tick` is due next, by the monotonic clock; null while no answer is awaited. */
export function linkDeadlineMs(state: LinkState): number | null {
  return state.inFlight?.deadlineMs ?? null;
}

/** True when a call submitted now would be sent at once. */
export function isIdle(state: LinkState): boolean {
  return state.inFlight === null && state.queue.length === 0;
}

/** Advances the connection by one event. Pure. */
export function stepLink(
  state: LinkState,
  event: LinkEvent,
  nowMs: number,
  options: LinkOptions,
): LinkStep {
  switch (event.kind) {
    case "submit": {
      const text = writeCall(event.id, event.action, event.payload);
      return submit(state, { id: event.id, action: event.action, text }, event.urgent ?? false, {
        nowMs,
        options,
      });
    }
    case "resubmit":
      return submit(state, event.call, false, { nowMs, options });
    case "received":
      return receive(state, event.text, nowMs, options);
    case "answered":
      return answer(state, event.id, event.answer, options);
    case "tick":
      return expire(state, nowMs, options);
  }
}

/** The connection is gone: every call that waits for an answer or its turn ends as "closed". */
export function closeLink(state: LinkState): LinkStep {
  const open = [...(state.inFlight === null ? [] : [state.inFlight]), ...state.queue];
  const effects = open.map(({ id, action }): LinkEffect => ({
    kind: "settle",
    id,
    action,
    outcome: { kind: "closed" },
  }));
  return { state: newLink(), effects };
}

interface Now {
  readonly nowMs: number;
  readonly options: LinkOptions;
}

function submit(state: LinkState, call: OutgoingCall, urgent: boolean, now: Now): LinkStep {
  if (!isIdle(state) && state.queue.length >= now.options.queueMax) {
    const outcome: CallOutcome = { kind: "queue-full" };
    return { state, effects: [{ kind: "settle", id: call.id, action: call.action, outcome }] };
  }
  // Behind earlier urgent calls: of two limits for one connector, the later one must win.
  const before = urgent ? state.queue.filter((waiting) => waiting.urgent) : state.queue;
  const queue = state.queue.toSpliced(before.length, 0, { ...call, urgent });
  return sendNext({ ...state, queue }, [], now);
}

function sendNext(state: LinkState, effects: readonly LinkEffect[], now: Now): LinkStep {
  const [next, ...queue] = state.queue;
  if (state.inFlight !== null || next === undefined) return { state, effects };
  const deadlineMs = now.nowMs + now.options.answerTimeoutMs;
  return {
    state: { ...state, queue, inFlight: { ...next, deadlineMs } },
    effects: [...effects, { kind: "send", text: next.text }],
  };
}

function receive(
  state: LinkState,
  text: string,
  nowMs: number,
  options: LinkOptions,
): LinkStep {
  const frame = readFrame(text, options.version, options.frames);
  switch (frame.kind) {
    case "call":
      return receiveCall(state, { call: frame, text }, options);
    case "result":
      return settle(state, frame.id, { kind: "result", payload: frame.payload }, {
        nowMs,
        options,
      });
    case "error":
      return settle(state, frame.id, { kind: "error", error: frame.error }, { nowMs, options });
    case "send": {
      const { action, payload } = frame;
      return { state, effects: [{ kind: "notified", action, payload }] };
    }
    case "result-error":
      return odd(state, "answer-rejected", `${frame.error.code} for ${frame.id}`);
    case "unknown-type":
      return receiveUnknownType(state, frame, options);
    case "unreadable": {
      const text = writeError(options.version, frame.id, frame.error);
      const reply: LinkEffect[] = frame.wantsReply ? [{ kind: "send", text }] : [];
      return odd(state, "unreadable", frame.error.description, reply);
    }
  }
}

/**
 * OCPP 1.6 and 2.1 say to ignore the payload of an unknown message type; 2.0.1 (Part 4 §4.4) wants
 * MessageTypeNotSupported.
 */
function receiveUnknownType(
  state: LinkState,
  { id, type }: { readonly id: string; readonly type: number },
  options: LinkOptions,
): LinkStep {
  if (options.version !== "ocpp2.0.1") return odd(state, "unknown-type", String(type));
  const error = rpcError("MessageTypeNotSupported", `Message type ${type} is not supported`);
  const text = writeError(options.version, id, error);
  return odd(state, "unknown-type", String(type), [{ kind: "send", text }]);
}

function receiveCall(state: LinkState, incoming: IncomingCall, options: LinkOptions): LinkStep {
  const { text, call } = incoming;
  const before = state.answered.find((known) => known.text === text);
  if (before !== undefined) {
    return odd(state, "repeated-call", call.action, [{ kind: "send", text: before.answer }]);
  }
  const isWorkedOn = [state.working, ...state.backlog].some((known) => known?.text === text);
  if (isWorkedOn) return odd(state, "repeated-call", call.action);
  if (state.working === null) {
    return { state: { ...state, working: incoming }, effects: [{ kind: "deliver", call }] };
  }
  if (state.backlog.length >= options.backlogMax) {
    const error = rpcError("GenericError", "Too many calls wait for their answer");
    const reply = writeError(options.version, call.id, error);
    return odd(state, "backlog-full", call.action, [{ kind: "send", text: reply }]);
  }
  return { state: { ...state, backlog: [...state.backlog, incoming] }, effects: [] };
}

function answer(
  state: LinkState,
  id: string,
  given: CallAnswer,
  options: LinkOptions,
): LinkStep {
  const { working } = state;
  if (working?.call.id !== id) return { state, effects: [] };
  const text = given.ok
    ? writeResult(id, given.payload)
    : writeError(options.version, id, given.error);
  const answered = isTimeless(working.call)
    ? [{ text: working.text, answer: text }, ...state.answered].slice(0, ANSWERS_KEPT)
    : state.answered;
  const [next, ...backlog] = state.backlog;
  const effects: LinkEffect[] = [{ kind: "send", text }];
  if (next !== undefined) effects.push({ kind: "deliver", call: next.call });
  return { state: { ...state, working: next ?? null, backlog, answered }, effects };
}

/**
 * A heartbeat is never a repeat: its answer is the time, and chargers exist that give every call the
 * same id, so that each of their heartbeats is the same text.
 */
function isTimeless(call: CallFrame): boolean {
  return call.action !== "Heartbeat";
}

function settle(state: LinkState, id: string, outcome: CallOutcome, now: Now): LinkStep {
  const { inFlight } = state;
  // Even an answer that comes too late shows that the peer still answers.
  if (inFlight?.id !== id) return odd({ ...state, unanswered: 0 }, "late-answer", id);
  const settled: LinkEffect = { kind: "settle", id, action: inFlight.action, outcome };
  return sendNext({ ...state, inFlight: null, unanswered: 0 }, [settled], now);
}

function expire(state: LinkState, nowMs: number, options: LinkOptions): LinkStep {
  const { inFlight } = state;
  if (inFlight === null || nowMs < inFlight.deadlineMs) return { state, effects: [] };
  const unanswered = state.unanswered + 1;
  const { id, action } = inFlight;
  const effects: LinkEffect[] = [{ kind: "settle", id, action, outcome: { kind: "timeout" } }];
  if (unanswered >= options.unansweredMax) {
    const reason = `${unanswered} calls in a row had no answer`;
    effects.push({ kind: "give-up", reason });
    return { state: { ...state, inFlight: null, unanswered }, effects };
  }
  return sendNext({ ...state, inFlight: null, unanswered }, effects, { nowMs, options });
}

function odd(
  state: LinkState,
  what: LinkOddity,
  detail: string,
  effects: readonly LinkEffect[] = [],
): LinkStep {
  return { state, effects: [...effects, { kind: "oddity", what, detail }] };
}
