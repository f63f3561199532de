import type { ClockTrust } from "../../site/mod.ts";

export interface SiteView {
  readonly name: string;
  readonly timezone: string;
  readonly language: "en" | "mr" | "hi";
  readonly time: string;
  /** Whether that is so: the CSMS says it, only the machine does, or it cannot be. */
  readonly clock: ClockTrust;
  readonly csms: CsmsView;
  readonly totals: {
    readonly chargers: number;
    readonly connected: number;
    readonly evses: number;
    readonly charging: number;
    readonly powerW: number;
    /** Energy of sessions that ended today, and of the running ones, in the site's time zone. */
    readonly energyTodayWh: number;
  };
  readonly alarms: number;
  /** What somebody should look at some time. */
  readonly warnings: number;
  /** Chargers without password may connect somewhere (security profile 0): a banner says so. */
  readonly openListener: boolean;
}

export interface CsmsView {
  /** False for a site that stands alone. */
  readonly configured: boolean;
  readonly connected: boolean;
  /** The CSMS has accepted us and answers. */
  readonly online: boolean;
  readonly protocol: string | null;
  readonly since: string;
  /** Why it is not connected; null while it is. */
  readonly trouble: string | null;
  readonly clockOffsetMs: number | null;
  readonly outbox: {
    readonly rows: number;
    readonly oldestSeconds: number;
    readonly deadLetters: number;
    /** What waits, by what may become of it when there is no room. */
    readonly classes: {
      /** Starts and ends: never dropped; at the bound new sessions are refused. */
      readonly sessions: OutboxClassView;
      /** Meter records: thinned to few messages a session, and further where there is no room. */
      readonly readings: OutboxClassView & {
        readonly thinned: number;
        readonly droppedForRoom: number;
      };
    };
  };
}

/** The load of the outbox in one class. Counts of what was dropped begin with the gateway. */
export interface OutboxClassView {
  readonly rows: number;
  readonly bytes: number;
  readonly rowsMax: number;
  readonly bytesMax: number;
}
