import type { ClockTrust, SiteFault } from "../site/mod.ts";
import { CLOCK_TOLERANCE_MS } from "../site/mod.ts";

/** Where the site's time comes from: the CSMS, a time server, the machine alone, or nobody knows it. */
export type TimeSource = "csms" | "ntp" | "machine" | "none";

/** What is known of one charger's clock at a moment. */
export interface ChargerClockSight {
  readonly chargerId: string;
  /** The charger's clock minus ours; null where nothing that it sent tells. */
  readonly offsetMs: number | null;
  /** How much of a clock that seems late may only be messages that waited. */
  readonly doubtMs: number;
}

/** One charger's clock is off for so long before somebody is told: after a boot it takes a while. */
export const CLOCK_OFF_AFTER_MS = 10 * 60_000;

/** Watches whether the chargers' clocks are right, once the site's is. */
export interface ClockWatch {
  look(
    now: { readonly wallMs: number; readonly monoMs: number },
    trust: ClockTrust,
    isByNtp: boolean,
    sights: readonly ChargerClockSight[],
  ): readonly SiteFault[];
  source(): { readonly source: TimeSource; readonly sinceMs: number } | null;
}

/** True for a clock that is off by more than a bill bears. */
export function isClockOff({ offsetMs, doubtMs }: Omit<ChargerClockSight, "chargerId">): boolean {
  return offsetMs !== null && doubtMs === 0 && Math.abs(offsetMs) > CLOCK_TOLERANCE_MS;
}

/** Where the time comes from. The word of the CSMS counts before all others (1.6 §4.2). */
export function timeSourceOf(trust: ClockTrust, isByNtp: boolean): TimeSource {
  if (trust === "known") return "csms";
  if (trust === "untrusted") return "none";
  return isByNtp ? "ntp" : "machine";
}

/** Creates a watch that has not looked yet. */
export function createClockWatch(): ClockWatch {
  /** Since when a clock is off, by our monotonic clock. */
  const offSinceMs = new Map<string, number>();
  const told = new Set<string>();
  let last: ReturnType<ClockWatch["source"]> = null;

  function faultOf(sight: ChargerClockSight, monoMs: number): readonly SiteFault[] {
    const { chargerId, offsetMs } = sight;
    // Nothing new is known of a charger that is away, or has just come.
    if (offsetMs === null) return [];
    if (!isClockOff(sight)) {
      offSinceMs.delete(chargerId);
      const wasTold = told.delete(chargerId);
      return wasTold || Math.abs(offsetMs) <= CLOCK_TOLERANCE_MS
        ? [clockFault(chargerId, offsetMs, "over")]
        : [];
    }
    const sinceMs = offSinceMs.get(chargerId) ?? monoMs;
    offSinceMs.set(chargerId, sinceMs);
    if (monoMs - sinceMs < CLOCK_OFF_AFTER_MS) return [];
    told.add(chargerId);
    return [clockFault(chargerId, offsetMs, "raised")];
  }

  return {
    look({ wallMs, monoMs }, trust, isByNtp, sights) {
      const source = timeSourceOf(trust, isByNtp);
      if (last?.source !== source) last = { source, sinceMs: wallMs };
      // By a clock that is wrong itself nobody can say whose is right.
      return trust === "untrusted" ? [] : sights.flatMap((sight) => faultOf(sight, monoMs));
    },
    source: () => last,
  };
}

function clockFault(
  chargerId: string,
  offsetMs: number,
  state: SiteFault["state"],
): SiteFault {
  const seconds = Math.round(Math.abs(offsetMs) / 1_000);
  return {
    kind: "charger-clock-off",
    severity: "warning",
    subject: chargerId,
    text: state === "over"
      ? `The clock of ${chargerId} is right`
      : `The clock of ${chargerId} is ${seconds} s ${offsetMs > 0 ? "ahead" : "behind"}, though ` +
        "it is told the time",
    state,
  };
}
