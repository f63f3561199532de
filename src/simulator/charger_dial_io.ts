// @ts-types="@types/ws"
import { WebSocket } from "ws";
import { Buffer } from "node:buffer";
import { errorText } from "../lib/log.ts";
import { DEFLATE, wrapWebSocket } from "../ocpp/rpc/ws_socket_io.ts";
import type { ChargerDial, ChargerDialer, ChargerDialOutcome } from "./charger.ts";

const FRAME_BYTES_MAX = 1_048_576;

/** How a charger reaches its CSMS over TCP. */
export interface WebSocketDialerOptions {
  /** The address without the identity: ws://gateway:9220/ocpp. Asked for at each attempt. */
  url(): string;
  /** What the server's certificate must be signed by, PEM. Default: the system's authorities. */
  readonly ca?: string | undefined;
}

/** Lets chargers dial over TCP, with TLS where the address begins with wss. */
export function createChargerDialer(options: WebSocketDialerOptions): ChargerDialer {
  return { dial: (request, signal) => dial(options, request, signal) };
}

function dial(
  options: WebSocketDialerOptions,
  request: ChargerDial,
  signal: AbortSignal,
): Promise<ChargerDialOutcome> {
  const { promise, resolve } = Promise.withResolvers<ChargerDialOutcome>();
  const failed = (reason: string) => resolve({ kind: "failed", reason });
  const webSocket = open(options, request, failed);
  if (webSocket === null) return promise;
  const onAbort = () => {
    failed("stopped");
    webSocket.terminate();
  };
  signal.addEventListener("abort", onAbort, { once: true });
  webSocket.on("unexpected-response", (message, response) => {
    failed(`HTTP ${response.statusCode}`);
    message.destroy();
  });
  webSocket.on("error", (error) => failed(reasonOf(error)));
  webSocket.on("close", () => failed("closed during the handshake"));
  // Wrapped in the same turn, or the first message would find nobody listening.
  webSocket.on("open", () => resolve({ kind: "open", socket: wrapWebSocket(webSocket) }));
  if (signal.aborted) onAbort();
  return promise.finally(() => signal.removeEventListener("abort", onAbort));
}

function open(
  { url, ca }: WebSocketDialerOptions,
  { identity, password, protocols, timeoutMs }: ChargerDial,
  failed: (reason: string) => void,
): WebSocket | null {
  const credentials = Buffer.from(`${identity}:${password}`).toString("base64");
  try {
    return new WebSocket(addressOf(url(), identity), [...protocols], {
      headers: password === null ? {} : { authorization: `Basic ${credentials}` },
      handshakeTimeout: timeoutMs,
      maxPayload: FRAME_BYTES_MAX,
      perMessageDeflate: { ...DEFLATE },
      followRedirects: false,
      // What an answer changes must be done before the next call is looked at.
      allowSynchronousEvents: false,
      ...(ca === undefined ? {} : { ca }),
    });
  } catch (error) {
    failed(reasonOf(error));
    return null;
  }
}

/** The identity is the last segment of the path, percent-encoded (OCPP-J §3.1). */
function addressOf(url: string, identity: string): string {
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
