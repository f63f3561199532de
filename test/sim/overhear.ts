import type { FrameSocket } from "../../src/ocpp/mod.ts";

/** Listens in on the gateway's end of a connection, to what it says and what reaches it. */
export function overhear(
  socket: FrameSocket,
  heard: (direction: "in" | "out", text: string) => void,
): FrameSocket {
  return {
    ...socket,
    send(text) {
      heard("out", text);
      socket.send(text);
    },
    listen: (listener) =>
      socket.listen({
        ...listener,
        message(text) {
          heard("in", text);
          listener.message(text);
        },
      }),
  };
}
