import type { Clock } from "../lib/clock.ts";
import { onEachLine } from "../site/mod.ts";
import type { SiteState } from "./_fixture_site.ts";
import type { LoadChange, LoadForecastPort, LoadPreviewOutcome } from "./forecast_port.ts";
import type { EvseOutlookView, LoadPreviewView } from "./views.ts";

/** The forecasts of the fixture, and what they were asked. */
export interface FixtureForecasts extends LoadForecastPort {
  readonly asked: LoadChange[];
  /** What is answered; replace it to have another outcome. */
  answer: () => LoadPreviewOutcome;
}

/** Every session falls to 10 A with any change. */
export function createFixtureForecasts(state: SiteState, clock: Clock): FixtureForecasts {
  const forecasts: FixtureForecasts = {
    asked: [],
    answer: () => ({ kind: "preview", preview: previewOf(state, clock) }),
    strategy: () => "fair",
    plan: (circuitId) =>
      Promise.resolve(
        // Of a circuit that nobody measured yet nothing is expected either.
        state.circuits.filter(({ id }) => id === circuitId && id in state.histories).flatMap((
          { limitAmps },
        ) =>
          Array.from({ length: 48 }, (_, index) => ({
            at: isoAt(clock, (index - 12) * 5),
            loadAmps: onEachLine(limitAmps * (0.6 + 0.1 * Math.sin(index / 5))),
          }))
        ),
      ),
    preview(change) {
      forecasts.asked.push(change);
      return Promise.resolve(forecasts.answer());
    },
  };
  return forecasts;
}

function isoAt(clock: Clock, minutes: number): string {
  return new Date(clock.wallMs() + minutes * 60_000).toISOString();
}

function previewOf({ evses, circuits }: SiteState, clock: Clock): LoadPreviewView {
  const outlook = (soonAmps: number): EvseOutlookView => ({
    soonAmps,
    why: {
      kind: "shared",
      bottleneck: {
        kind: "line",
        circuitId: "row-a",
        line: "L2",
        limitAmps: 63,
        marginAmps: 2,
        otherLoadAmps: 41,
        othersAmps: 10,
      },
      from: "site",
      text: "row-a, phase L2 full: 63 A − other load 41 A",
    },
    hourlyAmps: [soonAmps, soonAmps, null],
    energyWh: soonAmps * 1_380,
  });
  return {
    at: isoAt(clock, 0),
    until: isoAt(clock, 180),
    evses: evses.filter(({ transaction }) => transaction !== null).map((evse) => ({
      slot: evse.slot,
      chargerId: evse.chargerId,
      nowAmps: evse.offeredAmps,
      unchanged: outlook(evse.offeredAmps ?? 16),
      changed: outlook(10),
    })),
    circuits: circuits.map(({ id, limitAmps }) => ({
      id,
      limitAmps,
      unchangedAmps: Math.min(61.5, limitAmps),
      changedAmps: 48,
    })),
  };
}
