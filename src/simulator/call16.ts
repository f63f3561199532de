import type { Action16, Requests16, Responses16 } from "../ocpp/messages/mod.ts";
import type { CallEnd } from "./call_end.ts";
import type { Link } from "./station/link.ts";

/** How a call in OCPP 1.6 ended. */
export type CallEnd16<A extends Action16> =
  | { readonly kind: "answered"; readonly payload: Responses16[A] }
  /** Not connected, not allowed now, timed out or answered with an error. */
  | { readonly kind: "failed"; readonly reason: string };

/** The end of a call of that action. */
export function endOf16<A extends Action16>(_action: A, end: CallEnd): CallEnd16<A> {
  // The peer has held the answer against the schema of its action.
  return end.kind === "failed" ? end : { ...end, payload: end.payload as Responses16[A] };
}

/** A link over which a station says messages of 1.6. */
export interface Link16 extends Omit<Link, "say"> {
  say<A extends Action16>(
    action: A,
    payload: Requests16[A],
    triggered?: boolean,
  ): Promise<CallEnd16<A>>;
}

/** The same link, by the types of 1.6. */
export function linkOf16(link: Link): Link16 {
  return {
    ...link,
    say: async (action, payload, triggered) =>
      endOf16(action, await link.say(action, payload, triggered)),
  };
}
