import { isoTime } from "../lib/clock.ts";
import { compact } from "../lib/json.ts";
import type { Component, InsideRequest, Mutability, Variable } from "../ocpp/mod.ts";
import type { EvsePlace, SlotRecord, VariableDefinition, VariableType } from "../site/mod.ts";
import { openOn } from "../transactions/mod.ts";
import { type Access, CONFIGURED_SLOT, CSMS_SLOTS } from "./access.ts";
import { reportOf } from "./announcements.ts";
import { FRAMES, REPORT_ITEMS_MAX } from "./bounds.ts";
import type { CsmsOptions } from "./options.ts";
import type { CsmsPorts } from "./ports.ts";
import { securitySettings } from "./security_settings.ts";

/** One variable of the device model with its value, as 2.x reports it (B07, B08). */
export type ModelEntry = NonNullable<InsideRequest<"NotifyReport">["reportData"]>[number];

/** What the device model is made of. */
export type ModelPorts =
  & Pick<
    CsmsPorts,
    "clock" | "roots" | "site" | "tariffs" | "tokens" | "transactions" | "variables"
  >
  & { readonly options: CsmsOptions; readonly access: Access };

/** Components that only a 1.6 CSMS is told of. */
const LEGACY_COMPONENT = "OCPP16LegacyCtrlr";

/**
 * The gateway as one charging station of 2.x, with its values of now: its own settings, the station,
 * an EVSE with one connector for each slot, and a Controller for each charger behind it.
 */
export function deviceModel(ports: ModelPorts): readonly ModelEntry[] {
  return [
    ...ports.variables.all()
      .filter(({ definition }) => definition.component !== LEGACY_COMPONENT)
      .map(({ definition, value }) => ownEntry(definition, value)),
    ...facts(ports),
    ...connection(ports),
    ...station(ports),
    ...[...ports.site.slots().values()].filter(({ removed }) => !removed)
      .flatMap(({ slot }) => socket(slot, ports)),
    ...ports.site.chargers().flatMap((charger) => controller(charger, ports)),
  ];
}

function ownEntry(definition: VariableDefinition, value: string): ModelEntry {
  const { component, variable, instance, mutability, type } = definition;
  return {
    component: { name: component },
    variable: compact({ name: variable, instance }),
    variableAttribute: [{
      type: "Actual",
      value,
      mutability,
      persistent: mutability !== "ReadOnly",
    }],
    variableCharacteristics: { ...characteristicsOf(type), supportsMonitoring: false },
  };
}

type Characteristics = Omit<
  NonNullable<ModelEntry["variableCharacteristics"]>,
  "supportsMonitoring"
>;

function characteristicsOf(type: VariableType): Characteristics {
  switch (type.kind) {
    case "boolean":
      return { dataType: "boolean" };
    case "integer":
      return { dataType: "integer", minLimit: type.min, maxLimit: type.max };
    case "text":
      return { dataType: "string", maxLimit: type.lengthMax };
    case "list":
      return { dataType: "MemberList", valuesList: type.of.join(",") };
  }
}

function entry(
  component: Component,
  variable: string | Variable,
  value: string | undefined,
  characteristics: Characteristics,
  mutability: Mutability = "ReadOnly",
): ModelEntry {
  return {
    component,
    variable: typeof variable === "string" ? { name: variable } : variable,
    variableAttribute: [compact({ type: "Actual" as const, value, mutability })],
    variableCharacteristics: { ...characteristics, supportsMonitoring: false },
  };
}

const FLAG: Characteristics = { dataType: "boolean" };
const COUNT: Characteristics = { dataType: "integer" };
const TEXT: Characteristics = { dataType: "string" };
const STATES: Characteristics = {
  dataType: "OptionList",
  valuesList: "Available,Occupied,Reserved,Unavailable,Faulted",
};

/** What 2.x wants to read of every station, and what is so here whatever anybody sets. */
function facts({ access, clock, options, roots, tariffs }: ModelPorts): ModelEntry[] {
  const { backOff, answerTimeoutMs } = options.timing;
  const seconds = (ms: number) => String(Math.round(ms / 1000));
  const bytes = String(FRAMES.lengthMax);
  const { currency, elementsMax } = tariffs.facts();
  const certificates = roots.all().length + access.certificates().length;
  const rows: readonly (readonly [string, string, string, Characteristics])[] = [
    ["AlignedDataCtrlr", "Available", "true", FLAG],
    ["AlignedDataCtrlr", "TxEndedInterval", "0", COUNT],
    ["AuthCtrlr", "Enabled", "true", FLAG],
    ["AuthCacheCtrlr", "Available", "true", FLAG],
    ["ClockCtrlr", "DateTime", isoTime(clock.wallMs()), { dataType: "dateTime" }],
    ["ClockCtrlr", "TimeSource", "Heartbeat", { dataType: "SequenceList" }],
    ["DeviceDataCtrlr", "BytesPerMessage[GetReport]", bytes, COUNT],
    ["DeviceDataCtrlr", "BytesPerMessage[GetVariables]", bytes, COUNT],
    ["DeviceDataCtrlr", "BytesPerMessage[SetVariables]", bytes, COUNT],
    ["DeviceDataCtrlr", "ItemsPerMessage[GetReport]", String(REPORT_ITEMS_MAX), COUNT],
    ["DeviceDataCtrlr", "ItemsPerMessage[SetVariables]", "100", COUNT],
    ["ISO15118Ctrlr", "ContractValidationOffline", "false", FLAG],
    ["LocalAuthListCtrlr", "Available", "true", FLAG],
    ["LocalAuthListCtrlr", "BytesPerMessage", bytes, COUNT],
    ["OCPPCommCtrlr", "FileTransferProtocols", "", { dataType: "MemberList" }],
    ["OCPPCommCtrlr", "MessageTimeout[Default]", seconds(answerTimeoutMs), COUNT],
    ["OCPPCommCtrlr", "ActiveNetworkProfile", String(access.active().slot), COUNT],
    ["OCPPCommCtrlr", "RetryBackOffRandomRange", seconds(backOff.randomRangeMs), COUNT],
    ["OCPPCommCtrlr", "RetryBackOffRepeatTimes", String(backOff.repeatTimes), COUNT],
    ["OCPPCommCtrlr", "RetryBackOffWaitMinimum", seconds(backOff.waitMinimumMs), COUNT],
    ["ReservationCtrlr", "Available", "true", FLAG],
    ["ReservationCtrlr", "Enabled", "true", FLAG],
    ["SampledDataCtrlr", "Available", "true", FLAG],
    ["SampledDataCtrlr", "TxEndedInterval", "0", COUNT],
    [
      "SampledDataCtrlr",
      "TxStartedMeasurands",
      "Energy.Active.Import.Register",
      { dataType: "MemberList" },
    ],
    ["SecurityCtrlr", "CertificateEntries", String(certificates), COUNT],
    ["SecurityCtrlr", "Identity", access.active().identity, TEXT],
    ["SmartChargingCtrlr", "Available", "true", FLAG],
    ["SmartChargingCtrlr", "Enabled", "true", FLAG],
    ["SmartChargingCtrlr", "ExternalControlSignalsEnabled", "true", FLAG],
    ["TariffCostCtrlr", "Available[Cost]", "true", FLAG],
    ["TariffCostCtrlr", "Available[Tariff]", "true", FLAG],
    ["TariffCostCtrlr", "ConditionsSupported[Tariff]", "true", FLAG],
    ["TariffCostCtrlr", "Currency", currency, TEXT],
    ["TariffCostCtrlr", "Enabled[Cost]", "true", FLAG],
    ["TariffCostCtrlr", "Enabled[Tariff]", "true", FLAG],
    ["TariffCostCtrlr", "MaxElements[Tariff]", String(elementsMax), COUNT],
    // There is no display to show them on.
    ["TariffCostCtrlr", "TariffFallbackMessage", "", TEXT],
    ["TariffCostCtrlr", "TotalCostFallbackMessage", "", TEXT],
    // Chargers of 1.6 begin when a driver is accepted and his EV is there, and end when either goes.
    ["TxCtrlr", "TxStartPoint", "PowerPathClosed", { dataType: "MemberList" }],
    ["TxCtrlr", "TxStopPoint", "Authorized,EVConnected", { dataType: "MemberList" }],
  ];
  return rows.map(([component, path, value, characteristics]) =>
    entry({ name: component }, variableAt(path), value, characteristics)
  );
}

function variableAt(path: string): Variable {
  const match = /^(.+)\[(.+)\]$/.exec(path);
  return match?.[1] === undefined || match[2] === undefined
    ? { name: path }
    : { name: match[1], instance: match[2] };
}

/** How the CSMS is reached: what it may change of that, and its slots (B09.FR.08). */
function connection({ access, options }: ModelPorts): ModelEntry[] {
  const slots = [CONFIGURED_SLOT, ...CSMS_SLOTS];
  const characteristics: Readonly<Record<string, Characteristics>> = {
    BasicAuthPassword: { dataType: "string", maxLimit: 64 },
    NetworkConfigurationPriority: { dataType: "SequenceList", valuesList: slots.join(",") },
  };
  const settings = securitySettings(access, "ocpp2.1").map((each) =>
    entry(
      { name: each.component },
      each.variable,
      each.value ?? undefined,
      characteristics[each.variable] ?? COUNT,
      each.mutability,
    )
  );
  return [...settings, ...slots.flatMap((slot) => networkConfiguration(slot, access, options))];
}

/** One slot as it is; empty where the CSMS has filled it with nothing. */
function networkConfiguration(slot: number, access: Access, options: CsmsOptions): ModelEntry[] {
  const component = { name: "NetworkConfiguration", instance: String(slot) };
  const profile = access.profileIn(slot);
  const timeoutMs = profile?.answerTimeoutMs ?? options.timing.answerTimeoutMs;
  const rows: readonly (readonly [string, string, Characteristics])[] = [
    ["OcppCsmsUrl", profile?.url ?? "", TEXT],
    ["OcppInterface", "Any", { dataType: "OptionList", valuesList: "Any" }],
    ["OcppTransport", "JSON", { dataType: "OptionList", valuesList: "JSON" }],
    ["MessageTimeout", String(Math.round(timeoutMs / 1000)), COUNT],
    ["SecurityProfile", String(profile?.securityProfile ?? 0), COUNT],
    ["Identity", profile?.identity ?? options.identity, TEXT],
    ["ApnEnabled", "false", FLAG],
    ["VpnEnabled", "false", FLAG],
  ];
  return rows.map(([name, value, kind]) => entry(component, name, value, kind));
}

function station({ site, options }: ModelPorts): ModelEntry[] {
  const component = { name: "ChargingStation" };
  const { vendorName, model, serialNumber, firmwareVersion } = options.station;
  const state = site.isOperative(0) ? "Available" : "Unavailable";
  return [
    entry(component, "Available", "true", FLAG),
    entry(component, "AvailabilityState", state, STATES),
    entry(component, "SupplyPhases", String(phasesOf(...site.places())), COUNT),
    entry(component, "Model", model, TEXT),
    entry(component, "VendorName", vendorName, TEXT),
    entry(component, "SerialNumber", serialNumber, TEXT),
    entry(component, "FirmwareVersion", firmwareVersion, TEXT),
  ];
}

/** Phases as 2.x counts them: three, or one; line to line is one. */
function phasesOf(...places: readonly EvsePlace[]): 1 | 3 {
  return places.some(({ lines }) => lines.length === 3) ? 3 : 1;
}

function socket(slot: number, ports: ModelPorts): ModelEntry[] {
  const { site, options } = ports;
  const place = site.place(slot);
  const evse = { name: "EVSE", evse: { id: slot } };
  const connector = { name: "Connector", evse: { id: slot, connectorId: 1 } };
  const state = reportOf(slot, {
    site,
    wallMs: ports.clock.wallMs,
    hasTransaction: (each) => openOn(ports.transactions.state(), each) !== undefined,
    hasListConflict: () => false,
  }).message.connectorStatus;
  const phases = place === undefined ? undefined : String(phasesOf(place));
  const power: Characteristics = {
    dataType: "decimal",
    unit: "W",
    ...(place === undefined ? {} : { maxLimit: powerMaxW(place, ports) }),
  };
  return [
    entry(evse, "Available", "true", FLAG),
    entry(evse, "AvailabilityState", state, STATES),
    entry(evse, "SupplyPhases", phases, COUNT),
    entry(evse, "Power", undefined, power),
    entry(evse, "EvseId", `${options.identity}*${slot}`, TEXT),
    entry(evse, "AllowReset", String(mayReset(slot, ports)), FLAG),
    entry(connector, "Available", "true", FLAG),
    entry(connector, "AvailabilityState", state, STATES),
    // Chargers of 1.6 do not say what they have.
    entry(connector, "ConnectorType", "Unknown", TEXT),
    entry(connector, "SupplyPhases", phases, COUNT),
  ];
}

/** True for the only EVSE of its charger: what is done to the one is done to the other. */
export function isAloneAtItsCharger(
  { chargerId }: Pick<SlotRecord, "chargerId">,
  { site }: Pick<ModelPorts, "site">,
): boolean {
  return site.slotsOf(chargerId).filter(({ removed }) => !removed).length === 1;
}

function mayReset(slot: number, ports: ModelPorts): boolean {
  const record = ports.site.slots().get(slot);
  if (record === undefined) return false;
  const version = ports.site.charger(record.chargerId)?.version ?? "ocpp1.6";
  return version !== "ocpp1.6" || isAloneAtItsCharger(record, ports);
}

function powerMaxW(
  { lines, connection, maxCurrentAmps }: EvsePlace,
  { variables }: ModelPorts,
): number {
  const voltageV = variables.integer("ChargingStation.SupplyVoltage");
  const isLineToLine = connection === "line-to-line";
  const perAmpW = isLineToLine ? Math.sqrt(3) * voltageV : lines.length * voltageV;
  return Math.round(perAmpW * maxCurrentAmps);
}

/** A charger behind the gateway, as a part of the one station. */
function controller(
  { id, station: said }: ReturnType<ModelPorts["site"]["chargers"]>[number],
  { site }: ModelPorts,
): ModelEntry[] {
  const component = { name: "Controller", instance: id };
  const { model, vendorName, serialNumber, firmwareVersion } = said?.message ?? {};
  const named = { Model: model, VendorName: vendorName, SerialNumber: serialNumber };
  const known = Object.entries({ ...named, FirmwareVersion: firmwareVersion })
    .filter(([, value]) => value !== undefined);
  return [
    entry(component, "Active", String(site.isConnected(id)), FLAG),
    entry(component, "Problem", String(site.isHeld(id)), FLAG),
    ...known.map(([name, value]) => entry(component, name, value, TEXT)),
  ];
}
