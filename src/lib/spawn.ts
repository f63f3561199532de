import { errorText, type Log } from "./log.ts";

/**
 * The one way to start work that nobody waits for. The work has an owner (the spawner), a name for
 * the log, and an end: `drain` resolves when all of it has ended.
 */
export interface Spawner {
  (name: string, work: () => Promise<unknown>): void;
  /** Resolves when everything spawned so far, and what that spawned, has ended. */
  drain(): Promise<void>;
  /** How much work runs now. */
  running(): number;
}

/**
 * Creates a spawner. Work that throws is logged as `background_failed` and handed to `onFailure`,
 * which decides whether the process can go on.
 */
export function createSpawner(
  log: Log,
  onFailure: (name: string, error: unknown) => void = () => {},
): Spawner {
  const running = new Set<Promise<void>>();

  function spawn(name: string, work: () => Promise<unknown>): void {
    const owned = run(name, work).finally(() => running.delete(owned));
    running.add(owned);
  }

  async function run(name: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      log("error", "background_failed", { work: name, error: errorText(error) });
      onFailure(name, error);
    }
  }

  return Object.assign(spawn, {
    async drain() {
      while (running.size > 0) await Promise.all(running);
    },
    running: () => running.size,
  });
}
