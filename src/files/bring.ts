import type { FileRules } from "./file_rules.ts";
import { addressProblem } from "./file_rules.ts";

/** A file that is to go somewhere; it may be read more than once. */
export interface OutgoingFile {
  readonly name: string;
  readonly bytes: number;
  read(): AsyncIterable<Uint8Array>;
}

/** Why a place does not take a file, in the words of 2.1 for logs. */
export type BringRefusal =
  | "BadMessage"
  | "NotSupportedOperation"
  | "PermissionDenied"
  | "UploadFailure";

/** How one try to bring a file ended. */
export type BringOutcome =
  | { readonly kind: "ended" }
  /** It may work the next time. */
  | { readonly kind: "broken"; readonly reason: string }
  /** It never will. */
  | { readonly kind: "refused"; readonly why: BringRefusal; readonly reason: string };

/** Brings files to places outside: over the network, or to nowhere in tests. It never rejects. */
export interface Bringer {
  bring(location: string, file: OutgoingFile, signal: AbortSignal): Promise<BringOutcome>;
}

/**
 * What speaks against a place to which the gateway is to bring a file; null where nothing does. No word of
 * the address but its host is in the answer.
 */
export function placeProblem(location: string, rules: FileRules): string | null {
  const problem = addressProblem(location, rules);
  if (problem !== null) return problem;
  const { protocol, username, password } = new URL(location);
  if (protocol === "sftp:") return "The gateway does not speak sftp: name a place by https or ftps";
  return protocol.startsWith("http") && username + password !== ""
    ? "No name and password belong into an address of the web"
    : null;
}

/** What a server of the web says no to for good, and what may work later. */
export function webOutcome(status: number, host: string): BringOutcome {
  if (status >= 200 && status < 300) return { kind: "ended" };
  const reason = `${host} answers HTTP ${status}`;
  if (status >= 500 && status !== 501 || status === 408 || status === 425 || status === 429) {
    return { kind: "broken", reason };
  }
  return { kind: "refused", why: WEB_WORDS[status] ?? "UploadFailure", reason };
}

const WEB_WORDS: Readonly<Record<number, BringRefusal>> = {
  400: "BadMessage",
  401: "PermissionDenied",
  403: "PermissionDenied",
  405: "NotSupportedOperation",
  407: "PermissionDenied",
  411: "BadMessage",
  415: "BadMessage",
  422: "BadMessage",
  501: "NotSupportedOperation",
};

/** The same of ftp (RFC 959: 4yz passes, 5yz stays). */
export function ftpOutcome(code: number, address: string): BringOutcome {
  const reason = `${address} answers FTP ${code}`;
  if (code < 500) return { kind: "broken", reason };
  return { kind: "refused", why: FTP_WORDS[code] ?? "UploadFailure", reason };
}

const FTP_WORDS: Readonly<Record<number, BringRefusal>> = {
  500: "BadMessage",
  501: "BadMessage",
  502: "NotSupportedOperation",
  504: "NotSupportedOperation",
  530: "PermissionDenied",
  532: "PermissionDenied",
  550: "PermissionDenied",
  553: "PermissionDenied",
};

/**
 * Where the file is to lie. What ends in a slash is a folder; so is, by ftp, what does not look like the
 * name of a file: 1.6 names folders (§6.29), and chargers take them as they come.
 */
export function pathOf(path: string, name: string, isFtp: boolean): string {
  if (path.endsWith("/")) return `${path}${name}`;
  const last = path.split("/").at(-1) ?? "";
  return isFtp && !last.includes(".") ? `${path}/${name}` : path;
}
