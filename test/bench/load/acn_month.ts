/** A month of charging, five minutes at a time, under a rule that hands out the current. */
import type { Session } from "./acn_data.ts";
import {
  type AcnSite,
  acnSite,
  EV_MAX_KW,
  STATIONS,
  toleranceAmps,
  VOLTAGE_V,
} from "./acn_site.ts";
import { type Battery, drawableKw } from "./battery.ts";

const PERIODS_PER_HOUR = 12;
/** ACN-Sim's: with less than that to go, in kilowatt-hours, an EV is full. */
const FULL_KWH = 1e-3;

/** An EV at its station, as a rule sees it and as the month goes on with it. */
export interface Ev {
  readonly session: Session;
  /** Null: it takes all it is given. */
  readonly battery: Battery | null;
  /** Its station's place in the order of the site. */
  readonly index: number;
  deliveredKwh: number;
  /** What it still takes, in amperes over one period. */
  remainingAmps: number;
  /** How many periods it stays. */
  leftPeriods: number;
  /** What the rule gives it now, in amperes. */
  amps: number;
  /** What it had in the period before, and what it drew of it. */
  hadAmps: number;
  drewAmps: number;
}

/** Sets the amperes of all EVs that are not full, in the order of their stations. */
export type Rule = (evs: readonly Ev[], site: AcnSite) => void;

export interface MonthResult {
  /** Of the energy asked for. */
  readonly deliveredPercent: number;
  /** Periods in which a line or a pod carried more than it may. */
  readonly violations: number;
  /** How often an EV lost all its current before it was full. */
  readonly pauses: number;
}

/** Plays the month through. `batteryOf` absent: each EV takes all it is given. */
export function playMonth(
  sessions: readonly Session[],
  capacityKw: number,
  rule: Rule,
  batteryOf?: (session: Session) => Battery,
): MonthResult {
  const site = acnSite(capacityKw);
  const evs = sessions.map((session) => evOf(session, batteryOf?.(session) ?? null));
  const standing: (Ev | undefined)[] = STATIONS.map(() => undefined);
  const end = evs.reduce((latest, { session }) => Math.max(latest, session.departure), 0);
  let [next, violations, pauses] = [0, 0, 0];
  for (let period = 0; period < end; period++) {
    for (const [index, ev] of standing.entries()) {
      if (ev !== undefined && ev.session.departure <= period) standing[index] = undefined;
    }
    for (let ev = evs[next]; ev !== undefined && ev.session.arrival <= period; ev = evs[++next]) {
      if (standing[ev.index]) throw new Error(`Two EVs at station ${ev.session.station}`);
      standing[ev.index] = ev;
    }
    const hungry = standing.filter((ev) => ev !== undefined).filter(isHungry);
    if (hungry.length === 0) continue;
    for (const ev of hungry) look(ev, period);
    rule(hungry, site);
    if (isOver(site, hungry)) violations++;
    for (const ev of hungry) {
      if (ev.hadAmps > 0 && ev.amps === 0) pauses++;
      charge(ev);
    }
  }
  return { deliveredPercent: deliveredPercent(evs), violations, pauses };
}

function evOf(session: Session, battery: Battery | null): Ev {
  const index = STATIONS.indexOf(session.station);
  if (index < 0) throw new Error(`Cannot find station ${session.station}`);
  return {
    session,
    battery,
    index,
    deliveredKwh: 0,
    remainingAmps: 0,
    leftPeriods: 0,
    amps: 0,
    hadAmps: 0,
    drewAmps: 0,
  };
}

function isHungry({ session, deliveredKwh }: Ev): boolean {
  return session.energyKwh - deliveredKwh > FULL_KWH;
}

function look(ev: Ev, period: number): void {
  const remainingKwh = ev.session.energyKwh - ev.deliveredKwh;
  ev.remainingAmps = remainingKwh * 1_000 / VOLTAGE_V * PERIODS_PER_HOUR;
  ev.leftPeriods = ev.session.departure - period;
  ev.hadAmps = ev.amps;
  ev.amps = 0;
}

function charge(ev: Ev): void {
  const { session, battery, deliveredKwh, amps } = ev;
  const offeredKw = Math.min(amps * VOLTAGE_V / 1_000, EV_MAX_KW);
  const takenKw = battery === null ? offeredKw : drawableKw(battery, deliveredKwh, offeredKw);
  const drawnKw = Math.min(takenKw, (session.energyKwh - deliveredKwh) * PERIODS_PER_HOUR);
  ev.deliveredKwh += drawnKw / PERIODS_PER_HOUR;
  ev.drewAmps = drawnKw * 1_000 / VOLTAGE_V;
}

/** True where a limit is exceeded by what was given, drawn or not. */
function isOver(site: AcnSite, evs: readonly Ev[]): boolean {
  const re = site.capacities.map(() => 0);
  const im = site.capacities.map(() => 0);
  for (const { session, amps } of evs) {
    for (const draw of site.draws.get(session.station) ?? []) {
      re[draw.capacity] = (re[draw.capacity] ?? 0) + amps * draw.re;
      im[draw.capacity] = (im[draw.capacity] ?? 0) + amps * draw.im;
    }
  }
  return site.capacities.some(({ limit }, index) =>
    Math.hypot(re[index] ?? 0, im[index] ?? 0) > limit + toleranceAmps(limit)
  );
}

function deliveredPercent(evs: readonly Ev[]): number {
  const delivered = evs.reduce((sum, ev) => sum + ev.deliveredKwh, 0);
  return 100 * delivered / evs.reduce((sum, { session }) => sum + session.energyKwh, 0);
}
