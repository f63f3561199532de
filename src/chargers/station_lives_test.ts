/** Sessions of 2.x chargers that lose their power, their network, or the order of their messages. */
import { assert, assertEquals } from "@std/assert";
import { isoTime } from "../lib/clock.ts";
import { openTransactions } from "../transactions/mod.ts";
import { closeEdge } from "./_edge_for_test.ts";
import {
  ASHA,
  device,
  EVSE_1,
  type StationBench,
  stationBench,
  VARIABLES,
} from "./_station_for_test.ts";

const BEGUN = { ...EVSE_1, ...ASHA, registerWh: 1_000 };

const open = ({ edge }: StationBench) => openTransactions(edge.transactions.state());
const all = ({ edge }: StationBench) => [...edge.transactions.state().transactions.values()];

/** It comes back on a new connection, and boots. */
async function reboot(bench: StationBench, reason: string): Promise<StationBench> {
  const { edge } = bench;
  bench.charger.socket.close(1000, "");
  await edge.clock.advance(1_000);
  const charger = await edge.connect("CP1", { protocols: ["ocpp2.0.1"] });
  for (const [action, answer] of Object.entries(bench.device.answers)) {
    charger.answer(action, answer);
  }
  const chargingStation = { vendorName: "Vendor", model: "Model" };
  await charger.result("BootNotification", { reason, chargingStation });
  await edge.clock.advance(10_000);
  return { ...bench, charger, tell: bench.tellBy(charger) };
}

// Power and restarts

for (const [reason, cause] of [["PowerUp", "power-loss"], ["Watchdog", "reboot"]]) {
  Deno.test(`a session that its charger goes on with after ${reason} goes on in the books (E17)`, async () => {
    let bench = await stationBench();
    await bench.arrive();
    await bench.tell("Started", { ...BEGUN, info: { chargingState: "Charging" } });
    bench = await reboot(bench, reason ?? "");
    assertEquals(open(bench)[0]?.interruption?.cause, cause);
    const info = { chargingState: "Charging" };
    await bench.tell("Updated", { registerWh: 1_400, info });
    assertEquals(open(bench)[0]?.interruption, undefined);
    for (let minute = 0; minute < 20; minute++) {
      bench.edge.chargers.closeInterrupted();
      await bench.edge.clock.advance(60_000);
      await bench.charger.result("Heartbeat", {});
    }
    assertEquals(open(bench).length, 1);
    assertEquals(await closeEdge(bench.edge), 0);
  });
}

Deno.test("a session of which a restarted charger says nothing more is closed with what is known", async () => {
  let bench = await stationBench();
  await bench.arrive();
  await bench.tell("Started", BEGUN);
  await bench.tell("Updated", { registerWh: 1_400 });
  bench = await reboot(bench, "Watchdog");
  for (let minute = 0; minute < 20; minute++) {
    bench.edge.chargers.closeInterrupted();
    await bench.edge.clock.advance(60_000);
    await bench.charger.result("Heartbeat", {});
  }
  const [ended] = all(bench);
  assertEquals([ended?.stop?.reason, ended?.stop?.meterStopWh], ["Reboot", 1_400]);
  // Its own end may still come out of its queue.
  await bench.tell("Ended", { registerWh: 1_500, info: { stoppedReason: "PowerLoss" } });
  const [after] = all(bench);
  assertEquals([after?.stop?.reason, after?.stop?.meterStopWh], ["PowerLoss", 1_500]);
  assertEquals(await closeEdge(bench.edge), 0);
});

Deno.test("a boot message that was asked for raises no doubt about a session", async () => {
  let bench = await stationBench();
  await bench.arrive();
  await bench.tell("Started", BEGUN);
  bench = await reboot(bench, "Triggered");
  assertEquals(open(bench)[0]?.interruption, undefined);
  assertEquals(await closeEdge(bench.edge), 0);
});

// Queues

Deno.test("a session out of a charger's queue has its own times, and moves no state that was told since", async () => {
  const bench = await stationBench();
  const { edge } = bench;
  await bench.arrive();
  await bench.status("Available");
  const at = (agoMs: number) => isoTime(edge.clock.wallMs() - agoMs);
  const queued = { offline: true };
  const info = { chargingState: "Charging" };
  const begunAt = at(3_600_000);
  await bench.tell("Started", { ...BEGUN, ...queued, timestamp: begunAt, info });
  await bench.tell("Updated", { registerWh: 1_400, ...queued, timestamp: at(3_000_000), info });
  await bench.tell("Ended", { registerWh: 1_900, ...queued, timestamp: at(1_800_000) });
  const [ended] = all(bench);
  assertEquals(
    [ended?.startedAt, ended?.meterStartWh, ended?.stop?.meterStopWh],
    [begunAt, 1_000, 1_900],
  );
  assertEquals(edge.site.connector(1)?.report.message.connectorStatus, "Available");
  assert(Math.abs(edge.chargers.station("CP1")?.clock.offsetMs() ?? 0) < 2_000);
  assertEquals(await closeEdge(edge), 0);
});

Deno.test("an event that comes after the end of its session neither revives it nor is lost", async () => {
  const bench = await stationBench();
  await bench.arrive();
  await bench.tell("Started", BEGUN);
  await bench.tell("Ended", { registerWh: 1_900 });
  const info = { chargingState: "Charging" };
  assertEquals(await bench.tell("Updated", { registerWh: 1_700, info, ...ASHA }), {});
  await bench.tell("Started", BEGUN);
  const [ended, ...others] = all(bench);
  assertEquals([others.length, ended?.stop?.meterStopWh], [0, 1_900]);
  assertEquals(ended?.lateReadings?.length, 1);
  assertEquals(await closeEdge(bench.edge), 0);
});

Deno.test("an end that is told twice, the second time otherwise, ends once", async () => {
  const bench = await stationBench();
  await bench.arrive();
  await bench.tell("Started", BEGUN);
  await bench.tell("Ended", { registerWh: 1_900, info: { stoppedReason: "Local" } });
  await bench.edge.clock.advance(60_000);
  assertEquals(
    await bench.tell("Ended", { registerWh: 1_900, info: { stoppedReason: "Other" } }),
    {},
  );
  const [ended, ...others] = all(bench);
  assertEquals([others.length, ended?.stop?.reason], [0, "Local"]);
  assertEquals(await closeEdge(bench.edge), 0);
});

// Several at once

Deno.test("sessions of several EVSEs that are told at once stay apart", async () => {
  const bench = await stationBench({ device: device(VARIABLES, 3) });
  await bench.arrive();
  const evses = [1, 2, 3];
  for (const evseId of evses) await bench.status("Occupied", evseId);
  await Promise.all(evses.map((id) =>
    bench.tell("Started", {
      id: `T-${id}`,
      evse: { id, connectorId: 1 },
      idToken: { idToken: `04AA0${id}`, type: "ISO14443" },
      registerWh: id * 1_000,
    })
  ));
  for (const id of evses) await bench.tell("Updated", { id: `T-${id}`, registerWh: id * 1_100 });
  assertEquals(
    open(bench).map(({ evseId, stationTransactionId, lastReading }) => [
      evseId,
      stationTransactionId,
      lastReading?.energyWh,
    ]).toSorted(),
    [[1, "T-1", 1_100], [2, "T-2", 2_200], [3, "T-3", 3_300]],
  );
  await bench.tell("Ended", { id: "T-2", registerWh: 2_500 });
  assertEquals(open(bench).map(({ evseId }) => evseId).toSorted(), [1, 3]);
  assertEquals(await closeEdge(bench.edge), 0);
});

Deno.test("readings of an EVSE without a session go up as such", async () => {
  const bench = await stationBench();
  await bench.arrive();
  const timestamp = bench.edge.now();
  const meterValue = [{ timestamp, sampledValue: [{ value: 1_000, context: "Sample.Clock" }] }];
  assertEquals(await bench.charger.result("MeterValues", { evseId: 1, meterValue }), {});
  assertEquals(bench.edge.upstream.readings.map(({ slot }) => slot), [1]);
  assertEquals(await closeEdge(bench.edge), 0);
});

// Cards

Deno.test("the card of the session, or another of its group, may be shown to stop it", async () => {
  const bench = await stationBench();
  const group = { idToken: "FLEET", type: "Central" as const };
  bench.edge.upstream.verdict = () => ({ status: "Accepted", groupIdToken: group });
  await bench.arrive();
  await bench.tell("Started", BEGUN);
  const stop = { triggerReason: "StopAuthorized" };
  const said = { idTokenInfo: { status: "Accepted", groupIdToken: group } };
  assertEquals(await bench.tell("Updated", { ...stop, ...ASHA }), said);
  const other = { idToken: { idToken: "04BBBB", type: "ISO14443" } };
  assertEquals(await bench.tell("Updated", { ...stop, ...other }), said);
  await bench.tell("Ended", {
    ...stop,
    ...other,
    registerWh: 1_300,
    info: { stoppedReason: "Local" },
  });
  const [ended] = all(bench);
  assertEquals([ended?.stop?.idToken?.idToken, ended?.flags], ["04BBBB", []]);
  assertEquals(await closeEdge(bench.edge), 0);
});

Deno.test("a master pass that is shown in a session ends it", async () => {
  const bench = await stationBench({ edge: { masterPassGroup: "POLICE" } });
  await bench.arrive();
  await bench.tell("Started", BEGUN);
  const groupIdToken = { idToken: "POLICE", type: "Central" as const };
  bench.edge.upstream.verdict = () => ({ status: "Accepted", groupIdToken });
  await bench.tell("Updated", { idToken: { idToken: "POLICE-7", type: "Central" } });
  assertEquals(open(bench)[0]?.intendedStop, "MasterPass");
  assertEquals(bench.charger.payloads("RequestStopTransaction"), [{ transactionId: "T-1" }]);
  assertEquals(await closeEdge(bench.edge), 0);
});

// Places that are not there

Deno.test("an event at an EVSE that the charger cannot have is refused, and its end is not", async () => {
  const bench = await stationBench();
  await bench.arrive();
  const evse = { id: 9_999, connectorId: 1 };
  const event = {
    eventType: "Started",
    timestamp: bench.edge.now(),
    triggerReason: "Authorized",
    seqNo: 0,
    transactionInfo: { transactionId: "T-9" },
    evse,
    ...ASHA,
  };
  const reply = await bench.charger.ask("TransactionEvent", event, 1_000);
  assertEquals(reply.kind === "error" && reply.code, "PropertyConstraintViolation");
  assertEquals(await bench.tell("Ended", { id: "T-9", evse, ...ASHA, registerWh: 5 }), {});
  assertEquals(all(bench), []);
  assertEquals(await closeEdge(bench.edge), 0);
});
