import type { ChargerTraits } from "../balancing/mod.ts";
import type {
  ChargerFeatures,
  EvsePlace,
  InstalledFailSafe,
  LimitRung,
  SiteBook,
} from "../site/mod.ts";
import { knownFailSafe, takesLimits, takesProfiles } from "./fail_safe.ts";
import { learntTactic } from "./learnt.ts";
import type { ModelQuirks } from "./model.ts";
import type { ChargerModels } from "./models.ts";
import { rateUnitOf } from "./tactic.ts";
import { type WriteCount, type WriteCounts, writesMax } from "./write_counts.ts";

/** How limits reach one EVSE, and what comes of it. */
export interface LimitFacts {
  /** False: nothing can be said to it, so that it counts at its maximum. */
  readonly takesLimits: boolean;
  readonly forgetsProfiles: boolean;
  /** A limit ends by itself when it should: its model is known for it, or it has shown it. */
  readonly expiryProven: boolean;
  readonly traits: ChargerTraits;
  /** By what limits are said; null while nobody knows. */
  readonly by: LimitRung | "vendor" | null;
  readonly unit: "A" | "W";
  /** How its fail-safe current was seen to be in force; undefined: it is not installed. */
  readonly failSafe: InstalledFailSafe["verifiedBy"] | undefined;
  readonly writes: WriteCount & { readonly max: number };
}

/** Finds them. */
export function createLimitFacts(
  site: SiteBook,
  models: ChargerModels,
  writes: WriteCounts,
): (place: EvsePlace) => LimitFacts {
  return (place) => {
    const { chargerId, evseId } = place;
    const quirks = models.quirks(chargerId);
    const features = site.charger(chargerId)?.features ?? null;
    const learnt = learntTactic(site, chargerId);
    const count = { ...writes.of(chargerId, evseId), max: writesMax(quirks) };
    const byVendor = features !== null && !takesProfiles(features, quirks);
    return {
      takesLimits: features === null || takesLimits(features, quirks),
      forgetsProfiles: quirks.forgetsOnReconnect ?? false,
      expiryProven: !byVendor && isExpiryProven(quirks, learnt?.expiryShown ?? false),
      traits: { ...traitsOf(quirks, count), ...phaseTraits(features, quirks) },
      by: byVendor ? "vendor" : learnt?.rung ?? null,
      unit: features === null ? "A" : rateUnitOf({ features, quirks }),
      failSafe: knownFailSafe({ site }, chargerId, place)?.verifiedBy,
      writes: count,
    };
  };
}

function isExpiryProven({ expiry }: ModelQuirks, isShown: boolean): boolean {
  return expiry === undefined ? isShown : expiry === "proven";
}

/** Whole amperes where nobody knows better. */
const USUAL_STEP_AMPS = 1;
const FLASH_RAISE_MS = 30_000;
/** What is left of a day's writes is kept for reductions. */
const SPENT_RAISE_MS = 900_000;
/** From here on a memory of which nobody knows what it is is treated as one that wears. */
const CAREFUL_FROM = 2 / 3;

/** Whether and how it goes over to one phase: what is known of its model counts, else its own word. */
export function phaseTraits(
  features: ChargerFeatures | null,
  quirks: ModelQuirks,
): Pick<ChargerTraits, "switchesPhases" | "choosesPhase" | "phaseSwitchPauseMs"> {
  const { phaseSwitchPauseS = 0, phaseKey } = quirks;
  const says = quirks.switchesPhases ?? features?.switchesPhases ?? false;
  // Whose limits are no profiles cannot be told how many phases, unless it has a key for that.
  const isSayable = features !== null &&
    (phaseKey !== undefined || takesProfiles(features, quirks));
  if (!says || !isSayable) return { switchesPhases: false };
  return {
    switchesPhases: true,
    ...(features.choosesPhase && phaseKey === undefined && { choosesPhase: true }),
    ...(phaseSwitchPauseS > 0 && { phaseSwitchPauseMs: phaseSwitchPauseS * 1_000 }),
  };
}

/** How sparingly a charger is told: reductions always pass, whatever they cost its memory. */
export function traitsOf(
  { stepAmps = USUAL_STEP_AMPS, profileStore, pause }: ModelQuirks,
  { today, max }: { readonly today: number; readonly max: number },
): ChargerTraits {
  const isSpent = today >= max;
  const isFlash = profileStore === "flash" ||
    (profileStore === undefined && today >= max * CAREFUL_FROM);
  return {
    stepAmps,
    switchesPhases: false,
    isCutWired: false,
    ...(pause === "minimum" && { pausesAtZero: false }),
    raiseIntervalMs: isSpent ? SPENT_RAISE_MS : isFlash ? FLASH_RAISE_MS : 0,
    raiseMinAmps: isFlash || isSpent ? 2 : 1,
  };
}
