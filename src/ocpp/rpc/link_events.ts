import type { OcppVersion } from "../version.ts";
import type { CallFrame, FrameLimits, RpcError } from "./frame.ts";

/** What one end of a connection may do. */
export interface LinkOptions {
  readonly version: OcppVersion;
  readonly frames: FrameLimits;
  /** How long the peer has to answer a call of ours. */
  readonly answerTimeoutMs: number;
  /** Calls of ours that may wait for the one in flight. */
  readonly queueMax: number;
  /** Calls of the peer that may wait for the one we work on. */
  readonly backlogMax: number;
  /** So many calls in a row without any answer, and the connection is given up. */
  readonly unansweredMax: number;
}

/** A call of ours that was sent or waits to be. */
export interface OutgoingCall {
  readonly id: string;
  readonly action: string;
  readonly text: string;
}

/** How a call of ours ended. */
export type CallOutcome =
  | { readonly kind: "result"; readonly payload: unknown }
  | { readonly kind: "error"; readonly error: RpcError }
  | { readonly kind: "timeout" }
  /** Never sent: too many calls wait already. */
  | { readonly kind: "queue-full" }
  /** The connection went away first. */
  | { readonly kind: "closed" };

/** What we answer to a call of the peer. */
export type CallAnswer =
  | { readonly ok: true; readonly payload: unknown }
  | { readonly ok: false; readonly error: RpcError };

export type LinkEvent =
  | {
    readonly kind: "submit";
    readonly id: string;
    readonly action: string;
    readonly payload: unknown;
    /** Goes before calls that wait and are not urgent, never before the one in flight. */
    readonly urgent?: boolean;
  }
  /** A frame built earlier, sent again byte for byte. */
  | { readonly kind: "resubmit"; readonly call: OutgoingCall }
  | { readonly kind: "received"; readonly text: string }
  | { readonly kind: "answered"; readonly id: string; readonly answer: CallAnswer }
  | { readonly kind: "tick" };

export type LinkEffect =
  | { readonly kind: "send"; readonly text: string }
  /** A call of the peer to work on; `answered` must follow for its id. */
  | { readonly kind: "deliver"; readonly call: CallFrame }
  /** An OCPP 2.1 SEND: no answer wanted. */
  | { readonly kind: "notified"; readonly action: string; readonly payload: unknown }
  | {
    readonly kind: "settle";
    readonly id: string;
    readonly action: string;
    readonly outcome: CallOutcome;
  }
  /** Something that does no harm but should be counted. */
  | { readonly kind: "oddity"; readonly what: LinkOddity; readonly detail: string }
  | { readonly kind: "give-up"; readonly reason: string };

/** Frames that a well-behaved peer does not send. "late-answer" is also one that fits no call. */
export type LinkOddity =
  | "late-answer"
  | "repeated-call"
  | "unknown-type"
  | "unreadable"
  | "backlog-full"
  | "answer-rejected";
