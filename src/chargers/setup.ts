import {
  type InsideRequest,
  type InsideResponse,
  type Speaker,
  type SpokenOutcome,
  variableOf,
} from "../ocpp/mod.ts";
import { type ChargerFeatures, chargerOrNew } from "../site/mod.ts";
import { openTransactions } from "../transactions/mod.ts";
import type { ChargersOptions } from "./options.ts";
import type { ChargersPorts } from "./ports.ts";
import type { Station } from "./station.ts";
import { failSafeProfile } from "./tactic.ts";

/** What is asked of a charger once after it booted. */
const ASKED_KEYS = [
  "ChargeProfileMaxStackLevel",
  "ChargingScheduleAllowedChargingRateUnit",
  "SupportedFeatureProfiles",
  "MeterValueSampleInterval",
  "MeterValuesSampledData",
  "LocalPreAuthorize",
  "AuthorizeRemoteTxRequests",
  "StopTransactionOnInvalidId",
  "ClockAlignedDataInterval",
  "MeterValuesAlignedData",
  "StopTxnAlignedData",
  "StopTxnSampledData",
] as const;

type AskedKey = typeof ASKED_KEYS[number];

/** How often chargers measure for the balancer, in seconds; the CSMS gets its own pace. */
const SAMPLE_INTERVAL_S = 10;

/** What the balancer and the bill need to know. */
const SAMPLED_DATA = "Energy.Active.Import.Register,Current.Import,Power.Active.Import";

/**
 * Prepares a charger that may be called: learns what it can do, sets what the gateway needs, installs
 * the fail-safe current on each EVSE, and repeats orders that it may have forgotten. Every step is
 * best effort: chargers refuse the oddest things, and one refusal must not keep the next step off.
 * False where the charger answered nothing, or was gone before all was done.
 */
export async function setUpCharger(
  ports: ChargersPorts,
  options: Pick<ChargersOptions, "nominalVoltageV">,
  station: Station,
): Promise<boolean> {
  const outcome = await readKeys(station.speaker);
  if (outcome.kind === "gone") return false;
  const values = outcome.kind === "answered" ? valuesOf(outcome.message) : NO_VALUES;
  const features = featuresOf(values);
  const before = chargerOrNew(ports.site, station.chargerId);
  await ports.journal.commit(ports.site.saveCharger({ ...before, features }));
  await writeKeys(ports, station, values);
  await installFailSafe(ports, options, station, features);
  await repeatOrders(ports, station);
  ports.events.emit("charger", { chargerId: station.chargerId });
  return outcome.kind !== "silent" && !station.gone.aborted;
}

type KeyValues = ReadonlyMap<AskedKey, string>;

const NO_VALUES: KeyValues = new Map();

function readKeys(speaker: Speaker): Promise<SpokenOutcome<"GetVariables">> {
  const getVariableData = ASKED_KEYS.map((key) => variableOf(key));
  return speaker.call({ action: "GetVariables", message: { getVariableData } });
}

function valuesOf({ getVariableResult }: InsideResponse<"GetVariables">): KeyValues {
  const values = new Map<AskedKey, string>();
  for (const { component, variable, attributeValue } of getVariableResult) {
    const key = ASKED_KEYS.find((each) => {
      const wanted = variableOf(each);
      return wanted.component.name === component.name && wanted.variable.name === variable.name;
    });
    if (key !== undefined && attributeValue !== undefined) values.set(key, attributeValue);
  }
  return values;
}

/** What the answers say; a charger that says nothing is taken for one that can what most can. */
export function featuresOf(values: ReadonlyMap<string, string>): ChargerFeatures {
  const profiles = values.get("SupportedFeatureProfiles")?.split(",").map((each) => each.trim());
  const has = (profile: string) => profiles === undefined || profiles.includes(profile);
  const stackLevel = Number(values.get("ChargeProfileMaxStackLevel"));
  const interval = Number(values.get("MeterValueSampleInterval"));
  const units = values.get("ChargingScheduleAllowedChargingRateUnit") ?? "A";
  return {
    smartCharging: has("SmartCharging"),
    stackLevelMax: Number.isInteger(stackLevel) && stackLevel > 0 ? stackLevel : 0,
    rateUnit: units.includes("A") || units.includes("Current") ? "A" : "W",
    localList: profiles?.includes("LocalAuthListManagement") ?? false,
    reservation: profiles?.includes("Reservation") ?? false,
    remoteTrigger: has("RemoteTrigger"),
    sampleIntervalMs: interval > 0 ? interval * 1000 : null,
  };
}

/**
 * The gateway decides for its chargers, so they must ask it; the balancer needs currents; and what the
 * gateway says of itself to the CSMS about clock-aligned and closing values must hold for them.
 */
function wantedValues({ variables }: ChargersPorts): ReadonlyMap<AskedKey, string> {
  const forCsms = variables.integer("SampledDataCtrlr.TxUpdatedInterval");
  const interval = forCsms > 0 ? Math.min(forCsms, SAMPLE_INTERVAL_S) : SAMPLE_INTERVAL_S;
  return new Map<AskedKey, string>([
    ["MeterValueSampleInterval", String(interval)],
    ["MeterValuesSampledData", SAMPLED_DATA],
    ["LocalPreAuthorize", "false"],
    ["AuthorizeRemoteTxRequests", "false"],
    ["StopTransactionOnInvalidId", "true"],
    ["ClockAlignedDataInterval", variables.value("AlignedDataCtrlr.Interval")],
    ["MeterValuesAlignedData", variables.value("AlignedDataCtrlr.Measurands")],
    ["StopTxnAlignedData", variables.value("AlignedDataCtrlr.TxEndedMeasurands")],
    ["StopTxnSampledData", variables.value("SampledDataCtrlr.TxEndedMeasurands")],
  ]);
}

async function writeKeys(
  ports: ChargersPorts,
  station: Station,
  values: KeyValues,
): Promise<void> {
  for (const [key, wanted] of wantedValues(ports)) {
    const current = values.get(key);
    // A key that the charger did not name is not there, or not to be touched.
    if (current === undefined || current === wanted) continue;
    const message = { setVariableData: [{ ...variableOf(key), attributeValue: wanted }] };
    const outcome = await station.speaker.call({ action: "SetVariables", message });
    const status = outcome.kind === "answered"
      ? outcome.message.setVariableResult[0]?.attributeStatus
      : outcome.kind;
    if (status === "Accepted" && key === "MeterValueSampleInterval") {
      await noteInterval(ports, station, Number(wanted) * 1000);
    } else if (status !== "Accepted") {
      ports.log("info", "setup_refused", { charger: station.chargerId, setting: key, status });
    }
  }
}

async function noteInterval(
  ports: ChargersPorts,
  { chargerId }: Station,
  sampleIntervalMs: number,
): Promise<void> {
  const charger = chargerOrNew(ports.site, chargerId);
  if (charger.features === null) return;
  const features = { ...charger.features, sampleIntervalMs };
  await ports.journal.commit(ports.site.saveCharger({ ...charger, features }));
}

async function installFailSafe(
  ports: ChargersPorts,
  options: Pick<ChargersOptions, "nominalVoltageV">,
  station: Station,
  features: ChargerFeatures,
): Promise<void> {
  for (const { slot } of ports.site.slotsOf(station.chargerId)) {
    await installFailSafeOn(slot, ports, options, station, features);
  }
}

/** Installs the fail-safe current of one EVSE, and raises an alarm where the charger does not take it. */
export async function installFailSafeOn(
  slot: number,
  ports: Pick<ChargersPorts, "site" | "events">,
  { nominalVoltageV }: Pick<ChargersOptions, "nominalVoltageV">,
  { chargerId, speaker, gone }: Station,
  features: ChargerFeatures,
): Promise<void> {
  const place = ports.site.place(slot);
  if (place === undefined) return;
  const message = failSafeProfile({ place, features, nominalVoltageV });
  const outcome = features.smartCharging
    ? await speaker.call({ action: "SetChargingProfile", message })
    : null;
  if (gone.aborted) return;
  const isInstalled = outcome?.kind === "answered" && outcome.message.status === "Accepted";
  const { failSafeAmps, maxCurrentAmps } = place;
  ports.events.emit("fault", {
    kind: "fail-safe-not-installed",
    severity: "alarm",
    subject: `slot ${slot}`,
    text: `${chargerId} did not take its fail-safe current of ${failSafeAmps} A: ` +
      "without the gateway it may draw its maximum",
    // A charger whose maximum is safe needs nothing installed.
    state: isInstalled || failSafeAmps >= maxCurrentAmps ? "over" : "raised",
  });
}

/**
 * Says again what a charger was told while it was away, or may have forgotten: whether its EVSEs are
 * in service (1.6 §5.2: over reboots too), and transactions that have to end.
 */
export async function repeatOrders(ports: ChargersPorts, station: Station): Promise<void> {
  for (const { slot, evseId } of ports.site.slotsOf(station.chargerId)) {
    const operationalStatus = availabilityToRepeat(ports, slot);
    if (operationalStatus === null) continue;
    const message = { evse: { id: evseId }, operationalStatus };
    await station.speaker.call({ action: "ChangeAvailability", message });
  }
  const toEnd = openTransactions(ports.transactions.state()).filter((each) =>
    each.chargerId === station.chargerId && each.intendedStop !== null
  );
  for (const { number } of toEnd) {
    const message = { transactionId: String(number) };
    await station.speaker.call({ action: "RequestStopTransaction", message }, true);
  }
}

/** An order that the charger's own word contradicts; null where all is well, or nobody ordered. */
function availabilityToRepeat(
  { site }: ChargersPorts,
  slot: number,
): InsideRequest<"ChangeAvailability">["operationalStatus"] | null {
  const isOut = site.connector(slot)?.report.message.connectorStatus === "Unavailable";
  if (!site.isOperative(slot)) return isOut ? null : "Inoperative";
  const isOrdered = site.availability().has(slot) || site.availability().has(0);
  return isOut && isOrdered ? "Operative" : null;
}
