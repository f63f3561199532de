import { setImmediate } from "node:timers";

/**
 * Resolves in the next turn of the event loop. By then every promise that needs no turn of its own has
 * settled. (A MessageChannel will not do: once a CommonJS package is loaded, Deno hands a local message
 * over in the same turn, in the middle of the microtasks.)
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
