/** A file that one charger may fetch. */
export interface FetchTicket {
  readonly kind: "fetch";
  readonly name: string;
  readonly bytes: number;
  read(from: number): AsyncIterable<Uint8Array>;
}

/** Where one charger may bring a file. */
export interface BringTicket {
  readonly kind: "bring";
  readonly bytesMax: number;
  /** Takes what it brings; the file counts only once `end` was called. */
  open(name: string): Promise<Incoming>;
}

/** A file that a charger brings. */
export interface Incoming {
  write(chunk: Uint8Array): Promise<void>;
  /** It is whole. */
  end(): Promise<void>;
  /** It was broken off: nothing of it stays. */
  abort(): Promise<void>;
}

export type Ticket = FetchTicket | BringTicket;

/** Where a charger finds what its ticket is for. */
export interface CounterAddresses {
  readonly http: string | null;
  readonly ftp: string | null;
}

/**
 * What chargers may fetch and bring, each by a secret of its own that nobody can guess: no list of it can
 * be had, and who has one secret has no other.
 */
export interface FileCounter {
  /** From now on; `secret` is 48 hexadecimal digits. */
  offer(secret: string, ticket: Ticket): void;
  withdraw(secret: string): void;
  find(secret: string): Ticket | null;
  /** Of those who must sign in: a part of the secret is their name, the other their password. */
  signIn(user: string, password: string): Ticket | null;
}

const SECRET = /^[0-9a-f]{48}$/;
const USER_DIGITS = 16;

/** Creates an empty counter. */
export function createFileCounter(): FileCounter {
  const tickets = new Map<string, Ticket>();
  return {
    offer(secret, ticket) {
      if (!SECRET.test(secret)) throw new Error("A secret is 48 hexadecimal digits");
      tickets.set(secret, ticket);
    },
    withdraw: (secret) => void tickets.delete(secret),
    find: (secret) => tickets.get(secret) ?? null,
    signIn: (user, password) => tickets.get(`${user}${password}`) ?? null,
  };
}

/** How the counter is reached from the chargers' network; a port of null: not in this way. */
export interface CounterPlace {
  readonly address: string;
  readonly httpPort: number | null;
  readonly isHttps: boolean;
  readonly ftpPort: number | null;
}

/** Under which addresses a charger finds its file; `name` is empty where it chooses its own. */
export function addressesOf(place: CounterPlace, secret: string, name: string): CounterAddresses {
  const { httpPort, ftpPort } = place;
  const host = place.address.includes(":") ? `[${place.address}]` : place.address;
  const scheme = place.isHttps ? "https" : "http";
  const signIn = `${secret.slice(0, USER_DIGITS)}:${secret.slice(USER_DIGITS)}`;
  return {
    http: httpPort === null ? null : `${scheme}://${host}:${httpPort}/files/${secret}/${name}`,
    ftp: ftpPort === null ? null : `ftp://${signIn}@${host}:${ftpPort}/${name}`,
  };
}
