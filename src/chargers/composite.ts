import type { CompositeScheduleAnswer } from "../ocpp/mod.ts";
import { learn, learntTactic } from "./learnt.ts";
import type { ChargersPorts } from "./ports.ts";
import type { Station } from "./station.ts";
import { rateUnitOf, type UnitCase } from "./tactic.ts";

/**
 * What a charger says it will give at a moment from now, in amperes per line; null where that cannot be
 * made sense of. Many answer with nothing, with -1, or in the other unit.
 */
export function scheduledAmps(
  { status, schedule }: CompositeScheduleAnswer,
  atS: number,
  { nominalVoltageV, place }: Pick<UnitCase, "nominalVoltageV" | "place">,
): number | null {
  if (status !== "Accepted" || schedule === undefined) return null;
  const period = schedule.chargingSchedulePeriod.findLast(({ startPeriod }) => startPeriod <= atS);
  const limit = period?.limit;
  if (period === undefined || limit === undefined || !(limit >= 0)) return null;
  if (schedule.chargingRateUnit === "A") return limit;
  return limit / (nominalVoltageV * (period.numberPhases ?? place.lines.length));
}

/**
 * Asks a charger what it is going to give. Null where that says nothing. One that does not answer keeps
 * limits waiting for half a minute, so it is asked once in its life.
 */
export async function askSchedule(
  ports: Pick<ChargersPorts, "site" | "journal">,
  { chargerId, speaker, noteQuirk }: Pick<Station, "chargerId" | "speaker" | "noteQuirk">,
  seconds: number,
  now: UnitCase,
): Promise<CompositeScheduleAnswer | null> {
  if (!mayAskSchedule(ports, chargerId, now)) {
    noteQuirk("compositeSchedule");
    return null;
  }
  const message = {
    evseId: now.place.evseId,
    duration: seconds,
    chargingRateUnit: rateUnitOf(now),
  };
  const outcome = await speaker.call({ action: "GetCompositeSchedule", message });
  if (outcome.kind === "silent") await learn(ports, chargerId, { noSchedule: true });
  return outcome.kind === "answered" ? outcome.message : null;
}

function mayAskSchedule(
  { site }: Pick<ChargersPorts, "site">,
  chargerId: string,
  { quirks }: Pick<UnitCase, "quirks">,
): boolean {
  return quirks.compositeSchedule !== false && !learntTactic(site, chargerId)?.noSchedule;
}

/** A schedule may be rounded. */
const SAME_WITHIN_AMPS = 0.3;

/** What a charger's own schedule makes of its fail-safe limit. */
export function failSafeVerdict(
  answer: CompositeScheduleAnswer | null,
  now: UnitCase,
): "in-force" | "not-in-force" | "unclear" {
  const amps = answer === null ? null : scheduledAmps(answer, 0, now);
  if (amps === null) return "unclear";
  return amps <= now.place.failSafeAmps + SAME_WITHIN_AMPS ? "in-force" : "not-in-force";
}

/** True where a schedule shows that a limit ends when it should, and that the fail-safe follows. */
export function showsExpiry(
  answer: CompositeScheduleAnswer,
  limitAmps: number,
  endsInS: number,
  now: UnitCase,
): boolean {
  const { failSafeAmps } = now.place;
  const isNear = (amps: number | null, other: number) =>
    amps !== null && Math.abs(amps - other) <= SAME_WITHIN_AMPS;
  const before = scheduledAmps(answer, 0, now);
  const after = scheduledAmps(answer, endsInS + EXPIRY_LOOK_S / 2, now);
  return Math.abs(limitAmps - failSafeAmps) > 2 * SAME_WITHIN_AMPS && isNear(before, limitAmps) &&
    isNear(after, failSafeAmps);
}

/** How far past its end a limit is looked at, in seconds. */
export const EXPIRY_LOOK_S = 60;
