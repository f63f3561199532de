/** What 2.x chargers tell of their connectors, faults and EVs. */
import { assertEquals } from "@std/assert";
import type { Payload } from "../../test/support/frame_peer.ts";
import { openTransactions } from "../transactions/mod.ts";
import { closeEdge } from "./_edge_for_test.ts";
import { ASHA, EVSE_1, type StationBench, stationBench } from "./_station_for_test.ts";

function statusOf(bench: StationBench, connectorStatus: string, connectorId: number) {
  const timestamp = bench.edge.now();
  const message = { timestamp, connectorStatus, evseId: 1, connectorId };
  return bench.charger.result("StatusNotification", message);
}

function stateOf({ edge }: StationBench) {
  return edge.site.state(edge.site.slotOf("CP1", 1)?.slot ?? 0);
}

function event(bench: StationBench, changes: Payload): Promise<Payload> {
  const timestamp = bench.edge.now();
  const eventData = [{
    eventId: 1,
    timestamp,
    trigger: "Alerting",
    actualValue: "true",
    eventNotificationType: "HardWiredNotification",
    component: { name: "EVSE", evse: { id: 1 } },
    variable: { name: "Problem" },
    ...changes,
  }];
  return bench.charger.result("NotifyEvent", { generatedAt: timestamp, seqNo: 0, eventData });
}

// Connectors

Deno.test("a second connector that is out of use while the first is occupied does not hide the EV", async () => {
  const bench = await stationBench();
  await bench.arrive();
  await statusOf(bench, "Available", 2);
  await statusOf(bench, "Occupied", 1);
  await statusOf(bench, "Unavailable", 2);
  assertEquals(stateOf(bench), "preparing");
  await statusOf(bench, "Available", 1);
  assertEquals(stateOf(bench), "available", "one that works makes up for the other");
  await statusOf(bench, "Faulted", 1);
  assertEquals(stateOf(bench), "faulted");
  await statusOf(bench, "Available", 2);
  assertEquals(stateOf(bench), "available");
  assertEquals(await closeEdge(bench.edge), 0);
});

Deno.test("what the charger says of itself, EVSE 0, is no connector's state", async () => {
  const bench = await stationBench();
  await bench.arrive();
  const message = {
    timestamp: bench.edge.now(),
    connectorStatus: "Unavailable",
    evseId: 0,
    connectorId: 0,
  };
  assertEquals(await bench.charger.result("StatusNotification", message), {});
  assertEquals(stateOf(bench), "available");
  assertEquals(bench.edge.site.slotsOf("CP1").length, 1);
  assertEquals(await closeEdge(bench.edge), 0);
});

Deno.test("an EVSE is occupied without a session as long as its charger says so", async () => {
  const bench = await stationBench();
  await bench.arrive();
  await bench.status("Occupied");
  assertEquals(stateOf(bench), "preparing");
  assertEquals(openTransactions(bench.edge.transactions.state()), []);
  assertEquals(await closeEdge(bench.edge), 0);
});

Deno.test("a connector's state may come as an event of its availability", async () => {
  const bench = await stationBench({ version: "ocpp2.1" });
  await bench.arrive();
  await event(bench, {
    trigger: "Delta",
    component: { name: "Connector", evse: { id: 1, connectorId: 1 } },
    variable: { name: "AvailabilityState" },
    actualValue: "Faulted",
  });
  assertEquals(stateOf(bench), "faulted");
  assertEquals(await closeEdge(bench.edge), 0);
});

// Faults

Deno.test("a problem that a charger tells is a fault of its EVSE until it is over", async () => {
  const bench = await stationBench();
  await bench.arrive();
  await event(bench, { techCode: "E17", techInfo: "contactor welded" });
  await event(bench, { actualValue: "false" });
  await event(bench, { component: { name: "ElectricalFeed" } });
  await event(bench, { component: { name: "ElectricalFeed" }, cleared: true });
  const told = bench.edge.faults.filter(({ kind }) => kind.startsWith("charger-"));
  assertEquals(
    told.map(({ kind, subject, state }) => `${kind} ${subject} ${state}`),
    [
      "charger-EVSE.Problem slot 1 raised",
      "charger-EVSE.Problem slot 1 over",
      "charger-ElectricalFeed.Problem CP1 raised",
      "charger-ElectricalFeed.Problem CP1 over",
    ],
  );
  assertEquals(told[0]?.text, "CP1 reports EVSE.Problem true (E17: contactor welded)");
  assertEquals(await closeEdge(bench.edge), 0);
});

Deno.test("names that are too long are cut in the fault that they give, and so is its text", async () => {
  const bench = await stationBench();
  await bench.arrive();
  await event(bench, { component: { name: "C".repeat(800) }, techInfo: "t".repeat(8_000) });
  const [fault] = bench.edge.faults.filter(({ kind }) => kind.startsWith("charger-"));
  assertEquals(fault?.kind, `charger-${"C".repeat(50)}.Problem`);
  assertEquals(fault?.text.length, 500);
  assertEquals(await closeEdge(bench.edge), 0);
});

Deno.test("a value that changes is no fault, and one that crosses a bound which somebody set is", async () => {
  const bench = await stationBench();
  await bench.arrive();
  const temperature = { variable: { name: "Temperature" }, actualValue: "81" };
  await event(bench, { ...temperature, trigger: "Delta" });
  await event(bench, { ...temperature, trigger: "Periodic" });
  assertEquals(bench.edge.faults.filter(({ kind }) => kind.startsWith("charger-")), []);
  await event(bench, { ...temperature, eventNotificationType: "CustomMonitor" });
  const [fault] = bench.edge.faults.filter(({ kind }) => kind.startsWith("charger-"));
  assertEquals(fault?.text, "CP1 reports EVSE.Temperature 81");
  assertEquals(await closeEdge(bench.edge), 0);
});

// What an EV needs

Deno.test("what an EV needs is handed on for its slot, and accepted where it is of use", async () => {
  const bench = await stationBench();
  await bench.arrive();
  await bench.tell("Started", { ...EVSE_1, ...ASHA, registerWh: 1_000 });
  const chargingNeeds = {
    requestedEnergyTransfer: "AC_three_phase",
    departureTime: "2026-01-05T12:30:00Z",
    acChargingParameters: {
      energyAmount: 12_000,
      evMinCurrent: 6,
      evMaxCurrent: 32,
      evMaxVoltage: 400,
    },
  };
  const say = (message: Payload) => bench.charger.result("NotifyEVChargingNeeds", message);
  assertEquals(await say({ evseId: 1, chargingNeeds }), { status: "Accepted" });
  assertEquals(bench.edge.upstream.needs.map(({ slot }) => slot), [1]);
  const { departureTime: _, ...useless } = chargingNeeds;
  assertEquals(await say({ evseId: 1, chargingNeeds: useless }), { status: "Rejected" });
  assertEquals(await say({ evseId: 7, chargingNeeds }), { status: "Rejected" });
  assertEquals(
    bench.edge.upstream.needs.length,
    2,
    "nobody is asked about an EVSE that is not there",
  );
  assertEquals(await closeEdge(bench.edge), 0);
});
