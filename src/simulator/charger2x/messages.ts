import type { Action21, Requests20, Requests21, Responses20 } from "../../ocpp/messages/mod.ts";
import type { CallEnd } from "../call_end.ts";
import type { Link } from "../station/link.ts";

/** What a station says: all of it is in 2.0.1, and means the same in 2.1. */
export type Said2x = Requests20;
/** Its name. */
export type SaidAction2x = keyof Requests20 & keyof Responses20;
/** What a station is told: 2.1 has all that 2.0.1 has. */
export type Told2x = Requests21;
/** Its name. */
export type ToldAction2x = Action21;

/** Whose card it is. */
export type IdToken2x = Requests20["Authorize"]["idToken"];
/** What the CSMS says of it. */
export type IdTokenInfo2x = Responses20["Authorize"]["idTokenInfo"];
/** One thing that happened in a transaction. */
export type TransactionEvent2x = Requests20["TransactionEvent"];
export type TriggerReason2x = TransactionEvent2x["triggerReason"];
export type ChargingState2x = NonNullable<TransactionEvent2x["transactionInfo"]["chargingState"]>;
export type StopReason2x = NonNullable<TransactionEvent2x["transactionInfo"]["stoppedReason"]>;
export type MeterValue2x = NonNullable<TransactionEvent2x["meterValue"]>[number];
/** A charging profile as it is told; in 2.0.1 periods always have a limit. */
export type ChargingProfile2x = Requests21["SetChargingProfile"]["chargingProfile"];

/** How a call in OCPP 2.x ended. */
export type CallEnd2x<A extends SaidAction2x> =
  | { readonly kind: "answered"; readonly payload: Responses20[A] }
  /** Not connected, not allowed now, timed out or answered with an error. */
  | { readonly kind: "failed"; readonly reason: string };

/** A link over which a station says messages of 2.x. */
export interface Link2x extends Omit<Link, "say"> {
  say<A extends SaidAction2x>(
    action: A,
    payload: Said2x[A],
    triggered?: boolean,
  ): Promise<CallEnd2x<A>>;
}

/** The same link, by the types of 2.x. */
export function linkOf2x(link: Link): Link2x {
  return {
    ...link,
    say: async (action, payload, triggered) =>
      endOf2x(action, await link.say(action, payload, triggered)),
  };
}

/** The end of a call of that action. */
export function endOf2x<A extends SaidAction2x>(_action: A, end: CallEnd): CallEnd2x<A> {
  // The peer has held the answer against the schema of its action.
  return end.kind === "failed" ? end : { ...end, payload: end.payload as Responses20[A] };
}
