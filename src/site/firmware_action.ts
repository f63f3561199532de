import type { CampaignWish } from "./campaign.ts";
import type { ImagePurpose } from "./firmware.ts";

/** What a person wants done with firmware. */
export type FirmwareAction =
  /** A kept image, by its SHA-256, for one charger. */
  | { readonly do: "update"; readonly chargerId: string; readonly image: string }
  /** What lies at an address, for one charger. `version`: as it will call it; null: nobody knows. */
  | {
    readonly do: "update-from";
    readonly chargerId: string;
    readonly location: string;
    readonly version: string | null;
  }
  | { readonly do: "cancel-order" | "retry-order"; readonly number: number }
  /** Has an image fetched, to be kept. `md5`: of the whole file; null: not compared. */
  | {
    readonly do: "fetch";
    readonly location: string;
    readonly md5: string | null;
    readonly meantFor: ImagePurpose;
  }
  | { readonly do: "describe"; readonly image: string; readonly meantFor: ImagePurpose }
  | { readonly do: "remove"; readonly image: string }
  | { readonly do: "begin-campaign"; readonly wish: CampaignWish }
  | {
    readonly do: "pause-campaign" | "resume-campaign" | "cancel-campaign" | "retry-campaign";
    readonly id: string;
  };

/** The same for a log: an address may hold a password, so only where it leads is told. */
export function plainAction(action: FirmwareAction): Readonly<Record<string, unknown>> {
  if (!("location" in action)) return { ...action };
  return { ...action, location: URL.parse(action.location)?.host ?? "" };
}
