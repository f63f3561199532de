// @ts-types="@types/ws"
import { WebSocket } from "ws";
import type { FrameSocket, SocketListener } from "./socket.ts";

/** RFC 6455: the endpoint got data of a type that it does not take. */
const UNSUPPORTED_DATA = 1003;

/**
 * Wraps a connection of the `ws` library. Nothing is read until somebody listens, so no message is
 * lost while a new connection is still being looked at.
 */
export function wrapWebSocket(webSocket: WebSocket): FrameSocket {
  let listener: SocketListener | null = null;
  let ended: { readonly code: number; readonly reason: string } | null = null;
  webSocket.pause();
  webSocket.on("message", (bytes, isBinary) => {
    if (isBinary) return webSocket.close(UNSUPPORTED_DATA, "OCPP-J is text");
    listener?.message(bytes.toString());
  });
  webSocket.on("ping", () => listener?.alive("ping"));
  webSocket.on("pong", () => listener?.alive("pong"));
  // An error is always followed by "close", which is what counts.
  webSocket.on("error", () => {});
  webSocket.on("close", (code, reason) => {
    ended = { code, reason: reason.toString() };
    listener?.closed(ended.code, ended.reason);
  });
  const isOpen = () => webSocket.readyState === WebSocket.OPEN;
  return {
    send(text) {
      if (isOpen()) webSocket.send(text);
    },
    ping() {
      if (isOpen()) webSocket.ping();
    },
    close(code, reason) {
      // A paused socket would not see the peer's answer to the close.
      if (webSocket.isPaused) webSocket.resume();
      webSocket.close(code, reason);
    },
    terminate: () => webSocket.terminate(),
    bufferedBytes: () => webSocket.bufferedAmount,
    listen(given) {
      listener = given;
      if (ended !== null) return listener.closed(ended.code, ended.reason);
      webSocket.resume();
    },
  };
}

/** Compression as both edges use it: no memory between messages, and none for short ones (ruling 14). */
export const DEFLATE = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  threshold: 1024,
  concurrencyLimit: 4,
} as const;
