import type { Ids } from "./ids.ts";

/** Identifiers and chance from the operating system. */
export function createSystemIds(): Ids {
  return {
    uuid: () => crypto.randomUUID(),
    random: () => Math.random(),
    secret: (length) => crypto.getRandomValues(new Uint8Array(length)),
  };
}
