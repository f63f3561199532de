import {
  createMemoryOwnKeyStore,
  type OwnKeys,
  type OwnSubject,
} from "../../src/certificates/mod.ts";
import { type MadeKey, makeKey, openOwnKeys } from "../../src/certificates/own_keys_io.ts";

/** Keys of the gateway's own that were made before: a virtual clock does not wait for that. */
export interface PreparedKeys {
  readonly keys: OwnKeys;
  /** The requests that the gateway will make, in their order. */
  readonly requests: readonly string[];
  /** The same after a restart. */
  reopen(): Promise<OwnKeys>;
}

/** Prepares `count` keys for one name. */
export async function prepareKeys(subject: OwnSubject, count = 3): Promise<PreparedKeys> {
  const made = await Promise.all(Array.from({ length: count }, () => makeKey(subject)));
  const left = [...made];
  const store = createMemoryOwnKeyStore();
  const make = (): Promise<MadeKey> => {
    const next = left.shift();
    return next === undefined
      ? Promise.reject(new Error("no key is prepared"))
      : Promise.resolve(next);
  };
  return {
    keys: await openOwnKeys(store, make),
    requests: made.map(({ csr }) => csr),
    reopen: () => openOwnKeys(store, make),
  };
}
