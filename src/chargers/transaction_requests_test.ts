import { assert, assertEquals } from "@std/assert";
import { listToken, placeOf } from "../../test/support/books.ts";
import type { FramePeer, Payload } from "../../test/support/frame_peer.ts";
import { isoTime } from "../lib/clock.ts";
import type { EvseMeasurement } from "../site/mod.ts";
import { withRemoteStart } from "../transactions/mod.ts";
import { createEdge, type Edge } from "./_edge_for_test.ts";

async function withAsha(given: Parameters<typeof createEdge>[0] = {}) {
  const edge = await createEdge(given);
  listToken(edge, "ASHA");
  return { edge, charger: await edge.arrive("CP1") };
}

function startOf(edge: Edge, facts: Payload = {}): Payload {
  return { connectorId: 1, idTag: "ASHA", meterStart: 1_000, timestamp: edge.now(), ...facts };
}

/** The answer to a start: its number and the status of its token. */
async function start(charger: FramePeer, message: Payload) {
  const { transactionId, idTagInfo } = await charger.result("StartTransaction", message);
  return { number: Number(transactionId), idTagInfo };
}

function stopOf(edge: Edge, number: number, facts: Payload = {}): Payload {
  return { transactionId: number, meterStop: 5_000, timestamp: edge.now(), ...facts };
}

function meterValues(edge: Edge, values: readonly Payload[], facts: Payload = {}): Payload {
  return {
    connectorId: 1,
    meterValue: [{ timestamp: edge.now(), sampledValue: values }],
    ...facts,
  };
}

const kinds = ({ outbox }: Edge) =>
  [...outbox.state().lanes.values()].flatMap(({ rows }) => rows.map(({ kind }) => kind));

const only = ({ transactions }: Edge) => {
  const [transaction, ...others] = transactions.state().transactions.values();
  assertEquals(others, []);
  return transaction;
};

// Starts

Deno.test("StartTransaction is answered with our number when it is on disk, not when the CSMS knows (ruling 1)", async () => {
  const { edge, charger } = await withAsha();
  const { number, idTagInfo } = await start(charger, startOf(edge));
  assertEquals(idTagInfo, { status: "Accepted" });
  const { transactions, outbox } = await edge.store.load(0);
  assertEquals(transactions.map((each) => [each.number, each.slot, each.meterStartWh]), [
    [number, 1, 1_000],
  ]);
  assertEquals(outbox.map(({ kind }) => kind), ["started"]);
});

Deno.test("a limit for a transaction goes out after the charger was told its number", async () => {
  const { edge, charger } = await withAsha();
  const order: string[] = [];
  charger.answer("SetChargingProfile", () => {
    order.push(charger.replyTo("start").kind);
    return { status: "Accepted" };
  });
  const limit = { limitAmps: 10, validForMs: 60_000, urgent: false };
  const outcomes: Promise<{ kind: string }>[] = [];
  // As the balancer does, the moment that it hears of the transaction.
  edge.events.on("transaction", () => outcomes.push(edge.chargers.limit(1, limit)));
  charger.say("start", "StartTransaction", startOf(edge));
  await edge.clock.advance(1_000);
  assertEquals(order, ["result"]);
  assertEquals(await Promise.all(outcomes), [{ kind: "accepted" }]);
});

Deno.test("StartTransaction of a refused token is told so, and recorded all the same", async () => {
  const { edge, charger } = await withAsha();
  const { number, idTagInfo } = await start(charger, startOf(edge, { idTag: "NOBODY" }));
  assertEquals(idTagInfo, { status: "Invalid" });
  assert(number > 0);
  assertEquals(kinds(edge), ["started"]);
});

Deno.test("StartTransaction that is repeated gets the same answer and is recorded once (ruling 4, quirk 16)", async () => {
  const { edge, charger } = await withAsha();
  const message = startOf(edge);
  const first = await start(charger, message);
  edge.tokens.edit({ idToken: "ASHA", type: "Central" }, { status: "Blocked" });
  await edge.clock.advance(30_000);
  assertEquals(await start(charger, message), first);
  assertEquals(kinds(edge), ["started"]);
});

Deno.test("StartTransaction on a busy EVSE ends what was never stopped", async () => {
  const { edge, charger } = await withAsha();
  listToken(edge, "BEN");
  await start(charger, startOf(edge));
  await edge.clock.advance(60_000);
  await start(charger, startOf(edge, { idTag: "BEN", meterStart: 3_000 }));
  assertEquals(kinds(edge), ["started", "ended", "started"]);
});

Deno.test("StartTransaction uses up the driver's reservation and names it to the CSMS (1.6 §5.13)", async () => {
  const { edge, charger } = await withAsha();
  edge.site.reserve({
    id: 7,
    slot: 1,
    idToken: { idToken: "ASHA", type: "Central" },
    groupIdToken: null,
    expiresAtMs: edge.clock.wallMs() + 600_000,
  });
  await start(charger, startOf(edge));
  assertEquals(edge.site.reservations().size, 0);
  assertEquals(only(edge)?.reservationId, 7);
  const [row] = await edge.store.rows([1]);
  assertEquals(row?.event.reservationId, 7);
});

Deno.test("StartTransaction that is refused leaves a reservation where it is", async () => {
  const { edge, charger } = await withAsha();
  edge.site.reserve({
    id: 7,
    slot: 1,
    idToken: { idToken: "NOBODY", type: "Central" },
    groupIdToken: null,
    expiresAtMs: edge.clock.wallMs() + 600_000,
  });
  await start(charger, startOf(edge, { idTag: "NOBODY" }));
  assertEquals(edge.site.reservations().size, 1);
  assertEquals(only(edge)?.reservationId, null);
});

Deno.test("StartTransaction that was ordered uses the order up, on disk too", async () => {
  const { edge, charger } = await withAsha();
  const order = {
    remoteStartId: 3,
    slot: 1,
    idToken: { idToken: "APP", type: "Central" },
    origin: "csms",
    expiresAtMs: edge.clock.wallMs() + 60_000,
  } as const;
  edge.transactions.apply({ state: withRemoteStart(edge.transactions.state(), order) });
  assertEquals((await start(charger, startOf(edge, { idTag: "APP" }))).idTagInfo, {
    status: "Accepted",
  });
  assertEquals(only(edge)?.remoteStartId, 3);
  assertEquals((await edge.store.load(0))["remote-starts"].size, 0);
});

for (const connectorId of [0, -1, 65]) {
  Deno.test(`StartTransaction on connector ${connectorId} is refused: no EVSE has that number`, async () => {
    const { edge, charger } = await withAsha();
    const reply = await charger.ask("StartTransaction", startOf(edge, { connectorId }));
    assertEquals(reply.kind === "error" ? reply.code : reply, "PropertyConstraintViolation");
    assertEquals(edge.transactions.state().transactions.size, 0);
  });
}

// Refused sessions

Deno.test("a charger that goes on with a refused token is made to stop after 15 s", async () => {
  const { edge, charger } = await withAsha();
  const { number } = await start(charger, startOf(edge, { idTag: "NOBODY" }));
  await edge.clock.advance(14_999);
  assertEquals(charger.payloads("RemoteStopTransaction"), []);
  await edge.clock.advance(1);
  assertEquals(charger.payloads("RemoteStopTransaction"), [{ transactionId: number }]);
  await charger.result("StopTransaction", stopOf(edge, number, { reason: "Remote" }));
  assertEquals(only(edge)?.stop?.reason, "DeAuthorized");
});

Deno.test("a charger that ends a refused session by itself is left alone", async () => {
  const { edge, charger } = await withAsha();
  const { number } = await start(charger, startOf(edge, { idTag: "NOBODY" }));
  await charger.result("StopTransaction", stopOf(edge, number, { reason: "DeAuthorized" }));
  await edge.clock.advance(60_000);
  assertEquals(charger.payloads("RemoteStopTransaction"), []);
});

Deno.test("a charger that goes away with a refused session is made to stop when it is back", async () => {
  const { edge, charger } = await withAsha();
  const { number } = await start(charger, startOf(edge, { idTag: "NOBODY" }));
  charger.socket.terminate();
  await edge.clock.advance(60_000);
  const again = await edge.connect("CP1");
  await again.result("Heartbeat", {});
  await edge.clock.advance(1_000);
  assertEquals(again.payloads("RemoteStopTransaction"), [{ transactionId: number }]);
});

Deno.test("with StopTransactionOnInvalidId off nobody is made to stop", async () => {
  const { edge, charger } = await withAsha();
  edge.variables.set({ name: "TxCtrlr" }, { name: "StopTxOnInvalidId" }, "false", {
    origin: "csms",
    nowWallMs: 0,
    mayChange: ["authorization"],
  });
  await start(charger, startOf(edge, { idTag: "NOBODY" }));
  await edge.clock.advance(60_000);
  assertEquals(charger.payloads("RemoteStopTransaction"), []);
});

// Stops

Deno.test("StopTransaction is recorded and its token accepted", async () => {
  const { edge, charger } = await withAsha();
  const { number } = await start(charger, startOf(edge));
  const stop = stopOf(edge, number, { idTag: "ASHA", reason: "Local" });
  assertEquals(await charger.result("StopTransaction", stop), {
    idTagInfo: { status: "Accepted" },
  });
  assertEquals(only(edge)?.stop?.meterStopWh, 5_000);
  assertEquals(kinds(edge), ["started", "ended"]);
});

Deno.test("StopTransaction that is repeated is recorded once (quirk 16)", async () => {
  const { edge, charger } = await withAsha();
  const { number } = await start(charger, startOf(edge));
  const stop = stopOf(edge, number);
  await charger.result("StopTransaction", stop);
  await charger.result("StopTransaction", stop);
  assertEquals(kinds(edge), ["started", "ended"]);
});

Deno.test("MeterValues that are repeated after a lost answer are recorded once", async () => {
  const { edge, charger } = await withAsha();
  const { number } = await start(charger, startOf(edge));
  const reading = meterValues(edge, [{ value: "1500" }], { transactionId: number });
  await tell(charger, reading);
  await tell(charger, reading);
  assertEquals(kinds(edge), ["started", "updated"]);
});

Deno.test("StopTransaction of an unknown number is accepted, kept and reported, never an error (ruling 7)", async () => {
  const { edge, charger } = await withAsha();
  const told: string[] = [];
  edge.events.on("orphan-stop", ({ chargerId }) => told.push(chargerId));
  assertEquals(await charger.result("StopTransaction", stopOf(edge, 999)), {});
  assertEquals(told, ["CP1"], "pages renew");
  assertEquals(edge.logged.filter(({ event }) => event === "stop_without_start").length, 1);
  assertEquals((await edge.store.load(0))["orphan-stops"].size, 1);
});

Deno.test("StopTransaction ends no session of another charger, however well it guesses", async () => {
  const { edge, charger } = await withAsha();
  const { number } = await start(charger, startOf(edge));
  const other = await edge.arrive("CP2");
  await other.result("StopTransaction", stopOf(edge, number));
  assertEquals(only(edge)?.stop, null);
});

Deno.test("a running default is taken back when its session ends", async () => {
  const { edge, charger } = await withAsha();
  charger.answer("SetChargingProfile", ({ csChargingProfiles }) => ({
    status: JSON.stringify(csChargingProfiles).includes('"TxProfile"') ? "Rejected" : "Accepted",
  }));
  const { number } = await start(charger, startOf(edge));
  const sent = edge.chargers.limit(1, { limitAmps: 10, validForMs: 60_000, urgent: false });
  await edge.clock.advance(0);
  assertEquals(await sent, { kind: "accepted" });
  await charger.result("StopTransaction", stopOf(edge, number));
  // The first is that of the set-up.
  assertEquals(charger.payloads("ClearChargingProfile").slice(1), [{ id: 11 }, { id: 12 }]);
});

// Readings

/** The charger tells values of its session, and gets its answer, which may wait for others. */
function tell(charger: FramePeer, values: Payload): Promise<Payload> {
  return charger.result("MeterValues", values, 1_000);
}

const CURRENT = { value: "10", measurand: "Current.Import", unit: "A" };
const REGISTER = { value: "1500", measurand: "Energy.Active.Import.Register", unit: "Wh" };

function measurements(edge: Edge): EvseMeasurement[] {
  const heard: EvseMeasurement[] = [];
  edge.events.on("measured", (measurement) => heard.push(measurement));
  return heard;
}

Deno.test("MeterValues of a session are recorded for the CSMS and told to the balancer", async () => {
  const { edge, charger } = await withAsha();
  const heard = measurements(edge);
  const { number } = await start(charger, startOf(edge));
  const values = meterValues(edge, [REGISTER, CURRENT], { transactionId: number });
  const answeredMs = edge.clock.monoMs();
  assertEquals(await tell(charger, values), {});
  assertEquals(kinds(edge), ["started", "updated"]);
  assertEquals(only(edge)?.lastReading?.energyWh, 1_500);
  assertEquals(heard, [{
    slot: 1,
    energyWh: 1_500,
    currentsAmps: [10, 10, 10],
    untoldPhases: [0, 1, 2],
    atMonoMs: answeredMs,
    intervalMs: 10_000,
  }]);
});

Deno.test("MeterValues more often than the CSMS wants them are told to the balancer, and to no disk", async () => {
  const { edge, charger } = await withAsha();
  const heard = measurements(edge);
  const { number } = await start(charger, startOf(edge));
  const commits = () => edge.store.commits();
  for (let tenth = 0; tenth < 12; tenth++) {
    const before = commits();
    const register = { ...REGISTER, value: `${1_500 + tenth}` };
    const values = meterValues(edge, [register, CURRENT], { transactionId: number });
    const isWanted = tenth % 6 === 0;
    // Nor does the answer wait for a disk then.
    if (isWanted) await tell(charger, values);
    else await charger.result("MeterValues", values);
    assertEquals(commits() - before, isWanted ? 1 : 0, `${tenth}`);
    await edge.clock.advance(isWanted ? 9_000 : 10_000);
  }
  assertEquals(kinds(edge), ["started", "updated", "updated"]);
  assertEquals(heard.map(({ energyWh }) => energyWh), heard.map((_, index) => 1_500 + index));
  assertEquals([heard.length, only(edge)?.lastReading?.energyWh], [12, 1_511]);
  const [stored] = (await edge.store.load(0)).transactions;
  assertEquals(stored?.lastReading?.energyWh, 1_506);
});

Deno.test("MeterValues outside of a session go up as the newest of their slot, and into no queue", async () => {
  const { edge, charger } = await withAsha();
  await charger.result("MeterValues", meterValues(edge, [REGISTER]));
  assertEquals(edge.upstream.readings.map(({ slot }) => slot), [1]);
  assertEquals(kinds(edge), []);
});

Deno.test("MeterValues of connector 0 and of unknown connectors are accepted and nobody's", async () => {
  const { edge, charger } = await withAsha();
  const heard = measurements(edge);
  for (const connectorId of [0, 9]) {
    const values = meterValues(edge, [REGISTER, CURRENT], { connectorId });
    assertEquals(await charger.result("MeterValues", values), {});
  }
  assertEquals([heard, edge.upstream.readings], [[], []]);
  assertEquals(edge.site.slots().size, 2);
});

Deno.test("before its set-up a charger is taken to measure as often as the CSMS wants", async () => {
  const edge = await createEdge();
  const heard = measurements(edge);
  const charger = await edge.connect("CP1");
  await charger.result("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
  await charger.result("MeterValues", meterValues(edge, [CURRENT]));
  assertEquals(heard[0]?.intervalMs, 60_000);
});

Deno.test("a one-phase socket's value without a phase is not three times itself (quirk 24)", async () => {
  const { edge, charger } = await withAsha({ places: [placeOf(1, { lines: ["L2"] })] });
  const heard = measurements(edge);
  await charger.result("MeterValues", meterValues(edge, [CURRENT]));
  assertEquals(heard[0]?.currentsAmps, [10, 0, 0]);
});

for (const [lines, amps] of [[3, [10, 10, 10]], [2, [15, 15, 0]], [1, [30, 0, 0]]] as const) {
  Deno.test(`a power of 6.9 kW is read as drawn evenly from ${lines} lines`, async () => {
    const place = placeOf(1, { lines: (["L1", "L2", "L3"] as const).slice(0, lines) });
    const { edge, charger } = await withAsha({ places: [place] });
    const heard = measurements(edge);
    const power = { value: "6.9", measurand: "Power.Active.Import", unit: "kW" };
    await charger.result("MeterValues", meterValues(edge, [power]));
    assertEquals(heard[0]?.currentsAmps, [...amps]);
  });
}

Deno.test("a reading is as old as the charger's clock says, and history says nothing about now", async () => {
  const { edge, charger } = await withAsha();
  const heard = measurements(edge);
  await charger.result("MeterValues", meterValues(edge, [CURRENT]));
  const aged = (ageMs: number) => ({
    connectorId: 1,
    meterValue: [{
      timestamp: isoTime(edge.clock.wallMs() - ageMs),
      sampledValue: [CURRENT],
    }],
  });
  await charger.result("MeterValues", aged(20_000));
  await charger.result("MeterValues", aged(120_001));
  assertEquals(heard.map(({ atMonoMs }) => edge.clock.monoMs() - atMonoMs), [0, 20_000]);
});

Deno.test("what a charger says is answered only when the disk has it", async () => {
  const edge = await createEdge();
  listToken(edge, "ASHA");
  const charger = await edge.arrive("CP1");
  const { commit } = edge.store;
  edge.store.commit = () => Promise.reject(new Error("disk full"));
  assertEquals((await charger.ask("StartTransaction", startOf(edge), 20_000)).kind, "none");
  edge.store.commit = commit;
  await edge.clock.advance(1_000);
  assertEquals(charger.replyTo("ask-3").kind, "result");
  assertEquals((await edge.store.load(0)).transactions.length, 1);
});

// Stops that cannot be read

const flagsOf = (edge: Edge) => only(edge)?.flags;

Deno.test("StopTransaction with an unreadable register ends its session with the last reading (ruling 7)", async () => {
  const { edge, charger } = await withAsha();
  const { number } = await start(charger, startOf(edge));
  const values = [{ value: "3000", measurand: "Energy.Active.Import.Register", unit: "Wh" }];
  await edge.clock.advance(1_800_000);
  await tell(charger, meterValues(edge, values, { transactionId: number }));
  const broken = stopOf(edge, number, { meterStop: { wh: 5_000 }, idTag: "ASHA" });
  assertEquals(await charger.result("StopTransaction", broken), {
    idTagInfo: { status: "Accepted" },
  });
  assertEquals([only(edge)?.stop?.meterStopWh, flagsOf(edge)], [3_000, ["stop-unreadable"]]);
  assertEquals(kinds(edge).at(-1), "ended");
});

Deno.test("StopTransaction of which nothing can be read ends the one session that it can mean", async () => {
  const { edge, charger } = await withAsha();
  await start(charger, startOf(edge));
  assertEquals(await charger.result("StopTransaction", { transactionId: "?" }), {});
  assertEquals(only(edge)?.stop?.meterStopWh, 1_000);
  assertEquals(flagsOf(edge), ["stop-unreadable", "stop-number-repaired"]);
});

Deno.test("StopTransaction that means no session is kept, whatever is in it", async () => {
  const { edge, charger } = await withAsha();
  assertEquals(await charger.result("StopTransaction", {}), {});
  assertEquals(edge.transactions.state().orphanStops.size, 1);
  assertEquals((await edge.store.load(0))["orphan-stops"].size, 1);
});

Deno.test("a charger that has not booted may end a session, and do nothing else (ruling 7)", async () => {
  const edge = await createEdge();
  const charger = await edge.connect("CP1");
  assertEquals(await charger.result("StopTransaction", stopOf(edge, 7)), {});
  assertEquals(edge.transactions.state().orphanStops.size, 1);
});
