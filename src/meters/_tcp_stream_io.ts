import { createConnection, type Socket } from "node:net";
import type { Clock } from "../lib/clock.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import type { ByteStream } from "./_byte_stream.ts";
import { networkReason } from "../lib/network_reason.ts";

/** Where to connect to, and for how long to try. */
export interface TcpAddress {
  readonly host: string;
  readonly port: number;
  /** "host:port", for reasons. */
  readonly address: string;
  readonly connectTimeoutMs: number;
}

/** After so much quiet the system asks whether the device is still there. */
const KEEP_ALIVE_MS = 10_000;

/** Connects, or says why not. `stop` gives up at once. */
export function connectTcp(
  options: TcpAddress,
  clock: Clock,
  stop: AbortSignal,
): Promise<Result<ByteStream, string>> {
  const { promise, resolve } = Promise.withResolvers<Result<ByteStream, string>>();
  const socket = createConnection({ host: options.host, port: options.port });
  let reason = networkReason({ code: "ETIMEDOUT" }, options.address);
  const giveUp = () => socket.destroy();
  const cancel = clock.after(options.connectTimeoutMs, giveUp);
  stop.addEventListener("abort", giveUp, { once: true });

  function settle(result: Result<ByteStream, string>): void {
    cancel();
    stop.removeEventListener("abort", giveUp);
    socket.off("connect", onConnect).off("close", onClose);
    resolve(result);
  }
  function onConnect(): void {
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    settle(ok(streamOver(socket, options.address)));
  }
  function onClose(): void {
    settle(fail(reason));
  }

  // This listener stays: an error that nobody listens to would end the process.
  socket.on("error", (error) => reason = networkReason(error, options.address));
  socket.on("connect", onConnect).on("close", onClose);
  if (stop.aborted) giveUp();
  return promise;
}

function streamOver(socket: Socket, address: string): ByteStream {
  let endReason = `${address} closed the connection`;
  return {
    listen(listener) {
      socket.on("data", (bytes) => {
        // No encoding is set, so that it never is text.
        if (typeof bytes !== "string") listener.bytes(bytes);
      });
      socket.on("error", (error) => endReason = networkReason(error, address));
      // A device that has said its last word will not answer either.
      socket.on("end", () => socket.destroy());
      socket.on("close", () => listener.ended(endReason));
    },
    write(bytes) {
      if (!socket.destroyed) socket.write(bytes);
    },
    destroy: () => void socket.destroy(),
    isDestroyed: () => socket.destroyed,
  };
}
