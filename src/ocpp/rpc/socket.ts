/**
 * An open WebSocket, as both edges see it. Real ones wrap `ws`; tests and the simulation connect two
 * of them in memory.
 */
export interface FrameSocket {
  /** Sends one text message. Does nothing once the socket is closed. */
  send(text: string): void;
  /** Sends a ping; the peer's pong arrives as `alive`. */
  ping(): void;
  /** Starts the closing handshake. */
  close(code: number, reason: string): void;
  /** Drops the connection at once, without handshake. */
  terminate(): void;
  /** Bytes that were handed over but not yet written to the network. */
  bufferedBytes(): number;
  /** Says who hears what arrives. Called once, before anything arrives. */
  listen(listener: SocketListener): void;
}

/** Hears one socket. */
export interface SocketListener {
  /** A whole text message. */
  message(text: string): void;
  /** Any sign of life besides messages: a ping of its own, or a pong to one of ours. */
  alive(sign: "ping" | "pong"): void;
  /** The connection is gone. Called once, last. */
  closed(code: number, reason: string): void;
}

/** Close codes of RFC 6455 §7.4.1 that OCPP peers exchange. */
export const CloseCode = {
  /** Some chargers never dial again after this one, so the gateway does not send it. */
  normal: 1000,
  protocolError: 1002,
  policyViolation: 1008,
  messageTooBig: 1009,
  serviceRestart: 1012,
} as const;
