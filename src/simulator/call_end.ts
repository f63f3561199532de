import type { PeerOutcome } from "../ocpp/mod.ts";

/** How a call ended. Its answer was held against the schema of its action. */
export type CallEnd =
  | { readonly kind: "answered"; readonly payload: unknown }
  /** Not connected, not allowed now, timed out or answered with an error. */
  | { readonly kind: "failed"; readonly reason: string };

/** What a peer's outcome means to whoever made the call. */
export function endOf(outcome: PeerOutcome): CallEnd {
  if (outcome.kind === "result") return { kind: "answered", payload: outcome.payload };
  const reason = outcome.kind === "error" || outcome.kind === "invalid-answer"
    ? outcome.error.code
    : outcome.kind;
  return { kind: "failed", reason };
}
