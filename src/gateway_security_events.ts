import type { SecurityEvents } from "./csms/mod.ts";
import type { SpaceLevel } from "./store/mod.ts";
import type { BootReason } from "./ocpp/mod.ts";
import type { Timekeeper, Variables } from "./site/mod.ts";

/** What the gateway's own security events are seen by. */
export interface SecurityEventSources {
  readonly security: SecurityEvents;
  readonly timekeeper: Pick<Timekeeper, "listen">;
  readonly variables: Pick<Variables, "integer">;
  /** Why this start is one that the CSMS wanted; null where it is not. */
  readonly wantedBoot: BootReason | null;
  readonly firmwareVersion: string;
  readonly spaceLevel: () => SpaceLevel;
}

/** By how much of the clock 2.x wants to hear (TimeAdjustmentReportingThreshold). */
const THRESHOLD = "ClockCtrlr.TimeAdjustmentReportingThreshold";

/**
 * Tells what happens to the gateway as a device (2.1 appendices §1): its start, its clock, its disk. What
 * the connection itself meets is told where it is met. Returns what to call now and then.
 */
export function tellOwnSecurity(sources: SecurityEventSources): () => void {
  const { security, timekeeper, variables, wantedBoot, firmwareVersion } = sources;
  if (wantedBoot !== null) security.tell("ResetOrReboot", wantedBoot);
  security.tell("StartupOfTheDevice", `version ${firmwareVersion}`);
  timekeeper.listen(({ shiftMs, by }) => {
    const seconds = Math.round(shiftMs / 1000);
    if (Math.abs(seconds) <= variables.integer(THRESHOLD)) return;
    security.tell("SettingSystemTime", `${seconds > 0 ? "+" : ""}${seconds} s, by ${by}`);
  });
  let before: SpaceLevel = "enough";
  return () => {
    const level = sources.spaceLevel();
    if (level === before) return;
    before = level;
    if (level !== "enough") security.tell("MemoryExhaustion", `the disk: ${level}`);
  };
}
