import type { InsideRequest } from "../ocpp/mod.ts";
import { type ChargerFeatures, chargerOrNew } from "../site/mod.ts";
import { openTransactions } from "../transactions/mod.ts";
import type { ChargersOptions } from "./options.ts";
import { saveFeatures } from "./alone.ts";
import type { ChargersPorts } from "./ports.ts";
import { COUNT_KEY, readSettings, type Settings, writeSettings } from "./settings.ts";
import type { Station } from "./station.ts";
import { failSafeProfile } from "./tactic.ts";

/** What is asked of a charger once after it booted. */
const ASKED_KEYS = [
  COUNT_KEY,
  "ChargeProfileMaxStackLevel",
  "ChargingScheduleAllowedChargingRateUnit",
  "SupportedFeatureProfiles",
  "MeterValueSampleInterval",
  "MeterValuesSampledData",
  "LocalPreAuthorize",
  "AuthorizeRemoteTxRequests",
  "StopTransactionOnInvalidId",
  "MaxEnergyOnInvalidId",
  "ClockAlignedDataInterval",
  "MeterValuesAlignedData",
  "StopTxnAlignedData",
  "StopTxnSampledData",
];

/** How often chargers measure for the balancer, in seconds; the CSMS gets its own pace. */
const SAMPLE_INTERVAL_S = 10;

/** What the balancer and the bill need to know. */
const SAMPLED_DATA = "Energy.Active.Import.Register,Current.Import,Power.Active.Import";

/**
 * Prepares a charger that may be called: learns what it can do, sets what the gateway needs, installs
 * the fail-safe current on each EVSE, and repeats orders that it may have forgotten. Every step is
 * best effort: chargers refuse the oddest things, and one refusal must not keep the next step off.
 * False where the charger answered nothing, or was gone before all was done. `answered` hears what it
 * said of itself.
 */
export async function setUpCharger(
  ports: ChargersPorts,
  options: Pick<ChargersOptions, "nominalVoltageV">,
  station: Station,
  answered: (settings: Settings) => void,
): Promise<boolean> {
  const { kind, values } = await readSettings(station.speaker, ASKED_KEYS);
  if (kind === "gone") return false;
  if (kind === "answered") answered(values);
  const features = featuresOf(values);
  const before = chargerOrNew(ports.site, station.chargerId);
  await ports.journal.commit(ports.site.saveCharger({ ...before, features }));
  await writeWanted(ports, station, values);
  await installFailSafe(ports, options, station, features);
  await repeatOrders(ports, station);
  ports.events.emit("charger", { chargerId: station.chargerId });
  return kind !== "silent" && !station.gone.aborted;
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
function wantedValues({ variables }: ChargersPorts): ReadonlyMap<string, string> {
  const forCsms = variables.integer("SampledDataCtrlr.TxUpdatedInterval");
  const interval = forCsms > 0 ? Math.min(forCsms, SAMPLE_INTERVAL_S) : SAMPLE_INTERVAL_S;
  return new Map([
    ["MeterValueSampleInterval", String(interval)],
    ["MeterValuesSampledData", SAMPLED_DATA],
    ["LocalPreAuthorize", "false"],
    ["AuthorizeRemoteTxRequests", variables.value("AuthCtrlr.AuthorizeRemoteStart")],
    ["StopTransactionOnInvalidId", variables.value("TxCtrlr.StopTxOnInvalidId")],
    ["MaxEnergyOnInvalidId", variables.value("TxCtrlr.MaxEnergyOnInvalidId")],
    ["ClockAlignedDataInterval", variables.value("AlignedDataCtrlr.Interval")],
    ["MeterValuesAlignedData", variables.value("AlignedDataCtrlr.Measurands")],
    ["StopTxnAlignedData", variables.value("AlignedDataCtrlr.TxEndedMeasurands")],
    ["StopTxnSampledData", variables.value("SampledDataCtrlr.TxEndedMeasurands")],
  ]);
}

async function writeWanted(
  ports: ChargersPorts,
  station: Station,
  values: Settings,
): Promise<void> {
  const wanted = wantedValues(ports);
  const taken = await writeSettings(ports, station, values, wanted);
  if (!taken.includes("MeterValueSampleInterval")) return;
  const sampleIntervalMs = Number(wanted.get("MeterValueSampleInterval")) * 1000;
  await saveFeatures(ports, station, (before) => ({ ...before, sampleIntervalMs }));
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
