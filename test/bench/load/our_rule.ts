/** The departure strategy of the balancer, handed the EVs of the bench. */
import type { Claim } from "../../../src/balancing/allocation/claim.ts";
import { fillByDeparture } from "../../../src/balancing/allocation/departure.ts";
import { createPool, everybody } from "../../../src/balancing/allocation/pool.ts";
import type { AcnSite } from "./acn_site.ts";
import { EV_MAX_AMPS, STATION_MAX_AMPS } from "./acn_site.ts";
import type { Ev, Rule } from "./acn_month.ts";

const PERIOD_MS = 300_000;

/** How chargers can be set: to anything from 0, or to whole amperes from 6. */
export type Setting = "continuous" | "whole-amperes";

/**
 * Our rule for chargers of a kind. `givesBack`: an EV that drew an ampere less than it had is kept for
 * no more than an ampere above what it draws, and may come back an ampere at a time.
 */
export function ourRule(setting: Setting, givesBack = false): Rule {
  const bounds = new WeakMap<Ev, number>();
  return (evs, site) => {
    const claims = evs.map((ev) => {
      const bound = givesBack ? boundOf(ev, bounds.get(ev) ?? EV_MAX_AMPS) : EV_MAX_AMPS;
      bounds.set(ev, bound);
      return claimOf(ev, bound, site, setting);
    });
    const pool = createPool(claims, site.capacities);
    fillByDeparture(pool, everybody(pool));
    for (const [index, ev] of evs.entries()) ev.amps = pool.amps[index] ?? 0;
  };
}

function boundOf({ hadAmps, drewAmps }: Ev, before: number): number {
  if (hadAmps <= 0) return before;
  if (Math.min(hadAmps, EV_MAX_AMPS) - drewAmps > 1) return drewAmps + 1;
  return Math.min(EV_MAX_AMPS, before + 1);
}

function claimOf(ev: Ev, boundAmps: number, site: AcnSite, setting: Setting): Claim {
  const common = {
    id: ev.index,
    priority: 0,
    laxityMs: Infinity,
    need: { ampHours: ev.remainingAmps / 12, leftMs: ev.leftPeriods * PERIOD_MS },
    nowAmps: ev.hadAmps,
    strand: site.strands.get(ev.session.station) ?? "",
    draws: site.draws.get(ev.session.station) ?? [],
  };
  const maxAmps = Math.min(boundAmps, ev.remainingAmps);
  if (setting === "continuous") return { ...common, minAmps: 0, maxAmps, step: 0 };
  const whole = Math.min(STATION_MAX_AMPS, Math.ceil(maxAmps - 1e-9));
  return { ...common, minAmps: 6, maxAmps: Math.max(6, whole), step: 1 };
}
