import type { ModelQuirks } from "../chargers/mod.ts";
import { isTakingAway } from "../csms/mod.ts";
import { findVariable, keyOf, variableOf } from "../ocpp/mod.ts";
import { isSecretSetting, type SettingName, settingText } from "../site/mod.ts";

/** Why a setting of a charger cannot be set by its name. */
export type KeptBecause =
  /** The charger would be lost by it, or what the gateway set be undone. */
  | "the gateway's"
  /** The gateway limits the current by it (`hardware/chargers/`). */
  | "the limits'"
  /** OCPP lets nobody write it. */
  | "read-only";

/** Settings of makers by which the gateway limits current, or chooses phases. */
export type LimitQuirks = Pick<ModelQuirks, "vendorLimit" | "phaseKey">;

/** What the gateway writes besides when it sets a charger up: two that write one setting never rest. */
const SET_UP_KEYS: ReadonlySet<string> = new Set([
  "ClockAlignedDataInterval",
  "LocalPreAuthorize",
  "MaxEnergyOnInvalidId",
  "MeterValuesAlignedData",
  "StopTxnAlignedData",
  "StopTxnSampledData",
].map((key) => key.toLowerCase()));

/** Null for a setting that may be set by its name. `quirks`: of the charger, or of all known models. */
export function keptBecause(
  name: SettingName,
  quirks: readonly LimitQuirks[] = [],
): KeptBecause | null {
  const place = "key" in name ? variableOf(name.key) : name;
  const { component, variable } = place;
  if (isTakingAway(component, variable, settingText(name))) return "the gateway's";
  const text = settingText(name).toLowerCase();
  const isForLimits = quirks.flatMap(limitKeys).some((key) => key.toLowerCase() === text);
  if (isForLimits) return "the limits'";
  return findVariable(place)?.mutability === "ReadOnly" ? "read-only" : null;
}

/** The same for what the gateway is to set again and again: also what it sets itself, and secrets. */
export function undesirableBecause(
  name: SettingName,
  quirks: readonly LimitQuirks[] = [],
): KeptBecause | "secret" | null {
  const { component, variable } = "key" in name ? variableOf(name.key) : name;
  const key = keyOf(component, variable);
  if (isSecretSetting(variable.name) || isSecretSetting(key)) return "secret";
  const isOfSetUp = SET_UP_KEYS.has(key.toLowerCase());
  return isOfSetUp ? "the gateway's" : keptBecause(name, quirks);
}

function limitKeys({ vendorLimit, phaseKey }: LimitQuirks): readonly string[] {
  return [
    ...(vendorLimit?.by === "configuration" ? [vendorLimit.key] : []),
    ...(phaseKey === undefined ? [] : [phaseKey.key]),
  ];
}
