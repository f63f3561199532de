import type { KeyPair } from "./ports.ts";

/** A key of the gateway's own, with the certificate that the CSMS has had signed for it. */
export interface OwnPair extends KeyPair {
  /** Counts up: the newest has the highest. */
  readonly number: number;
}

/** A key for which no certificate has come yet. */
export interface WaitingKey {
  readonly number: number;
  readonly key: string;
}

/** What stands in a request, and has to stand in the certificate. */
export interface OwnSubject {
  /** The identity under which the CSMS knows the gateway. */
  readonly commonName: string;
  /** Who operates it: 2.x OrganizationName, 1.6 CpoName. */
  readonly organization: string;
}

/**
 * The gateway's own keys towards the CSMS (2.x A02, A03). They are made here and never leave this machine
 * (A02.FR.05): what leaves is the request.
 */
export interface OwnKeys {
  /** The newest first. */
  pairs(): readonly OwnPair[];
  waiting(): WaitingKey | null;
  /** Makes a key, which takes the place of one that still waits; it is on disk when this resolves. */
  request(subject: OwnSubject): Promise<{ readonly number: number; readonly csr: string }>;
  /** The certificate of the waiting key, with what stands between it and its root. On disk when this resolves. */
  accept(number: number, chain: string): Promise<void>;
  /** A pair that is not used any more. */
  discard(number: number): Promise<void>;
}

/** Where they are kept; nobody else reads it. */
export interface OwnKeyStore {
  load(): Promise<{ readonly pairs: readonly OwnPair[]; readonly waiting: readonly WaitingKey[] }>;
  saveKey(waiting: WaitingKey): Promise<void>;
  saveCertificate(number: number, chain: string): Promise<void>;
  remove(number: number): Promise<void>;
}

/** For a gateway that has nowhere to keep a key: it asks for no certificate. */
export const NO_OWN_KEYS: OwnKeys = {
  pairs: () => [],
  waiting: () => null,
  request: () => Promise.reject(new Error("Cannot make a key: there is nowhere to keep it")),
  accept: () => Promise.reject(new Error("Cannot accept a certificate: no key waits")),
  discard: () => Promise.resolve(),
};

/** Keeps them in memory, for tests and simulation. */
export function createMemoryOwnKeyStore(): OwnKeyStore {
  const keys = new Map<number, string>();
  const chains = new Map<number, string>();
  return {
    load() {
      const all = [...keys].map(([number, key]) => ({ number, key, cert: chains.get(number) }));
      return Promise.resolve({
        pairs: all.flatMap(({ cert, ...each }) => cert === undefined ? [] : [{ ...each, cert }]),
        waiting: all.filter(({ cert }) => cert === undefined)
          .map(({ number, key }) => ({ number, key })),
      });
    },
    saveKey: ({ number, key }) => Promise.resolve(void keys.set(number, key)),
    saveCertificate: (number, chain) => Promise.resolve(void chains.set(number, chain)),
    remove(number) {
      keys.delete(number);
      chains.delete(number);
      return Promise.resolve();
    },
  };
}
