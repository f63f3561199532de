import type {
  Campaign,
  CampaignCharger,
  CampaignChargerState,
  CampaignRules,
  CampaignWish,
  FirmwareOrder,
  FirmwareStatus,
  ImagePurpose,
} from "../../site/mod.ts";

/** A kept image, as the page and the API show it. */
export interface FirmwareImageView {
  readonly sha256: string;
  readonly md5: string;
  readonly bytes: number;
  readonly name: string;
  /** The host that it was fetched from, or who uploaded it. */
  readonly from: string;
  readonly keptAt: string;
  /** For which chargers, and what they call it; null: nobody has said. */
  readonly meantFor: ImagePurpose | null;
  /** A signature came with it, which is right. */
  readonly isSigned: boolean;
  /** A charger or a campaign still needs it. */
  readonly isInUse: boolean;
}

/** An image on its way here. */
export interface FirmwareDownloadView {
  readonly from: string;
  readonly bytes: number;
  readonly tries: number;
  /** Why it waits for its next try; null while it runs. */
  readonly trouble: string | null;
}

/** A download that came to nothing. */
export interface FailedFetchView {
  readonly from: string;
  readonly at: string;
  readonly reason: string;
}

/** One charger that is to have other firmware, or was. */
export interface FirmwareOrderView {
  readonly number: number;
  readonly chargerId: string;
  readonly origin: "csms" | "operator" | "campaign";
  /** The person, or the id of the campaign; "" for the CSMS. */
  readonly by: string;
  /** SHA-256; null while it is on its way here. */
  readonly image: string | null;
  /** As the charger will call it; null: nobody has said. */
  readonly version: string | null;
  readonly stage: FirmwareOrder["stage"];
  readonly status: FirmwareStatus | null;
  readonly reason: string | null;
  readonly givenAt: string;
  readonly changedAt: string;
}

/** Everything of firmware but the campaigns. */
export interface FirmwareShelfView {
  readonly images: readonly FirmwareImageView[];
  readonly downloads: readonly FirmwareDownloadView[];
  readonly failedFetches: readonly FailedFetchView[];
  /** The largest image that is taken, in bytes. */
  readonly bytesMax: number;
}

/** A charger of a campaign. */
export interface CampaignChargerView {
  readonly chargerId: string;
  /** 1 and up. */
  readonly wave: number;
  readonly state: CampaignChargerState;
  readonly tries: number;
  readonly since: string;
  readonly reason: CampaignCharger["reason"];
  readonly detail: string;
  /** What it said last of its order; null: nothing yet. */
  readonly status: FirmwareStatus | null;
}

/** A campaign as the page and the API show it. */
export interface CampaignView {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly vendor: string;
  readonly model: string;
  readonly version: string;
  readonly by: string;
  readonly begunAt: string;
  readonly state: Campaign["state"];
  readonly stateSince: string;
  readonly rules: CampaignRulesView;
  readonly chargers: readonly CampaignChargerView[];
}

/** The same as the rules, with minutes for people. */
export type CampaignRulesView = Omit<CampaignRules, "timeoutMs"> & {
  readonly timeoutMinutes: number;
};

/** What a campaign would do, or why it cannot begin. */
export type CampaignPreviewView =
  | {
    readonly kind: "plan";
    readonly waves: readonly (readonly string[])[];
    readonly remarks: readonly {
      readonly chargerId: string;
      readonly kind: "had-it" | "away" | "busy" | "taken";
    }[];
  }
  | { readonly kind: "refused"; readonly reason: string; readonly advice: string };

/** What somebody says of an image that he uploads. */
export interface UploadFields {
  readonly name: string;
  readonly by: string;
  readonly meantFor: ImagePurpose;
  /** How long the whole request says it is, in bytes; null: it does not. */
  readonly bytes: number | null;
  readonly checksum: string | null;
  readonly signing: { readonly signature: string; readonly certificate: string } | null;
}

/** What became of an upload. */
export type UploadOutcome =
  | { readonly kind: "kept"; readonly image: FirmwareImageView }
  | {
    readonly kind: "refused";
    readonly why:
      | "empty"
      | "too-large"
      | "no-room"
      | "checksum"
      | "signature"
      | "certificate";
    readonly reason: string;
  };

/** What the pages may see of firmware and have done; commands go the way of all commands. */
export interface WebFirmware {
  shelf(): FirmwareShelfView;
  /** Newest first. */
  orders(): readonly FirmwareOrderView[];
  campaigns(): readonly CampaignView[];
  campaign(id: string): CampaignView | undefined;
  preview(wish: CampaignWish): CampaignPreviewView;
  /** Rejects where the content breaks off. */
  upload(content: AsyncIterable<Uint8Array>, fields: UploadFields): Promise<UploadOutcome>;
}
