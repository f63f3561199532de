/**
 * What ours has to beat: least laxity first within each pair of lines, and the three pairs at one
 * level, each raised beyond it as far as it goes, the one with most left to give first.
 */
import type { Ev, Rule } from "./acn_month.ts";
import { type AcnSite, EV_MAX_AMPS, STATION_MAX_AMPS } from "./acn_site.ts";
import type { Setting } from "./our_rule.ts";

const PAIRS = ["L1L2", "L2L3", "L3L1"] as const;
const POD_AMPS = 80;

type Totals = readonly [number, number, number];

export function balancedLaxity(setting: Setting): Rule {
  return (evs, site) => {
    const order = evs.toSorted((a, b) => laxity(a) - laxity(b));
    const demand = handOut(order, site, [Infinity, Infinity, Infinity]);
    const totals = isWithin(site, demand) ? demand : balanced(site, demand);
    if (setting === "continuous") handOut(order, site, totals);
    else handOutWhole(order, site, totals);
  };
}

function laxity({ leftPeriods, remainingAmps }: Ev): number {
  return leftPeriods - remainingAmps / EV_MAX_AMPS;
}

function mostAmps({ remainingAmps }: Ev): number {
  return Math.min(EV_MAX_AMPS, remainingAmps);
}

/** What is left for each pair of lines and in each pod while current is handed out. */
class Rest {
  readonly #pairs: Map<string, number>;
  readonly #pods = new Map([[6, POD_AMPS], [7, POD_AMPS]]);
  readonly #site: AcnSite;

  constructor(site: AcnSite, totals: Totals) {
    this.#site = site;
    this.#pairs = new Map(PAIRS.map((pair, index) => [pair, totals[index] ?? 0]));
  }

  of({ session }: Ev): number {
    const pair = this.#site.strands.get(session.station) ?? "";
    return Math.max(
      0,
      Math.min(this.#pairs.get(pair) ?? 0, this.#pods.get(this.#pod(session.station)) ?? Infinity),
    );
  }

  take(ev: Ev, amps: number): void {
    const { station } = ev.session;
    const pair = this.#site.strands.get(station) ?? "";
    const pod = this.#pod(station);
    ev.amps += amps;
    this.#pairs.set(pair, (this.#pairs.get(pair) ?? 0) - amps);
    this.#pods.set(pod, (this.#pods.get(pod) ?? Infinity) - amps);
  }

  #pod(station: string): number {
    return this.#site.draws.get(station)?.find(({ capacity }) => capacity >= 6)?.capacity ?? -1;
  }
}

/** In order, each as much as it can use; what each pair of lines has then. */
function handOut(order: readonly Ev[], site: AcnSite, totals: Totals): Totals {
  const rest = new Rest(site, totals);
  for (const ev of order) {
    ev.amps = 0;
    rest.take(ev, Math.min(mostAmps(ev), rest.of(ev)));
  }
  const sum = (pair: string) =>
    order.reduce(
      (total, { session, amps }) =>
        site.strands.get(session.station) === pair ? total + amps : total,
      0,
    );
  return [sum(PAIRS[0]), sum(PAIRS[1]), sum(PAIRS[2])];
}

/** In order, 6 A to as many as there is room for, then whole amperes. */
function handOutWhole(order: readonly Ev[], site: AcnSite, totals: Totals): void {
  const rest = new Rest(site, totals);
  for (const ev of order) {
    ev.amps = 0;
    if (rest.of(ev) >= 6 - 1e-6) rest.take(ev, 6);
  }
  for (const ev of order) {
    if (ev.amps < 6) continue;
    const most = Math.floor(Math.max(6, Math.min(STATION_MAX_AMPS, mostAmps(ev))));
    rest.take(ev, Math.max(0, Math.floor(Math.min(most - 6, rest.of(ev) + 1e-6))));
  }
}

function balanced(site: AcnSite, demand: Totals): Totals {
  const upTo = (level: number): Totals => [
    Math.min(demand[0], level),
    Math.min(demand[1], level),
    Math.min(demand[2], level),
  ];
  const level = highest(0, Math.max(...demand), (value) => isWithin(site, upTo(value)));
  let totals = upTo(level);
  const before = totals;
  const left = (pair: number) => (demand[pair] ?? 0) - (before[pair] ?? 0);
  for (const pair of [0, 1, 2].sort((a, b) => left(b) - left(a))) {
    const at = (value: number) => totals.with(pair, value) as unknown as Totals;
    const most = highest(
      totals[pair] ?? 0,
      demand[pair] ?? 0,
      (value) => isWithin(site, at(value)),
    );
    totals = at(most);
  }
  return totals;
}

/** The highest value from a good one up to another that is still good, by halving. */
function highest(good: number, up: number, isGood: (value: number) => boolean): number {
  if (isGood(up)) return up;
  let [low, high] = [good, up];
  for (let round = 0; round < 40; round++) {
    const middle = (low + high) / 2;
    if (isGood(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** A station of each pair that is in no pod stands for all of the pair. */
const SAMPLES = ["CA-308", "CA-304", "CA-307"];

function isWithin(site: AcnSite, totals: Totals): boolean {
  const draws = SAMPLES.map((station) => site.draws.get(station) ?? []);
  return site.capacities.every(({ limit }, capacity) => {
    let [re, im] = [0, 0];
    for (const [pair, all] of draws.entries()) {
      const draw = all.find((each) => each.capacity === capacity);
      re += (draw?.re ?? 0) * (totals[pair] ?? 0);
      im += (draw?.im ?? 0) * (totals[pair] ?? 0);
    }
    return Math.hypot(re, im) <= limit + 1e-6;
  });
}
