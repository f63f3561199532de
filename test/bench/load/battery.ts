/**
 * A battery that takes all it is given up to a state of charge, and from there less and less, down to
 * nothing when it is full: ACN-Sim's two-stage model without noise, whose power holds for a period.
 */
import type { Session } from "./acn_data.ts";
import { EV_MAX_KW } from "./acn_site.ts";

export interface Battery {
  readonly capacityKwh: number;
  /** What is in it when the EV comes. */
  readonly initialKwh: number;
}

/** ACN-Sim's sizes. */
const CAPACITIES_KWH = [8, 24, 40, 60, 85, 100] as const;
/** From this state of charge on it takes less. */
const TAPERS_FROM = 0.8;
const PERIODS_PER_HOUR = 12;

/** What it takes of an offer for the next period, in kilowatts. */
export function drawableKw(
  { capacityKwh, initialKwh }: Battery,
  deliveredKwh: number,
  offeredKw: number,
): number {
  const stored = (initialKwh + deliveredKwh) / capacityKwh;
  const taper = Math.min(1, (1 - stored) / (1 - TAPERS_FROM));
  const toFullKw = (1 - stored) * capacityKwh * PERIODS_PER_HOUR;
  return Math.max(0, Math.min(offeredKw, taper * EV_MAX_KW, toFullKw));
}

/**
 * The battery that makes a session hardest: the smallest, and as full as it can be so that the session
 * still gets its energy at full current in its time. Where none does, one that never tapers.
 */
export function hardestBattery({ energyKwh, arrival, departure }: Session): Battery {
  for (const capacityKwh of CAPACITIES_KWH) {
    if (energyKwh > capacityKwh) continue;
    const fills = fillingKwh(capacityKwh);
    const stays = departure - arrival;
    for (let start = fills.length - 1; start >= 0; start--) {
      const initialKwh = fills[start] ?? 0;
      const atEnd = fills[Math.min(fills.length - 1, start + stays)] ?? 0;
      if (atEnd - initialKwh >= energyKwh) return { capacityKwh, initialKwh };
    }
  }
  return { capacityKwh: 1e6, initialKwh: 0 };
}

/** What is in an empty battery after each period at full current, until it takes next to nothing. */
function fillingKwh(capacityKwh: number): readonly number[] {
  const fills = [0];
  let stored = 0;
  for (let drawnKw = EV_MAX_KW; drawnKw > 0.02;) {
    drawnKw = drawableKw({ capacityKwh, initialKwh: 0 }, stored, EV_MAX_KW);
    stored += drawnKw / PERIODS_PER_HOUR;
    fills.push(stored);
  }
  return fills;
}
