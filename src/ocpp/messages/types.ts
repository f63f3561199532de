import type { OCPP16, OCPP20, OCPP21 } from "typed-ocpp";
import type { CallResultTypesByAction as Results16 } from "typed-ocpp/dist/ocpp16/callresult.js";
import type { CallResultTypesByAction as Results20 } from "typed-ocpp/dist/ocpp20/callresult.js";
import type { CallResultTypesByAction as Results21 } from "typed-ocpp/dist/ocpp21/callresult.js";
import type { OcppVersion } from "../version.ts";

// Only types come from typed-ocpp's main entry: at run time it would compile all of its validators,
// which costs more memory than the rest of the gateway.

/** The names in a union of CALL tuples, as plain texts instead of enum members. */
type NameOf<Call> = Call extends [unknown, string, infer Name extends string, unknown] ? `${Name}`
  : never;

type PayloadOf<Call, Name extends string> = Call extends
  [unknown, string, infer A extends string, infer Payload] ? `${A}` extends Name ? Payload : never
  : never;

type ResultOf<Result> = Result extends [unknown, string, infer Payload] ? Payload : never;

/** The request types of OCPP 1.6 by action, with those of the security whitepaper. */
export type Requests16 = { readonly [N in NameOf<OCPP16.Call>]: PayloadOf<OCPP16.Call, N> };
/** The response types of OCPP 1.6 by action. */
export type Responses16 = { readonly [A in keyof Results16 as `${A}`]: ResultOf<Results16[A]> };
/** The request types of OCPP 2.0.1 by action. */
export type Requests20 = { readonly [N in NameOf<OCPP20.Call>]: PayloadOf<OCPP20.Call, N> };
/** The response types of OCPP 2.0.1 by action. */
export type Responses20 = { readonly [A in keyof Results20 as `${A}`]: ResultOf<Results20[A]> };
/** The request types of OCPP 2.1 by action; NotifyPeriodicEventStream is a SEND. */
export type Requests21 = { readonly [N in NameOf<OCPP21.Call>]: PayloadOf<OCPP21.Call, N> };
/** The response types of OCPP 2.1 by action. A NotifyPeriodicEventStream has none. */
export type Responses21 = {
  readonly [A in keyof Results21 as Exclude<`${A}`, "NotifyPeriodicEventStream">]: ResultOf<
    Results21[A]
  >;
};

/** The name of a message of OCPP 1.6. */
export type Action16 = keyof Requests16 & keyof Responses16;
/** The name of a message of OCPP 2.0.1. */
export type Action20 = keyof Requests20;
/** The name of a message of OCPP 2.1. */
export type Action21 = keyof Requests21;

/** The requests of each version. */
export interface RequestsOf {
  readonly "ocpp1.6": Requests16;
  readonly "ocpp2.0.1": Requests20;
  readonly "ocpp2.1": Requests21;
}

/** The responses of each version. */
export interface ResponsesOf {
  readonly "ocpp1.6": Responses16;
  readonly "ocpp2.0.1": Responses20;
  readonly "ocpp2.1": Responses21;
}

/** The name of a message of version `V`. */
export type ActionOf<V extends OcppVersion> = keyof RequestsOf[V] & string;
