import {
  circuitLoads,
  evseLimit,
  type ForecastEvse,
  type ForecastMoment,
  type ForecastStart,
  SETTLED_AFTER_MS,
} from "./balancing/mod.ts";
import { reasonView } from "./gateway_reasons.ts";
import { isoTime } from "./lib/clock.ts";
import { LINES } from "./site/mod.ts";
import type { CircuitPreviewView, EvseOutlookView, LoadPreviewView } from "./web/mod.ts";

const HOUR_MS = 3_600_000;

/** Two courses beside each other. */
type Pairs = readonly (readonly [unchanged: ForecastMoment, changed: ForecastMoment])[];

/** How reasons are put into words. */
type Manner = Omit<Parameters<typeof reasonView>[1], "clock">;

/** What two courses of the same site come to, from the same start. */
export function previewView(start: ForecastStart, pairs: Pairs, manner: Manner): LoadPreviewView {
  const sides = [pairs.map(([side]) => side), pairs.map(([, side]) => side)] as const;
  const endMs = pairs.at(-1)?.[0].afterMs ?? 0;
  const running = start.options.places.filter(({ slot }) =>
    (start.state.evses[slot]?.facts?.transactionId ?? null) !== null
  );
  return {
    at: isoTime(start.wallMs),
    until: isoTime(start.wallMs + endMs),
    evses: running.flatMap(({ slot, chargerId }) => {
      const [unchanged, changed] = sides.map((side) => outlook(side, slot, start, manner));
      const nowAmps = evseLimit(start.state, slot, start.monoMs, start.options)?.limitAmps ?? null;
      return unchanged && changed ? [{ slot, chargerId, nowAmps, unchanged, changed }] : [];
    }),
    circuits: circuitLoads(start.state, start.monoMs, { ...start.options }).map((
      { circuitId, limitAmps },
    ): CircuitPreviewView => ({
      id: circuitId,
      limitAmps,
      unchangedAmps: mostOn(sides[0], circuitId),
      changedAmps: mostOn(sides[1], circuitId),
    })),
  };
}

function settled(side: readonly ForecastMoment[]): readonly ForecastMoment[] {
  const after = side.filter(({ afterMs }) => afterMs >= SETTLED_AFTER_MS);
  return after.length === 0 ? side.slice(-1) : after;
}

function at(moment: ForecastMoment | undefined, slot: number): ForecastEvse | undefined {
  return moment?.evses.find((evse) => evse.slot === slot);
}

function outlook(
  side: readonly ForecastMoment[],
  slot: number,
  start: ForecastStart,
  manner: Manner,
): EvseOutlookView | null {
  const soon = at(settled(side)[0], slot);
  if (soon === undefined) return null;
  // Times in a reason are by the clock at which it was reckoned.
  const clock = { wallMs: () => start.wallMs, monoMs: () => start.monoMs };
  const hours = side.filter(({ afterMs }) => afterMs % HOUR_MS === 0);
  return {
    soonAmps: soon.limitAmps,
    why: reasonView(soon.reason, { ...manner, clock }),
    hourlyAmps: hours.map((moment) => {
      const evse = at(moment, slot);
      return evse?.isCharging === true ? evse.limitAmps : null;
    }),
    energyWh: Math.round(at(side.at(-1), slot)?.energyWh ?? 0),
  };
}

function mostOn(side: readonly ForecastMoment[], circuitId: string): number {
  const loads = settled(side).flatMap(({ circuits }) =>
    circuits.filter((circuit) => circuit.circuitId === circuitId)
  );
  const most = Math.max(0, ...loads.flatMap(({ loadAmps }) => LINES.map((line) => loadAmps[line])));
  return Math.round(most * 10) / 10;
}
