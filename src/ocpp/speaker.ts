import type { Enveloped, InsideAction, InsideCall, InsideResponse, StopIntent } from "./inside.ts";
import type { Dialect } from "./dialects/dialect.ts";
import { completed } from "./dialects/v2x/mod.ts";
import {
  createPeer,
  type MessageProblem,
  type Peer,
  type PeerListener,
  type PeerOptions,
  type PeerPorts,
} from "./peer.ts";
import { type OutgoingCall, type RpcError, rpcError } from "./rpc/mod.ts";

/** How a call of ours ended, in the inside language. */
export type SpokenOutcome<A extends InsideAction> =
  | ({ readonly kind: "answered" } & Enveloped<InsideResponse<A>>)
  /** The peer answered with an error, or with something nobody can read. */
  | { readonly kind: "refused"; readonly error: RpcError }
  | { readonly kind: "silent" }
  /** Not connected, or not any more. */
  | { readonly kind: "gone" }
  /** This version cannot say it. */
  | { readonly kind: "unsayable"; readonly problems: readonly MessageProblem[] };

/** What the owner of a speaker hears, in the inside language. */
export interface SpeakerListener extends Omit<PeerListener, "call" | "salvage"> {
  call(call: InsideCall): Promise<SpokenAnswer>;
  /** The end of a transaction, of which only so much can be read. Left out, it gets an error. */
  brokenStop?(stop: Partial<StopIntent>): Promise<Enveloped<InsideResponse<"StopTransaction">>>;
}

/** Our answer to a call of the peer. */
export type SpokenAnswer =
  | ({ readonly ok: true } & Enveloped<InsideResponse<InsideAction>>)
  | { readonly ok: false; readonly error: RpcError };

/** A call written down in the peer's version, not yet sent. */
export interface PreparedCall<A extends InsideAction> {
  readonly insideAction: A;
  readonly outgoing: OutgoingCall;
}

/** A live connection on which the inside language is spoken, whatever goes over the wire. */
export interface Speaker {
  readonly peer: Peer;
  readonly dialect: Dialect;
  call<A extends InsideAction>(
    call: InsideCall<A> & { readonly action: A },
    urgent?: boolean,
  ): Promise<SpokenOutcome<A>>;
  /** Writes a call down under a given id, so that its bytes can be stored first. */
  prepare<A extends InsideAction>(
    id: string,
    call: InsideCall<A> & { readonly action: A },
  ): PreparedCall<A> | readonly MessageProblem[];
  send<A extends InsideAction>(prepared: PreparedCall<A>): Promise<SpokenOutcome<A>>;
}

/** A problem of the message as a whole. */
function problem(message: string): MessageProblem {
  return { path: "", message };
}

/** Lets a dialect speak on an open socket. */
export function createSpeaker(
  dialect: Dialect,
  options: PeerOptions,
  ports: PeerPorts,
  listener: SpeakerListener,
): Speaker {
  const peer = createPeer(options, ports, {
    ...listener,
    async call(action, payload) {
      const call = dialect.readRequest({ action, payload });
      if (call === null) {
        return { ok: false, error: rpcError("NotSupported", `${action} is not supported here`) };
      }
      const answer = await listener.call(call);
      if (!answer.ok) return answer;
      const whole = completed(call, answer);
      return { ok: true, payload: dialect.writeResponse(action, call.action, whole) };
    },
    async salvage(action, remains) {
      const stop = dialect.salvageStop(action, remains);
      const answer = stop === null ? undefined : await listener.brokenStop?.(stop);
      return answer === undefined
        ? null
        : { ok: true, payload: dialect.writeResponse(action, "StopTransaction", answer) };
    },
  });

  function outcomeOf<A extends InsideAction>(
    wireAction: string,
    action: A,
    outcome: Awaited<ReturnType<Peer["call"]>>,
  ): SpokenOutcome<A> {
    switch (outcome.kind) {
      case "result":
        return { kind: "answered", ...dialect.readResponse(wireAction, action, outcome.payload) };
      case "error":
      case "invalid-answer":
        return { kind: "refused", error: outcome.error };
      case "timeout":
        return { kind: "silent" };
      case "closed":
      case "queue-full":
        return { kind: "gone" };
      case "unsendable":
        return { kind: "unsayable", problems: outcome.problems };
    }
  }

  return {
    peer,
    dialect,
    async call(call, urgent) {
      const refusal = dialect.refusal(call);
      if (refusal !== null) return { kind: "unsayable", problems: [problem(refusal)] };
      const wire = dialect.writeRequest(call);
      const outcome = await peer.call(wire.action, wire.payload, urgent);
      return outcomeOf(wire.action, call.action, outcome);
    },
    prepare(id, call) {
      const refusal = dialect.refusal(call);
      if (refusal !== null) return [problem(refusal)];
      const wire = dialect.writeRequest(call);
      const prepared = peer.prepare(id, wire.action, wire.payload);
      return "text" in prepared ? { insideAction: call.action, outgoing: prepared } : prepared;
    },
    async send({ insideAction, outgoing }) {
      return outcomeOf(outgoing.action, insideAction, await peer.send(outgoing));
    },
  };
}
