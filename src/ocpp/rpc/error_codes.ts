import type { OcppVersion } from "../version.ts";

/** Why a call could not be answered, in the spelling of OCPP 2.1 (Part 4 §4.3). */
export type RpcErrorCode =
  | "FormatViolation"
  | "GenericError"
  | "InternalError"
  | "MessageTypeNotSupported"
  | "NotImplemented"
  | "NotSupported"
  | "OccurrenceConstraintViolation"
  | "PropertyConstraintViolation"
  | "ProtocolError"
  | "RpcFrameworkError"
  | "SecurityError"
  | "TypeConstraintViolation";

const CODES: readonly RpcErrorCode[] = [
  "FormatViolation",
  "GenericError",
  "InternalError",
  "MessageTypeNotSupported",
  "NotImplemented",
  "NotSupported",
  "OccurrenceConstraintViolation",
  "PropertyConstraintViolation",
  "ProtocolError",
  "RpcFrameworkError",
  "SecurityError",
  "TypeConstraintViolation",
];

/** OCPP-J 1.6 table 7 spells two codes its own way and lacks the two of the RPC framework. */
const SPELLING_16: Partial<Record<RpcErrorCode, string>> = {
  FormatViolation: "FormationViolation",
  OccurrenceConstraintViolation: "OccurenceConstraintViolation",
  RpcFrameworkError: "GenericError",
  MessageTypeNotSupported: "GenericError",
};

/** Other spellings seen on the wire, each with its code. */
const ALIASES: Readonly<Record<string, RpcErrorCode>> = {
  FormationViolation: "FormatViolation",
  OccurenceConstraintViolation: "OccurrenceConstraintViolation",
};

/** The code as `version` writes it. */
export function writeErrorCode(version: OcppVersion, code: RpcErrorCode): string {
  return version === "ocpp1.6" ? SPELLING_16[code] ?? code : code;
}

/** The code behind any known spelling, whatever the version; `GenericError` for others. */
export function readErrorCode(text: string): RpcErrorCode {
  return CODES.find((code) => code === text) ??
    (Object.hasOwn(ALIASES, text) ? ALIASES[text] : undefined) ?? "GenericError";
}
