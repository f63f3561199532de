import type { ChargingStation, Enveloped, OcppVersion } from "../ocpp/mod.ts";
import type { ChargerShape, ShapeHold } from "./shape.ts";

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
  /** When it first came with that password; absent: it has none, or nobody knows any more. */
  readonly passwordSinceMs?: number;
  readonly features: ChargerFeatures | null;
  /** The highest security profile it has come with: it comes with no lower one any more. Absent: 0. */
  readonly leastProfile?: 0 | 1 | 2 | 3;
  /** Digest of a password that it was given and has not come with yet; absent: none is under way. */
  readonly nextPasswordDigest?: string;
  /** Digest of the password of site.yaml that `passwordDigest` has taken the place of; absent: of none. */
  readonly replacesDigest?: string;
  /** SHA-256 of the newest root of the site's certificates that it has taken; absent: none after the first. */
  readonly rootGiven?: string;
  /** What its slots are bound to; absent before it was first set up. */
  readonly shape?: ChargerShape;
  /** It came back with another shape; absent while all is well. */
  readonly held?: ShapeHold;
  /** What stood there before, and until when; absent where it was always the same. */
  readonly formerly?: FormerStation;
}

/** A charger whose board or housing was replaced. That alone changes no place. */
export interface FormerStation {
  readonly untilMs: number;
  readonly model: string;
  readonly serialNumber: string | null;
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
  /** It says that it goes over from three phases to one in a transaction; absent: it does not say so. */
  readonly switchesPhases?: true;
  /** It says that it can be told on which phase; absent: it does not say so. */
  readonly choosesPhase?: true;
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

/** What stood there before this boot, where another model or serial number says that it was replaced. */
export function formerStation(
  { station, formerly }: ChargerRecord,
  { model, serialNumber }: ChargingStation,
  nowWallMs: number,
): FormerStation | undefined {
  const before = station?.message;
  if (before === undefined) return formerly;
  // A serial number that comes or goes is another firmware, not another board.
  const isOther = before.model !== model ||
    before.serialNumber !== undefined && serialNumber !== undefined &&
      before.serialNumber !== serialNumber;
  if (!isOther) return formerly;
  return { untilMs: nowWallMs, model: before.model, serialNumber: before.serialNumber ?? null };
}
