import type { ChargerFeatures } from "../site/mod.ts";
import type { ChargersPorts } from "./ports.ts";
import { type Settings, writeSettings } from "./settings.ts";
import type { Station } from "./station.ts";

/** Whether it goes over to one phase in a transaction (1.6 §9.4.4, "Phases3to1" in 2.x). */
export const PHASES_KEY = "ConnectorSwitch3to1PhaseSupported";
/** Whether it can be told on which phase to charge; only 2.x has it. */
export const CHOICE_KEY = "SmartChargingCtrlr.ACPhaseSwitchingSupported";

/** What a 2.x charger is asked besides what 1.6 has keys for. */
export const SETTINGS_2X: readonly string[] = [
  "SmartChargingCtrlr.Available",
  "SmartChargingCtrlr.Enabled",
  CHOICE_KEY,
  "LocalAuthListCtrlr.Available",
  "LocalAuthListCtrlr.Enabled",
  "ReservationCtrlr.Available",
  "ReservationCtrlr.Enabled",
  "SampledDataCtrlr.Enabled",
  "SampledDataCtrlr.TxStartedMeasurands",
];

/** What has to be on before anything else works: limits, readings. */
const SWITCHES = ["SmartChargingCtrlr.Enabled", "SampledDataCtrlr.Enabled"];

/**
 * What the variables of a 2.x charger say. Smart charging is assumed of one that is silent of it, as of
 * a 1.6 charger: a profile that it refuses shows the rest. TriggerMessage is part of the core in 2.x.
 */
export function featuresOf2x(values: Settings): ChargerFeatures {
  const stackLevel = Number(values.get("ChargeProfileMaxStackLevel"));
  const interval = Number(values.get("MeterValueSampleInterval"));
  const units = values.get("ChargingScheduleAllowedChargingRateUnit") ?? "A";
  return {
    smartCharging: !isOff(values, "SmartChargingCtrlr.Available") &&
      !isOff(values, "SmartChargingCtrlr.Enabled"),
    stackLevelMax: Number.isInteger(stackLevel) && stackLevel > 0 ? stackLevel : 0,
    rateUnit: /\bA\b/.test(units) ? "A" : "W",
    // Whether it is switched on is the gateway's to say; there is one where either is known.
    localList: isThere(values, "LocalAuthListCtrlr"),
    reservation: isThere(values, "ReservationCtrlr") && !isOff(values, "ReservationCtrlr.Enabled"),
    remoteTrigger: true,
    sampleIntervalMs: interval > 0 ? interval * 1000 : null,
    ...phaseFeatures(values),
  };
}

/** Who can be told on which phase to charge can charge on one. */
export function phaseFeatures(
  values: Settings,
): Pick<ChargerFeatures, "switchesPhases" | "choosesPhase"> {
  const choosesPhase = isOn(values, CHOICE_KEY);
  return {
    ...((choosesPhase || isOn(values, PHASES_KEY)) && { switchesPhases: true }),
    ...(choosesPhase && { choosesPhase }),
  };
}

function isOn(values: Settings, key: string): boolean {
  return values.get(key)?.trim().toLowerCase() === "true";
}

function isOff(values: Settings, key: string): boolean {
  return values.get(key)?.trim().toLowerCase() === "false";
}

function isThere(values: Settings, component: string): boolean {
  const available = values.get(`${component}.Available`);
  return available === undefined
    ? values.has(`${component}.Enabled`)
    : !isOff(values, `${component}.Available`);
}

/** Switches on what is off, before it is decided what the charger can do; the values after that. */
export async function switchedOn2x(
  ports: Pick<ChargersPorts, "log">,
  station: Station,
  values: Settings,
): Promise<Settings> {
  if (station.version === "ocpp1.6") return values;
  const wanted = SWITCHES.map((key) => [key, "true"] as const);
  const { taken } = await writeSettings(ports, station, values, wanted);
  return new Map([...values, ...taken.map((key) => [key, "true"] as const)]);
}

const REGISTER = "Energy.Active.Import.Register";

/**
 * The same settings for a 2.x charger. It has no register in the messages that begin and end a
 * transaction but among its readings: without these nobody could be billed.
 */
export function withRegisters2x(wanted: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const atEnd = wanted.get("StopTxnSampledData") ?? "";
  return new Map([
    ...wanted,
    ["SampledDataCtrlr.TxStartedMeasurands", REGISTER],
    ["StopTxnSampledData", withRegister(atEnd)],
  ]);
}

function withRegister(measurands: string): string {
  const named = measurands.split(",").map((each) => each.trim()).filter((each) => each !== "");
  return (named.includes(REGISTER) ? named : [REGISTER, ...named]).join(",");
}
