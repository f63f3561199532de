import {
  type Cap,
  type EvseLimit,
  newSurplus,
  type PowerReading,
  stepSurplus,
  type SunPlace,
  type SunReadings,
  type SunSeeker,
  type SurplusBudget,
  type SurplusOptions,
  type SurplusState,
} from "./balancing/mod.ts";
import type { Chargers } from "./chargers/mod.ts";
import type { DemandDesk } from "./gateway_demands.ts";
import { drawsOf } from "./gateway_surplus_draws.ts";
import type { MeterState } from "./gateway_view_ports.ts";
import { type Clock, every } from "./lib/clock.ts";
import type { Events } from "./lib/events.ts";
import { sameJson } from "./lib/json.ts";
import {
  type EvseMeasurement,
  LINES,
  type MeterRole,
  type MeterSample,
  perLine,
  type SiteBook,
  type SiteEvents,
} from "./site/mod.ts";
import { openOn, type TransactionBook } from "./transactions/mod.ts";

/** What the desk is told once. */
export interface SurplusSetup {
  readonly options: SurplusOptions;
  /** For meters that measure currents alone. */
  readonly nominalVoltageV: number;
}

export interface SurplusPorts {
  readonly clock: Clock;
  readonly events: Events<SiteEvents>;
  readonly site: Pick<SiteBook, "connector">;
  readonly transactions: TransactionBook;
  readonly chargers: Pick<Chargers, "station">;
  readonly demands: Pick<DemandDesk, "factsOf" | "demandOn">;
  readonly meters: () => readonly MeterState[];
  readonly places: () => readonly SunPlace[];
  readonly limits: () => readonly EvseLimit[];
  /** Who may charge, or with how much, has changed. */
  readonly changed: () => void;
}

/** The sun at work: who may charge by it, and with how much. */
export interface SurplusDesk {
  start(): void;
  stop(): void;
  /** Who waits for the sun has a cap of 0. */
  capsOn(slot: number): readonly Cap[];
  /** Null while nobody charges by the sun. */
  budget(): SurplusBudget | null;
}

const TICK_MS = 1_000;
/** A meter that was silent for longer says nothing of the sun (ruling 20). */
const METER_LASTS_MS = 10_000;
/** A session that is older when it is first seen ran before, and is not paused for being new here. */
const NEW_SESSION_MS = 60_000;
/** A car that was allowed to charge for so long and takes next to nothing takes nothing. */
const ASLEEP_AFTER_MS = 180_000;
const ASLEEP_W = 100;
const WAITS: readonly Cap[] = [{ source: "surplus", amps: 0 }];

/** Creates the desk. Where no circuit has the strategy it does nothing. */
export function createSurplusDesk(
  { options, nominalVoltageV }: SurplusSetup,
  ports: SurplusPorts,
): SurplusDesk {
  const { clock, events, transactions, demands } = ports;
  const measured = new Map<number, EvseMeasurement>();
  let state: SurplusState = newSurplus(options, clock.monoMs());
  let waiting: readonly number[] = [];
  let budget: SurplusBudget | null = null;
  let stops: (() => void)[] = [];

  function seekers(): readonly SunSeeker[] {
    const places = ports.places();
    if (places.length === 0) return [];
    const limits = new Map(ports.limits().map((limit) => [limit.slot, limit.limitAmps]));
    return places.flatMap((place) => seekerAt(place, limits.get(place.slot) ?? null));
  }

  /** Whoever may not wait, and whose charger is away, counts with the house. */
  function seekerAt(place: SunPlace, limitAmps: number | null): readonly SunSeeker[] {
    const { slot, chargerId, minimumW, phases } = place;
    const open = openOn(transactions.state(), slot);
    const { priority = place.priority, demand } = demands.factsOf(slot);
    const isHere = ports.chargers.station(chargerId)?.life.accepted ?? false;
    if (open === undefined || !isHere || demand?.isUrgent) return [];
    const isSaid = demands.demandOn(slot)?.departureBy !== "habit";
    const draws = drawsOf(place, measured.get(slot), limitAmps, clock.monoMs());
    return [{
      slot,
      class: priority,
      departsAtMs: isSaid ? demand?.departsAtMs ?? null : null,
      minimumW,
      ...(phases && { phases }),
      draws,
      isAsleep: isAsleep(slot, draws),
      wasRunning: clock.wallMs() - open.startHeardAtMs > NEW_SESSION_MS,
    }];
  }

  function isAsleep(slot: number, draws: SunSeeker["draws"]): boolean {
    const chargingState = ports.site.connector(slot)?.report.message.chargingState;
    if (chargingState === "SuspendedEV") return true;
    const sinceMs = state.released.get(slot);
    if (sinceMs === undefined || draws === null) return false;
    const drawnW = LINES.reduce((sum, line) => sum + draws.lines[line], 0);
    return draws.atMs - sinceMs >= ASLEEP_AFTER_MS && drawnW < ASLEEP_W;
  }

  function readings(): SunReadings {
    const of = (role: MeterRole) =>
      ports.meters().filter((meter) => meter.role === role)
        .map(({ sample }) => powerReading(sample, clock.monoMs()));
    return { grid: of("grid"), generation: of("generation"), battery: of("battery") };
  }

  function look(): void {
    const there = seekers();
    const before = { waiting, budget };
    const step = stepSurplus(state, there, readings(), clock.monoMs(), options);
    state = step.state;
    waiting = step.waiting;
    budget = there.length === 0 ? null : step.budget;
    if (!sameJson(before, { waiting, budget })) ports.changed();
  }

  return {
    start() {
      stops = [
        events.on("measured", (each) => void measured.set(each.slot, each)),
        every(clock, TICK_MS, look),
      ];
    },
    stop() {
      for (const stop of stops) stop();
      stops = [];
    },
    capsOn: (slot) => waiting.includes(slot) ? WAITS : [],
    budget: () => budget,
  };

  function powerReading(sample: MeterSample | null, nowMs: number): PowerReading {
    if (sample === null || nowMs - sample.atMonoMs > METER_LASTS_MS) {
      return { totalW: null, linesW: null };
    }
    const { totalPowerW, powersW, currentsAmps, voltagesV } = sample;
    const linesW = powersW ??
      (currentsAmps === undefined
        ? null
        : perLine((line) => currentsAmps[line] * (voltagesV?.[line] ?? nominalVoltageV)));
    return { totalW: totalPowerW ?? null, linesW };
  }
}
