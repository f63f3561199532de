/** How a setting of a charger stands to what site.yaml wants of it. */
export type DriftState =
  | "same"
  | "differs"
  /** The charger does not know it, or does not tell it. */
  | "unknown"
  /** The charger was told, and refused. */
  | "refused"
  /** The charger took it, and goes by it after its next restart. */
  | "after-restart"
  /** It was set several times today, and did not stay: it is left until tomorrow. */
  | "left";

/** One setting that site.yaml speaks of. */
export interface DriftSetting {
  /** The key of 1.6, or Component.Variable[instance]. */
  readonly name: string;
  readonly wanted: string;
  /** Null where the charger does not tell it. */
  readonly actual: string | null;
  readonly state: DriftState;
  /** The gateway sets it by itself. */
  readonly corrects: boolean;
  /** How often it was set within a day. */
  readonly tries: number;
}

/** What a charger is set to, held against what site.yaml wants. */
export interface ChargerDrift {
  readonly chargerId: string;
  /** When it was asked last, Unix milliseconds; null: not since the gateway started. */
  readonly checkedAtMs: number | null;
  /** `silent`: it did not answer when it was asked last. */
  readonly reading: "never" | "told" | "silent";
  readonly settings: readonly DriftSetting[];
}

/** How often settings of a charger were set by the gateway itself: over restarts, lest it never ends. */
export interface CorrectionRecord {
  readonly chargerId: string;
  /** When, by setting, Unix milliseconds. */
  readonly tries: Readonly<Record<string, readonly number[]>>;
}

/** What desired configuration keeps on disk. */
export interface CorrectionCollections {
  readonly "configuration-corrections": CorrectionRecord;
}
