import type { Action16, Responses16 } from "../ocpp/messages/mod.ts";
import type { PeerOutcome } from "../ocpp/mod.ts";

/** How a call in OCPP 1.6 ended. */
export type CallEnd16<A extends Action16> =
  | { readonly kind: "answered"; readonly payload: Responses16[A] }
  /** Not connected, not allowed now, timed out or answered with an error. */
  | { readonly kind: "failed"; readonly reason: string };

/** What a peer's outcome means to whoever made the call. */
export function endOf<A extends Action16>(_action: A, outcome: PeerOutcome): CallEnd16<A> {
  if (outcome.kind === "result") {
    // The peer has held the answer against the schema of its action.
    return { kind: "answered", payload: outcome.payload as Responses16[A] };
  }
  const reason = outcome.kind === "error" || outcome.kind === "invalid-answer"
    ? outcome.error.code
    : outcome.kind;
  return { kind: "failed", reason };
}
