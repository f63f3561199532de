import type { DriverDemand } from "./balancing/mod.ts";
import { isoTime } from "./lib/clock.ts";
import type { DriverPreferences } from "./site/mod.ts";
import type { DemandView, TokenView } from "./web/mod.ts";

/** What a driver wants, for the pages and the API. */
export function demandView(demand: DriverDemand | null): DemandView | null {
  if (demand === null) return null;
  const { departsAtMs, departureBy, remainingWh, energyBy, isUrgent } = demand;
  return {
    departure: departsAtMs === null ? null : isoTime(departsAtMs),
    departureBy,
    remainingWh,
    energyBy,
    urgent: isUrgent,
  };
}

type UsualView = Pick<TokenView, "priority" | "departure" | "energyKwh">;

/** What is usual for a token, as the list of tokens shows it. */
export function preferencesView(preferences: DriverPreferences = {}): UsualView {
  const { priority = null, departure = null, energyWh } = preferences;
  return { priority, departure, energyKwh: energyWh === undefined ? null : energyWh / 1_000 };
}

/** What an operator has entered, as it is kept. */
export function preferencesOf(usual: Partial<UsualView>): DriverPreferences {
  const { priority = null, departure = null, energyKwh = null } = usual;
  return {
    ...(priority === null ? {} : { priority }),
    ...(departure === null ? {} : { departure }),
    ...(energyKwh === null ? {} : { energyWh: Math.round(energyKwh * 1_000) }),
  };
}
