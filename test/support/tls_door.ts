import { createDoor, type Door } from "../../src/chargers/door.ts";
import type { ChargerListener } from "../../src/chargers/listener.ts";
import { createTcpListener } from "../../src/chargers/listener_io.ts";
import { CHARGERS_TIMING, type ListenerOptions } from "../../src/chargers/options.ts";
import { type Books, openBooks } from "./books.ts";
import { type TestAuthority, testAuthority } from "./certificates.ts";

/**
 * A door on a real port, at which CP1 is known by the password "secret", and by a certificate,
 * and OPEN by where it comes from.
 */
export interface TestDoor {
  readonly port: number;
  readonly books: Books;
  readonly door: Door;
  readonly listener: ChargerListener;
  /** Signs certificates of chargers. */
  readonly clients: TestAuthority;
}

const NOBODY_UP = {
  isOnline: () => false,
  authorize: () => Promise.resolve(null),
  dataTransfer: () => Promise.resolve(null),
  meterValues: () => {},
  news: () => {},
  ask: () => Promise.resolve(null),
} as const;

/** Runs a test in front of a door; who is let in is sent away again at once. */
export async function withDoor(
  facts: Pick<ListenerOptions, "securityProfile" | "tls"> & Partial<ListenerOptions>,
  during: (door: TestDoor) => Promise<void>,
): Promise<void> {
  const clients = await testAuthority("chargers");
  const books = await openBooks({ clientRoots: [clients.cert] });
  books.clock.setWall(Date.now());
  const door = createDoor(
    {
      known: [
        { id: "CP1", password: "secret", addresses: [] },
        { id: "OPEN", password: null, addresses: ["127.0.0.1"] },
      ],
      adopt: "ask",
      places: [],
      versions: ["ocpp1.6"],
      nominalVoltageV: 230,
      dataTransferVendors: [],
      timing: CHARGERS_TIMING,
    },
    { ...books, upstream: NOBODY_UP },
    () => ({}),
  );
  const options: ListenerOptions = {
    host: "127.0.0.1",
    port: 0,
    path: "/ocpp",
    compression: false,
    ...facts,
  };
  const listener = createTcpListener(options, books.log);
  const { port } = await listener.start({
    knock: (knock) => door.knock(knock, options),
    broken: door.broken,
    fruitless: door.fruitless,
    isWorn: door.isWorn,
    enter: (socket, admission, { certificate }) => {
      books.spawn("remember", async () => {
        await door.remember(admission, certificate);
        socket.terminate();
      });
    },
  });
  try {
    await during({ port, books, door, listener, clients });
  } finally {
    await listener.stop();
  }
}
