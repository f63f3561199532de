// @ts-types="@types/ws"
import { WebSocket } from "ws";
import { Buffer } from "node:buffer";
import { errorText } from "../lib/log.ts";
import { DEFLATE, wrapWebSocket } from "../ocpp/rpc/ws_socket_io.ts";
import type { Dialer, DialOutcome, DialRequest } from "./ports.ts";

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
      settle({ kind: "failed", reason: reasonOf(error), httpStatus: null });
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
  { url, identity, password, protocols, compression, timeoutMs }: DialRequest,
): { readonly webSocket: WebSocket } | DialOutcome {
  const credentials = password === null
    ? {}
    : { authorization: `Basic ${Buffer.from(`${identity}:${password}`).toString("base64")}` };
  try {
    const webSocket = new WebSocket(addressOf(url, identity), [...protocols], {
      headers: credentials,
      handshakeTimeout: timeoutMs,
      maxPayload: FRAME_BYTES_MAX,
      perMessageDeflate: compression ? { ...DEFLATE } : false,
      followRedirects: false,
    });
    return { webSocket };
  } catch (error) {
    return { kind: "failed", reason: reasonOf(error), httpStatus: null };
  }
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

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return NETWORK_REASONS[code] ?? errorText(error);
}
