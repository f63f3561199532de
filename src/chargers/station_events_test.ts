import { assert, assertEquals } from "@std/assert";
import { openTransactions, totalCostSaid } from "../transactions/mod.ts";
import { closeEdge } from "./_edge_for_test.ts";
import { ASHA, EVSE_1, type StationBench, stationBench } from "./_station_for_test.ts";

/** A charger that has booted, and whose EVSE is free. */
async function bench(version: "ocpp2.0.1" | "ocpp2.1" = "ocpp2.0.1"): Promise<StationBench> {
  const station = await stationBench({ version });
  const chargingStation = { vendorName: "Vendor", model: "Model" };
  await station.charger.result("BootNotification", { reason: "PowerUp", chargingStation });
  await station.status("Available");
  return station;
}

Deno.test("a session of a 2.0.1 charger stands in the books with its token, registers and reason", async () => {
  const { edge, tell } = await bench();
  const answer = await tell("Started", { ...EVSE_1, ...ASHA, registerWh: 1_000 });
  assertEquals(answer, { idTokenInfo: { status: "Accepted" } });
  assertEquals(await tell("Updated", { registerWh: 1_400 }), {});
  const [open] = openTransactions(edge.transactions.state());
  assertEquals([open?.meterStartWh, open?.lastReading?.energyWh], [1_000, 1_400]);
  const end = { info: { stoppedReason: "EVDisconnected" }, registerWh: 1_800 };
  assertEquals(await tell("Ended", end), {});
  const [ended] = edge.transactions.state().transactions.values();
  assertEquals(
    [ended?.idToken.idToken, ended?.stop?.meterStopWh, ended?.stop?.reason, ended?.flags],
    ["04A1B2C3", 1_800, "EVDisconnected", []],
  );
  assertEquals(await closeEdge(edge), 0);
});

Deno.test("a transaction that begins with the cable begins in the books with the card", async () => {
  const { edge, tell } = await bench();
  const info = { chargingState: "EVConnected" };
  assertEquals(await tell("Started", { ...EVSE_1, registerWh: 1_000, info }), {});
  assertEquals(openTransactions(edge.transactions.state()), []);
  await edge.clock.advance(30_000);
  const answer = await tell("Updated", ASHA);
  assertEquals(answer, { idTokenInfo: { status: "Accepted" } });
  const [open] = openTransactions(edge.transactions.state());
  assertEquals(open?.meterStartWh, 1_000);
  const begunMs = Date.parse(open?.startedAt ?? "");
  assertEquals(begunMs < edge.clock.wallMs() - 29_000, true, "its own begin");
  assertEquals(await closeEdge(edge), 0);
});

Deno.test("a cable that was in for nothing leaves nothing in the books", async () => {
  const { edge, tell } = await bench();
  await tell("Started", { ...EVSE_1, registerWh: 1_000 });
  await tell("Ended", { registerWh: 1_000 });
  assertEquals([...edge.transactions.state().transactions.values()], []);
  assertEquals([...(await edge.store.load(edge.clock.wallMs()))["unclaimed-starts"]], []);
  assertEquals(await closeEdge(edge), 0);
});

Deno.test("what waits for a card is on disk when the charger is answered", async () => {
  const { edge, tell } = await bench();
  await tell("Started", { ...EVSE_1, registerWh: 1_000 });
  const stored = (await edge.store.load(edge.clock.wallMs()))["unclaimed-starts"];
  assertEquals([...stored.values()].map(({ meterStartWh }) => meterStartWh), [1_000]);
  assertEquals(await closeEdge(edge), 0);
});

Deno.test("the same event again is answered alike, and changes nothing", async () => {
  const { edge, tell } = await bench();
  const start = { ...EVSE_1, ...ASHA, registerWh: 1_000, timestamp: edge.now() };
  const first = await tell("Started", start);
  assertEquals(await tell("Started", start), first);
  assertEquals(edge.transactions.state().transactions.size, 1);
  await edge.clock.advance(600_000);
  const end = { registerWh: 1_500, timestamp: edge.now() };
  await tell("Ended", end);
  await tell("Ended", end);
  const [ended, ...others] = edge.transactions.state().transactions.values();
  assertEquals([ended?.stop?.meterStopWh, others.length, ended?.flags], [1_500, 0, []]);
  assertEquals(await closeEdge(edge), 0);
});

Deno.test("a refused card is refused in the answer, and the session is to be stopped", async () => {
  const { edge, tell } = await bench();
  edge.upstream.verdict = () => ({ status: "Blocked" });
  const answer = await tell("Started", { ...EVSE_1, ...ASHA, registerWh: 1_000 });
  assertEquals(answer, { idTokenInfo: { status: "Blocked" } });
  const [open] = openTransactions(edge.transactions.state());
  assertEquals(open?.refusal?.status, "Blocked");
  assertEquals(await closeEdge(edge), 0);
});

Deno.test("commands name a transaction as its charger does", async () => {
  const { edge, charger, tell } = await bench();
  charger.answer("RequestStopTransaction", { status: "Accepted" });
  await tell("Started", { ...EVSE_1, ...ASHA, registerWh: 1_000 });
  await edge.clock.advance(30_000);
  const [open] = openTransactions(edge.transactions.state());
  const message = { transactionId: String(open?.number) };
  const asking = edge.chargers.call("CP1", { action: "RequestStopTransaction", message });
  await edge.clock.advance(5_000);
  assertEquals((await asking).kind, "answered");
  assertEquals(charger.payloads("RequestStopTransaction").at(-1), { transactionId: "T-1" });
  assertEquals(await closeEdge(edge), 0);
});

Deno.test("the state of charging comes with the events, and a status that is silent of it keeps it", async () => {
  const { edge, tell, status } = await bench("ocpp2.1");
  const info = { chargingState: "Charging" };
  await tell("Started", { ...EVSE_1, ...ASHA, registerWh: 1_000, info });
  const stateAt = () => {
    const slot = edge.site.slotOf("CP1", 1)?.slot ?? 0;
    return edge.site.connector(slot)?.report.message;
  };
  assertEquals([stateAt()?.connectorStatus, stateAt()?.chargingState], ["Occupied", "Charging"]);
  await status("Occupied");
  assertEquals(stateAt()?.chargingState, "Charging");
  await tell("Ended", { registerWh: 1_100, info: { chargingState: "EVConnected" } });
  assertEquals([stateAt()?.chargingState, stateAt()?.afterTransaction], ["EVConnected", true]);
  await status("Available");
  assertEquals([stateAt()?.connectorStatus, stateAt()?.chargingState], ["Available", undefined]);
  assert(await closeEdge(edge) === 0);
});

const orphansOf = async ({ edge }: StationBench) =>
  [...(await edge.store.load(edge.clock.wallMs()))["orphan-stops"].values()]
    .map(({ chargerId, stop: { message } }) => [
      chargerId,
      message.stationTransactionId,
      message.meterStopWh,
      message.idToken?.idToken,
    ]);

Deno.test("the end of a session at an EVSE without a place is taken and kept for an operator (ruling 7)", async () => {
  const station = await bench();
  const { edge, charger, tell } = station;
  // No charger has so many, and nobody has counted this one's yet.
  const far = { evse: { id: 5_000_000, connectorId: 1 } };
  const started = await charger.ask("TransactionEvent", {
    eventType: "Started",
    timestamp: edge.now(),
    triggerReason: "Authorized",
    seqNo: 0,
    transactionInfo: { transactionId: "T-9" },
    ...far,
    ...ASHA,
  });
  assertEquals(started.kind === "error" && started.code, "PropertyConstraintViolation");
  // E01.FR.16: only the first event names the EVSE. It must not be booked at another one.
  assertEquals(await tell("Ended", { id: "T-9", registerWh: 2_500 }), {});
  assertEquals(await tell("Ended", { id: "T-8", registerWh: 900, ...far, ...ASHA }), {});
  assertEquals(await orphansOf(station), [
    ["CP1", "T-9", 2_500, undefined],
    ["CP1", "T-8", 900, "04A1B2C3"],
  ]);
  assertEquals([...edge.transactions.state().transactions.values()], []);
  assertEquals(await closeEdge(edge), 0);
});

Deno.test("where no EV is left nothing is occupied by the end, whichever of both is told first", async () => {
  const { edge, tell, status } = await bench("ocpp2.0.1");
  const info = { chargingState: "Charging" };
  await tell("Started", { ...EVSE_1, ...ASHA, registerWh: 1_000, info });
  await status("Available");
  await tell("Ended", { registerWh: 1_100, info: { chargingState: "Idle" } });
  const slot = edge.site.slotOf("CP1", 1)?.slot ?? 0;
  assertEquals(edge.site.connector(slot)?.report.message.connectorStatus, "Available");
  assert(await closeEdge(edge) === 0);
});

Deno.test("what the CSMS says that a session costs is told to its charger with the next reading (I02.FR.04)", async () => {
  const { edge, tell } = await bench();
  await tell("Started", { ...EVSE_1, ...ASHA, registerWh: 1_000 });
  assertEquals(await tell("Updated", { registerWh: 1_400 }), {});
  const [open] = openTransactions(edge.transactions.state());
  const said = { amount: 12.5, heardAtMs: edge.clock.wallMs() };
  edge.transactions.apply(totalCostSaid(edge.transactions.state(), open?.id ?? "", said));
  assertEquals(await tell("Updated", { registerWh: 1_500 }), { totalCost: 12.5 });
  assertEquals(await closeEdge(edge), 0);
});
