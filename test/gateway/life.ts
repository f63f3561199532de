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
  /** The process stands still for so long, as one that was sent SIGSTOP; then all goes on in order. */
  hang(forMs: number): void;
  end(): void;
}

/** Begins a run on a clock and a disk that outlive it. */
export function beginLife(clock: Clock, store: OutboxStore): Life {
  let isOver = false;
  let isHanging = false;
  let held: (() => void)[] = [];
  const timers = new Set<() => void>();
  const sockets: FrameSocket[] = [];
  const never = new Promise<never>(() => {});

  /** Whatever comes to the process from outside. */
  function reach(happening: () => void): void {
    if (isOver) return;
    if (isHanging) held.push(happening);
    else happening();
  }

  function after(delayMs: number, run: () => void): () => void {
    if (isOver) return () => {};
    let isCancelled = false;
    const cancel = clock.after(delayMs, () => {
      timers.delete(cancel);
      reach(() => isCancelled || run());
    });
    timers.add(cancel);
    return () => {
      isCancelled = true;
      timers.delete(cancel);
      cancel();
    };
  }

  function ask<T>(work: () => Promise<T>): Promise<T> {
    if (isOver) return never;
    return new Promise((resolve, reject) => {
      work().then((value) => reach(() => resolve(value)), (error) => reach(() => reject(error)));
    });
  }

  function goOn(): void {
    const happenings = held;
    held = [];
    isHanging = false;
    for (const happening of happenings) reach(happening);
  }

  return {
    clock: { ...clock, after },
    store: {
      load: (nowWallMs) => ask(() => store.load(nowWallMs)),
      commit: (batch) => ask(() => store.commit(batch)),
      rows: (ids) => ask(() => store.rows(ids)),
      transactions: (query) => ask(() => store.transactions(query)),
      sessionPage: (page) => ask(() => store.sessionPage(page)),
      factPage: (page) => ask(() => store.factPage(page)),
      factSums: (time, by) => ask(() => store.factSums(time, by)),
      signedReadings: (id) => ask(() => store.signedReadings(id)),
      damaged: () => store.damaged(),
      close: () => ask(() => store.close()),
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
            message: (text) => reach(() => listener.message(text)),
            alive: (sign) => reach(() => listener.alive(sign)),
            closed: (code, reason) => reach(() => listener.closed(code, reason)),
          }),
      };
    },
    hang(forMs) {
      isHanging = true;
      clock.after(forMs, goOn);
    },
    end() {
      isOver = true;
      held = [];
      for (const cancel of timers) cancel();
      timers.clear();
      for (const socket of sockets) socket.terminate();
    },
  };
}
