import { assert, assertEquals } from "@std/assert";
import { createWaitingRoom } from "./waiting_room.ts";

const knock = (chargerId: string, protocols: readonly string[] = ["ocpp1.6"]) => ({
  chargerId,
  remoteAddress: "192.168.7.20",
  protocols,
});

Deno.test("a charger that waits is listed with its first and last knock and how often it knocked", () => {
  const room = createWaitingRoom(4);
  room.knock(knock("CP9"), 1_000);
  room.knock(knock("CP9"), 5_000);
  assertEquals(room.list(), [{
    chargerId: "CP9",
    remoteAddress: "192.168.7.20",
    protocols: ["ocpp1.6"],
    firstSeenMs: 1_000,
    lastSeenMs: 5_000,
    knocks: 2,
  }]);
});

Deno.test("the waiting room lists who knocked last first", () => {
  const room = createWaitingRoom(4);
  for (const [index, id] of ["A", "B", "C", "A"].entries()) room.knock(knock(id), index);
  assertEquals(room.list().map(({ chargerId }) => chargerId), ["A", "C", "B"]);
});

Deno.test("a full waiting room lets go of whom it has not heard of for longest", () => {
  const room = createWaitingRoom(2);
  for (const [index, id] of ["A", "B", "A", "C"].entries()) room.knock(knock(id), index);
  assertEquals(room.list().map(({ chargerId }) => chargerId), ["C", "A"]);
});

Deno.test("the waiting room keeps a bounded number of the versions that somebody names", () => {
  const room = createWaitingRoom(1);
  room.knock(knock("A", Array.from({ length: 50 }, (_, index) => `ocpp${index}`)), 0);
  assertEquals(room.list()[0]?.protocols.length, 8);
});

Deno.test("leave() says whether somebody was there", () => {
  const room = createWaitingRoom(1);
  room.knock(knock("A"), 0);
  assert(room.leave("A"));
  assert(!room.leave("A"));
  assertEquals(room.list(), []);
});

Deno.test("somebody with a list of names takes the places of nobody else in the waiting room", () => {
  const room = createWaitingRoom(3);
  room.knock({ ...knock("NEW"), remoteAddress: "192.168.7.21" }, 0);
  for (let n = 0; n < 20; n++) room.knock(knock(`NAME-${n}`), n);
  assertEquals(room.list().map(({ chargerId }) => chargerId), ["NAME-19", "NAME-18", "NEW"]);
});
