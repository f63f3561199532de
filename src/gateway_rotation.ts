import type { Cap } from "./balancing/mod.ts";
import type { Chargers } from "./chargers/mod.ts";
import type { BalancingLoop } from "./gateway_balancing.ts";
import type { MeterDesk } from "./gateway_meters.ts";
import { type Clock, every } from "./lib/clock.ts";
import type { Events } from "./lib/events.ts";
import type { Log } from "./lib/log.ts";
import type { Spawner } from "./lib/spawn.ts";
import { put } from "./lib/write.ts";
import {
  beginRotationTrial,
  cancelRotationTrial,
  type MeteredCircuit,
  meteredCircuit,
  ROTATION_STEPS_WANTED,
  rotationCaps,
  rotationObstacle,
  type RotationSight,
  type RotationStart,
  type RotationTrial,
  stepRotationTrial,
} from "./operations/mod.ts";
import type { Journal } from "./outbox/mod.ts";
import {
  type Circuit,
  type CircuitTree,
  circuitTree,
  type CommandOutcome,
  type EvseMeasurement,
  type EvsePlace,
  type RotationKnowledge,
  type RotationObstacle,
  type RotationTestRecord,
  type SiteBook,
  type SiteEvents,
} from "./site/mod.ts";
import { openOn, type TransactionBook } from "./transactions/mod.ts";

/** What tests of the rotation are done with. */
export interface RotationPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly spawn: Spawner;
  readonly events: Events<SiteEvents>;
  readonly journal: Pick<Journal, "commit">;
  readonly site: SiteBook;
  readonly transactions: Pick<TransactionBook, "state">;
  readonly circuits: () => readonly Circuit[];
  /** Looked up when asked: these are created after this. */
  readonly chargers: () => Pick<Chargers, "station" | "limitFacts">;
  readonly balancing: () => Pick<BalancingLoop, "limit" | "refresh">;
  readonly meters: () => Pick<MeterDesk, "states">;
}

/**
 * Finds the lines behind sockets: one EVSE's current is lowered and raised in turn, by caps on what the
 * balancer gives and never above that, while the meter above it is watched. One test at a time; it ends
 * by itself, and with the gateway.
 */
export interface RotationDesk {
  /** What holds an EVSE back for the sake of a test. */
  capsOn(slot: number): readonly Cap[];
  testRotation(slot: number, by: string): Promise<CommandOutcome>;
  endRotationTest(slot: number, by: string): Promise<CommandOutcome>;
  knowledge(slot: number): RotationKnowledge;
  stop(): void;
}

interface Running {
  trial: RotationTrial;
  readonly place: EvsePlace;
  readonly metered: MeteredCircuit;
  readonly others: readonly number[];
  readonly by: string;
  readonly startedWallMs: number;
  readonly stop: () => void;
}

const TICK_MS = 1_000;

/** Creates the desk; `kept` are the last tests of each socket. */
export function createRotationDesk(
  ports: RotationPorts,
  kept: Iterable<RotationTestRecord>,
): RotationDesk {
  const { clock, log, spawn, events, journal, site, transactions } = ports;
  const records = new Map([...kept].map((record) => [record.slot, record]));
  const measured = new Map<number, EvseMeasurement>();
  const stopHearing = events.on("measured", (each) => void measured.set(each.slot, each));
  let running: Running | null = null;

  const treeNow = (): CircuitTree => circuitTree(ports.circuits(), site.places());
  const isConnected = (chargerId: string) =>
    ports.chargers().station(chargerId)?.life.accepted ?? false;
  const isCharging = (slot: number) => openOn(transactions.state(), slot) !== undefined;
  const sampleOf = (meterId: string) =>
    ports.meters().states().find(({ id }) => id === meterId)?.sample ?? null;

  function startOf(slot: number): RotationStart {
    const place = site.place(slot);
    const metered = place === undefined ? null : meteredCircuit(place, treeNow());
    return {
      place,
      metered,
      hasLines: metered !== null && sampleOf(metered.meterId)?.currentsAmps !== undefined,
      takesLimits: place !== undefined && ports.chargers().limitFacts(place).takesLimits,
      isConnected: place !== undefined && isConnected(place.chargerId),
      isCharging: isCharging(slot),
      limitAmps: ports.balancing().limit(slot)?.limitAmps ?? null,
      isAnotherRunning: running !== null && running.place.slot !== slot,
    };
  }

  function begin(place: EvsePlace, metered: MeteredCircuit, highAmps: number, by: string): void {
    const others = treeNow().placesBelow(metered.circuitId).map(({ slot }) => slot)
      .filter((slot) => slot !== place.slot);
    const othersAmps = new Map(
      others.filter(isCharging).map((
        slot,
      ) => [slot, ports.balancing().limit(slot)?.limitAmps ?? 0]),
    );
    const { slot, lines: toldLines, minCurrentAmps: lowAmps } = place;
    const setup = { slot, toldLines, lowAmps, highAmps, othersAmps };
    running = {
      trial: beginRotationTrial(setup, clock.monoMs()),
      place,
      metered,
      others,
      by,
      startedWallMs: clock.wallMs(),
      stop: every(clock, TICK_MS, look),
    };
    log("info", "rotation_test_started", { slot, meter: metered.meterId, highAmps, by });
    ports.balancing().refresh(null);
    events.emit("evse", { slot });
  }

  function look(): void {
    if (running !== null) take(stepRotationTrial(running.trial, sightOf(running), clock.monoMs()));
  }

  function take(trial: RotationTrial): void {
    if (running === null) return;
    const { place, trial: { level } } = running;
    const hasChanged = trial.level !== level || trial.outcome !== null;
    running.trial = trial;
    if (trial.outcome !== null) finish(running, trial.outcome);
    if (!hasChanged) return;
    ports.balancing().refresh(null);
    events.emit("evse", { slot: place.slot });
  }

  function finish(
    { place, by, stop }: Running,
    outcome: NonNullable<RotationTrial["outcome"]>,
  ): void {
    stop();
    running = null;
    const { slot, chargerId, evseId, lines: toldLines } = place;
    const atMs = clock.wallMs();
    const record = { slot, chargerId, evseId, toldLines, outcome, atMs, by };
    log("info", "rotation_test_ended", { slot, by, ...outcome });
    if (outcome.kind === "not-sure" && outcome.why === "cancelled") return;
    records.set(slot, record);
    spawn("keep rotation test", () => journal.commit([put("rotation-tests", slot, record)]));
  }

  function sightOf({ place, metered, others }: Running): RotationSight {
    const { slot, chargerId } = place;
    const limit = ports.balancing().limit(slot);
    const own = measured.get(slot);
    const sample = sampleOf(metered.meterId);
    return {
      isConnected: isConnected(chargerId),
      isCharging: isCharging(slot),
      // What it may still draw counts: a limit that was sent is not one that is obeyed.
      limitAmps: limit === undefined || limit.limitAmps === null
        ? null
        : Math.max(limit.limitAmps, limit.reservedAmps),
      phases: own?.currentsAmps === undefined || (own.untoldPhases?.length ?? 0) > 0
        ? null
        : { amps: own.currentsAmps, atMs: own.atMonoMs },
      meter: sample?.currentsAmps === undefined
        ? null
        : { amps: sample.currentsAmps, atMs: sample.atMonoMs },
      othersAmps: new Map(others.map((other) => {
        const amps = isCharging(other) ? measured.get(other)?.currentsAmps ?? [0] : [0];
        return [other, Math.max(...amps)];
      })),
    };
  }

  return {
    capsOn(slot) {
      const amps = running === null ? undefined : rotationCaps(running.trial).get(slot);
      return amps === undefined ? [] : [{ source: "operator", amps }];
    },
    testRotation(slot, by) {
      if (running?.place.slot === slot) {
        return refused({ reason: "It is being tested", advice: "Wait for the test to end" });
      }
      const start = startOf(slot);
      const obstacle = rotationObstacle(start);
      if (obstacle !== null) return refused(OBSTACLES[obstacle]);
      const { place, metered, limitAmps } = start;
      if (place === undefined || metered === null) return refused(OBSTACLES["no-place"]);
      begin(place, metered, limitAmps ?? 0, by);
      return Promise.resolve({ kind: "accepted", detail: "The test takes a few minutes" });
    },
    endRotationTest(slot, by) {
      if (running?.place.slot !== slot) {
        return refused({ reason: "No test runs there", advice: "Reload the page" });
      }
      log("info", "rotation_test_cancelled", { slot, by });
      take(cancelRotationTrial(running.trial));
      return Promise.resolve({ kind: "accepted", detail: "It has its former current again" });
    },
    knowledge(slot) {
      const start = startOf(slot);
      const { place } = start;
      const own = running?.place.slot === slot ? running : null;
      const last = records.get(slot);
      const isSame = last !== undefined && last.chargerId === place?.chargerId &&
        last.evseId === place.evseId;
      return {
        toldLines: place?.lines ?? [],
        circuitId: place?.circuitId ?? null,
        minCurrentAmps: place?.minCurrentAmps ?? null,
        maxCurrentAmps: place?.maxCurrentAmps ?? null,
        failSafeAmps: place?.failSafeAmps ?? null,
        meterId: start.metered?.meterId ?? null,
        obstacle: own === null ? rotationObstacle(start) : null,
        running: own === null ? null : {
          sinceMs: own.startedWallMs,
          offeredAmps: rotationCaps(own.trial).get(slot) ?? 0,
          steps: own.trial.steps.filter(({ kind }) => kind === "seen").length,
          stepsWanted: ROTATION_STEPS_WANTED,
        },
        last: isSame ? last : null,
      };
    },
    stop() {
      running?.stop();
      running = null;
      stopHearing();
    },
  };
}

interface Refusal {
  readonly reason: string;
  readonly advice: string;
}

function refused({ reason, advice }: Refusal): Promise<CommandOutcome> {
  return Promise.resolve({ kind: "refused", reason, advice });
}

const OBSTACLES: Readonly<Record<RotationObstacle, Refusal>> = {
  "no-place": {
    reason: "It has no place in site.yaml",
    advice: "Name its charger under chargers.known, with slot and circuit",
  },
  "line-to-line": {
    reason: "It is connected between two lines",
    advice: "Which of the two is first makes no difference there",
  },
  "no-meter": {
    reason: "No meter sees its circuit",
    advice: "Add a meter to its circuit or one above it, with no transformer between",
  },
  "no-line-meter": {
    reason: "The meter above it tells no current per line",
    advice: "It needs a meter that measures each line, and that answers now",
  },
  "takes-no-limits": {
    reason: "Its charger takes no limits",
    advice: "Look at its page for how limits reach it",
  },
  "charger-away": { reason: "Its charger is not connected", advice: "Wait until it is" },
  "no-session": {
    reason: "Nothing charges there",
    advice: "Plug a vehicle in and start, best one that charges on one phase",
  },
  "no-room": {
    reason: "It is granted too little current for a clear step",
    advice: "Try again when its circuit has more room, or with other vehicles unplugged",
  },
  "another-runs": {
    reason: "Another connector is being tested",
    advice: "One test at a time: two would disturb each other",
  },
};
