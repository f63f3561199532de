import type { Campaign, CampaignRules, CampaignWish } from "../site/mod.ts";
import type { CampaignEffect, CampaignEvent, CampaignFacts, CampaignOrder } from "./campaign.ts";
import { newCampaign } from "./campaign_plan.ts";

export const TEST_RULES: CampaignRules = {
  waves: [],
  perCircuitMax: null,
  onlyIdle: true,
  window: null,
  failurePercentMax: 100,
  timeoutMs: 3_600_000,
  triesMax: 2,
};
export const MEANT_FOR = { vendor: "Maker", model: "X", version: "2.0" };

/** A campaign that has just begun, for CP1, CP2, … */
export function campaignOf(count: number, rules: Partial<CampaignRules> = {}): Campaign {
  const wish: CampaignWish = {
    name: "Spring",
    image: "ab",
    chargers: Array.from({ length: count }, (_, index) => `CP${index + 1}`),
    rules: { ...TEST_RULES, ...rules },
  };
  return newCampaign("c1", wish, MEANT_FOR, "asha", 0);
}

type Mutable<Value> = { -readonly [Field in keyof Value]: Value[Field] };

/** A charger in the hands of a test, with the orders that it was given. */
export type PlayedFacts = Mutable<Omit<CampaignFacts, "order">> & {
  readonly orders: Map<number, Mutable<CampaignOrder>>;
};

/** Chargers as campaigns see them; all there, free and with version 1.0. */
export function playChargers(campaign: Campaign, circuits: readonly string[] = ["grid"]) {
  const chargers = new Map<string, PlayedFacts>(
    campaign.chargers.map(({ chargerId }, index) => [chargerId, {
      isConnected: true,
      isIdle: true,
      isTaken: false,
      circuitId: circuits[index % circuits.length] ?? null,
      vendor: "Maker",
      model: "X",
      version: "1.0",
      orders: new Map(),
    }]),
  );
  const at = (id: string): PlayedFacts => {
    const charger = chargers.get(id);
    if (charger === undefined) throw new Error(`There is no ${id}`);
    return charger;
  };
  const looking = { isInWindow: true, hasImage: true };
  return {
    at,
    chargers,
    looking,
    look(): CampaignEvent {
      return {
        kind: "look",
        ...looking,
        facts(id) {
          const known = chargers.get(id);
          return known === undefined
            ? null
            : { ...known, order: (attempt) => known.orders.get(attempt) ?? null };
        },
      };
    },
    /** As the desk does: a word that comes twice is done once. */
    carryOut(effects: readonly CampaignEffect[]): void {
      for (const { kind, chargerId, attempt } of effects) {
        const { orders } = at(chargerId);
        const order = orders.get(attempt);
        if (kind === "give" && order === undefined) {
          orders.set(attempt, { isOver: false, status: null, reason: null });
        }
        if (kind === "cancel-order" && order !== undefined && !order.isOver) {
          Object.assign(order, { isOver: true, status: "DownloadFailed", reason: "called off" });
        }
      }
    },
    /** What it was told last comes to an end. */
    end(id: string, status: "Installed" | "InstallationFailed"): void {
      const order = [...at(id).orders.values()].at(-1);
      if (order !== undefined && !order.isOver) {
        Object.assign(order, {
          isOver: true,
          status,
          reason: status === "Installed" ? null : "no",
        });
      }
    },
  };
}
