import { findVariable, variableOf } from "../ocpp/mod.ts";
import { type SettingName, settingText, variableNamed } from "../site/mod.ts";
import type { KnownSettings } from "./configuration_desk.ts";

/** The name by which chargers of all versions are compared: the key of 1.6 where there is one. */
export function commonName(name: SettingName): string {
  if ("key" in name) return findVariable(variableOf(name.key))?.key ?? name.key;
  return findVariable(name)?.key ?? settingText(name);
}

/**
 * A setting as this charger knows it, by whatever name people call it: a key of 1.6, or a variable. Null
 * for a name that its version has not, and that it has not told either.
 */
export function settingFor(
  name: string,
  protocol: string | null,
  known: KnownSettings,
): SettingName | null {
  const variable = variableNamed(name);
  if (protocol === "ocpp1.6") {
    const key = variable === null ? name : findVariable(variable)?.key ?? name;
    return key.length <= 50 ? { key } : null;
  }
  const told = known.kind === "told" && known.reading.kind === "read" ? known.reading.settings : [];
  const wanted = commonName(variable ?? { key: name }).toLowerCase();
  const at = told.find((each) =>
    each.name === name || each.at !== null && commonName(each.at).toLowerCase() === wanted
  )?.at;
  if (at !== undefined && at !== null) return at;
  if (variable !== null) return variable;
  const place = variableOf(name);
  return findVariable(place) !== undefined && place.component.name !== "OCPP16LegacyCtrlr"
    ? place
    : null;
}
