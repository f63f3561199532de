import type { Clock } from "../../src/lib/clock.ts";
import type { FrameSocket } from "../../src/ocpp/mod.ts";
import type { OutboxStore } from "../../src/outbox/mod.ts";

/**
 * One run of the gateway's process. When it ends as with the power out, nothing of that run happens any
 * more: its timers never fire, its disk takes nothing, its sockets hear and say nothing.
 */
export interface Life {
  readonly clock: Clock;
  readonly store: OutboxStore;
  /** The gateway's end of a connection, as long as it lives. */
  connection(socket: FrameSocket): FrameSocket;
  end(): void;
}

/** Begins a run on a clock and a disk that outlive it. */
export function beginLife(clock: Clock, store: OutboxStore): Life {
  let isOver = false;
  const timers = new Set<() => void>();
  const sockets: FrameSocket[] = [];
  const never = new Promise<never>(() => {});

  function after(delayMs: number, run: () => void): () => void {
    if (isOver) return () => {};
    const cancel = clock.after(delayMs, () => {
      timers.delete(cancel);
      run();
    });
    timers.add(cancel);
    return () => {
      timers.delete(cancel);
      cancel();
    };
  }

  return {
    clock: { ...clock, after },
    store: {
      load: (nowWallMs) => isOver ? never : store.load(nowWallMs),
      commit: (batch) => isOver ? never : store.commit(batch),
      rows: (ids) => isOver ? never : store.rows(ids),
      transactions: (query) => isOver ? never : store.transactions(query),
      close: () => isOver ? never : store.close(),
    },
    connection(socket) {
      sockets.push(socket);
      return {
        send: (text) => isOver ? undefined : socket.send(text),
        ping: () => isOver ? undefined : socket.ping(),
        close: (code, reason) => isOver ? undefined : socket.close(code, reason),
        terminate: () => isOver ? undefined : socket.terminate(),
        bufferedBytes: () => socket.bufferedBytes(),
        listen: (listener) =>
          socket.listen({
            message: (text) => isOver ? undefined : listener.message(text),
            alive: () => isOver ? undefined : listener.alive(),
            closed: (code, reason) => isOver ? undefined : listener.closed(code, reason),
          }),
      };
    },
    end() {
      isOver = true;
      for (const cancel of timers) cancel();
      timers.clear();
      for (const socket of sockets) socket.terminate();
    },
  };
}
