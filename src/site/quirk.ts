/**
 * What a model of charger may do its own way: the keys under `quirks:` in a record of
 * `hardware/chargers/` and in site.yaml.
 */
export const MODEL_QUIRKS = [
  "purposes",
  "stackLevels",
  "rateUnit",
  "stepAmps",
  "minAmps",
  "failSafeOn",
  "forgetsOnReconnect",
  "expiry",
  "profileStore",
  "pause",
  "resendAfterPause",
  "switchesPhases",
  "compositeSchedule",
  "vendorLimit",
  "resetAfter",
  "sampleIntervalMinS",
  "versions",
  "timezone",
  "pings",
  "measurands",
  "neverAsk",
  "triggers",
] as const;

/** What every charger is forgiven, whatever it is. */
export const TOLERANCES = [
  // What is put right in its messages.
  "null",
  "unknown-field",
  "number-for-text",
  "boolean-for-text",
  "text-for-number",
  "text-for-boolean",
  "fraction",
  "timestamp",
  "spelling",
  "empty",
  "over-long",
  "extra-decimals",
  // What is odd about its frames.
  "late-answer",
  "repeated-call",
  "unknown-type",
  "unreadable",
  "backlog-full",
  "answer-rejected",
  // What is odd about what it does.
  "no-protocol",
  "odd-address",
  "other-version",
  "no-pong",
  "stopped-answering",
  "repeated-boot",
  "repeated-message",
  "unknown-number",
  "late-reading",
  "old-event",
  "missing-evse",
  "unreadable-stop",
  "second-connection",
  "other-form",
  "setting-refused",
  // What is odd about what it measures.
  "register-went-back",
  "register-by-line",
  "extra-phases",
  "free-while-charging",
] as const;

/** A way in which a charger differs, that is known of its model. */
export type ModelQuirk = typeof MODEL_QUIRKS[number];

/** Every way in which a charger may differ from the specification. There are no others: they are counted by name. */
export type Quirk = ModelQuirk | typeof TOLERANCES[number];

/** How often a quirk of a charger has shown. */
export interface QuirkCount {
  readonly count: number;
  /** When last, Unix milliseconds. */
  readonly lastMs: number;
}

/** All that was counted of a charger, as it is kept on disk: by name, also of names of other versions. */
export type KeptQuirkCounts = Readonly<Record<string, QuirkCount>>;

/** All of them. */
export const QUIRKS: readonly Quirk[] = [...MODEL_QUIRKS, ...TOLERANCES];

/** True for the name of a quirk. */
export function isQuirk(name: string): name is Quirk {
  return QUIRKS.some((quirk) => quirk === name);
}
