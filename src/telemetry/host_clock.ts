/**
 * What the machine's own time service says of itself, in files that anybody may read: systemd-timesyncd
 * touches one at each synchronisation, and for chrony a unit of ours writes what `chronyc -c tracking`
 * prints. A gateway may start no programs, and the kernel's state is in no file.
 */
export const HOST_CLOCK_FILES = {
  timesyncd: "/run/systemd/timesync/synchronized",
  chrony: "/run/sangam-clock/tracking.csv",
} as const;

/** Whether a time server sets the machine's clock. */
export interface HostClock {
  readonly service: "systemd-timesyncd" | "chrony";
  readonly isSynchronized: boolean;
  /** When it was last seen so, Unix milliseconds by the machine's clock. */
  readonly seenAtMs: number;
  /** How far the machine was off then, in milliseconds; null where the service does not say. */
  readonly offsetMs: number | null;
}

/**
 * A line of `chronyc -c tracking`: reference id, name, stratum, reference time, system time in seconds
 * (how far the machine is from what chrony takes for right), …, leap status last. Null for anything else.
 */
export function chronyTracking(
  text: string,
): { readonly isSynchronized: boolean; readonly offsetMs: number } | null {
  const fields = text.trim().split(",");
  const [, , , , systemTime = ""] = fields;
  const leap = fields.at(-1) ?? "";
  const isTracking = fields.length === 14 && /^-?\d{1,12}(\.\d+)?$/.test(systemTime) &&
    /^[A-Za-z ]{1,30}$/.test(leap);
  if (!isTracking) return null;
  return {
    isSynchronized: leap !== "Not synchronised",
    offsetMs: Math.round(Number(systemTime) * 1_000),
  };
}
