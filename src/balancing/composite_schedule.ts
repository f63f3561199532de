import { isoTime } from "../lib/clock.ts";
import type { ChargingSchedule, CompositeSchedule } from "../ocpp/mod.ts";
import { type Line, LINES } from "../site/mod.ts";
import type { ProfileStore } from "./profile_store.ts";
import type { ProfileSession } from "./profile_limit.ts";
import {
  prevailingLimit,
  prevailingStationLimit,
  profilesFor,
  roundedDown,
} from "./_prevailing_profile.ts";
import { changesBetween } from "./_schedule_time.ts";

/** What the CSMS asks for. */
export interface CompositeRequest {
  /** 0 for the whole station. */
  readonly slot: number;
  readonly startWallMs: number;
  readonly durationS: number;
  readonly unit: ChargingSchedule["chargingRateUnit"];
}

/** What is in force besides profiles: the site's own limits, which always win (ruling 22). */
export interface CompositeSite {
  readonly nominalVoltageV: number;
  /** What the grid connection has for chargers, in amperes per line. */
  readonly limitAmps: number;
  readonly slots: readonly CompositeSlot[];
}

/** A slot as it is when the schedule is asked for. */
export interface CompositeSlot {
  readonly slot: number;
  readonly lines: readonly Line[];
  /** What the balancer gives it, in amperes per line. */
  readonly limitAmps: number;
  readonly session: ProfileSession | null;
}

export type CompositeOutcome =
  | { readonly kind: "accepted"; readonly schedule: CompositeSchedule }
  | { readonly kind: "rejected"; readonly reason: "unknown-slot" | "invalid-duration" };

/** A schedule further ahead is not worth its size. */
const LONGEST_S = 7 * 24 * 3600;
/** The most periods that a schedule of 2.1 may have. */
const MOST_PERIODS = 1024;
/** A bound on the work: beyond so many moments the schedule ends earlier than asked for. */
const MOST_MOMENTS = 4096;

/** What may flow, in amperes per line on so many lines. */
interface Share {
  readonly amps: number;
  readonly phases: number;
}

/** What may flow, in the unit asked for. */
interface Amount {
  readonly limit: number;
  readonly numberPhases: number;
}

/**
 * The schedule that results from all profiles and the site's own limits, as it looks now (1.6 §5.7).
 * A slot without transaction is shown as if one began at the start. For slot 0 it is the lowest of
 * what the site has, the station's maximum, and all slots together.
 */
export function compositeSchedule(
  store: ProfileStore,
  request: CompositeRequest,
  site: CompositeSite,
): CompositeOutcome {
  const { slot, startWallMs, durationS } = request;
  const slots = slot === 0 ? site.slots : site.slots.filter((each) => each.slot === slot);
  if (slot !== 0 && slots.length === 0) return { kind: "rejected", reason: "unknown-slot" };
  if (!(durationS > 0)) return { kind: "rejected", reason: "invalid-duration" };
  const askedS = Math.min(Math.floor(durationS), LONGEST_S);
  const seen = slots.map((each) => inSession(each, startWallMs));
  const moments = momentsOf(store, seen, startWallMs, askedS);
  const amountAt = (second: number): Amount => {
    const wallMs = startWallMs + second * 1000;
    const shares = seen.map((each) => shareOf(store, each, wallMs, site.nominalVoltageV));
    const [only] = shares;
    return slot !== 0 && only
      ? amountOf(only, request.unit, site.nominalVoltageV)
      : totalOf(store, seen, shares, wallMs, site, request.unit);
  };
  const { periods, endS } = periodsOf(moments.seconds, moments.endS, amountAt);
  return {
    kind: "accepted",
    schedule: {
      evseId: slot,
      duration: endS,
      scheduleStart: isoTime(startWallMs),
      chargingRateUnit: request.unit,
      chargingSchedulePeriod: periods,
    },
  };
}

interface SlotInSession extends CompositeSlot {
  readonly session: ProfileSession;
}

function inSession(slot: CompositeSlot, startWallMs: number): SlotInSession {
  return { ...slot, session: slot.session ?? { transactionId: "", startedWallMs: startWallMs } };
}

/** The whole seconds after the start at which something may change, and where they end. */
function momentsOf(
  store: ProfileStore,
  slots: readonly SlotInSession[],
  startWallMs: number,
  askedS: number,
): { readonly seconds: readonly number[]; readonly endS: number } {
  const untilMs = startWallMs + askedS * 1000;
  const seconds = new Set([0]);
  for (const { slot, session } of slots) {
    for (const profile of profilesFor(store, slot, session)) {
      for (const atMs of changesBetween(profile, startWallMs, untilMs, session)) {
        seconds.add(Math.ceil((atMs - startWallMs) / 1000));
      }
    }
  }
  const sorted = [...seconds].filter((second) => second < askedS).sort((a, b) => a - b);
  return { seconds: sorted.slice(0, MOST_MOMENTS), endS: sorted[MOST_MOMENTS] ?? askedS };
}

/** Moments at which nothing changes are no periods. */
function periodsOf(
  seconds: readonly number[],
  endS: number,
  amountAt: (second: number) => Amount,
): { readonly periods: CompositeSchedule["chargingSchedulePeriod"]; readonly endS: number } {
  const periods: CompositeSchedule["chargingSchedulePeriod"] = [];
  for (const startPeriod of seconds) {
    const amount = amountAt(startPeriod);
    const last = periods.at(-1);
    if (last?.limit === amount.limit && last.numberPhases === amount.numberPhases) continue;
    if (periods.length === MOST_PERIODS) return { periods, endS: startPeriod };
    periods.push({ startPeriod, ...amount });
  }
  return { periods, endS };
}

/** The lower of what profiles and the site allow. */
function shareOf(
  store: ProfileStore,
  { slot, lines, limitAmps, session }: SlotInSession,
  wallMs: number,
  nominalVoltageV: number,
): Share {
  const limit = prevailingLimit(store, slot, wallMs, session, nominalVoltageV);
  return {
    amps: Math.min(limit?.amps ?? Infinity, limitAmps),
    phases: Math.min(limit?.phases ?? 3, lines.length),
  };
}

function amountOf(
  { amps, phases }: Share,
  unit: CompositeRequest["unit"],
  nominalVoltageV: number,
): Amount {
  const limit = unit === "A" ? amps : amps * nominalVoltageV * phases;
  return { limit: roundedDown(limit), numberPhases: phases };
}

/** All slots together: their power adds up; of their currents the fullest line counts. */
function totalOf(
  store: ProfileStore,
  slots: readonly SlotInSession[],
  shares: readonly Share[],
  wallMs: number,
  site: CompositeSite,
  unit: CompositeRequest["unit"],
): Amount {
  const { nominalVoltageV } = site;
  const station = prevailingStationLimit(store, wallMs, nominalVoltageV);
  const boundAmps = Math.min(site.limitAmps, station?.amps ?? Infinity);
  const bound = amountOf({ amps: boundAmps, phases: 3 }, unit, nominalVoltageV);
  const sum = unit === "W"
    ? shares.reduce((total, { amps, phases }) => total + amps * nominalVoltageV * phases, 0)
    : Math.max(...LINES.map((line) => ampsOnLine(line, slots, shares)));
  return { ...bound, limit: Math.min(bound.limit, roundedDown(sum)) };
}

function ampsOnLine(
  line: Line,
  slots: readonly SlotInSession[],
  shares: readonly Share[],
): number {
  return slots.reduce(
    (total, { lines }, index) => total + (lines.includes(line) ? shares[index]?.amps ?? 0 : 0),
    0,
  );
}
