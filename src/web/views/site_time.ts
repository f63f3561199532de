/** What time it is on the site, and who says so. */
export interface SiteTimeView {
  readonly time: string;
  /** `machine`: it says so, and nothing speaks against it. `none`: it cannot be right. */
  readonly source: "csms" | "ntp" | "machine" | "none";
  /** Since when it comes from there, in this run; null in the first minute. */
  readonly since: string | null;
  /** The clock of the CSMS minus ours when it last told the time; null where it never did. */
  readonly csmsOffsetMs: number | null;
  /** What the machine's time service says of itself; null where none says anything. */
  readonly ntp: NtpView | null;
  readonly chargers: readonly ChargerTimeView[];
}

export interface NtpView {
  readonly service: "systemd-timesyncd" | "chrony";
  readonly synchronized: boolean;
  readonly seenAt: string;
  readonly offsetMs: number | null;
}

export interface ChargerTimeView {
  readonly chargerId: string;
  readonly connected: boolean;
  /** The charger's clock minus ours; null while nothing that it sent tells. */
  readonly offsetMs: number | null;
  /** It is off by more than half a minute. */
  readonly isOff: boolean;
  /** Since when it is told this time by BootNotification and Heartbeat; null: not yet. */
  readonly toldSince: string | null;
}
