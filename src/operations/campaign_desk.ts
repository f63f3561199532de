import { type Clock, every } from "../lib/clock.ts";
import type { Events } from "../lib/events.ts";
import type { Log } from "../lib/log.ts";
import type { Spawner } from "../lib/spawn.ts";
import { drop, put, type WriteOf } from "../lib/write.ts";
import {
  type Campaign,
  type CampaignCollections,
  type CampaignWish,
  type FirmwareImage,
  isCampaignChargerOver,
  type SiteEvents,
} from "../site/mod.ts";
import { isInDay } from "../transactions/mod.ts";
import {
  type CampaignEffect,
  type CampaignEvent,
  type CampaignFacts,
  stepCampaign,
} from "./campaign.ts";
import {
  type CampaignObjection,
  type CampaignPreview,
  newCampaign,
  objectionToCampaign,
  previewCampaign,
} from "./campaign_plan.ts";
import type { FirmwareDesk } from "./firmware_desk.ts";

/** What a person wants of a campaign. */
export type CampaignWord = "pause" | "resume" | "cancel" | "retry";

/** Campaigns, on disk from their beginning to their end. */
export interface CampaignDesk {
  start(): void;
  stop(): void;
  objection(wish: CampaignWish): CampaignObjection | null;
  /** What it would do; only for a wish without objection. */
  preview(wish: CampaignWish): CampaignPreview;
  begin(wish: CampaignWish, by: string): Promise<Campaign | CampaignObjection>;
  /** Null where there is none; the same where the word has no meaning now. */
  tell(id: string, word: CampaignWord): Promise<Campaign | null>;
  /** Newest first. */
  campaigns(): readonly Campaign[];
  campaign(id: string): Campaign | undefined;
  /** True while a campaign may still give it to a charger. */
  isInUse(sha256: string): boolean;
}

/** What is known of a charger, but for its orders. */
export type ChargerFacts = Omit<CampaignFacts, "isTaken" | "order">;

export interface CampaignDeskPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly uuid: () => string;
  /** Whose clocks windows are by. */
  readonly timezone: string;
  readonly firmware: Pick<FirmwareDesk, "give" | "cancel" | "orders" | "openOf">;
  readonly image: (sha256: string) => FirmwareImage | undefined;
  /** Null for a charger that nobody knows. */
  readonly chargerFacts: (chargerId: string) => ChargerFacts | null;
  readonly write: (writes: readonly WriteOf<CampaignCollections>[]) => Promise<void>;
}

const LOOK_MS = 15_000;
/** Of those that are over. */
const KEPT_MAX = 50;
const KEPT_MS = 365 * 86_400_000;

/** Creates the desk with the campaigns that the ledger knows. */
export function createCampaignDesk(
  ports: CampaignDeskPorts,
  stored: Iterable<Campaign>,
): CampaignDesk {
  const { clock, events, log, spawn, firmware } = ports;
  const campaigns = new Map([...stored].map((each) => [each.id, each]));
  const giving = new Set<string>();
  let stops: (() => void)[] = [];
  let isLooking = false;
  let wantsLook = false;

  const isOpen = ({ state }: Campaign) => state !== "over";
  const newestFirst = () =>
    [...campaigns.values()].toSorted((one, other) => other.begunAtMs - one.begunAtMs);

  function factsOf(campaignId: string | null) {
    const orders = firmware.orders().filter(({ origin }) =>
      origin.kind === "campaign" && origin.id === campaignId
    );
    return (chargerId: string): CampaignFacts | null => {
      const known = ports.chargerFacts(chargerId);
      if (known === null) return null;
      const isOwn = (attempt: number | null) => (order: typeof orders[number]) =>
        order.chargerId === chargerId && order.origin.kind === "campaign" &&
        (attempt === null || order.origin.attempt === attempt);
      return {
        ...known,
        isTaken: firmware.openOf(chargerId).some((order) => !orders.some((own) => own === order)),
        order(attempt) {
          const order = orders.find(isOwn(attempt));
          return order === undefined ? null : {
            isOver: order.stage === "over",
            status: order.status,
            reason: order.reason,
          };
        },
      };
    };
  }

  /** What is on disk counts; only then is it done. */
  async function happen(campaign: Campaign, event: CampaignEvent): Promise<Campaign> {
    const step = stepCampaign(campaign, event, clock.wallMs());
    if (step.campaign !== campaign) {
      campaigns.set(campaign.id, step.campaign);
      await ports.write([put("firmware-campaigns", campaign.id, step.campaign)]);
      tellLog(campaign, step.campaign);
      for (const { chargerId } of step.campaign.chargers) events.emit("charger", { chargerId });
    }
    for (const effect of step.effects) carryOut(campaign, effect);
    return step.campaign;
  }

  function tellLog(before: Campaign, { id, state, chargers }: Campaign): void {
    if (before.state !== state) log("info", "campaign", { id, state });
    chargers.forEach((charger, index) => {
      if (before.chargers[index]?.state === charger.state) return;
      const { chargerId, reason } = charger;
      log("info", "campaign_charger", {
        id,
        charger: chargerId,
        state: charger.state,
        reason: reason ?? "",
      });
    });
  }

  function carryOut({ id, image }: Campaign, effect: CampaignEffect): void {
    const { chargerId, attempt } = effect;
    if (effect.kind === "cancel-order") {
      const order = firmware.openOf(chargerId).find(({ origin }) =>
        origin.kind === "campaign" && origin.id === id && origin.attempt === attempt
      );
      if (order === undefined) return;
      spawn("cancel firmware", () => firmware.cancel(order.number, "The campaign let go of it"));
      return;
    }
    const key = `${id} ${chargerId} ${attempt}`;
    if (giving.has(key)) return;
    giving.add(key);
    spawn("give firmware", async () => {
      try {
        await firmware.give(chargerId, image, { kind: "campaign", id, attempt });
      } finally {
        giving.delete(key);
        look();
      }
    });
  }

  /** One after the other: what a look begins, the next one sees. */
  function look(): void {
    wantsLook = true;
    if (isLooking || stops.length === 0) return;
    isLooking = true;
    spawn("look at campaigns", async () => {
      try {
        while (wantsLook && stops.length > 0) {
          wantsLook = false;
          for (const { id } of newestFirst().filter(isOpen)) {
            const campaign = campaigns.get(id);
            if (campaign === undefined) continue;
            const after = await happen(campaign, lookEvent(campaign));
            if (after !== campaign) wantsLook = true;
          }
        }
      } finally {
        isLooking = false;
      }
    });
  }

  function lookEvent({ id, image, rules: { window } }: Campaign): CampaignEvent {
    return {
      kind: "look",
      isInWindow: window === null || isInWindow(window, clock.wallMs(), ports.timezone),
      hasImage: ports.image(image) !== undefined,
      facts: factsOf(id),
    };
  }

  function forgetOld(): void {
    const over = newestFirst().filter((each) => !isOpen(each));
    const nowMs = clock.wallMs();
    const gone = over.filter(({ stateSinceMs }, index) =>
      index >= KEPT_MAX || nowMs - stateSinceMs > KEPT_MS
    );
    if (gone.length === 0) return;
    for (const { id } of gone) campaigns.delete(id);
    spawn(
      "forget campaigns",
      () => ports.write(gone.map(({ id }) => drop("firmware-campaigns", id))),
    );
  }

  const objection = (wish: CampaignWish) =>
    objectionToCampaign(
      wish,
      ports.image(wish.image),
      factsOf(null),
      newestFirst().filter(isOpen),
    );

  return {
    start() {
      stops = [
        every(clock, LOOK_MS, () => {
          forgetOld();
          look();
        }),
        events.on("charger", look),
      ];
      look();
    },
    stop() {
      for (const stop of stops) stop();
      stops = [];
    },
    objection,
    preview: (wish) =>
      previewCampaign(wish, ports.image(wish.image)?.meantFor?.version ?? "", factsOf(null)),
    async begin(wish, by) {
      const problem = objection(wish);
      const meantFor = ports.image(wish.image)?.meantFor;
      if (problem !== null) return problem;
      if (meantFor === undefined) return { kind: "no-purpose", chargers: [] };
      const campaign = newCampaign(ports.uuid(), wish, meantFor, by, clock.wallMs());
      campaigns.set(campaign.id, campaign);
      await ports.write([put("firmware-campaigns", campaign.id, campaign)]);
      log("info", "campaign", {
        id: campaign.id,
        state: "running",
        chargers: wish.chargers.length,
      });
      look();
      return campaign;
    },
    async tell(id, word) {
      const campaign = campaigns.get(id);
      if (campaign === undefined) return null;
      const after = await happen(campaign, { kind: word });
      look();
      return after;
    },
    campaigns: newestFirst,
    campaign: (id) => campaigns.get(id),
    isInUse: (sha256) =>
      [...campaigns.values()].some((each) =>
        each.image === sha256 && isOpen(each) && !each.chargers.every(isCampaignChargerOver)
      ),
  };
}

/** By the clocks of the site; over midnight where the end is not after the beginning. */
export function isInWindow(
  { from, to }: { readonly from: string; readonly to: string },
  nowMs: number,
  timezone: string,
): boolean {
  const { hour, minute } = Temporal.Instant.fromEpochMilliseconds(nowMs)
    .toZonedDateTimeISO(timezone);
  return isInDay(hour * 60 + minute, from, to);
}
