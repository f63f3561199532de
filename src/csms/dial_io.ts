// @ts-types="@types/ws"
import { WebSocket } from "ws";
import { Buffer } from "node:buffer";
import { rootCertificates } from "node:tls";
import { errorText } from "../lib/log.ts";
import { DEFLATE, wrapWebSocket } from "../ocpp/rpc/ws_socket_io.ts";
import type { CsmsTls, Dialer, DialOutcome, DialRequest } from "./ports.ts";

/** The largest frame of a CSMS, after inflating (ruling 15). */
const FRAME_BYTES_MAX = 1_048_576;

/** Dials over TCP, with TLS where the address begins with wss. */
export function createWebSocketDialer(): Dialer {
  return { dial };
}

function dial(request: DialRequest, signal: AbortSignal): Promise<DialOutcome> {
  if (signal.aborted) return Promise.resolve(STOPPED);
  const opened = open(request);
  return "kind" in opened ? Promise.resolve(opened) : outcomeOf(opened.webSocket, signal);
}

const STOPPED: DialOutcome = { kind: "failed", reason: "stopped", httpStatus: null };

function outcomeOf(webSocket: WebSocket, signal: AbortSignal): Promise<DialOutcome> {
  return new Promise((resolve) => {
    const onAbort = () => {
      settle(STOPPED);
      webSocket.terminate();
    };
    // Only the first outcome counts: a promise is settled once.
    function settle(outcome: DialOutcome): void {
      signal.removeEventListener("abort", onAbort);
      resolve(outcome);
    }
    signal.addEventListener("abort", onAbort, { once: true });
    webSocket.on("unexpected-response", (message, response) => {
      const status = response.statusCode ?? null;
      settle({ kind: "failed", reason: `HTTP ${status}`, httpStatus: status });
      message.destroy();
    });
    webSocket.on("error", (error) => {
      settle(failure(error));
    });
    webSocket.on("close", () => {
      settle({ kind: "failed", reason: "closed during the handshake", httpStatus: null });
    });
    webSocket.on("open", () => {
      // Wrapped in the same turn, or the first message would find nobody listening.
      settle({ kind: "open", socket: wrapWebSocket(webSocket), protocol: webSocket.protocol });
    });
  });
}

function open(
  { url, identity, password, protocols, compression, timeoutMs, tls }: DialRequest,
): { readonly webSocket: WebSocket } | DialOutcome {
  const credentials = password === null
    ? {}
    : { authorization: `Basic ${basic(identity, password)}` };
  try {
    const webSocket = new WebSocket(addressOf(url, identity), [...protocols], {
      headers: credentials,
      handshakeTimeout: timeoutMs,
      maxPayload: FRAME_BYTES_MAX,
      perMessageDeflate: compression ? { ...DEFLATE } : false,
      followRedirects: false,
      ...(url.startsWith("wss:") ? secured(tls ?? AS_BROWSERS) : {}),
    });
    return { webSocket };
  } catch (error) {
    return { kind: "failed", reason: reasonOf(error), httpStatus: null };
  }
}

function basic(identity: string, password: string | Uint8Array): string {
  const user = Buffer.from(`${identity}:`);
  const secret = typeof password === "string" ? Buffer.from(password) : password;
  return Buffer.concat([user, secret]).toString("base64");
}

const AS_BROWSERS: CsmsTls = { ca: null, moreCa: [], own: null };

function secured({ ca, moreCa, own }: CsmsTls) {
  const roots = ca === null ? [...rootCertificates] : [ca];
  return {
    minVersion: "TLSv1.2" as const,
    // Without more of them the system's own count, whichever those are.
    ...(ca === null && moreCa.length === 0 ? {} : { ca: [...roots, ...moreCa] }),
    ...(own === null ? {} : { cert: own.cert, key: own.key }),
  };
}

/** The identity is the last segment of the path, percent-encoded (OCPP-J §3.1). */
export function addressOf(url: string, identity: string): string {
  return `${url.replace(/\/+$/, "")}/${encodeURIComponent(identity)}`;
}

const NETWORK_REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  EHOSTUNREACH: "host unreachable",
  ENETUNREACH: "network unreachable",
  ENOTFOUND: "host name not found",
  EAI_AGAIN: "host name not found",
  ETIMEDOUT: "no answer",
};

/** In the words of node; Deno says no more than that where a certificate has ended. */
const CERTIFICATE_REASONS: Readonly<Record<string, string>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its issuer is not known here, or it is not valid now",
  UNABLE_TO_GET_ISSUER_CERT: "its issuer is not known here",
  SELF_SIGNED_CERT_IN_CHAIN: "its issuer is not known here",
  DEPTH_ZERO_SELF_SIGNED_CERT: "it has signed itself",
  CERT_HAS_EXPIRED: "it has expired",
  CERT_NOT_YET_VALID: "it is not yet valid, or our clock is behind",
  ERR_TLS_CERT_ALTNAME_INVALID: "it is for another name than that in the address",
};

/** What the other side has ended the handshake with (RFC 8446 §6), in the words of rustls. */
const ALERT = /received fatal alert: (\w+)/;

const TLS_REASONS: Readonly<
  Record<string, { readonly reason: string; readonly isTlsWrong: "version" | "suite" }>
> = {
  ProtocolVersion: { reason: "it speaks no TLS 1.2 or newer", isTlsWrong: "version" },
  HandshakeFailure: {
    reason: "it has no cipher suite that is safe, or wants a certificate of ours",
    isTlsWrong: "suite",
  },
  InsufficientSecurity: { reason: "it has no cipher suite in common", isTlsWrong: "suite" },
};

const OWN_REASONS: Readonly<Record<string, string>> = {
  AccessDenied: "it does not let our certificate in",
  BadCertificate: "it takes our certificate for no good one",
  CertificateExpired: "our certificate has expired, it says",
  CertificateRequired: "it wants a certificate of ours",
  CertificateRevoked: "our certificate is revoked, it says",
  CertificateUnknown: "it does not take our certificate",
  UnknownCA: "it does not know who has signed our certificate",
  UnsupportedCertificate: "it takes no certificate of our kind",
};

function alertFailure(error: unknown): DialOutcome | null {
  const [, alert = ""] = ALERT.exec(errorText(error)) ?? [];
  const tls = TLS_REASONS[alert];
  if (tls !== undefined) return { kind: "failed", httpStatus: null, ...tls };
  const reason = OWN_REASONS[alert];
  return reason === undefined
    ? null
    : { kind: "failed", reason, httpStatus: null, isOwnCertificateRefused: true };
}

function failure(error: unknown): DialOutcome {
  const ended = alertFailure(error);
  if (ended !== null) return ended;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reason = CERTIFICATE_REASONS[code];
  return reason === undefined
    ? { kind: "failed", reason: reasonOf(error), httpStatus: null }
    : { kind: "failed", reason, httpStatus: null, isCertificateWrong: true };
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return NETWORK_REASONS[code] ?? errorText(error);
}
