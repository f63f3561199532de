import { createServer as createHttpServer, type IncomingMessage, type Server } from "node:http";
import { Server as TlsServer } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
// @ts-types="@types/ws"
import { WebSocketServer } from "ws";
import { errorText, type Log } from "../lib/log.ts";
import { CloseCode } from "../ocpp/mod.ts";
import { DEFLATE, wrapWebSocket } from "../ocpp/rpc/ws_socket_io.ts";
import type { Admission, Knock } from "./admission.ts";
import { frontWord } from "./front.ts";
import type { ChargerListener, Doorkeeper } from "./listener.ts";
import type { ListenerOptions } from "./options.ts";
import { createPorch } from "./porch.ts";
import { createTlsServer, renew, shownCertificate } from "./tls_io.ts";

/** The largest frame of a charger, after inflating; before it booted it may send less (ruling 15). */
const FRAME_BYTES_MAX = 65_536;
const HANDSHAKE_MS = 10_000;
/** How long a charger has to answer a close; the library knows the option, its types do not yet. */
const CLOSING = { closeTimeout: 2_000 } as const;
const HEADER_BYTES_MAX = 8_192;
const CONNECTIONS_MAX = 1_024;

const STATUS_TEXTS: Readonly<Record<401 | 404, string>> = { 401: "Unauthorized", 404: "Not Found" };

/**
 * Listens on a TCP port, with TLS where the options hold a certificate. Who has not said in
 * `handshakeMs` what he wants is cut off.
 */
export function createTcpListener(
  options: ListenerOptions,
  log: Log,
  handshakeMs = HANDSHAKE_MS,
): ChargerListener {
  let keeper: Doorkeeper | null = null;
  const server = createServer(options, handshakeMs, (address, reason) => {
    keeper?.broken?.(address, reason);
  });
  const webSockets = new WebSocketServer({
    ...CLOSING,
    noServer: true,
    clientTracking: false,
    maxPayload: FRAME_BYTES_MAX,
    perMessageDeflate: options.compression ? { ...DEFLATE } : false,
    handleProtocols: (_offered, request) => chosen.get(request) ?? false,
  });
  const chosen = new WeakMap<IncomingMessage, string>();
  const guests = createGuests(() => keeper, options.front !== undefined);
  guardDoorstep(server, guests.come);

  function upgrade(
    doorkeeper: Doorkeeper,
    request: IncomingMessage,
    socket: Duplex,
    head: Uint8Array,
  ): void {
    socket.on("error", (error) => log("debug", "handshake_broken", { error: errorText(error) }));
    const knock = knockOf(request, options);
    if (knock === null) {
      log("warning", "front_unknown", { address: request.socket.remoteAddress ?? "" });
      return void socket.destroy();
    }
    const admission = doorkeeper.knock(knock);
    if (admission.kind === "refuse") {
      if (options.front !== undefined) doorkeeper.fruitless?.(knock.remoteAddress);
      return refuse(socket, admission);
    }
    guests.letIn(request.socket);
    if (admission.kind === "admit" && admission.protocol !== null) {
      chosen.set(request, admission.protocol);
    }
    // @types/ws wants node's Buffer here; the runtime hands one over.
    const first = head as Parameters<typeof webSockets.handleUpgrade>[2];
    webSockets.handleUpgrade(request, socket, first, (webSocket) => {
      if (admission.kind === "admit") {
        return doorkeeper.enter(wrapWebSocket(webSocket), admission, knock);
      }
      webSocket.on("error", () => {});
      webSocket.close(CloseCode.protocolError, "no common OCPP version");
    });
  }

  return {
    start: (doorkeeper) =>
      new Promise((resolve, reject) => {
        keeper = doorkeeper;
        server.on("request", (request, response) => {
          const wantsIn = request.headers.upgrade?.toLowerCase() === "websocket";
          const knock = wantsIn ? knockOf(request, options) : null;
          if (knock !== null) doorkeeper.missed?.(knock);
          response.writeHead(426, { "content-type": "text/plain", "connection": "close" });
          response.end("Here wait OCPP chargers' WebSocket connections.\n");
        });
        server.on("upgrade", (request, socket, head) => {
          upgrade(doorkeeper, request, socket, head);
        });
        server.once("error", reject);
        server.listen(options.port, options.host, () => {
          server.off("error", reject);
          server.on(
            "error",
            (error) => log("error", "listener_failed", { error: errorText(error) }),
          );
          resolve({ port: portOf(server, options.port) });
        });
      }),
    renew(tls) {
      if (server instanceof TlsServer) renew(server, tls);
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Has `mayStay` asked of each connection before the server sees it, and TLS begins. */
function guardDoorstep(server: Server, mayStay: (socket: Socket) => boolean): void {
  const welcome = server.listeners("connection");
  server.removeAllListeners("connection");
  server.on("connection", (socket: Socket) => {
    if (!mayStay(socket)) return void socket.destroy();
    for (const listener of welcome) listener.call(server, socket);
  });
}

/**
 * The connections on which nobody has been let in yet, seen from below TLS: who is turned away there
 * costs neither a handshake nor anything that is reckoned for it.
 */
function createGuests(keeper: () => Doorkeeper | null, isBehindFront: boolean) {
  const porch = createPorch<string>();
  const sockets = new Map<string, Socket>();
  // The socket above TLS is another one.
  const keyOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`;

  function come(socket: Socket): boolean {
    const address = socket.remoteAddress ?? "";
    const key = keyOf(socket);
    sockets.set(key, socket);
    socket.once("close", () => {
      porch.leave(key);
      if (sockets.get(key) !== socket) return;
      sockets.delete(key);
      // All that come through a front have its address.
      if (!isBehindFront) keeper()?.fruitless?.(address);
    });
    const isWorn = !isBehindFront && (keeper()?.isWorn?.(address) ?? false);
    const goes = porch.enter(key, address, isWorn, performance.now());
    if (goes !== null && goes !== key) sockets.get(goes)?.destroy();
    return goes !== key;
  }

  function letIn(socket: Socket): void {
    const key = keyOf(socket);
    porch.leave(key);
    sockets.delete(key);
  }

  return { come, letIn };
}

function createServer(
  options: ListenerOptions,
  handshakeMs: number,
  broken: NonNullable<Doorkeeper["broken"]>,
): Server {
  // Node looks for late handshakes every 30 s only, if it is not told otherwise.
  const limits = {
    maxHeaderSize: HEADER_BYTES_MAX,
    connectionsCheckingInterval: Math.min(1_000, handshakeMs / 4),
  };
  const server = options.tls === null
    ? createHttpServer(limits)
    : createTlsServer({ ...limits, handshakeTimeout: handshakeMs }, options.tls, broken);
  server.headersTimeout = handshakeMs;
  server.requestTimeout = handshakeMs;
  server.maxConnections = CONNECTIONS_MAX;
  server.on("clientError", (_error, socket) => socket.destroy());
  return server;
}

/** Null for somebody who is not the front that chargers come through. */
function knockOf(request: IncomingMessage, { front }: ListenerOptions): Knock | null {
  const { headers, url = "/", socket } = request;
  const protocols = headers["sec-websocket-protocol"] ?? "";
  const peerAddress = socket.remoteAddress ?? "";
  const word = front === undefined
    ? { remoteAddress: peerAddress, certificate: shownCertificate(request) }
    : frontWord(headers, peerAddress, front);
  if (word === null) return null;
  return {
    url,
    authorization: headers.authorization,
    protocols: protocols.split(",").map((name) => name.trim()).filter((name) => name !== ""),
    remoteAddress: word.remoteAddress,
    ...(word.certificate === null ? {} : { certificate: word.certificate }),
  };
}

function refuse(socket: Duplex, { status }: Admission & { kind: "refuse" }): void {
  const challenge = status === 401 ? 'WWW-Authenticate: Basic realm="OCPP"\r\n' : "";
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_TEXTS[status]}\r\n${challenge}Connection: close\r\n` +
      "Content-Length: 0\r\n\r\n",
    // Whoever never closes his end would hold the connection else.
    () => socket.destroy(),
  );
}

function portOf(server: Server, wanted: number): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : wanted;
}
