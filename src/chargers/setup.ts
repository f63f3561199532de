import type { InsideRequest } from "../ocpp/mod.ts";
import { type ChargerFeatures, chargerOrNew } from "../site/mod.ts";
import { openTransactions } from "../transactions/mod.ts";
import { saveFeatures } from "./alone.ts";
import { type FailSafeParts, installFailSafeOn, takesProfiles } from "./fail_safe.ts";
import { changeTactic, learn } from "./learnt.ts";
import type { ModelQuirks } from "./model.ts";
import type { ChargersPorts } from "./ports.ts";
import { COUNT_KEY, readSettings, type Settings, writeSettings } from "./settings.ts";
import type { Station } from "./station.ts";
import {
  featuresOf2x,
  phaseFeatures,
  PHASES_KEY,
  SETTINGS_2X,
  switchedOn2x,
  withRegisters2x,
} from "./station_features.ts";

/** What is asked of a charger once after it booted, whatever it speaks. */
const ASKED_KEYS = [
  COUNT_KEY,
  "ChargeProfileMaxStackLevel",
  "ChargingScheduleAllowedChargingRateUnit",
  "MeterValueSampleInterval",
  "MeterValuesSampledData",
  "LocalPreAuthorize",
  "AuthorizeRemoteTxRequests",
  "StopTransactionOnInvalidId",
  "MaxEnergyOnInvalidId",
  PHASES_KEY,
  "ClockAlignedDataInterval",
  "MeterValuesAlignedData",
  "StopTxnAlignedData",
  "StopTxnSampledData",
];

/** What only one version has a name for. */
const ASKED_BESIDES: Readonly<Record<Station["version"], readonly string[]>> = {
  "ocpp1.6": ["SupportedFeatureProfiles"],
  "ocpp2.0.1": SETTINGS_2X,
  "ocpp2.1": SETTINGS_2X,
};

/** How often chargers measure for the balancer, in seconds; the CSMS gets its own pace. */
const SAMPLE_INTERVAL_S = 10;

/** What the balancer and the bill need to know. */
const SAMPLED_DATA: readonly string[] = [
  "Energy.Active.Import.Register",
  "Current.Import",
  "Power.Active.Import",
];
const MEASURANDS_KEY = "MeterValuesSampledData";

/** Of a charger that does not know all of them, what is next best; without the register nobody is billed. */
const FEWER_MEASURANDS: readonly (readonly string[])[] = [
  ["Energy.Active.Import.Register", "Current.Import"],
  ["Energy.Active.Import.Register", "Power.Active.Import"],
];

/**
 * Prepares a charger that may be called: learns what it can do, sets what the gateway needs, installs
 * the fail-safe current on each EVSE, and repeats orders that it may have forgotten. Every step is
 * best effort: chargers refuse the oddest things, and one refusal must not keep the next step off.
 * False where the charger answered nothing, or was gone before all was done. `answered` hears what it
 * said of itself.
 */
export async function setUpCharger(
  ports: ChargersPorts,
  parts: FailSafeParts,
  station: Station,
  answered: (settings: Settings) => void,
): Promise<boolean> {
  const quirks = parts.quirks(station.chargerId);
  const asked = [...ASKED_KEYS, ...ASKED_BESIDES[station.version]]
    .filter((key) => !quirks.neverAsk?.includes(key));
  const { kind, values: read } = await readSettings(station, asked);
  if (kind === "gone") return false;
  const values = await switchedOn2x(ports, station, read);
  if (kind === "answered") answered(values);
  const features = station.version === "ocpp1.6" ? featuresOf(values) : featuresOf2x(values);
  // First of all it is safe without us. Until it is known what it can do it gets no other limit.
  const isTakingProfiles = takesProfiles(features, quirks);
  if (isTakingProfiles) await clearStrangers(ports, station, kind !== "silent");
  const knowsProfiles = await installFailSafes(ports, parts, station, features);
  const record = chargerOrNew(ports.site, station.chargerId);
  // Whatever it says: one that knows no SetChargingProfile takes no limits. At its next boot it may.
  const smartCharging = features.smartCharging && knowsProfiles;
  await ports.journal.commit(
    ports.site.saveCharger({ ...record, features: { ...features, smartCharging } }),
  );
  await writeWanted(ports, parts, station, values);
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
    ...phaseFeatures(values),
  };
}

/**
 * The gateway decides for its chargers, so they must ask it; the balancer needs currents; and what the
 * gateway says of itself to the CSMS about clock-aligned and closing values must hold for them.
 */
function wantedValues(
  { variables }: ChargersPorts,
  { sampleIntervalMinS = 0, measurands = SAMPLED_DATA }: ModelQuirks,
): ReadonlyMap<string, string> {
  const forCsms = variables.integer("SampledDataCtrlr.TxUpdatedInterval");
  const often = forCsms > 0 ? Math.min(forCsms, SAMPLE_INTERVAL_S) : SAMPLE_INTERVAL_S;
  const interval = Math.max(often, sampleIntervalMinS);
  return new Map([
    ["MeterValueSampleInterval", String(interval)],
    [MEASURANDS_KEY, measurands.join(",")],
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
  { quirks }: Pick<FailSafeParts, "quirks">,
  station: Station,
  values: Settings,
): Promise<void> {
  const own = quirks(station.chargerId);
  const { sampleIntervalMinS = 0, resetAfter = [], neverAsk = [] } = own;
  const common = wantedValues(ports, own);
  if (sampleIntervalMinS > SAMPLE_INTERVAL_S) station.noteQuirk("sampleIntervalMinS");
  if (own.measurands !== undefined) station.noteQuirk("measurands");
  const wanted = station.version === "ocpp1.6" ? common : withRegisters2x(common);
  // What it must not be asked for is set as if it was something else.
  const unread = neverAsk.filter((key) => wanted.has(key)).map((key) => [key, ""] as const);
  if (unread.length > 0) station.noteQuirk("neverAsk");
  const known = new Map([...values, ...unread]);
  const { taken, afterReset } = await writeSettings(ports, station, known, wanted);
  const isRefused = known.get(MEASURANDS_KEY) !== undefined && !taken.includes(MEASURANDS_KEY) &&
    known.get(MEASURANDS_KEY) !== wanted.get(MEASURANDS_KEY);
  if (isRefused && own.measurands === undefined) await askForFewer(ports, station, known);
  const isForReset = (key: string) => resetAfter.includes(key) || afterReset.includes(key);
  if (taken.some((key) => resetAfter.includes(key))) station.noteQuirk("resetAfter");
  tellReset(ports, station, taken.filter(isForReset));
  if (!taken.includes("MeterValueSampleInterval")) return;
  const sampleIntervalMs = Number(wanted.get("MeterValueSampleInterval")) * 1000;
  await saveFeatures(ports, station, (before) => ({ ...before, sampleIntervalMs }));
}

/** A charger that does not know one of the measurands refuses all of them: it is offered fewer. */
async function askForFewer(
  ports: ChargersPorts,
  station: Station,
  values: Settings,
): Promise<void> {
  for (const measurands of FEWER_MEASURANDS) {
    const wanted = [[MEASURANDS_KEY, measurands.join(",")]] as const;
    const isThere = values.get(MEASURANDS_KEY) === measurands.join(",");
    const { taken } = isThere
      ? { taken: [MEASURANDS_KEY] }
      : await writeSettings(ports, station, values, wanted);
    if (station.gone.aborted) return;
    if (taken.length > 0) return await learn(ports, station.chargerId, { measurands });
  }
}

/** Some settings count only after a restart, which is for a person to choose the time of. */
function tellReset(
  { events }: Pick<ChargersPorts, "events">,
  { chargerId }: Station,
  keys: readonly string[],
): void {
  if (keys.length === 0) return;
  events.emit("fault", {
    kind: "reset-wanted",
    severity: "info",
    subject: chargerId,
    text: `${chargerId} took ${keys.join(", ")}: that counts only after a restart`,
    state: "raised",
  });
}

/**
 * Takes away the profiles of whoever was here before us. One on a higher level would hold ours down
 * unseen; later on nothing is ever cleared blindly. Not while a session runs: its limits would be gone.
 */
async function clearStrangers(
  ports: ChargersPorts,
  station: Station,
  isAnswering: boolean,
): Promise<void> {
  const { chargerId } = station;
  const { features } = chargerOrNew(ports.site, chargerId);
  const isAdoption = features === null || ports.site.tactic(chargerId).hasStrangeProfiles === true;
  if (!isAdoption) return;
  const isBusy = openTransactions(ports.transactions.state())
    .some((each) => each.chargerId === chargerId);
  const isCleared = !isBusy && isAnswering && await clearedAll(station);
  await changeTactic(ports, chargerId, ({ hasStrangeProfiles: _before, ...rest }) => ({
    ...rest,
    ...(isCleared ? {} : { hasStrangeProfiles: true as const }),
  }));
}

/** What 2.x charging profiles of others may be for; those of its own surroundings are not ours to clear. */
const PURPOSES_2X = ["ChargingStationMaxProfile", "TxDefaultProfile", "TxProfile"] as const;

/** 1.6 clears all that is not named, 2.x only what is (K10.FR.02). */
async function clearedAll({ speaker, version }: Station): Promise<boolean> {
  const orders: readonly InsideRequest<"ClearChargingProfile">[] = version === "ocpp1.6"
    ? [{}]
    : PURPOSES_2X.map((purpose) => ({
      chargingProfileCriteria: { chargingProfilePurpose: purpose },
    }));
  for (const message of orders) {
    const outcome = await speaker.call({ action: "ClearChargingProfile", message });
    // Some say "Unknown", or that they know no such thing: then there is nothing.
    if (outcome.kind !== "answered" && outcome.kind !== "refused") return false;
  }
  return true;
}

/** Gives every EVSE of a charger its fail-safe current. False where it knows no charging profiles. */
export async function installFailSafes(
  ports: ChargersPorts,
  parts: FailSafeParts,
  station: Station,
  features: ChargerFeatures,
): Promise<boolean> {
  let knowsProfiles = true;
  for (const { slot } of ports.site.slotsOf(station.chargerId)) {
    const knows = await installFailSafeOn(slot, ports, parts, station, features);
    knowsProfiles &&= knows;
  }
  return knowsProfiles;
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
