import type { ChargerFeatures, LimitRung } from "../site/mod.ts";
import type { LimitPurpose, ModelQuirks } from "./model.ts";

/** What the forms that a charger may take a limit in depend on. */
export interface LadderCase {
  readonly features: Pick<ChargerFeatures, "stackLevelMax">;
  readonly quirks: ModelQuirks;
  /** It has no other EVSE: a bound on the whole station is one on this. */
  readonly isOnlyEvse: boolean;
}

const BY_TRYING: readonly LimitPurpose[] = ["TxProfile", "TxDefaultProfile"];

/**
 * Forms of a running limit in the order of trying. A charger that refuses one is offered the next, and
 * what it took is remembered. What is known of its model comes first; else what the specification wants,
 * then what real chargers take (ABB Terra AC says level 3 and accepts only 0).
 */
export function profileLadder({ features, quirks, isOnlyEvse }: LadderCase): readonly LimitRung[] {
  const { stackLevelMax } = features;
  const levels = [
    ...new Set(quirks.stackLevels ?? [stackLevelMax, Math.min(1, stackLevelMax), 0]),
  ];
  const purposes = quirks.purposes ?? BY_TRYING;
  const rungs = purposes.flatMap((purpose): LimitRung[] => {
    switch (purpose) {
      case "TxProfile":
        return levels.map((stackLevel) => ({ purpose, stackLevel }));
      case "TxDefaultProfile":
        // The standing fail-safe lies on level 0, so a running default needs a level above it.
        return levels.filter((level) => level > 0).map((stackLevel) => ({ purpose, stackLevel }));
      case "ChargePointMaxProfile":
        return isOnlyEvse
          ? levels.map((stackLevel) => ({ purpose: "ChargingStationMaxProfile", stackLevel }))
          : [];
    }
  });
  // Last, the fail-safe itself is written anew for as long as the session lasts.
  return purposes.includes("TxDefaultProfile") ? [...rungs, STANDING_RUNG] : rungs;
}

/** A running limit in the place of the standing fail-safe: nothing ends it but another. */
export const STANDING_RUNG: LimitRung = { purpose: "TxDefaultProfile", stackLevel: 0 };

/** True for a limit that takes the place of the fail-safe. */
export function isStanding({ purpose, stackLevel }: LimitRung): boolean {
  return purpose === STANDING_RUNG.purpose && stackLevel === STANDING_RUNG.stackLevel;
}

/** Where on a ladder a rung is; 0 where it is not, or none is known. */
export function rungIndex(ladder: readonly LimitRung[], rung: LimitRung | undefined): number {
  const index = ladder.findIndex(({ purpose, stackLevel }) =>
    purpose === rung?.purpose && stackLevel === rung.stackLevel
  );
  return Math.max(0, index);
}
