import type { ChargingStation, Enveloped, OcppVersion } from "../ocpp/mod.ts";

/** What the gateway remembers of a charger, whether it is connected or not. */
export interface ChargerRecord {
  readonly id: string;
  /** The version of its last connection; null before the first. */
  readonly version: OcppVersion | null;
  /** What it said of itself when it last booted; null while it never has. */
  readonly station: Enveloped<ChargingStation> | null;
  readonly bootedAtMs: number | null;
  /** Who let it in: site.yaml, or an operator (or `adopt: accept`). */
  readonly admittedBy: "site.yaml" | "operator";
  /** Salted digest of the password that an adopted charger showed first; null for none. */
  readonly passwordDigest: string | null;
  readonly features: ChargerFeatures | null;
}

/** What a charger can do, asked once after it booted. */
export interface ChargerFeatures {
  /** It takes charging profiles. */
  readonly smartCharging: boolean;
  /** The highest stack level that it accepted, or says it accepts. */
  readonly stackLevelMax: number;
  /** The unit of its limits. */
  readonly rateUnit: "A" | "W";
  readonly localList: boolean;
  /** How many tokens its local list holds; absent where it was never asked. */
  readonly localListMax?: number;
  /** How many it takes in one message. */
  readonly localListItemsMax?: number;
  readonly reservation: boolean;
  readonly remoteTrigger: boolean;
  /** How often it sends meter values in a transaction; null where it did not say. */
  readonly sampleIntervalMs: number | null;
}

/** A charger of which nothing is known but its identity. */
export function newCharger(
  id: string,
  admittedBy: ChargerRecord["admittedBy"],
  passwordDigest: string | null = null,
): ChargerRecord {
  return {
    id,
    version: null,
    station: null,
    bootedAtMs: null,
    admittedBy,
    passwordDigest,
    features: null,
  };
}
