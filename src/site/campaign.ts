/** What a campaign is to do: one firmware for many chargers, a few at a time. */
export interface CampaignWish {
  /** For people: one line. */
  readonly name: string;
  /** SHA-256 of a kept image. */
  readonly image: string;
  /** In the order in which they come; each once. */
  readonly chargers: readonly string[];
  readonly rules: CampaignRules;
}

/** How a campaign goes about it. */
export interface CampaignRules {
  /** Sizes of the first waves; what is left over is the last one. Empty: all at once. */
  readonly waves: readonly number[];
  /** So many chargers of one circuit are under way at once, 1 or more; null: any number. */
  readonly perCircuitMax: number | null;
  /** Only while no session runs at the charger. */
  readonly onlyIdle: boolean;
  /** By the clocks of the site, "22:00" to "05:00"; null: at any time. */
  readonly window: { readonly from: string; readonly to: string } | null;
  /** It stops when so many of a hundred chargers that were begun have failed; 100: it never does. */
  readonly failurePercentMax: number;
  /** From the order to the new version, for each charger. */
  readonly timeoutMs: number;
  /** How often each is tried, 1 or more. */
  readonly triesMax: number;
}

/** Where a charger of a campaign is. After `done`, `failed`, `cancelled` and `refused` nothing follows. */
export type CampaignChargerState =
  | "queued"
  | "updating"
  /** It says that it has it: whether it runs it is still to be seen. */
  | "checking"
  | "done"
  | "failed"
  | "cancelled"
  | "refused";

/** Why a charger of a campaign is where it is. */
export type CampaignReason =
  | "had-it"
  | "wrong-model"
  | "unknown-charger"
  | "image-gone"
  | "not-installed"
  | "other-version"
  | "timed-out"
  | "never-ready"
  | "taken-over"
  | "cancelled"
  | "cancelled-late";

/** One charger of a campaign. */
export interface CampaignCharger {
  readonly chargerId: string;
  /** 0 and up. */
  readonly wave: number;
  readonly state: CampaignChargerState;
  /** Tries that were begun. */
  readonly tries: number;
  /** Counts every try of all times: by it an order is found again after a restart. */
  readonly attempt: number;
  readonly sinceMs: number;
  /** It is not tried before. */
  readonly notBeforeMs: number;
  /** The version that it ran when it was begun; null: nobody knows. */
  readonly versionBefore: string | null;
  readonly reason: CampaignReason | null;
  /** What else is known of it, as somebody else said it; "" for nothing. */
  readonly detail: string;
}

/** A campaign, from its beginning to its end. */
export interface Campaign {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  /** For whom it is, and what chargers call it. */
  readonly vendor: string;
  readonly model: string;
  readonly version: string;
  readonly rules: CampaignRules;
  readonly by: string;
  readonly begunAtMs: number;
  /**
   * `running`; `paused` by a person; `stopped` by too many failures: chargers that were begun go on;
   * `cancelled`: the last of them end; `over`.
   */
  readonly state: "running" | "paused" | "stopped" | "cancelled" | "over";
  readonly stateSinceMs: number;
  /** Failures up to the last resumption: a person has seen them. */
  readonly forgiven: number;
  readonly chargers: readonly CampaignCharger[];
}

/** True where nothing follows. */
export function isCampaignChargerOver({ state }: Pick<CampaignCharger, "state">): boolean {
  return state === "done" || state === "failed" || state === "cancelled" || state === "refused";
}

export interface CampaignCollections {
  /** By id. */
  readonly "firmware-campaigns": Campaign;
}

/** Whether firmware that is for the one is for the other: makers are not strict about capitals. */
export function isForModel(
  meantFor: { readonly vendor: string; readonly model: string },
  charger: { readonly vendor: string; readonly model: string },
): boolean {
  const same = (one: string, other: string) =>
    one.trim().toLowerCase() === other.trim().toLowerCase();
  return same(meantFor.vendor, charger.vendor) && same(meantFor.model, charger.model);
}
