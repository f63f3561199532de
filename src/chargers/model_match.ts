import type { ChargingStation, OcppVersion } from "../ocpp/mod.ts";
import type { ChargerModel, FirmwareRange, ModelMatch } from "./model.ts";

/** What a charger says of itself when it boots, as far as its model goes. */
export type StationIdentity = Pick<ChargingStation, "vendorName" | "model" | "firmwareVersion">;

/**
 * The record that fits a charger best: one for its very firmware before one for the model, and the
 * one that says most about it before others. Undefined where none fits.
 */
export function matchingModel(
  models: readonly ChargerModel[],
  identity: StationIdentity,
): ChargerModel | undefined {
  let best: { readonly model: ChargerModel; readonly weight: number } | undefined;
  for (const model of models) {
    for (const match of model.matches) {
      if (!fits(match, identity)) continue;
      const weight = weightOf(match);
      if (best === undefined || weight > best.weight) best = { model, weight };
    }
  }
  return best?.model;
}

/** One text for what was learnt to hold for: another firmware, or version, may behave in another way. */
export function modelKey(
  { vendorName, model, firmwareVersion }: StationIdentity,
  version: OcppVersion | null,
): string {
  const key = [vendorName, model, firmwareVersion ?? ""].map(plain).join("|");
  // Records of before are all of 1.6.
  return version === null || version === "ocpp1.6" ? key : `${key}|${version}`;
}

function fits(match: ModelMatch, { vendorName, model, firmwareVersion }: StationIdentity): boolean {
  return fitsText(match.vendor, vendorName) && fitsText(match.model, model) &&
    (match.firmware === undefined || fitsFirmware(match.firmware, firmwareVersion ?? ""));
}

function fitsFirmware(wanted: string | FirmwareRange, firmware: string): boolean {
  if (typeof wanted === "string") return fitsText(wanted, firmware);
  const { from, to } = wanted;
  const numbers = numbersIn(firmware);
  return numbers.length > 0 && (from === undefined || compared(numbersIn(from), numbers) <= 0) &&
    (to === undefined || compared(numbers, numbersIn(to)) <= 0);
}

/** "v1.8.21" is 1, 8, 21. */
function numbersIn(firmware: string): readonly number[] {
  return [...firmware.matchAll(/\d+/g)].map(([digits]) => Number(digits));
}

/** Below 0 where `a` comes first; a missing number comes before every other. */
function compared(a: readonly number[], b: readonly number[]): number {
  const length = Math.max(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = (a[index] ?? -1) - (b[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * True where a name fits a pattern with "*". Chargers write their names in every case, and with blanks
 * around them.
 */
export function fitsText(pattern: string, value: string): boolean {
  const parts = plain(pattern).split("*");
  const rest = plain(value);
  const [first = "", ...others] = parts;
  if (!rest.startsWith(first)) return false;
  if (others.length === 0) return rest === first;
  const last = others.pop() ?? "";
  let from = first.length;
  for (const part of others) {
    const at = rest.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return rest.length - from >= last.length && rest.endsWith(last);
}

function plain(value: string): string {
  return value.trim().toLowerCase();
}

function weightOf({ vendor, model, firmware = "" }: ModelMatch): number {
  const letters = (pattern: string) => pattern.replaceAll("*", "").length;
  // One firmware by its name says more than a range of them.
  const ofFirmware = typeof firmware === "string" ? letters(firmware) : 1;
  return ofFirmware * 1_000_000 + letters(model) * 1_000 + letters(vendor);
}
