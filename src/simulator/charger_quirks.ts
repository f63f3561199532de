import type { Ids } from "../lib/ids.ts";
import { between, happens, pick, type Range, wholeBetween } from "./chance.ts";
import type { ChargerChanges, ChargerFaults } from "./charger_options.ts";

/** How a charger differs from the one in the book. */
export type ChargerQuirks = Required<
  Pick<
    ChargerChanges,
    "resolutionAmps" | "configuration" | "timing" | "meter" | "profileMemory" | "faults"
  >
>;

/** What chargers on the market do, least and most. */
export const CHARGER_RANGES = {
  profileLatencyMs: [200, 5_000],
  ignoresProfileChance: [0.01, 0.05],
  clockOffsetMs: [-120_000, 120_000],
  clockDriftPpm: [-100, 100],
  sampleIntervalS: [10, 60],
  sampleDelayMs: [0, 5_000],
  answerDelayMs: [0, 3_000],
  rebootMs: [5_000, 60_000],
  redialFirstMs: [1_000, 10_000],
  redialLongestMs: [20_000, 90_000],
  rebootsEveryMs: [3_600_000, 24 * 3_600_000],
  attempts: [3, 10],
} as const satisfies Readonly<Record<string, Range>>;

/** Draws what one make of charger does its own way. */
export function drawChargerQuirks(ids: Ids): ChargerQuirks {
  const range = (name: keyof typeof CHARGER_RANGES) => wholeBetween(CHARGER_RANGES[name], ids);
  return {
    resolutionAmps: pick([0.1, 0.1, 1], ids),
    configuration: {
      MeterValueSampleInterval: String(range("sampleIntervalS")),
      ChargeProfileMaxStackLevel: pick(["0", "8", "255"], ids),
      ChargingScheduleAllowedChargingRateUnit: pick(
        ["Current", "Current,Power", "Current,Power", "Power"],
        ids,
      ),
      TransactionMessageAttempts: String(range("attempts")),
    },
    timing: {
      profileLatencyMs: range("profileLatencyMs"),
      rebootMs: range("rebootMs"),
      redialFirstMs: range("redialFirstMs"),
      redialLongestMs: range("redialLongestMs"),
    },
    meter: {
      registerStepWh: pick([1, 1, 10, 100], ids),
      sampleDelayMs: happens(0.5, ids) ? range("sampleDelayMs") : 0,
    },
    profileMemory: {
      keptIn: pick(["flash", "flash", "ram"], ids),
      // Some refuse what their key names, and take the lowest level only.
      stackLevelMax: happens(0.15, ids) ? 0 : null,
    },
    faults: drawFaults(ids),
  };
}

/** Each fault belongs to a few makes; nearly all chargers have one or two. */
function drawFaults(ids: Ids): Partial<ChargerFaults> {
  const range = (name: keyof typeof CHARGER_RANGES) => between(CHARGER_RANGES[name], ids);
  const whole = (name: keyof typeof CHARGER_RANGES) => wholeBetween(CHARGER_RANGES[name], ids);
  const ignoresProfiles = happens(0.02, ids);
  const ignoresProfileChance = happens(0.3, ids) ? range("ignoresProfileChance") : 0;
  return {
    ignoresProfiles,
    ignoresProfileChance,
    // Who takes no notice of whole profiles takes none of their phases. Drawn with it, so that a seed
    // goes on telling the story that it told.
    keepsPhases: ignoresProfileChance > 0.03,
    forgetsProfilesOnReconnect: happens(0.1, ids),
    forgetsProfilesOnLoss: happens(0.03, ids),
    answerDelayMs: happens(0.3, ids) ? whole("answerDelayMs") : 0,
    clockOffsetMs: happens(0.3, ids) ? whole("clockOffsetMs") : 0,
    clockDriftPpm: happens(0.5, ids) ? range("clockDriftPpm") : 0,
    metersWithoutPhases: happens(0.15, ids),
    namesNoProtocol: happens(0.1, ids),
    bootsOnReconnect: happens(0.15, ids),
    losesQueueOnHardReset: happens(0.1, ids),
    rebootsEveryMs: happens(0.1, ids) ? whole("rebootsEveryMs") : 0,
  };
}
