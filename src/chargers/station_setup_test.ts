/** The set-up of 2.x chargers: what they are asked, what they are given, and what they may lack. */
import { assert, assertEquals } from "@std/assert";
import { placeOf } from "../../test/support/books.ts";
import { closeEdge } from "./_edge_for_test.ts";
import { ASHA, device, EVSE_1, nameOf, stationBench, VARIABLES } from "./_station_for_test.ts";
import { openTransactions } from "../transactions/mod.ts";

Deno.test("a 2.0.1 charger is known by its own variables, asked for as many at once as it takes", async () => {
  const bench = await stationBench();
  await bench.arrive();
  assertEquals(bench.edge.site.charger("CP1")?.features, {
    smartCharging: true,
    stackLevelMax: 3,
    rateUnit: "A",
    localList: false,
    reservation: true,
    remoteTrigger: true,
    sampleIntervalMs: 10_000,
    localListMax: 20,
    localListItemsMax: 20,
  });
  const asked = bench.charger.payloads("GetVariables").map(({ getVariableData }) =>
    (getVariableData as readonly unknown[]).length
  );
  assert(asked.every((count) => count <= 5), String(asked));
  assertEquals(await closeEdge(bench.edge), 0);
});

Deno.test("the set-up of a 2.0.1 charger writes what differs, several in one message", async () => {
  const model = device({
    ...VARIABLES,
    "SampledDataCtrlr.TxUpdatedInterval": "60",
    "SampledDataCtrlr.TxStartedMeasurands": "",
    "SampledDataCtrlr.TxEndedMeasurands": "SoC",
    "AuthCtrlr.LocalPreAuthorize": "true",
    "AuthCtrlr.AuthorizeRemoteStart": "TRUE",
    "TxCtrlr.StopTxOnInvalidId": "True",
  });
  const bench = await stationBench({ device: model });
  await bench.arrive();
  assertEquals(model.written.toSorted(), [
    "AuthCtrlr.AuthorizeRemoteStart=false",
    "AuthCtrlr.LocalPreAuthorize=false",
    "SampledDataCtrlr.TxEndedMeasurands=Energy.Active.Import.Register",
    "SampledDataCtrlr.TxStartedMeasurands=Energy.Active.Import.Register",
    "SampledDataCtrlr.TxUpdatedInterval=10",
  ]);
  const sizes = bench.charger.payloads("SetVariables").map(({ setVariableData }) =>
    (setVariableData as readonly unknown[]).length
  );
  assertEquals(sizes, [4, 1]);
  assertEquals(bench.edge.site.charger("CP1")?.features?.sampleIntervalMs, 10_000);
  assertEquals(await closeEdge(bench.edge), 0);
});

Deno.test("smart charging that is off is switched on before the fail-safe current goes in", async () => {
  const model = device({ ...VARIABLES, "SmartChargingCtrlr.Enabled": "false" });
  const bench = await stationBench({ device: model, edge: { places: [placeOf(1)] } });
  await bench.arrive();
  assertEquals(model.written, ["SmartChargingCtrlr.Enabled=true"]);
  const actions = bench.charger.heard.map(({ action }) => action);
  assert(actions.indexOf("SetVariables") < actions.indexOf("SetChargingProfile"));
  assertEquals(bench.edge.site.charger("CP1")?.features?.smartCharging, true);
  assertEquals(await closeEdge(bench.edge), 0);
});

Deno.test("a charger without smart charging is given no profile, and the operator hears of it", async () => {
  const model = device({ ...VARIABLES, "SmartChargingCtrlr.Available": "false" });
  const bench = await stationBench({ device: model, edge: { places: [placeOf(1)] } });
  await bench.arrive();
  assertEquals(bench.charger.payloads("SetChargingProfile"), []);
  assertEquals(bench.charger.payloads("ClearChargingProfile"), []);
  assertEquals(
    bench.edge.faults.map(({ kind }) => kind).includes("fail-safe-not-installed"),
    true,
  );
  assertEquals(await closeEdge(bench.edge), 0);
});

Deno.test("profiles of whoever was there before are cleared by purpose: 2.x clears nothing unnamed", async () => {
  const bench = await stationBench({ edge: { places: [placeOf(1)] } });
  await bench.arrive();
  assertEquals(bench.charger.payloads("ClearChargingProfile"), [
    { chargingProfileCriteria: { chargingProfilePurpose: "ChargingStationMaxProfile" } },
    { chargingProfileCriteria: { chargingProfilePurpose: "TxDefaultProfile" } },
    { chargingProfileCriteria: { chargingProfilePurpose: "TxProfile" } },
  ]);
  assertEquals(await closeEdge(bench.edge), 0);
});

for (const evses of [1, 2, 4, 6]) {
  Deno.test(`a 2.x charger with ${evses} EVSEs is counted by their states`, async () => {
    const bench = await stationBench({ device: device(VARIABLES, evses) });
    await bench.arrive();
    assertEquals(bench.edge.site.charger("CP1")?.shape?.counted, evses);
    assertEquals(await closeEdge(bench.edge), 0);
  });
}

Deno.test("a charger that knows the state of every EVSE there could be is not believed", async () => {
  const bench = await stationBench({ device: device(VARIABLES, 10_000) });
  await bench.arrive();
  assertEquals(bench.edge.site.charger("CP1")?.shape?.counted, undefined);
  assertEquals(await closeEdge(bench.edge), 0);
});

Deno.test("a variable that a charger stumbles over hides no other", async () => {
  const model = device();
  const bench = await stationBench({ device: model });
  bench.charger.answer("GetVariables", (payload) => {
    const asked = payload["getVariableData"] as readonly Parameters<typeof nameOf>[0][];
    return asked.some((each) => nameOf(each) === "ReservationCtrlr.Enabled")
      ? { callError: "InternalError" }
      : model.answers.GetVariables(payload);
  });
  await bench.arrive();
  const features = bench.edge.site.charger("CP1")?.features;
  assertEquals([features?.stackLevelMax, features?.reservation], [3, true]);
  assertEquals(await closeEdge(bench.edge), 0);
});

for (const version of ["ocpp2.0.1", "ocpp2.1"] as const) {
  Deno.test(`a charger of ${version} that knows of no variable charges all the same, within its fail-safe current`, async () => {
    const bench = await stationBench({
      version,
      device: device({}, 0),
      edge: { places: [placeOf(1)] },
    });
    bench.charger.answer("GetVariables", { callError: "NotImplemented" });
    await bench.arrive();
    assertEquals(bench.charger.payloads("SetChargingProfile").length, 1);
    const answer = await bench.tell("Started", { ...EVSE_1, ...ASHA, registerWh: 1_000 });
    assertEquals(answer, { idTokenInfo: { status: "Accepted" } });
    assertEquals(openTransactions(bench.edge.transactions.state()).length, 1);
    assertEquals(await closeEdge(bench.edge), 0);
  });
}

Deno.test("a setting that counts only after a restart is taken, and the operator hears of the restart", async () => {
  const model = device({ ...VARIABLES, "SampledDataCtrlr.TxUpdatedInterval": "60" });
  const bench = await stationBench({ device: model });
  bench.charger.answer("SetVariables", ({ setVariableData }) => ({
    setVariableResult: (setVariableData as readonly Parameters<typeof nameOf>[0][]).map(
      ({ component, variable }) => ({ attributeStatus: "RebootRequired", component, variable }),
    ),
  }));
  await bench.arrive();
  const texts = bench.edge.faults.filter(({ kind }) => kind === "reset-wanted");
  assertEquals(texts.length, 1);
  assertEquals(await closeEdge(bench.edge), 0);
});

Deno.test("orders to a 2.x charger are numbered, and name a connector where one must be named", async () => {
  const bench = await stationBench();
  const { edge, charger } = bench;
  await bench.arrive();
  charger.answer("GetBaseReport", { status: "Accepted" });
  charger.answer("UnlockConnector", { status: "Unlocked" });
  const message = { reportBase: "SummaryInventory" } as const;
  const calls = [
    edge.chargers.call("CP1", { action: "GetBaseReport", message }),
    edge.chargers.call("CP1", { action: "GetBaseReport", message }),
    edge.chargers.call("CP1", {
      action: "UnlockConnector",
      message: { evseId: 1, connectorId: 0 },
    }),
    edge.chargers.call("CP1", {
      action: "TriggerMessage",
      message: { requestedMessage: "StatusNotification", evse: { id: 1 } },
    }),
  ];
  await edge.clock.advance(5_000);
  for (const call of calls) assertEquals((await call).kind, "answered");
  const [first, second] = charger.payloads("GetBaseReport").map(({ requestId }) => requestId);
  assertEquals(Number(second) - Number(first), 1);
  assertEquals(charger.payloads("UnlockConnector").at(-1), { evseId: 1, connectorId: 1 });
  assertEquals(charger.payloads("TriggerMessage").at(-1), {
    requestedMessage: "StatusNotification",
    evse: { id: 1, connectorId: 1 },
  });
  assertEquals(await closeEdge(edge), 0);
});

Deno.test("how long a 2.x charger's list may be is in its report, not in how many are in it", async () => {
  const model = device({
    ...VARIABLES,
    "LocalAuthListCtrlr.Available": "true",
    "LocalAuthListCtrlr.Enabled": "true",
    "LocalAuthListCtrlr.Entries": "3",
    "LocalAuthListCtrlr.ItemsPerMessage": "5",
  });
  const bench = await stationBench({ device: model });
  bench.charger.answer("GetReport", { status: "Accepted" });
  await bench.arrive();
  const listOf = () => {
    const features = bench.edge.site.charger("CP1")?.features;
    return [features?.localList, features?.localListMax, features?.localListItemsMax];
  };
  assertEquals(listOf(), [true, 20, 5]);
  const [asked] = bench.charger.payloads("GetReport");
  const component = { name: "LocalAuthListCtrlr" };
  const variable = { name: "Entries" };
  assertEquals(asked?.["componentVariable"], [{ component, variable }]);
  const say = (maxLimit: number) =>
    bench.charger.result("NotifyReport", {
      requestId: asked?.["requestId"],
      generatedAt: bench.edge.now(),
      seqNo: 0,
      reportData: [{
        component,
        variable,
        variableAttribute: [{ value: "3" }],
        variableCharacteristics: { dataType: "integer", maxLimit, supportsMonitoring: false },
      }],
    });
  assertEquals(await say(0.5), {});
  assertEquals(listOf(), [true, 20, 5], "no list is that long");
  assertEquals(await say(500), {});
  assertEquals(listOf(), [true, 500, 5]);
  assertEquals(await closeEdge(bench.edge), 0);
});
