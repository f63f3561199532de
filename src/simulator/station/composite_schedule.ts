import { isoTime } from "../../lib/clock.ts";
import type { Requests16, Responses16 } from "../../ocpp/messages/mod.ts";
import { connectorLimit, limitChanges, stationLimit, stricter } from "./limits.ts";
import type { ProfileStore } from "./profile_store.ts";
import type { PhaseLimit } from "./schedule.ts";

/** A connector as the composite schedule sees it. */
export interface ScheduledConnector {
  readonly connectorId: number;
  /** What it can give without any profile. */
  readonly hardware: PhaseLimit;
  /** When charging began by the station's clock; null where no transaction runs. */
  readonly startedMs: number | null;
}

/** What GetCompositeSchedule depends on besides the message. */
export interface CompositeCase {
  readonly store: ProfileStore;
  readonly connectors: readonly ScheduledConnector[];
  readonly volts: number;
  readonly nowMs: number;
}

/** No schedule is told further ahead than a week. */
const HORIZON_MAX_S = 604_800;

/**
 * GetCompositeSchedule (1.6 §5.7): what the profiles and the hardware allow from now on. For connector
 * 0 that is what all connectors may draw together.
 */
export function compositeSchedule(
  { connectorId, duration, chargingRateUnit = "A" }: Requests16["GetCompositeSchedule"],
  situation: CompositeCase,
): Responses16["GetCompositeSchedule"] {
  const { connectors, nowMs } = situation;
  const meant = connectors.filter((each) => connectorId === 0 || each.connectorId === connectorId);
  if (meant.length === 0 || duration <= 0) return { status: "Rejected" };
  const seconds = Math.min(duration, HORIZON_MAX_S);
  const untilMs = nowMs + seconds * 1_000;
  const moments = meant.flatMap((each) =>
    limitChanges(situation.store, each.connectorId, caseOf(each, situation), nowMs, untilMs)
  );
  const starts = [nowMs, ...new Set(moments)].sort((left, right) => left - right);
  const periods = starts.map((atMs) => ({
    startPeriod: Math.ceil((atMs - nowMs) / 1_000),
    ...limitIn(chargingRateUnit, totalAt(meant, situation, atMs), situation.volts),
  }));
  return {
    status: "Accepted",
    connectorId,
    scheduleStart: isoTime(nowMs),
    chargingSchedule: {
      duration: seconds,
      chargingRateUnit,
      chargingSchedulePeriod: merged(periods),
    },
  };
}

function caseOf(connector: ScheduledConnector, { volts, nowMs }: CompositeCase) {
  return { startedMs: connector.startedMs ?? nowMs, volts };
}

/** The connectors' limits added up, and within that of the station. */
function totalAt(
  connectors: readonly ScheduledConnector[],
  situation: CompositeCase,
  atMs: number,
): PhaseLimit {
  const limits = connectors.map((each) =>
    stricter(
      each.hardware,
      connectorLimit(situation.store, each.connectorId, caseOf(each, situation), atMs),
    )
  );
  const total = {
    amps: limits.reduce((amps, limit) => amps + limit.amps, 0),
    phases: Math.max(...limits.map((limit) => limit.phases)),
  };
  const startedMs = situation.nowMs;
  return stricter(
    total,
    stationLimit(situation.store, { startedMs, volts: situation.volts }, atMs),
  );
}

interface Period {
  readonly startPeriod: number;
  readonly limit: number;
  readonly numberPhases: number;
}

/** Limits have one decimal at most (1.6 §7.14). Rounded down: a limit is a promise. */
function limitIn(unit: "A" | "W", { amps, phases }: PhaseLimit, volts: number) {
  const value = unit === "A" ? amps : amps * volts * phases;
  return { limit: Math.floor(value * 10 + 1e-6) / 10, numberPhases: phases };
}

/** Without periods that last no second or say the same as the one before. */
function merged(periods: readonly Period[]): Period[] {
  const lasting = periods.filter((each, index) =>
    each.startPeriod !== periods[index + 1]?.startPeriod
  );
  return lasting.filter((each, index) => {
    const before = lasting[index - 1];
    return before?.limit !== each.limit || before.numberPhases !== each.numberPhases;
  });
}
