import type { InsideRequest } from "../ocpp/mod.ts";

/** How a log of a charger gets on, in the words of 2.1. */
export type LogStatus = InsideRequest<"LogStatusNotification">["status"];

/** A log that a charger has brought to the gateway. */
export interface BroughtLog {
  /** Hexadecimal; it lies under it. */
  readonly sha256: string;
  readonly bytes: number;
  /** As the charger calls it: letters, digits, dots, hyphens, underscores. */
  readonly name: string;
}

/** One log that the CSMS wants of a charger: from the order until it has it. */
export interface LogOrder {
  /** By which the charger knows it, and the list of orders that are followed. */
  readonly number: number;
  readonly chargerId: string;
  /** As the CSMS said it, with where it wants the log. */
  readonly message: InsideRequest<"GetLog">;
  /** By which the charger brings it to us. */
  readonly secret: string;
  /** Null until it is here; it lies here while the order is at `sending`. */
  readonly file: BroughtLog | null;
  /** `told`: the charger is to bring it. `sending`: the gateway takes it on. `over`: nothing follows. */
  readonly stage: "told" | "sending" | "over";
  /** What the CSMS was told last; null: nothing yet. */
  readonly status: LogStatus | null;
  /** When the charger said that it had brought it, while nothing is here; null: it has not. */
  readonly claimedAtMs: number | null;
  /** When the charger last said that it could not bring it; null: it has not, or tries again. */
  readonly failedAtMs: number | null;
  /** Why it ended other than well; null where it has not. */
  readonly reason: string | null;
  readonly givenAtMs: number;
  readonly changedAtMs: number;
}

export interface LogCollections {
  /** By number. */
  readonly "log-orders": LogOrder;
}
