import type { SiteBook } from "../site/mod.ts";
import type { ChargerModel, ModelQuirks } from "./model.ts";
import { matchingModel, type StationIdentity } from "./model_match.ts";
import type { ChargersOptions } from "./options.ts";

/** The record that counts for a charger. */
export interface FoundModel {
  readonly model: ChargerModel;
  /** Site.yaml names it, or what the charger said when it booted fits it. */
  readonly foundBy: "site.yaml" | "boot";
}

/** What is known of the models of the site's chargers. */
export interface ChargerModels {
  /** Null for a charger of which nothing is known. */
  of(chargerId: string): FoundModel | null;
  quirks(chargerId: string): ModelQuirks;
}

const NO_QUIRKS: ModelQuirks = {};

/** Finds each charger's record, anew when it boots as another one. */
export function createModels(
  { models = [], known }: Pick<ChargersOptions, "models" | "known">,
  site: Pick<SiteBook, "charger">,
): ChargerModels {
  const named = new Map(
    known.flatMap(({ id, model }): [string, FoundModel][] =>
      model === undefined ? [] : [[id, { model, foundBy: "site.yaml" }]]
    ),
  );
  const booted = new WeakMap<StationIdentity, FoundModel | null>();

  function byBoot(chargerId: string): FoundModel | null {
    const identity = site.charger(chargerId)?.station?.message;
    if (identity === undefined) return null;
    const before = booted.get(identity);
    if (before !== undefined) return before;
    const model = matchingModel(models, identity);
    const found = model === undefined ? null : { model, foundBy: "boot" } as const;
    booted.set(identity, found);
    return found;
  }

  const of = (chargerId: string) => named.get(chargerId) ?? byBoot(chargerId);
  return { of, quirks: (chargerId) => of(chargerId)?.model.quirks ?? NO_QUIRKS };
}
