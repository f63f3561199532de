import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { createBench } from "../_bench.ts";

Deno.test("a charger boots, tells how its connectors are, and keeps beating", async () => {
  const bench = await createBench({ csms: { intervalSeconds: 60 } });
  await bench.seconds(1);
  assertEquals(bench.csms.books.boot(), {
    vendorName: "Sangam",
    model: "Simulated 16J",
    serialNumber: "SIM-BENCH",
    firmwareVersion: "1.0.0",
  });
  assertEquals([bench.statuses(0), bench.statuses(1)], [["Available"], ["Available"]]);
  await bench.seconds(180);
  assertEquals(bench.heard("Heartbeat").length, 3);
  await bench.end();
});

Deno.test("a whole session: plug, card, energy, card, unplug", async () => {
  const bench = await createBench();
  await bench.seconds(1);
  bench.plugIn();
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(1_800);
  assertEquals(await card, "started");
  assertEquals(await bench.charger.presentCard(1, "anna"), "stopped");
  await bench.seconds(5);
  bench.charger.unplug(1);
  await bench.seconds(5);
  assertEquals(bench.statuses(1), [
    "Available",
    "Preparing",
    "SuspendedEV",
    "Charging",
    "Finishing",
    "Available",
  ]);
  const [session] = bench.csms.books.sessions();
  assertEquals([session?.idTag, session?.stop?.reason, session?.stop?.idTag], [
    "ANNA",
    "Local",
    "anna",
  ]);
  assertEquals(session?.meterValues, 29);
  assertAlmostEquals(session?.registerWh ?? 0, 3 * 16 * 230 / 2, 60);
  assertEquals(bench.csms.books.oddities(), []);
  await bench.end();
});

Deno.test("meter values are told each interval, with what the key lists", async () => {
  const bench = await createBench({
    charger: {
      configuration: {
        MeterValueSampleInterval: "10",
        MeterValuesSampledData: "Current.Import,SoC",
      },
    },
  });
  await bench.seconds(1);
  bench.plugIn("onePhase32");
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(61);
  await card;
  const values = bench.heard("MeterValues");
  assertEquals(values.length, 6);
  const samples = values.at(-1)?.meterValue[0]?.sampledValue;
  assertEquals(samples?.map(({ measurand, phase, value }) => `${measurand} ${phase} ${value}`), [
    "Current.Import L1 31.70",
    "Current.Import L2 0.00",
    "Current.Import L3 0.00",
    "SoC undefined 20",
  ]);
  await bench.end();
});

Deno.test("a meter without phases gives one current for all of them", async () => {
  const bench = await createBench({
    charger: {
      configuration: { MeterValueSampleInterval: "30", MeterValuesSampledData: "Current.Import" },
      faults: { metersWithoutPhases: true },
    },
  });
  await bench.seconds(1);
  bench.plugIn("twoPhase16");
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(35);
  await card;
  const samples = bench.heard("MeterValues")[0]?.meterValue[0]?.sampledValue;
  assertEquals(samples?.map(({ value, phase }) => [value, phase]), [["16.00", undefined]]);
  await bench.end();
});

Deno.test("a card before the plug waits, and gives up after ConnectionTimeOut", async () => {
  const bench = await createBench({ charger: { configuration: { ConnectionTimeOut: "30" } } });
  await bench.seconds(1);
  const first = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(29);
  assertEquals([await first, bench.charger.look(1).status], ["waiting", "Preparing"]);
  await bench.seconds(5);
  assertEquals(bench.charger.look(1).status, "Available");
  const second = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(5);
  bench.plugIn();
  await bench.seconds(60);
  assertEquals([await second, bench.charger.look(1).status], ["waiting", "Charging"]);
  await bench.end();
});

Deno.test("a blocked card is refused", async () => {
  const bench = await createBench({ csms: { tokens: { ANNA: { status: "Blocked" } } } });
  await bench.seconds(1);
  bench.plugIn();
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(10);
  assertEquals([await card, bench.charger.look(1).status], ["refused", "Preparing"]);
  assertEquals(bench.heard("StartTransaction"), []);
  await bench.end();
});

Deno.test("a stranger's card does not stop a transaction, one of the group does", async () => {
  const firm = { status: "Accepted", parentIdTag: "FIRM" } as const;
  const bench = await createBench({ csms: { tokens: { ANNA: firm, BERT: firm } } });
  await bench.seconds(1);
  bench.plugIn();
  const begun = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(20);
  await begun;
  const stranger = bench.charger.presentCard(1, "CARL");
  await bench.seconds(1);
  assertEquals(await stranger, "refused");
  const colleague = bench.charger.presentCard(1, "BERT");
  await bench.seconds(1);
  assertEquals(await colleague, "stopped");
  await bench.end();
});

for (const stops of [true, false]) {
  Deno.test(`a token refused at the start ${stops ? "stops" : "starves"} the transaction`, async () => {
    const bench = await createBench({
      csms: { allowsConcurrent: false },
      charger: {
        outlets: [1, 2].map(() => ({ lines: ["L1"], maxAmps: 32, fixedCable: false })),
        configuration: { StopTransactionOnInvalidId: String(stops) },
      },
    });
    await bench.seconds(1);
    for (const connectorId of [1, 2]) {
      bench.plugIn("onePhase32", 0.2, connectorId);
      const card = bench.charger.presentCard(connectorId, "ANNA");
      await bench.seconds(5);
      assertEquals(await card, "started");
    }
    await bench.seconds(60);
    assertEquals(bench.charger.look(2).status, stops ? "Finishing" : "SuspendedEVSE");
    assertEquals(bench.charger.currents().L1, 31.7, "only the first one charges");
    const [, second] = bench.csms.books.sessions();
    assertEquals(second?.stop?.reason, stops ? "DeAuthorized" : undefined);
    await bench.end();
  });
}

Deno.test("pulling the plug ends the transaction", async () => {
  const bench = await createBench();
  await bench.seconds(1);
  bench.plugIn();
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(60);
  await card;
  assert(bench.charger.unplug(1) !== null);
  await bench.seconds(5);
  const [session] = bench.csms.books.sessions();
  assertEquals([session?.stop?.reason, session?.stop?.idTag], ["EVDisconnected", null]);
  assertEquals(bench.charger.look(1).status, "Available");
  await bench.end();
});

Deno.test("where it is told so, pulling the plug at the EV only suspends", async () => {
  const bench = await createBench({
    charger: { configuration: { StopTransactionOnEVSideDisconnect: "false" } },
  });
  await bench.seconds(1);
  bench.plugIn();
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(60);
  await card;
  bench.charger.unplug(1);
  await bench.seconds(5);
  const last = bench.heard("StatusNotification").at(-1);
  assertEquals([last?.status, last?.info], ["SuspendedEV", "EV side disconnected"]);
  bench.plugIn();
  await bench.seconds(60);
  assertEquals(bench.charger.look(1).status, "Charging");
  assertEquals(bench.csms.books.open().length, 1);
  await bench.end();
});

Deno.test("a full EV is suspended by itself", async () => {
  const bench = await createBench();
  await bench.seconds(1);
  bench.plugIn("threePhase11kW", 0.999);
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(600);
  await card;
  assertEquals(bench.charger.look(1).status, "SuspendedEV");
  assertEquals(bench.charger.look(1).ev?.mood, "full");
  await bench.end();
});

Deno.test("a fault stops the current and is told, and the repair brings it back", async () => {
  const bench = await createBench();
  await bench.seconds(1);
  bench.plugIn();
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(60);
  await card;
  bench.charger.breakDown(1, "GroundFailure");
  await bench.seconds(1);
  assertEquals(bench.charger.currents().L1, 0);
  const told = bench.heard("StatusNotification").at(-1);
  assertEquals([told?.status, told?.errorCode], ["Faulted", "GroundFailure"]);
  bench.charger.breakDown(1, null);
  await bench.seconds(60);
  assertEquals(bench.charger.look(1).status, "Charging");
  await bench.end();
});

Deno.test("short states are not told where MinimumStatusDuration asks for more", async () => {
  const bench = await createBench({ charger: { configuration: { MinimumStatusDuration: "20" } } });
  await bench.seconds(1);
  bench.plugIn();
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(60);
  await card;
  assertEquals(bench.statuses(1), ["Available", "Charging"]);
  await bench.end();
});

Deno.test("StopTransaction carries what its key lists, first and last included", async () => {
  const bench = await createBench({
    charger: {
      configuration: {
        StopTxnSampledData: "Energy.Active.Import.Register",
        StopTransactionMaxMeterValues: "5",
        MeterValueSampleInterval: "60",
      },
    },
  });
  await bench.seconds(1);
  bench.plugIn();
  const card = bench.charger.presentCard(1, "ANNA");
  await bench.seconds(1_000);
  await card;
  bench.charger.unplug(1);
  await bench.seconds(1);
  const [stop] = bench.heard("StopTransaction");
  const contexts = stop?.transactionData?.map(({ sampledValue }) => sampledValue[0]?.context);
  assertEquals(contexts?.length, 5);
  assertEquals([contexts?.[0], contexts?.at(-1)], ["Transaction.Begin", "Transaction.End"]);
  assertEquals(
    stop?.transactionData?.at(-1)?.sampledValue[0]?.value,
    String(Math.floor(bench.charger.look(1).registerWh)),
  );
  await bench.end();
});

Deno.test("clock-aligned values come on the quarter of an hour, also without transaction", async () => {
  const bench = await createBench({
    charger: { configuration: { ClockAlignedDataInterval: "900" } },
  });
  await bench.seconds(100);
  await bench.seconds(1_750);
  const values = bench.heard("MeterValues");
  assertEquals(values.map(({ meterValue }) => meterValue[0]?.timestamp), [
    "2026-01-05T06:15:00.000Z",
    "2026-01-05T06:30:00.000Z",
  ]);
  assertEquals(values[0]?.transactionId, undefined);
  assertEquals(values[0]?.meterValue[0]?.sampledValue[0]?.context, "Sample.Clock");
  await bench.end();
});
