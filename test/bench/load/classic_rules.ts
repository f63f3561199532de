/** The classic algorithms of ACN-Sim, by which its published figures came about: for comparison. */
import { type AcnSite, STATION_MAX_AMPS, toleranceAmps } from "./acn_site.ts";
import type { Ev, Rule } from "./acn_month.ts";
import type { Draw } from "../../../src/balancing/allocation/claim.ts";

/** ACN-Sim's: a rate is sought to within so much. */
const PRECISION_AMPS = 0.01;
const TURN_AMPS = 0.1;

/** In order of arrival, each gets all it can use. */
export const firstComeFirstServed: Rule = inOrderOf(({ session }) => session.arrival);

/** Who leaves first is served first. */
export const earliestDeparture: Rule = inOrderOf(({ leftPeriods }) => leftPeriods);

/** Who could wait least at full current is served first. */
export const leastLaxity: Rule = inOrderOf((ev) =>
  ev.leftPeriods - ev.remainingAmps / STATION_MAX_AMPS
);

/** In turns, in order of arrival, each gets a little more, until nobody can. */
export const roundRobin: Rule = (evs, site) => {
  const sums = new Sums(site);
  const queue = evs.toSorted((a, b) => a.session.arrival - b.session.arrival)
    .map((ev) => ({ ev, turns: 0, most: Math.floor(mostAmps(ev) / TURN_AMPS + 1e-9) }));
  for (const place of queue) {
    if (place.turns >= place.most || !sums.fits(place.ev, TURN_AMPS)) continue;
    sums.add(place.ev, TURN_AMPS);
    place.ev.amps = ++place.turns * TURN_AMPS;
    queue.push(place);
  }
};

function inOrderOf(key: (ev: Ev) => number): Rule {
  return (evs, site) => {
    const sums = new Sums(site);
    for (const ev of evs.toSorted((a, b) => key(a) - key(b))) {
      ev.amps = sums.most(ev, mostAmps(ev));
      sums.add(ev, ev.amps);
    }
  };
}

function mostAmps({ remainingAmps }: Ev): number {
  return Math.min(STATION_MAX_AMPS, remainingAmps);
}

/** What lines and pods carry while current is handed out. */
class Sums {
  readonly #site: AcnSite;
  readonly #re: Float64Array;
  readonly #im: Float64Array;

  constructor(site: AcnSite) {
    this.#site = site;
    this.#re = new Float64Array(site.capacities.length);
    this.#im = new Float64Array(site.capacities.length);
  }

  fits({ session }: Ev, amps: number): boolean {
    return this.#drawsOf(session.station).every(({ capacity, re, im }) => {
      const { limit = 0 } = this.#site.capacities[capacity] ?? {};
      const carried = Math.hypot(
        (this.#re[capacity] ?? 0) + amps * re,
        (this.#im[capacity] ?? 0) + amps * im,
      );
      return carried <= limit + toleranceAmps(limit);
    });
  }

  add({ session }: Ev, amps: number): void {
    for (const { capacity, re, im } of this.#drawsOf(session.station)) {
      this.#re[capacity] = (this.#re[capacity] ?? 0) + amps * re;
      this.#im[capacity] = (this.#im[capacity] ?? 0) + amps * im;
    }
  }

  /** The largest current up to `amps` that fits, sought by halving. */
  most(ev: Ev, amps: number): number {
    if (this.fits(ev, amps)) return amps;
    let [low, high] = [0, amps];
    while (high - low > PRECISION_AMPS) {
      const middle = (low + high) / 2;
      if (this.fits(ev, middle)) low = middle;
      else high = middle;
    }
    return low;
  }

  #drawsOf(station: string): readonly Draw[] {
    return this.#site.draws.get(station) ?? [];
  }
}
