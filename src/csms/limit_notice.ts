import type { LimitNotice } from "../balancing/mod.ts";
import { isoTime } from "../lib/clock.ts";
import type { InsideCall } from "../ocpp/mod.ts";

/**
 * What another than the CSMS makes of its limit, in words of 2.1. The schedule always goes with it
 * (K11.FR.03).
 */
export function limitNoticeCall(
  notice: LimitNotice,
  evseId: number,
  nowWallMs: number,
): InsideCall<"NotifyChargingLimit" | "ClearedChargingLimit"> {
  const { source } = notice;
  if (notice.kind === "cleared") {
    return { action: "ClearedChargingLimit", message: { chargingLimitSource: source, evseId } };
  }
  const { amps, untilWallMs } = notice;
  const duration = untilWallMs === null ? null : Math.ceil((untilWallMs - nowWallMs) / 1000);
  const schedule = {
    id: 1,
    startSchedule: isoTime(nowWallMs),
    ...(duration === null || duration <= 0 ? {} : { duration }),
    chargingRateUnit: "A" as const,
    chargingSchedulePeriod: [{ startPeriod: 0, limit: amps }],
  };
  return {
    action: "NotifyChargingLimit",
    message: {
      evseId,
      chargingLimit: { chargingLimitSource: source },
      chargingSchedule: [schedule],
    },
  };
}
