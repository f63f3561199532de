import type { Clock } from "../../src/lib/clock.ts";
import { createSeededIds, type Ids } from "../../src/lib/ids.ts";
import {
  CHARGER_RANGES,
  drawSite,
  type SimulatedSitePlan,
  withVersions,
} from "../../src/simulator/mod.ts";
import type { Scenario } from "./scenario.ts";

/** A charger that gives a message up loses a session, which is not the gateway's doing. */
const NEVER_GIVE_UP = { TransactionMessageAttempts: "99" };
/** From accepting a profile to changing the control pilot (load management 7.2). */
const LATENCY_MS = CHARGER_RANGES.profileLatencyMs;

/** The site of a scenario, drawn from `ids`. */
export function planOf(scenario: Scenario, clock: Clock, ids: Ids): SimulatedSitePlan {
  const plan = drawSite({
    chargers: scenario.chargers,
    timeLapse: scenario.timeLapse,
    startWallMs: clock.wallMs(),
    withQuirks: scenario.quirks,
  }, ids);
  const chargers = plan.site.chargers.map((charger) => ({
    ...charger,
    options: {
      ...charger.options,
      configuration: { ...charger.options.configuration, ...NEVER_GIVE_UP },
      // Without quirks a charger does as it is told, but that takes one longer than another.
      timing: scenario.quirks ? charger.options.timing : {
        ...charger.options.timing,
        profileLatencyMs: LATENCY_MS[0] + (LATENCY_MS[1] - LATENCY_MS[0]) * ids.random(),
      },
    },
  }));
  const whole = { ...plan, site: { ...plan.site, chargers } };
  return scenario.versions === undefined
    ? whole
    : withVersions(whole, scenario.versions, createSeededIds(scenario.seed));
}
