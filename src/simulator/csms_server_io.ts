import { Buffer } from "node:buffer";
import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
// @ts-types="@types/ws"
import { type WebSocket, WebSocketServer } from "ws";
import { chooseVersion, CloseCode, isOcppVersion } from "../ocpp/mod.ts";
import { DEFLATE, wrapWebSocket } from "../ocpp/rpc/ws_socket_io.ts";
import { listen, stopListening } from "./_listening_io.ts";
import type { SimulatedCsms } from "./csms.ts";

/** Where a simulated CSMS listens. */
export interface CsmsServerOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** What a station must show; null to let everybody in. */
  readonly password: string | null;
}

/** A listening CSMS. */
export interface CsmsServer {
  readonly port: number;
  /** Stops listening. Open connections are the CSMS's own. */
  stop(): Promise<void>;
}

const FRAME_BYTES_MAX = 1_048_576;
const CONNECTIONS_MAX = 64;

/**
 * Lets stations connect to a simulated CSMS, under any path: its last segment is the identity. While
 * the CSMS is down it answers 503. Throws where the port is taken.
 */
export async function startCsmsServer(
  { host, port, password }: CsmsServerOptions,
  csms: SimulatedCsms,
): Promise<CsmsServer> {
  const server = createServer((_request, response) => {
    response.writeHead(426, { "content-type": "text/plain", connection: "close" });
    response.end("Here waits a simulated CSMS for OCPP over WebSocket.\n");
  });
  server.maxConnections = CONNECTIONS_MAX;
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: FRAME_BYTES_MAX,
    perMessageDeflate: { ...DEFLATE },
    handleProtocols: (offered) => chooseVersion([...offered], csms.protocols()) ?? false,
  });
  server.on("clientError", (_error, socket) => socket.destroy());
  server.on("upgrade", (request, socket, head) => {
    const status = csms.isDown() ? 503 : isWelcome(request, password) ? null : 401;
    if (status !== null) return refuse(socket, status);
    webSockets.handleUpgrade(request, socket, head, (webSocket) => enter(webSocket, request, csms));
  });
  const usedPort = await listen(server, host, port);
  return { port: usedPort, stop: () => stopListening(server) };
}

function enter(webSocket: WebSocket, request: IncomingMessage, csms: SimulatedCsms): void {
  const { protocol } = webSocket;
  if (isOcppVersion(protocol)) {
    return csms.accept(wrapWebSocket(webSocket), identityOf(request), protocol);
  }
  webSocket.on("error", () => {});
  webSocket.close(CloseCode.protocolError, "no common OCPP version");
}

function refuse(socket: Duplex, status: 401 | 503): void {
  const text = status === 401 ? "Unauthorized" : "Service Unavailable";
  socket.on("error", () => {});
  socket.end(`HTTP/1.1 ${status} ${text}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function identityOf({ url = "/" }: IncomingMessage): string {
  const last = url.split(/[?#]/, 1)[0]?.split("/").findLast((segment) => segment !== "") ?? "";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** Name and password as RFC 7617 has them; the name must be the identity (OCPP-J 1.6 §6.2.2). */
function isWelcome(request: IncomingMessage, password: string | null): boolean {
  if (password === null) return true;
  const [scheme, encoded = ""] = (request.headers.authorization ?? "").split(" ");
  const shown = Buffer.from(encoded, "base64");
  const wanted = Buffer.from(`${identityOf(request)}:${password}`);
  return scheme?.toLowerCase() === "basic" && shown.length === wanted.length &&
    timingSafeEqual(shown, wanted);
}
