import type { InsideRequest } from "../ocpp/mod.ts";

/** A file of firmware that the gateway keeps. */
export interface FirmwareImage {
  /** Hexadecimal, as the other. */
  readonly sha256: string;
  readonly md5: string;
  readonly bytes: number;
  /** As chargers get it: letters, digits, dots, hyphens, underscores. */
  readonly name: string;
  /** SHA-256 of the location that it was fetched from, which may hold a password; null: it was uploaded. */
  readonly locationDigest: string | null;
  /** The host that it was fetched from, or who uploaded it. */
  readonly from: string;
  /** When it was last fetched or uploaded. */
  readonly keptAtMs: number;
  /** When it was last wanted: what has not been for longest goes first. */
  readonly usedAtMs: number;
  /** For which chargers it is meant; absent: nobody has said. */
  readonly meantFor?: ImagePurpose;
  /** By which its maker vouches for it; chargers of 2.x get it with their order. Absent: nobody does. */
  readonly signing?: { readonly signature: string; readonly certificate: string };
}

/** What an operator says of an image. */
export interface ImagePurpose {
  readonly vendor: string;
  readonly model: string;
  /** What a charger calls its firmware once this is in it. */
  readonly version: string;
}

/** How a charger gets on with its firmware, in the words of 2.1. */
export type FirmwareStatus = InsideRequest<"FirmwareStatusNotification">["status"];

/** Who wants a charger to have another firmware. */
export type FirmwareOrigin =
  | { readonly kind: "csms" }
  | { readonly kind: "operator"; readonly who: string }
  | { readonly kind: "campaign"; readonly id: string; readonly attempt: number };

/** One charger that is to have another firmware: from the order to its end. */
export interface FirmwareOrder {
  /** By which the charger knows it. */
  readonly number: number;
  readonly chargerId: string;
  readonly origin: FirmwareOrigin;
  /** What the charger is told, but for the location. */
  readonly message: InsideRequest<"UpdateFirmware">;
  /** By which the charger gets the file from us. */
  readonly secret: string;
  /** SHA-256 of the file; null while it is on its way to us. */
  readonly image: string | null;
  /** What the charger calls the firmware that it is to have; null: nobody has said. */
  readonly version: string | null;
  /**
   * `fetching`: the gateway gets the file. `waiting`: the charger is to be told. `told`: it has
   * accepted. `over`: nothing follows.
   */
  readonly stage: "fetching" | "waiting" | "told" | "over";
  /** What was said last, by the charger or by the gateway for it; null: nothing yet. */
  readonly status: FirmwareStatus | null;
  /** Why it ended other than well; null where it has not. */
  readonly reason: string | null;
  readonly givenAtMs: number;
  readonly changedAtMs: number;
}

/** A firmware that all chargers may fetch from the gateway (2.1 L03). */
export interface FirmwarePublication {
  /** MD5, by which the CSMS knows it; lower case. */
  readonly checksum: string;
  readonly location: string;
  readonly requestId: number;
  /** By which chargers get it. */
  readonly secret: string;
  /** SHA-256 of the file; null while it is on its way. */
  readonly image: string | null;
  readonly givenAtMs: number;
}

export interface FirmwareCollections {
  /** By checksum. */
  readonly "firmware-publications": FirmwarePublication;
  /** By SHA-256. */
  readonly "firmware-images": FirmwareImage;
  /** By number. */
  readonly "firmware-orders": FirmwareOrder;
}
