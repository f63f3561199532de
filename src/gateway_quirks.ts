import type { Chargers } from "./chargers/mod.ts";
import { isoTime } from "./lib/clock.ts";
import { type ChargerFeatures, TOLERANCES } from "./site/mod.ts";
import type { AbilitiesView, QuirkProfileView, QuirkView } from "./web/mod.ts";

/** What is known of a charger's model, for its page. */
export function quirkProfileView(
  chargers: Pick<Chargers, "model">,
  chargerId: string,
): QuirkProfileView | null {
  const found = chargers.model(chargerId);
  if (found === null) return null;
  const { id, quirks, notes } = found.model;
  return { id, foundBy: found.foundBy, quirks: { ...quirks }, notes: notes ?? null };
}

/** What has shown of chargers. */
interface Counted {
  readonly quirkCounts: Pick<Chargers["quirkCounts"], "of">;
}

/** What a charger does its own way, for its page: what is known of it, then what else has shown. */
export function quirkViews(
  chargers: Pick<Chargers, "quirks"> & Counted,
  chargerId: string,
): readonly QuirkView[] {
  const counts = chargers.quirkCounts.of(chargerId);
  const inForce = chargers.quirks(chargerId);
  const forgiven = TOLERANCES.filter((quirk) => counts.has(quirk))
    .map((quirk) => ({ quirk, value: null, from: "always" as const }));
  return [...inForce, ...forgiven].map((each) => {
    const { count = 0, lastMs = null } = counts.get(each.quirk) ?? {};
    return { ...each, count, lastAt: lastMs === null ? null : isoTime(lastMs) };
  });
}

/** How often what it said had to be put right, by kind. */
export function coercionsOf(
  chargers: Counted,
  chargerId: string,
): Readonly<Record<string, number>> {
  const counts = chargers.quirkCounts.of(chargerId);
  return Object.fromEntries(
    TOLERANCES.filter((quirk) => counts.has(quirk))
      .map((quirk) => [quirk, counts.get(quirk)?.count ?? 0]),
  );
}

/** What a charger says it can, for its page. */
export function abilitiesView(features: ChargerFeatures | null): AbilitiesView | null {
  if (features === null) return null;
  const { smartCharging, stackLevelMax, rateUnit, localList, reservation } = features;
  const { remoteTrigger, sampleIntervalMs } = features;
  return {
    profiles: smartCharging,
    stackLevelMax,
    rateUnit,
    localList,
    reservation,
    remoteTrigger,
    sampleIntervalMs,
  };
}
