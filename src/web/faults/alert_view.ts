import type { AlertOutcome, SiteFault } from "../../site/mod.ts";

/** Who is told of faults, and how that went, as the page and the API show it. */
export interface AlertRuleView {
  readonly id: string;
  readonly to: "webhook" | "email" | "mqtt";
  readonly severity: SiteFault["severity"];
  readonly quiet: {
    readonly from: string;
    readonly to: string;
    readonly exceptAlarms: boolean;
    /** It is such an hour now. */
    readonly isNow: boolean;
  } | null;
  readonly perHour: number;
  /** Faults that nobody is told of yet: it is quiet, or there was too much. */
  readonly waiting: number;
  /** Messages that have not arrived yet. */
  readonly undelivered: number;
  /** The newest, newest first. */
  readonly deliveries: readonly AlertDeliveryView[];
}

/** What became of a message. */
export type AlertDeliveryView = Omit<AlertOutcome, "atMs"> & { readonly at: string };

/** What the pages may see of alerts. */
export interface WebAlerts {
  rules(): readonly AlertRuleView[];
}
