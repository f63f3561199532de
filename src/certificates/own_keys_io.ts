import { keyPem } from "./key_pem.ts";
import type { OwnKeys, OwnKeyStore, OwnPair, OwnSubject, WaitingKey } from "./own_keys.ts";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** A key that was made just now, with the request for its certificate. */
export interface MadeKey {
  readonly key: string;
  readonly csr: string;
}

/** Opens the keys on what is kept of them. `make` makes a new one. */
export async function openOwnKeys(
  store: OwnKeyStore,
  make: (subject: OwnSubject) => Promise<MadeKey> = makeKey,
): Promise<OwnKeys> {
  const loaded = await store.load();
  let pairs = loaded.pairs.toSorted((a, b) => b.number - a.number);
  // A certificate that came makes the keys before it pointless.
  const newest = pairs[0]?.number ?? 0;
  let waiting: WaitingKey | null =
    loaded.waiting.filter(({ number }) => number > newest).toSorted((a, b) => b.number - a.number)
      .at(0) ?? null;

  function nextNumber(): number {
    return Math.max(0, waiting?.number ?? 0, ...pairs.map(({ number }) => number)) + 1;
  }

  return {
    pairs: () => pairs,
    waiting: () => waiting,
    async request(subject) {
      const before = waiting;
      const { key, csr } = await make(subject);
      const made = { number: nextNumber(), key };
      await store.saveKey(made);
      waiting = made;
      if (before !== null) await store.remove(before.number);
      return { number: made.number, csr };
    },
    async accept(number, chain) {
      if (waiting?.number !== number) throw new RangeError(`Cannot accept: no key ${number} waits`);
      const pair: OwnPair = { number, cert: chain, key: waiting.key };
      await store.saveCertificate(number, chain);
      waiting = null;
      pairs = [pair, ...pairs];
    },
    async discard(number) {
      pairs = pairs.filter((each) => each.number !== number);
      await store.remove(number);
    },
  };
}

/** A key of 128 bits of strength (A00.FR.503). */
export async function makeKey(subject: OwnSubject): Promise<MadeKey> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  return { key: await keyPem(keys.privateKey), csr: await requestOf(keys, subject) };
}

/** RFC 2986, signed with its own key, PEM (A02.FR.03). */
async function requestOf(
  keys: CryptoKeyPair,
  { commonName, organization }: OwnSubject,
): Promise<string> {
  // Loaded where it is needed: most gateways ask for none.
  await import("reflect-metadata");
  const { Name, Pkcs10CertificateRequestGenerator } = await import("@peculiar/x509");
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: new Name([{ CN: [commonName] }, { O: [organization] }]),
    keys,
    signingAlgorithm: ALGORITHM,
  });
  return request.toString("pem");
}
