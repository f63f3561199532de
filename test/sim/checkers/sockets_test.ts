import { assertEquals } from "@std/assert";
import type { RatedCircuit, SimulatedSitePlan } from "../../../src/simulator/mod.ts";
import { chargerOptions } from "../../../src/simulator/mod.ts";
import { partOf } from "../../support/part_of.ts";
import type { World } from "../world.ts";
import { makeWorld } from "./made_world.ts";
import { lookAt, socketsOf, watchSockets } from "./sockets.ts";

Deno.test("a circuit has its own sockets and those of the circuits that it feeds", () => {
  const circuit = (id: string, parentId: string | null) => partOf<RatedCircuit>({ id, parentId });
  const at = (identity: string, circuitId: string) => ({
    options: chargerOptions({ identity }),
    circuitId,
  });
  const world = partOf<World>({
    plan: partOf<SimulatedSitePlan>({
      circuits: [circuit("grid", null), circuit("hall", "grid"), circuit("bay", "hall")],
      slots: [{ slot: 1, chargerId: "A", connectorId: 1, failSafeAmps: 8 }],
      site: partOf<SimulatedSitePlan["site"]>({ chargers: [at("A", "bay"), at("B", "grid")] }),
    }),
  });
  const indexes = (id: string) => socketsOf(world, id).map(({ chargerIndex }) => chargerIndex);
  assertEquals([indexes("grid"), indexes("hall"), indexes("bay")], [[0, 1], [0], [0]]);
  assertEquals(socketsOf(world, "bay").map(({ failSafeAmps }) => failSafeAmps), [8]);
});

Deno.test("a charger that disobeys or forgets is not tame", () => {
  const isTame = (options: Parameters<typeof makeWorld>[0]) =>
    socketsOf(makeWorld(options).world, "grid").every((socket) => socket.isTame);
  const ordinary = chargerOptions({ identity: "X" });
  const faults = (change: Partial<typeof ordinary.faults>) => ({
    options: { faults: { ...ordinary.faults, ...change } },
  });
  assertEquals(isTame({}), true);
  assertEquals(isTame(faults({ clockOffsetMs: 5_000 })), true);
  assertEquals(isTame(faults({ ignoresProfiles: true })), false);
  assertEquals(isTame(faults({ ignoresProfileChance: 0.1 })), false);
  assertEquals(isTame(faults({ forgetsProfilesOnReconnect: true })), false);
  assertEquals(isTame(faults({ forgetsProfilesOnLoss: true })), false);
  const profileMemory = { ...ordinary.profileMemory, keptIn: "ram" as const };
  assertEquals(isTame({ options: { profileMemory } }), false);
});

Deno.test("what a car has for its coming was granted by nobody, for half a minute", async () => {
  const made = makeWorld({ failSafeAmps: 6 });
  const [socket] = socketsOf(made.world, "grid");
  if (socket === undefined) throw new Error("The site has a socket");
  const watch = watchSockets(made.world);
  Object.assign(made.sockets[0] ?? {}, { hasEv: true, hasTransaction: true, offeredAmps: 16 });
  const granted = () => watch.grantedAmps(lookAt(made.world, socket), "L1");
  await made.pass(29, watch.look);
  assertEquals(granted(), 10);
  await made.pass(1, watch.look);
  assertEquals(granted(), 16);
});

Deno.test("a socket draws and is offered on the lines that its EV uses", () => {
  const outlets = [{ lines: ["L2"], maxAmps: 32, fixedCable: false }] as const;
  const made = makeWorld({ options: { outlets } });
  const [socket] = socketsOf(made.world, "grid");
  if (socket === undefined) throw new Error("The site has a socket");
  const empty = { L1: 0, L2: 0, L3: 0 };
  assertEquals(lookAt(made.world, socket), { socket, drawnAmps: empty, offeredAmps: empty });
  Object.assign(made.sockets[0] ?? {}, { hasEv: true, offeredAmps: 16, drawnAmps: 15 });
  const { drawnAmps, offeredAmps } = lookAt(made.world, socket);
  assertEquals([drawnAmps, offeredAmps], [{ ...empty, L2: 15 }, { ...empty, L2: 16 }]);
});
