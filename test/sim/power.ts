import type { Clock } from "../../src/lib/clock.ts";
import type { FrameSocket } from "../../src/ocpp/mod.ts";
import type { OutboxStore } from "../../src/outbox/mod.ts";

/**
 * Cuts the gateway's power between two steps of its own: each thing that it does to the outside (a
 * batch for the disk, a question to it, a text) is a step, and so is each answer of the disk.
 */
export interface StepCutter {
  /** The power goes out at the n-th step from now on. */
  arm(steps: number): void;
  disarm(): void;
  disk(store: OutboxStore): OutboxStore;
  connection(socket: FrameSocket): FrameSocket;
}

/** Creates one; `cut` is what it does. */
export function createStepCutter(cut: () => void): StepCutter {
  let left = Number.POSITIVE_INFINITY;
  const never = new Promise<never>(() => {});

  /** True where this very step does not happen any more. */
  function isCut(): boolean {
    if (--left > 0) return false;
    left = Number.POSITIVE_INFINITY;
    cut();
    return true;
  }

  async function ask<T>(work: () => Promise<T>): Promise<T> {
    if (isCut()) return await never;
    const value = await work();
    return isCut() ? await never : value;
  }

  return {
    arm: (steps) => void (left = steps),
    disarm: () => void (left = Number.POSITIVE_INFINITY),
    disk: (store) => ({
      ...store,
      commit: (batch) => ask(() => store.commit(batch)),
      rows: (ids) => ask(() => store.rows(ids)),
    }),
    connection: (socket) => ({
      ...socket,
      send: (text) => isCut() ? undefined : socket.send(text),
    }),
  };
}

/** A clock that somebody may set wrong; waiting is not affected. */
export function createSettableClock(clock: Clock): { clock: Clock; set(offsetMs: number): void } {
  let offsetMs = 0;
  return {
    clock: { ...clock, wallMs: () => clock.wallMs() + offsetMs },
    set: (value) => void (offsetMs = value),
  };
}
