import { type Clock, every } from "../../src/lib/clock.ts";
import type { FrameSocket } from "../../src/ocpp/mod.ts";
import type { SimulatedCsms } from "../../src/simulator/mod.ts";

/** A CSMS with its connections watched. */
export interface WatchedCsms extends SimulatedCsms {
  /** Connections that have not ended. */
  watched(): number;
}

/**
 * A CSMS that pings, and drops a station of which it has heard nothing for `silenceMaxMs`; the
 * simulated one has the patience of a real one, which no test has.
 */
export function watchLiveness(
  csms: SimulatedCsms,
  clock: Clock,
  silenceMaxMs: number,
  onEnd: () => void,
): WatchedCsms {
  let open = 0;
  return {
    ...csms,
    watched: () => open,
    accept(socket, identity, version) {
      open++;
      const ended = () => {
        open--;
        onEnd();
      };
      csms.accept(watch(socket, clock, silenceMaxMs, ended), identity, version);
    },
  };
}

function watch(
  socket: FrameSocket,
  clock: Clock,
  silenceMaxMs: number,
  ended: () => void,
): FrameSocket {
  let heardAtMs = clock.monoMs();
  const hear = () => {
    heardAtMs = clock.monoMs();
  };
  const cancel = every(clock, silenceMaxMs / 4, () => {
    if (clock.monoMs() - heardAtMs > silenceMaxMs) socket.terminate();
    else socket.ping();
  });
  return {
    ...socket,
    listen(listener) {
      socket.listen({
        message(text) {
          hear();
          listener.message(text);
        },
        alive(sign) {
          hear();
          listener.alive(sign);
        },
        closed(code, reason) {
          cancel();
          listener.closed(code, reason);
          ended();
        },
      });
    },
  };
}
