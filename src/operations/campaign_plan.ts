import {
  type Campaign,
  type CampaignCharger,
  type CampaignWish,
  type FirmwareImage,
  isForModel,
} from "../site/mod.ts";
import type { CampaignFacts } from "./campaign.ts";

/** What a campaign would do, before it begins. */
export interface CampaignPreview {
  /** Chargers of each wave, in their order. */
  readonly waves: readonly (readonly string[])[];
  /** Those with something to say of them, as far as it can be known now. */
  readonly remarks: readonly CampaignRemark[];
}

/** What is known of a charger beforehand. */
export interface CampaignRemark {
  readonly chargerId: string;
  readonly kind: "had-it" | "away" | "busy" | "taken";
}

/** Why a campaign cannot begin; `chargers`: because of which. */
export interface CampaignObjection {
  readonly kind:
    | "no-image"
    | "no-purpose"
    | "no-chargers"
    | "unknown-charger"
    | "unknown-model"
    | "wrong-model"
    | "other-campaign"
    | "too-many";
  readonly chargers: readonly string[];
}

/** More campaigns at once nobody oversees. */
export const OPEN_CAMPAIGNS_MAX = 10;

/** What speaks against a campaign; null where nothing does. */
export function objectionToCampaign(
  { chargers }: CampaignWish,
  image: FirmwareImage | undefined,
  facts: (chargerId: string) => CampaignFacts | null,
  open: readonly Campaign[],
): CampaignObjection | null {
  if (image === undefined) return { kind: "no-image", chargers: [] };
  const { meantFor } = image;
  if (meantFor === undefined) return { kind: "no-purpose", chargers: [] };
  if (chargers.length === 0) return { kind: "no-chargers", chargers: [] };
  if (open.length >= OPEN_CAMPAIGNS_MAX) return { kind: "too-many", chargers: [] };
  const inOthers = new Set(open.flatMap((each) => each.chargers.map(({ chargerId }) => chargerId)));
  const objections: readonly (readonly [CampaignObjection["kind"], (id: string) => boolean])[] = [
    ["unknown-charger", (id) => facts(id) === null],
    ["unknown-model", (id) => modelOf(facts(id)) === null],
    ["wrong-model", (id) => !isForModel(meantFor, modelOf(facts(id)) ?? meantFor)],
    ["other-campaign", (id) => inOthers.has(id)],
  ];
  for (const [kind, isSo] of objections) {
    const found = chargers.filter(isSo);
    if (found.length > 0) return { kind, chargers: found };
  }
  return null;
}

function modelOf(facts: CampaignFacts | null) {
  if (facts === null || facts.vendor === null || facts.model === null) return null;
  return { vendor: facts.vendor, model: facts.model };
}

/** Who comes in which wave, and what can be said of them now. */
export function previewCampaign(
  { chargers, rules }: CampaignWish,
  version: string,
  facts: (chargerId: string) => CampaignFacts | null,
): CampaignPreview {
  const remarkOf = (chargerId: string): CampaignRemark["kind"] | null => {
    const known = facts(chargerId);
    if (known === null) return null;
    if (known.version === version) return "had-it";
    if (!known.isConnected) return "away";
    if (known.isTaken) return "taken";
    return known.isIdle ? null : "busy";
  };
  const remarks = chargers.flatMap((chargerId) => {
    const kind = remarkOf(chargerId);
    return kind === null ? [] : [{ chargerId, kind }];
  });
  return { waves: inWaves(chargers, rules.waves), remarks };
}

/** In their order; what is left over after the last size is one more wave. */
export function inWaves<Item>(
  items: readonly Item[],
  sizes: readonly number[],
): readonly (readonly Item[])[] {
  const waves: (readonly Item[])[] = [];
  let at = 0;
  for (const size of [...sizes, items.length]) {
    if (at >= items.length) break;
    waves.push(items.slice(at, at + size));
    at += size;
  }
  return waves;
}

/** A campaign as it begins. */
export function newCampaign(
  id: string,
  wish: CampaignWish,
  { vendor, model, version }: {
    readonly vendor: string;
    readonly model: string;
    readonly version: string;
  },
  by: string,
  nowMs: number,
): Campaign {
  const chargers = inWaves(wish.chargers, wish.rules.waves).flatMap((ids, wave) =>
    ids.map((chargerId): CampaignCharger => ({
      chargerId,
      wave,
      state: "queued",
      tries: 0,
      attempt: 0,
      sinceMs: nowMs,
      notBeforeMs: nowMs,
      versionBefore: null,
      reason: null,
      detail: "",
    }))
  );
  const { name, image, rules } = wish;
  return {
    id,
    name,
    image,
    vendor,
    model,
    version,
    rules,
    by,
    begunAtMs: nowMs,
    state: "running",
    stateSinceMs: nowMs,
    forgiven: 0,
    chargers,
  };
}
