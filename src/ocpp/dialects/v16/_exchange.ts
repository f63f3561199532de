import type { InsideAction, InsideRequest, InsideResponse } from "../../inside.ts";
import type { Action16, Requests16, Responses16 } from "../../messages/mod.ts";
import { type Codec, type Plan, planned, type Translation } from "../codec.ts";

/** A message of 1.6 with its answer, and which message it is inside. */
export interface Exchange16<A extends Action16, I extends InsideAction> {
  readonly inside: I;
  readonly request: Codec<Requests16[A], InsideRequest<I>>;
  readonly response: Codec<Responses16[A], InsideResponse<I>>;
}

/** Puts an exchange together from the plans of its two messages. */
export function exchange<A extends Action16, I extends InsideAction>(
  inside: I,
  request: Plan<Requests16[A], InsideRequest<I>>,
  response: Plan<Responses16[A], InsideResponse<I>>,
): Exchange16<A, I> {
  return {
    inside,
    request: planned("ocpp1.6", request),
    response: planned("ocpp1.6", response),
  };
}

/** A message without any field. */
export const empty: Plan<object, object> = {
  read: () => ({}),
  write: () => ({}),
};

/** An answer that is nothing but a status. 2.1's `statusInfo` has no place in 1.6. */
export function statusOnly<Wire extends string, Inside extends string>(
  status: Translation<Wire, Inside>,
): Plan<{ status: Wire }, { status: Inside }> {
  return {
    read: (wire, notes) => ({ status: notes.read("status", status, wire.status) }),
    write: (inside, notes) => ({ status: notes.write("status", status, inside.status) }),
  };
}

/** Words that both sides have. */
export function same<Word extends string>(): Translation<Word, Word> {
  return { read: (word) => word, write: (word) => word };
}
