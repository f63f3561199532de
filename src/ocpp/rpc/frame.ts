import { isRecord } from "../../lib/json.ts";
import { clip } from "../../lib/text.ts";
import type { OcppVersion } from "../version.ts";
import { readErrorCode, type RpcErrorCode, writeErrorCode } from "./error_codes.ts";

/** A request of one side to the other. */
export interface CallFrame {
  readonly kind: "call";
  readonly id: string;
  readonly action: string;
  readonly payload: unknown;
}

/** A refusal, or what went wrong instead of an answer. */
export interface RpcError {
  readonly code: RpcErrorCode;
  readonly description: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What one WebSocket text message says. */
export type Frame =
  | CallFrame
  | { readonly kind: "result"; readonly id: string; readonly payload: unknown }
  | { readonly kind: "error"; readonly id: string; readonly error: RpcError }
  /** OCPP 2.1: the peer could not use our answer. */
  | { readonly kind: "result-error"; readonly id: string; readonly error: RpcError }
  /** OCPP 2.1: a message that wants no answer. */
  | {
    readonly kind: "send";
    readonly id: string;
    readonly action: string;
    readonly payload: unknown;
  }
  /** A message type that `version` does not know: its payload is ignored. */
  | { readonly kind: "unknown-type"; readonly id: string; readonly type: number }
  /** Not a frame at all. `id` is "-1" where the id cannot be read either (Part 4 §4.2.3). */
  | {
    readonly kind: "unreadable";
    readonly id: string;
    readonly error: RpcError;
    /** False for what must not be answered: an answer (two peers would never end), or a SEND. */
    readonly wantsReply: boolean;
  };

/** Bounds on what is read from a peer. */
export interface FrameLimits {
  /** UTF-16 units of a frame. The socket bounds bytes; this also holds after inflating. */
  readonly lengthMax: number;
  /** How deep arrays and objects may be nested. */
  readonly depthMax: number;
  /** How many values (commas and openings) a frame may hold. */
  readonly valuesMax: number;
}

/** Message type numbers (OCPP 2.1 Part 4 §4.1.3); 1.6 and 2.0.1 know the first three. */
const CALL = 2;
const CALLRESULT = 3;
const CALLERROR = 4;
const CALLRESULTERROR = 5;
const SEND = 6;

/** The id that an error carries when the message it answers has none that can be read. */
export const UNREADABLE_ID = "-1";

/** OCPP bounds ids by 36 characters and actions by far less; more is tolerated up to this length. */
const NAME_LENGTH_MAX = 255;

const DESCRIPTION_LENGTH_MAX = 255;

/** Reads one text message. Never throws: what cannot be read comes back as such. */
export function readFrame(text: string, version: OcppVersion, limits: FrameLimits): Frame {
  const excess = boundsProblem(text, limits);
  if (excess !== null) return unreadable(UNREADABLE_ID, "RpcFrameworkError", excess);
  const parsed = parseJson(text);
  if (!Array.isArray(parsed)) {
    return unreadable(UNREADABLE_ID, "RpcFrameworkError", "Message is not a JSON array");
  }
  const elements: readonly unknown[] = parsed;
  const type = elements[0];
  const id = readName(elements[1]);
  if (typeof type !== "number") {
    return unreadable(id ?? UNREADABLE_ID, "RpcFrameworkError", "Message type is not a number");
  }
  if (!knowsType(version, type)) return { kind: "unknown-type", id: id ?? UNREADABLE_ID, type };
  return readTyped(type, id, elements);
}

function readTyped(type: number, id: string | null, elements: readonly unknown[]): Frame {
  const wantsReply = type === CALL;
  if (id === null) {
    const problem = `Message id is not a string of 1 to ${NAME_LENGTH_MAX} characters`;
    return unreadable(UNREADABLE_ID, "RpcFrameworkError", problem, wantsReply);
  }
  if (type === CALLRESULT) return { kind: "result", id, payload: elements[2] ?? {} };
  if (type === CALLERROR) return { kind: "error", id, error: readError(elements) };
  if (type === CALLRESULTERROR) return { kind: "result-error", id, error: readError(elements) };
  const action = readName(elements[2]);
  if (action === null) {
    const problem = `Action is not a string of 1 to ${NAME_LENGTH_MAX} characters`;
    return unreadable(id, "ProtocolError", problem, wantsReply);
  }
  const payload = elements[3] ?? {};
  return { kind: wantsReply ? "call" : "send", id, action, payload };
}

/** A CALL as text. */
export function writeCall(id: string, action: string, payload: unknown): string {
  return JSON.stringify([CALL, id, action, payload ?? {}]);
}

/** A CALLRESULT as text. */
export function writeResult(id: string, payload: unknown): string {
  return JSON.stringify([CALLRESULT, id, payload ?? {}]);
}

/** A CALLERROR as text, with the codes that `version` knows and at most 255 characters of text. */
export function writeError(version: OcppVersion, id: string, error: RpcError): string {
  const code = writeErrorCode(version, error.code);
  const description = clip(error.description, DESCRIPTION_LENGTH_MAX);
  return JSON.stringify([CALLERROR, id, code, description, error.details]);
}

/** An error with its text, and optionally details. */
export function rpcError(
  code: RpcErrorCode,
  description = "",
  details: Readonly<Record<string, unknown>> = {},
): RpcError {
  return { code, description, details };
}

function unreadable(
  id: string,
  code: RpcErrorCode,
  description: string,
  wantsReply = true,
): Frame {
  return { kind: "unreadable", id, error: rpcError(code, description), wantsReply };
}

function knowsType(version: OcppVersion, type: number): boolean {
  return type === CALL || type === CALLRESULT || type === CALLERROR ||
    (version === "ocpp2.1" && (type === CALLRESULTERROR || type === SEND));
}

function readName(element: unknown): string | null {
  const isName = typeof element === "string" && element !== "" && element.length <= NAME_LENGTH_MAX;
  return isName ? element : null;
}

function readError(elements: readonly unknown[]): RpcError {
  const [, , code, description, details] = elements;
  return rpcError(
    typeof code === "string" ? readErrorCode(code) : "GenericError",
    typeof description === "string" ? clip(description, DESCRIPTION_LENGTH_MAX) : "",
    isRecord(details) ? details : {},
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Looks at the raw text, so that a hostile frame costs one pass and no memory. */
function boundsProblem(text: string, limits: FrameLimits): string | null {
  if (text.length > limits.lengthMax) return `Message is longer than ${limits.lengthMax}`;
  let depth = 0;
  let values = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (inString) {
      if (unit === 0x5c) at++;
      else if (unit === 0x22) inString = false;
    } else if (unit === 0x22) inString = true;
    else if (unit === 0x5b || unit === 0x7b) {
      values++;
      if (++depth > limits.depthMax) return `Message is nested deeper than ${limits.depthMax}`;
    } else if (unit === 0x5d || unit === 0x7d) depth--;
    else if (unit === 0x2c) values++;
    if (values > limits.valuesMax) return `Message holds more than ${limits.valuesMax} values`;
  }
  return null;
}
