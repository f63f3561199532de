import type { VirtualClock } from "../../src/lib/virtual_clock.ts";
import type { FrameSocket } from "../../src/ocpp/mod.ts";

/** A message, as JSON has it. */
export type Payload = Readonly<Record<string, unknown>>;

/** What the other side answered to a call. */
export type Reply =
  | { readonly kind: "result"; readonly payload: Payload }
  | { readonly kind: "error"; readonly code: string; readonly description: string }
  | { readonly kind: "none" };

/** A call of the other side. */
export interface HeardCall {
  readonly id: string;
  readonly action: string;
  readonly payload: Payload;
  readonly atMs: number;
  /** The frame as it came. */
  readonly text: string;
}

/** What a peer answers to a call: a payload, an error code, or nothing at all. */
export type Answer = Payload | { readonly callError: string } | "silence";

/**
 * One end of an OCPP-J connection that a test plays: it says frames as they are written in the
 * specification, writes down what it hears, and answers from a table.
 */
export interface FramePeer {
  readonly socket: FrameSocket;
  /** Calls of the other side, in order. */
  readonly heard: readonly HeardCall[];
  /** Payloads of the calls with that name, in order. */
  payloads(action: string): readonly Payload[];
  /** How calls with that name are answered from now on. */
  answer(action: string, answer: Answer | ((payload: Payload) => Answer)): void;
  /** Says a call and lets `waitMs` pass. */
  ask(action: string, payload: Payload, waitMs?: number): Promise<Reply>;
  /** The same for a call that must be answered with a result: returns that. */
  result(action: string, payload: Payload, waitMs?: number): Promise<Payload>;
  /** Says a call under an id of one's own, and does not wait. */
  say(id: string, action: string, payload: Payload): void;
  /** What came as the answer to that id so far. */
  replyTo(id: string): Reply;
  /** "1012 gateway restarts"; null while the connection stands. */
  closed(): string | null;
}

/** Puts a peer on its end of a connection. */
export function createFramePeer(
  socket: FrameSocket,
  clock: VirtualClock,
  answers: Readonly<Record<string, Answer | ((payload: Payload) => Answer)>> = {},
): FramePeer {
  const heard: HeardCall[] = [];
  const table = new Map(Object.entries(answers));
  const replies = new Map<string, Reply>();
  let closed: string | null = null;
  let lastId = 0;

  function hear(text: string): void {
    const [type, id, ...rest] = JSON.parse(text);
    if (type === 2) return hearCall(text, id, rest[0], rest[1]);
    if (type === 3) replies.set(id, { kind: "result", payload: rest[0] });
    if (type === 4) replies.set(id, { kind: "error", code: rest[0], description: rest[1] });
  }

  function hearCall(text: string, id: string, action: string, payload: Payload): void {
    heard.push({ id, action, payload, atMs: clock.monoMs(), text });
    const given = table.get(action) ?? { callError: "NotImplemented" };
    const answer = typeof given === "function" ? given(payload) : given;
    if (answer === "silence") return;
    const frame = isError(answer) ? [4, id, answer.callError, "", {}] : [3, id, answer];
    socket.send(JSON.stringify(frame));
  }

  socket.listen({
    message: hear,
    alive: () => {},
    closed: (code, reason) => closed = `${code} ${reason}`.trim(),
  });

  function say(id: string, action: string, payload: Payload): void {
    socket.send(JSON.stringify([2, id, action, payload]));
  }

  async function ask(action: string, payload: Payload, waitMs = 0): Promise<Reply> {
    const id = `ask-${++lastId}`;
    say(id, action, payload);
    await clock.advance(waitMs);
    return replies.get(id) ?? { kind: "none" };
  }

  return {
    socket,
    heard,
    payloads: (action) => heard.filter((call) => call.action === action).map((c) => c.payload),
    answer: (action, answer) => void table.set(action, answer),
    ask,
    async result(action, payload, waitMs) {
      const reply = await ask(action, payload, waitMs);
      if (reply.kind !== "result") {
        throw new Error(`${action} was not answered with a result: ${JSON.stringify(reply)}`);
      }
      return reply.payload;
    },
    say,
    replyTo: (id) => replies.get(id) ?? { kind: "none" },
    closed: () => closed,
  };
}

function isError(answer: Payload): answer is { readonly callError: string } {
  return typeof answer["callError"] === "string";
}
