import { MODEL_QUIRKS, type ModelQuirk } from "../site/mod.ts";
import { type LearntSite, learntTactic } from "./learnt.ts";
import type { ChargerModel, ModelQuirks } from "./model.ts";
import { matchingModel, type StationIdentity } from "./model_match.ts";
import type { ChargersOptions } from "./options.ts";

/** The record that counts for a charger. */
export interface FoundModel {
  readonly model: ChargerModel;
  /** Site.yaml names it, or what the charger said when it booted fits it. */
  readonly foundBy: "site.yaml" | "boot";
}

/** A quirk that counts for a charger. */
export interface QuirkInForce {
  readonly quirk: ModelQuirk;
  readonly value: unknown;
  /** `asked`: its own answers showed it. `model`: of its record in `hardware/chargers/`, or of the user's own file. */
  readonly from: "asked" | "model" | "site.yaml";
}

/** What is known of the models of the site's chargers. */
export interface ChargerModels {
  /** Null for a charger of which nothing is known. */
  of(chargerId: string): FoundModel | null;
  /** What site.yaml says of the charger itself, then what its model has, then what it showed itself. */
  quirks(chargerId: string): ModelQuirks;
  /** The same one by one, with where each is known from. */
  inForce(chargerId: string): readonly QuirkInForce[];
}

const NO_QUIRKS: ModelQuirks = {};

/** Finds each charger's record, anew when it boots as another one. */
export function createModels(
  { models = [], known }: Pick<ChargersOptions, "models" | "known">,
  site: LearntSite,
): ChargerModels {
  const named = new Map(
    known.flatMap(({ id, model }): [string, FoundModel][] =>
      model === undefined ? [] : [[id, { model, foundBy: "site.yaml" }]]
    ),
  );
  const own = new Map(
    known.flatMap(({ id, quirks }) => quirks === undefined ? [] : [[id, quirks]]),
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

  function asked(chargerId: string): ModelQuirks {
    const learnt = learntTactic(site, chargerId);
    if (learnt === undefined) return NO_QUIRKS;
    const { noSchedule, noTriggers, measurands } = learnt;
    if (noSchedule !== true && noTriggers !== true && measurands === undefined) return NO_QUIRKS;
    return {
      ...(noSchedule === true ? { compositeSchedule: false } : {}),
      ...(noTriggers === true ? { triggers: false } : {}),
      ...(measurands === undefined ? {} : { measurands }),
    };
  }

  function quirks(chargerId: string): ModelQuirks {
    const [learnt, mine] = [asked(chargerId), own.get(chargerId)];
    const ofModel = of(chargerId)?.model.quirks ?? NO_QUIRKS;
    // Asked of every charger each second: mostly one of them says all.
    return learnt === NO_QUIRKS && mine === undefined
      ? ofModel
      : { ...learnt, ...ofModel, ...mine };
  }

  function sourceOf(chargerId: string, quirk: ModelQuirk): QuirkInForce["from"] {
    if (own.get(chargerId)?.[quirk] !== undefined) return "site.yaml";
    return of(chargerId)?.model.quirks[quirk] === undefined ? "asked" : "model";
  }

  return {
    of,
    quirks,
    inForce(chargerId) {
      const all = quirks(chargerId);
      return MODEL_QUIRKS.filter((quirk) => all[quirk] !== undefined).map((quirk) => ({
        quirk,
        value: all[quirk],
        from: sourceOf(chargerId, quirk),
      }));
    },
  };
}
