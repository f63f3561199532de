import { assert, assertEquals, assertGreater } from "@std/assert";
import { placeOf } from "../../test/support/books.ts";
import type { Payload } from "../../test/support/frame_peer.ts";
import { ask, assertValid, readyFor, type Version2x, VERSIONS_2X } from "./_session_2x_for_test.ts";
import { stopUpstream, type Upstream } from "./_link_for_test.ts";

interface Entry {
  readonly component: {
    readonly name: string;
    readonly instance?: string;
    readonly evse?: { readonly id: number; readonly connectorId?: number };
  };
  readonly variable: { readonly name: string; readonly instance?: string };
  readonly variableAttribute: readonly { readonly value?: string; readonly mutability?: string }[];
  readonly variableCharacteristics?: Payload;
}

/** Everything that was reported under this number, put together. */
function reported({ peer }: Upstream, requestId: number): readonly Entry[] {
  const reports = peer().payloads("NotifyReport").filter((each) => each["requestId"] === requestId);
  assertEquals(reports.map(({ seqNo }) => seqNo), reports.map((_, index) => index));
  assertEquals(reports.map(({ tbc }) => tbc), reports.map((_, at) => at < reports.length - 1));
  return reports.flatMap(({ reportData }) => reportData as readonly Entry[]);
}

const pathOf = ({ component: { name, instance, evse }, variable }: Entry) =>
  [name, instance, evse?.id, evse?.connectorId, variable.name, variable.instance]
    .filter((part) => part !== undefined).join(".");

/** What the specification requires of every station (2.0.1 appendix 3, referenced components). */
const REQUIRED = [
  "AlignedDataCtrlr.Interval",
  "AlignedDataCtrlr.Measurands",
  "AlignedDataCtrlr.TxEndedInterval",
  "AlignedDataCtrlr.TxEndedMeasurands",
  "AuthCtrlr.AuthorizeRemoteStart",
  "AuthCtrlr.LocalAuthorizeOffline",
  "AuthCtrlr.LocalPreAuthorize",
  "ClockCtrlr.DateTime",
  "ClockCtrlr.TimeSource",
  "DeviceDataCtrlr.BytesPerMessage.GetReport",
  "DeviceDataCtrlr.BytesPerMessage.GetVariables",
  "DeviceDataCtrlr.BytesPerMessage.SetVariables",
  "DeviceDataCtrlr.ItemsPerMessage.GetReport",
  "DeviceDataCtrlr.ItemsPerMessage.GetVariables",
  "DeviceDataCtrlr.ItemsPerMessage.SetVariables",
  "ISO15118Ctrlr.ContractValidationOffline",
  "LocalAuthListCtrlr.BytesPerMessage",
  "LocalAuthListCtrlr.Entries",
  "LocalAuthListCtrlr.ItemsPerMessage",
  "OCPPCommCtrlr.FileTransferProtocols",
  "OCPPCommCtrlr.MessageAttemptInterval.TransactionEvent",
  "OCPPCommCtrlr.MessageAttempts.TransactionEvent",
  "OCPPCommCtrlr.MessageTimeout.Default",
  "OCPPCommCtrlr.NetworkConfigurationPriority",
  "OCPPCommCtrlr.NetworkProfileConnectionAttempts",
  "OCPPCommCtrlr.OfflineThreshold",
  "OCPPCommCtrlr.ResetRetries",
  "OCPPCommCtrlr.RetryBackOffRandomRange",
  "OCPPCommCtrlr.RetryBackOffRepeatTimes",
  "OCPPCommCtrlr.RetryBackOffWaitMinimum",
  "OCPPCommCtrlr.UnlockOnEVSideDisconnect",
  "OCPPCommCtrlr.WebSocketPingInterval",
  "SampledDataCtrlr.TxEndedInterval",
  "SampledDataCtrlr.TxEndedMeasurands",
  "SampledDataCtrlr.TxStartedMeasurands",
  "SampledDataCtrlr.TxUpdatedInterval",
  "SampledDataCtrlr.TxUpdatedMeasurands",
  "SecurityCtrlr.CertificateEntries",
  "SecurityCtrlr.OrganizationName",
  "SecurityCtrlr.SecurityProfile",
  "SmartChargingCtrlr.Entries.ChargingProfiles",
  "SmartChargingCtrlr.LimitChangeSignificance",
  "SmartChargingCtrlr.PeriodsPerSchedule",
  "SmartChargingCtrlr.ProfileStackLevel",
  "SmartChargingCtrlr.RateUnit",
  "TariffCostCtrlr.Currency",
  "TariffCostCtrlr.TariffFallbackMessage",
  "TariffCostCtrlr.TotalCostFallbackMessage",
  "TxCtrlr.EVConnectionTimeOut",
  "TxCtrlr.StopTxOnEVSideDisconnect",
  "TxCtrlr.StopTxOnInvalidId",
  "TxCtrlr.TxStartPoint",
  "TxCtrlr.TxStopPoint",
  "ChargingStation.Available",
  "ChargingStation.AvailabilityState",
  "ChargingStation.SupplyPhases",
  ...[1, 2].flatMap((slot) => [
    `EVSE.${slot}.Available`,
    `EVSE.${slot}.AvailabilityState`,
    `EVSE.${slot}.Power`,
    `EVSE.${slot}.SupplyPhases`,
    `Connector.${slot}.1.Available`,
    `Connector.${slot}.1.ConnectorType`,
    `Connector.${slot}.1.SupplyPhases`,
  ]),
];

/** Components whose variables are required of a station that has them; this one has none of these. */
const ABSENT = [
  "ACDERCtrlr",
  "DCDERCtrlr",
  "DisplayMessageCtrlr",
  "MonitoringCtrlr",
  "PaymentCtrlr",
  "V2XChargingCtrlr",
  "WebPaymentsCtrlr",
];

for (const version of VERSIONS_2X) {
  Deno.test(`${version}: the full inventory has every required variable once, in bounded messages after the answer`, async () => {
    const upstream = await readyFor(version);
    const answer = await ask(upstream, "GetBaseReport", {
      requestId: 7,
      reportBase: "FullInventory",
    });
    assertEquals(answer, { status: "Accepted" });
    const entries = reported(upstream, 7);
    const paths = entries.map(pathOf);
    assertEquals(paths.length, new Set(paths).size);
    assertEquals(REQUIRED.filter((each) => !paths.includes(each)), []);
    const components = new Set(entries.map(({ component }) => component.name));
    assertEquals(ABSENT.filter((each) => components.has(each)), []);
    for (const { text } of upstream.peer().heard) assert(text.length < 20_000);
    assertEquals(entries.some(({ component }) => component.name === "OCPP16LegacyCtrlr"), false);
    assert(entries.every(({ variableCharacteristics }) => variableCharacteristics !== undefined));
    await assertValid(upstream, version);
    await stopUpstream(upstream);
  });
}

async function report(
  version: Version2x,
  action: "GetBaseReport" | "GetReport",
  order: Payload,
): Promise<{ readonly status: unknown; readonly entries: readonly Entry[] }> {
  const upstream = await readyFor(version, {
    places: [placeOf(1), placeOf(2, { lines: ["L2"], maxCurrentAmps: 16 })],
  });
  const { status } = await ask(upstream, action, { requestId: 3, ...order });
  const entries = reported(upstream, 3);
  await stopUpstream(upstream);
  return { status, entries };
}

Deno.test("the configuration inventory is what can be set, the summary the states", async () => {
  const configuration = await report("ocpp2.0.1", "GetBaseReport", {
    reportBase: "ConfigurationInventory",
  });
  assertGreater(configuration.entries.length, 5);
  for (const { variableAttribute } of configuration.entries) {
    // A password can be set, and not be read.
    assert(variableAttribute[0]?.mutability !== "ReadOnly");
  }
  const summary = await report("ocpp2.0.1", "GetBaseReport", { reportBase: "SummaryInventory" });
  assertEquals(summary.entries.map(pathOf), [
    "ChargingStation.AvailabilityState",
    "EVSE.1.AvailabilityState",
    "Connector.1.1.AvailabilityState",
    "EVSE.2.AvailabilityState",
    "Connector.2.1.AvailabilityState",
  ]);
});

Deno.test("an EVSE says how much it gives, by its lines and its current", async () => {
  const { entries } = await report("ocpp2.1", "GetReport", {
    componentVariable: [{ component: { name: "evse" }, variable: { name: "power" } }],
  });
  const limits = entries.map((each) => [pathOf(each), each.variableCharacteristics?.["maxLimit"]]);
  assertEquals(limits, [["EVSE.1.Power", 3 * 230 * 32], ["EVSE.2.Power", 230 * 16]]);
});

Deno.test("a report with criteria is limited to what was asked for (B08)", async () => {
  const asked = async (order: Payload) => {
    const { status, entries } = await report("ocpp2.0.1", "GetReport", order);
    return [status, ...entries.map(pathOf)];
  };
  assertEquals(
    await asked({ componentVariable: [{ component: { name: "Connector", evse: { id: 2 } } }] }),
    [
      "Accepted",
      ...["Available", "AvailabilityState", "ConnectorType", "SupplyPhases"].map((each) =>
        `Connector.2.1.${each}`
      ),
    ],
  );
  // Every instance of a variable where none is named (B08.FR.21).
  assertEquals(
    await asked({
      componentVariable: [{
        component: { name: "DeviceDataCtrlr" },
        variable: { name: "BytesPerMessage" },
      }],
    }),
    [
      "Accepted",
      ...["GetReport", "GetVariables", "SetVariables"].map((each) =>
        `DeviceDataCtrlr.BytesPerMessage.${each}`
      ),
    ],
  );
  // Chargers that are away are not active; what has no such variable counts as active (B08.FR.07).
  const active = await asked({ componentCriteria: ["Active"] });
  assertEquals(active.some((each) => String(each).startsWith("Controller")), false);
  assert(active.includes("EVSE.1.Power"));
  assertEquals(await asked({ componentCriteria: ["Problem"] }), ["EmptyResultSet"]);
  const nothing = [{ component: { name: "Flux" } }];
  assertEquals(await asked({ componentVariable: nothing }), ["EmptyResultSet"]);
});
