import { assert, assertEquals } from "@std/assert";
import { type Books, openBooks } from "../../test/support/books.ts";
import {
  type ConnectedStation,
  connectStation,
  type StationOptions,
} from "../../test/support/stations.ts";
import { createStations, type Stations } from "./stations.ts";

const PROBE_MS = 5_000;
const MINUTE_MS = 60_000;

interface Bench extends Books {
  readonly stations: Stations;
  /** Connects, and has not asked to come in yet. */
  connect(facts?: Partial<StationOptions>): Promise<ConnectedStation>;
  /** Connects and wants to come in; null where it is turned away. */
  arrive(facts?: Partial<StationOptions>): Promise<ConnectedStation & { readonly isIn: boolean }>;
}

async function createBench(): Promise<Bench> {
  const books = await openBooks();
  const stations = createStations(books, PROBE_MS);
  const connect = (facts: Partial<StationOptions> = {}) =>
    connectStation(books, { ...facts, generation: stations.nextGeneration() });
  return {
    ...books,
    stations,
    connect,
    async arrive(facts = {}) {
      const connected = await connect(facts);
      const { chargerId, remoteAddress } = connected.station;
      const entering = stations.welcome({ chargerId, remoteAddress }, () => connected.station);
      await books.clock.advance(PROBE_MS);
      return { ...connected, isIn: await entering !== null };
    },
  };
}

Deno.test("the first connection of a charger stands at once", async () => {
  const { stations, arrive, faults } = await createBench();
  const { station, isIn } = await arrive();
  assert(isIn);
  assertEquals(stations.get("CP1"), station);
  assertEquals(stations.all(), [station]);
  assertEquals(faults, []);
});

Deno.test("while the old connection answers, a new one is turned away with an alarm (ruling 13)", async () => {
  const { stations, arrive, faults } = await createBench();
  const old = await arrive();
  const newer = await arrive({ remoteAddress: "10.0.0.9" });
  assert(!newer.isIn);
  assertEquals(stations.get("CP1"), old.station);
  assertEquals(old.charger.closed(), null);
  assertEquals(faults.map(({ kind, severity, subject, text }) => [kind, severity, subject, text]), [
    [
      "second-connection",
      "alarm",
      "CP1",
      "A second connection came with the identity of a connected charger (from 10.0.0.9)",
    ],
  ]);
});

Deno.test("a silent old connection is dropped, and the new one stands", async () => {
  const { stations, arrive, faults } = await createBench();
  const old = await arrive();
  old.pair.cut();
  const newer = await arrive();
  assert(newer.isIn);
  assertEquals(stations.get("CP1"), newer.station);
  assert(old.station.gone.aborted, "the old one was terminated");
  assertEquals(faults, []);
});

Deno.test("a charger that comes back from another address than its silent connection is reported", async () => {
  const { arrive, faults } = await createBench();
  const old = await arrive({ remoteAddress: "192.168.7.20" });
  old.pair.cut();
  const newer = await arrive({ remoteAddress: "192.168.7.77" });
  assert(newer.isIn);
  assertEquals(faults.map(({ kind, severity, text }) => [kind, severity, text]), [[
    "charger-moved",
    "warning",
    "CP1 came back from 192.168.7.77 instead of 192.168.7.20",
  ]]);
});

Deno.test("the end of an old connection never clears the new one", async () => {
  const { stations, arrive } = await createBench();
  const old = await arrive();
  old.pair.cut();
  const newer = await arrive();
  assert(!stations.leave(old.station));
  assertEquals(stations.get("CP1"), newer.station);
  assert(stations.leave(newer.station));
  assertEquals(stations.get("CP1"), undefined);
});

Deno.test("every connection has a generation of its own", async () => {
  const { stations } = await createBench();
  assertEquals([1, 2, 3].map(() => stations.nextGeneration()), [1, 2, 3]);
});

Deno.test("of three connections at once the first stands and no two do", async () => {
  const { stations, clock, connect, faults } = await createBench();
  const three = [await connect(), await connect(), await connect()];
  const entering = three.map(({ station }) => stations.welcome(station, () => station));
  await clock.advance(PROBE_MS);
  const stands = (await Promise.all(entering)).map((station) => station?.generation ?? null);
  assertEquals(stands, [1, null, null]);
  assertEquals(faults.map(({ kind }) => kind), ["second-connection", "second-connection"]);
});

Deno.test("while one newcomer waits for the old connection, a third is turned away at once", async () => {
  const { stations, clock, connect, arrive, faults } = await createBench();
  const old = await arrive();
  old.pair.cut();
  const second = await connect();
  const third = await connect();
  const secondEnters = stations.welcome(second.station, () => second.station);
  assertEquals(await stations.welcome(third.station, () => third.station), null);
  await clock.advance(PROBE_MS);
  assertEquals(await secondEnters, second.station);
  assertEquals(faults.map(({ text }) => text), [
    "A third connection came with the identity of a charger (from 192.168.7.20)",
  ]);
});

Deno.test("a newcomer does not need the old one's silence where that has left meanwhile", async () => {
  const { stations, clock, connect, arrive } = await createBench();
  const old = await arrive();
  old.pair.cut();
  const newer = await connect();
  const entering = stations.welcome(newer.station, () => newer.station);
  await clock.advance(1_000);
  stations.leave(old.station);
  await clock.advance(PROBE_MS);
  assertEquals(await entering, newer.station);
  assert(!old.station.gone.aborted, "there was nothing left to drop");
});

Deno.test("a newcomer that is gone when its turn comes takes nobody's place", async () => {
  const { stations, clock, arrive } = await createBench();
  const old = await arrive();
  old.pair.cut();
  const entering = stations.welcome({ chargerId: "CP1", remoteAddress: "10.0.0.9" }, () => null);
  await clock.advance(PROBE_MS);
  assertEquals(await entering, null);
  assertEquals(stations.get("CP1"), old.station);
});

Deno.test("more than three swaps in ten minutes, and nobody takes the place any more", async () => {
  const { clock, arrive, faults } = await createBench();
  let standing = await arrive();
  for (let swap = 1; swap <= 3; swap++) {
    await clock.advance(MINUTE_MS);
    standing.pair.cut();
    standing = await arrive();
    assert(standing.isIn, `swap ${swap}`);
  }
  standing.pair.cut();
  assert(!(await arrive()).isIn);
  assertEquals(
    faults.at(-1)?.text,
    "Two devices seem to use the identity of one charger in turn (from 192.168.7.20)",
  );
  await clock.advance(10 * MINUTE_MS);
  assert((await arrive()).isIn, "after ten minutes the swaps are forgotten");
});

Deno.test("chargers of other identities do not stand in each other's way", async () => {
  const { stations, arrive } = await createBench();
  await arrive({ chargerId: "CP1" });
  const other = await arrive({ chargerId: "CP2" });
  assert(other.isIn);
  assertEquals(stations.all().map(({ chargerId }) => chargerId), ["CP1", "CP2"]);
});
