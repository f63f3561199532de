import type { ChargingWish } from "../site/mod.ts";

/** Who has said something about what a driver wants. */
export type DemandSource =
  | ChargingWish["source"]
  /** What is usual for the token or its group, as somebody has entered it. */
  | "token"
  | "group"
  /** A guess from past sessions. */
  | "habit";

/** What is usual; null where it does not say. */
export interface UsualDemand {
  readonly by: "token" | "group" | "habit";
  /** Unix milliseconds. */
  readonly departsAtMs: number | null;
  /** For the whole session, in Wh. */
  readonly energyWh: number | null;
}

/** Everything that anybody says about one session. */
export interface DemandWords {
  readonly operator: ChargingWish | null;
  readonly vehicle: ChargingWish | null;
  /** The one that knows better first: token, group, habit. */
  readonly usual: readonly UsualDemand[];
  /** The charger's register less its start, in Wh (ruling 5). */
  readonly deliveredWh: number;
  readonly nowWallMs: number;
}

/** What the driver of a session wants, and who says so. */
export interface DriverDemand {
  /** What is still to be delivered, in Wh, never negative; null: nobody knows. */
  readonly remainingWh: number | null;
  readonly energyBy: DemandSource | null;
  /** Unix milliseconds; in the past for one who was to leave by now. Null: nobody knows. */
  readonly departsAtMs: number | null;
  readonly departureBy: DemandSource | null;
  readonly isUrgent: boolean;
}

/**
 * What a driver wants: for each of time and energy the word that counts is the operator's, then the
 * vehicle's, the token's, the group's, and only where nobody says anything the guess. A guess that was
 * overtaken is none any more: who has stayed longer than usual may stay for ever. A departure that was
 * *said* and has passed makes the rest as urgent as it can be. Null where nothing is known at all.
 */
export function driverDemand(words: DemandWords): DriverDemand | null {
  const energy = energyOf(words);
  const departure = departureOf(words);
  const isAsked = words.operator?.isUrgent ?? false;
  if (energy === null && departure === null && !isAsked) return null;
  const remainingWh = energy?.value ?? null;
  const isLate = departure !== null && departure.value <= words.nowWallMs;
  return {
    remainingWh,
    energyBy: energy?.by ?? null,
    departsAtMs: departure?.value ?? null,
    departureBy: departure?.by ?? null,
    isUrgent: remainingWh !== 0 && (isAsked || isLate),
  };
}

/** Cars and chargers take some time to get going. */
const SPARE_MS = 15 * 60_000;

/**
 * True for one who gets what was *said* in time only by charging from now on at `paceW`, which it is
 * sure to get. Of a guess nobody runs out of time.
 */
export function isShortOfTime(demand: DriverDemand, nowWallMs: number, paceW: number): boolean {
  const { remainingWh, energyBy, departsAtMs, departureBy } = demand;
  if (remainingWh === null || departsAtMs === null || remainingWh === 0) return false;
  if (energyBy === "habit" || departureBy === "habit") return false;
  const neededMs = remainingWh / paceW * 3_600_000;
  return nowWallMs + neededMs + SPARE_MS >= departsAtMs;
}

interface Said {
  readonly by: DemandSource;
  readonly value: number;
}

/** What is left to deliver by the first who says so. Asked of every session each second. */
function energyOf({ operator, vehicle, usual, deliveredWh }: DemandWords): Said | null {
  return wishedEnergy(operator, deliveredWh) ?? wishedEnergy(vehicle, deliveredWh) ??
    usualEnergy(usual, deliveredWh);
}

function wishedEnergy(wish: ChargingWish | null, deliveredWh: number): Said | null {
  if (wish === null || wish.energyWh === null) return null;
  return { by: wish.source, value: leftWh(wish.energyWh, deliveredWh - wish.fromWh) };
}

function usualEnergy(usual: readonly UsualDemand[], deliveredWh: number): Said | null {
  for (const { by, energyWh } of usual) {
    if (energyWh === null) continue;
    const value = leftWh(energyWh, deliveredWh);
    if (by !== "habit" || value > 0) return { by, value };
  }
  return null;
}

function leftWh(energyWh: number, deliveredWh: number): number {
  return Math.max(0, energyWh - Math.max(0, deliveredWh));
}

/** When it leaves by the first who says so. */
function departureOf({ operator, vehicle, usual, nowWallMs }: DemandWords): Said | null {
  return wishedDeparture(operator) ?? wishedDeparture(vehicle) ?? usualDeparture(usual, nowWallMs);
}

function wishedDeparture(wish: ChargingWish | null): Said | null {
  if (wish === null || wish.departsAtMs === null) return null;
  return { by: wish.source, value: wish.departsAtMs };
}

function usualDeparture(usual: readonly UsualDemand[], nowWallMs: number): Said | null {
  for (const { by, departsAtMs } of usual) {
    if (departsAtMs === null) continue;
    const isOvertaken = by === "habit" && departsAtMs <= nowWallMs;
    if (!isOvertaken) return { by, value: departsAtMs };
  }
  return null;
}
