import { assertEquals } from "@std/assert";
import type { OutboxRowView } from "../../../src/web/mod.ts";
import { checkOutbox, checkStates, watchWaiting } from "./liveness.ts";
import { type MadeWorld, makeWorld } from "./made_world.ts";

const ROW: OutboxRowView = {
  id: 1,
  transactionId: "tx-1",
  slot: 1,
  kind: "updated",
  createdAt: "2026-01-05T06:00:00Z",
  refusals: 0,
  lastError: null,
  dead: false,
};
const LONGEST_WAIT_S = 45 * 60;

// The outbox

Deno.test("I9: an empty outbox is well, and meter values of a session that goes on", () => {
  const made = makeWorld();
  assertEquals(checkOutbox(made.world).all(), []);
  made.outbox = [ROW];
  assertEquals(checkOutbox(made.world).all(), []);
});

Deno.test("I9: a start or an end that is still in line is found, and whatever was set aside", () => {
  const made = makeWorld();
  made.outbox = [
    { ...ROW, id: 1, kind: "started" },
    { ...ROW, id: 2, kind: "ended" },
    { ...ROW, id: 3, dead: true, lastError: "InternalError" },
  ];
  const found = checkOutbox(made.world).all();
  assertEquals(found.map(({ rule }) => rule), ["I9", "I9", "I9"]);
  assertEquals(found[2]?.text, "record 3 (updated) is set aside: InternalError");
});

Deno.test("I9: what was begun in 2.x may wait as long as the CSMS speaks 1.6, and no longer", () => {
  const made = makeWorld();
  const lastError = "its session began in OCPP 2.x, and it waits for 2.x";
  made.outbox = [{ ...ROW, id: 1, kind: "ended", dead: true, lastError }];
  assertEquals(checkOutbox(made.world).all(), []);
  made.csmsVersion = "ocpp2.1";
  assertEquals(checkOutbox(made.world).all().map(({ rule }) => rule), ["I9"]);
});

Deno.test("I7: a 2.x CSMS is told whether a connector is occupied, and not by what", () => {
  const made = makeWholeWorld();
  made.csmsVersion = "ocpp2.0.1";
  const [first] = made.sockets;
  if (first !== undefined) first.status = "SuspendedEV";
  assertEquals(checkStates(made.world).all().map(({ rule }) => rule), ["I7"]);
  made.books.toldStatus(1, "Occupied", 0);
  assertEquals(checkStates(made.world).all(), []);
});

Deno.test("I9: a gateway that does not run is found", () => {
  const made = makeWorld();
  made.isOff = true;
  assertEquals(checkOutbox(made.world).all().map(({ rule }) => rule), ["I9"]);
});

// How everybody stands

/** Everything as it should be at the end. */
function makeWholeWorld(): MadeWorld {
  const made = makeWorld({ chargers: 2 });
  for (const connectorId of [1, 2]) {
    made.books.told({ connectorId, errorCode: "NoError", status: "Available" }, 0);
  }
  return made;
}

Deno.test("I7, I9: a site that is whole is well", () => {
  assertEquals(checkStates(makeWholeWorld().world).all(), []);
});

Deno.test("I7: a connector that is not as the CSMS was told is found, and one of which it was told nothing", () => {
  const made = makeWholeWorld();
  const [first] = made.sockets;
  if (first !== undefined) first.status = "Charging";
  assertEquals(checkStates(made.world).all().map(({ rule }) => rule), ["I7"]);
  const untold = makeWorld();
  assertEquals(checkStates(untold.world).all().map(({ rule }) => rule), ["I7"]);
});

Deno.test("I9: a charger that is not back is found, one that holds messages, and a CSMS without gateway", () => {
  const made = makeWholeWorld();
  const [first, second] = made.sockets;
  if (first !== undefined) first.isInTouch = false;
  if (second !== undefined) second.undelivered = 2;
  made.isCsmsConnected = false;
  assertEquals(checkStates(made.world).all().map(({ rule, text }) => `${rule}: ${text}`), [
    "I9: the CSMS does not see the gateway",
    "I9: CP1 is not back",
    "I9: CP2 still holds 2 messages",
  ]);
});

// Who waits

/** A car at CP1 that wants to charge and is offered nothing. */
function makeWaiting(): MadeWorld {
  const made = makeWorld();
  const [socket] = made.sockets;
  if (socket !== undefined) Object.assign(socket, { hasEv: true, hasTransaction: true });
  return made;
}

Deno.test("liveness: a car that is offered nothing for 45 minutes is found, once", async () => {
  const made = makeWaiting();
  const watch = watchWaiting(made.world, () => true);
  await made.pass(LONGEST_WAIT_S - 1, watch.look);
  assertEquals(watch.findings.all(), []);
  for (const seconds of [1, LONGEST_WAIT_S]) {
    await made.pass(seconds, watch.look);
    assertEquals(watch.findings.all().map(({ rule }) => rule), ["liveness"]);
  }
});

Deno.test("liveness: a turn to charge begins the wait anew", async () => {
  const made = makeWaiting();
  const [socket] = made.sockets;
  const watch = watchWaiting(made.world, () => true);
  for (let turn = 0; turn < 3; turn++) {
    await made.pass(LONGEST_WAIT_S - 1, watch.look);
    if (socket !== undefined) socket.offeredAmps = 6;
    await made.pass(1, watch.look);
    if (socket !== undefined) socket.offeredAmps = 0;
  }
  assertEquals(watch.findings.all(), []);
});

Deno.test("liveness: nobody waits who is full, asleep, without a session, or while something is broken", async () => {
  const reasons = [{ isSatisfied: true }, { isAsleep: true }, { hasTransaction: false }];
  for (const reason of reasons) {
    const made = makeWaiting();
    Object.assign(made.sockets[0] ?? {}, reason);
    const watch = watchWaiting(made.world, () => true);
    await made.pass(LONGEST_WAIT_S + 1, watch.look);
    assertEquals(watch.findings.all(), [], JSON.stringify(reason));
  }
  const made = makeWaiting();
  const watch = watchWaiting(made.world, () => false);
  await made.pass(LONGEST_WAIT_S + 1, watch.look);
  assertEquals(watch.findings.all(), []);
});
