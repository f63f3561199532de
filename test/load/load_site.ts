import { assertEquals } from "@std/assert";
import { createGateway } from "../../src/gateway.ts";
import type { Gateway, GatewayOptions } from "../../src/gateway_options.ts";
import { createEvents, type Events } from "../../src/lib/events.ts";
import { createSeededIds } from "../../src/lib/ids.ts";
import type { LogFields } from "../../src/lib/log.ts";
import { createSpawner } from "../../src/lib/spawn.ts";
import { createVirtualClock, type VirtualClock } from "../../src/lib/virtual_clock.ts";
import {
  type Charger,
  type ChargerEvents,
  createCharger16,
  createMemoryNetwork,
  EV_MODELS,
  type EvModel,
  type EvNeeds,
  loadChecks,
  type MemoryNetwork,
  type MeterFault,
  type MeterState,
  newEv,
  newMeter,
  stepMeter,
} from "../../src/simulator/mod.ts";
import { addLines, type Circuit, onEachLine, type PerLine, perLine } from "../../src/site/mod.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { beginLife, type Life } from "../gateway/life.ts";
import { findingLine } from "../sim/checkers/findings.ts";
import { watchFuses } from "../sim/checkers/fuses.ts";
import { createSettableClock } from "../sim/power.ts";
import { overhear } from "../sim/overhear.ts";
import { readSiteYaml } from "../sim/world_config.ts";
import { createWorldMeter, type WorldMeter } from "../sim/world_meter.ts";
import { MEMORY_LISTENING } from "../support/memory_edges.ts";
import { type OracleRules, watchLoad, type WriteHeard } from "./oracle.ts";
import { chargerId, type Scene } from "./scene.ts";
import { planOf, type ScenePlan, VOLTS } from "./scene_plan.ts";

/**
 * The real gateway and its OCPP stack on virtual time, among simulated chargers with EVs, a building and
 * meters, every second under the eyes of the oracle.
 */
export interface LoadSite {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
  /** Throws while it is off. */
  gateway(): Gateway;
  /** Charger `n`, counted from 1. */
  charger(n: number): Charger;
  /** What else is drawn at a circuit from now on, amperes per line; a still house trembles by 0.3 %. */
  house(circuitId: string, amps: number | readonly [number, number, number]): void;
  breakMeter(circuitId: string, fault: MeterFault | null): void;
  /** An EV comes to charger `n` and its driver presents a card. */
  plug(n: number, model?: EvModel, needs?: Partial<EvNeeds>): void;
  /** Somebody shows a card at charger `n`, whose EV is there. */
  present(n: number): void;
  unplug(n: number): void;
  /** The clock of the gateway's machine is off by so much from now on. */
  setClock(offsetMs: number): void;
  /** The gateway loses its power. */
  kill(): void;
  start(): Promise<void>;
  isOn(): boolean;
  /** Lets seconds pass. */
  pass(seconds: number, each?: () => void): Promise<void>;
  /** What flows through a circuit now. */
  flow(circuitId: string): PerLine;
  /** What the pilots offer, charger by charger, amperes per phase. */
  offers(): readonly number[];
  /** What the gateway has told the chargers: its newest limit of each; null before the first. */
  limits(): readonly (number | null)[];
  /** What stands at the moment, for an operator. */
  alarms(): readonly string[];
  /** Sessions that have ended, with the charger's reason: "CP1 Local". */
  stops(): readonly string[];
  /** Every SetChargingProfile of the gateway so far. */
  readonly writes: readonly WriteHeard[];
  /** Ends it all; fails with what the oracle has found, and with what the gateway logged as an error. */
  end(): Promise<void>;
}

/** What a scene may want of its oracle. */
export interface LoadRules extends Partial<OracleRules> {
  /** How often it looks, in seconds. Default 1; what lasts is counted in looks. */
  readonly everyS?: number;
}

/** Builds the site, starts the gateway, and lets a minute pass in which chargers are set up. */
export async function openLoadSite(scene: Scene, rules: LoadRules = {}): Promise<LoadSite> {
  const plan = planOf(scene);
  const { gateway: options, meters: meterOptions } = await readSiteYaml(plan.yaml);
  const clock = createVirtualClock(scene.startsAtMs);
  const seed = scene.seed ?? 1;
  const chance = createSeededIds(seed * 8 + 1);
  const flicker = createSeededIds(seed * 8 + 2);
  const errors: string[] = [];
  const log = (level: string, event: string, fields: LogFields = {}) => {
    if (level === "error") errors.push(`${event} ${JSON.stringify(fields)}`);
  };
  const spawn = createSpawner(log);
  const writes: WriteHeard[] = [];
  const stops: string[] = [];
  const network = createMemoryNetwork(clock, {
    csms: { accept: () => {}, isDown: () => true, protocols: () => [] },
    csmsPassword: null,
    latencyMs: () => 2 + chance.random() * 20,
  });
  const chargers = await createChargers();
  const building = new Map<string, PerLine>();
  const meters = createMeters();
  const store = createMemoryStore();
  const machine = createSettableClock(clock);
  let offsetMs = 0;
  let life: Life | null = null;
  let gateway: Gateway | null = null;
  let runs = 0;

  async function createChargers(): Promise<readonly Charger[]> {
    const checks = await loadChecks();
    return plan.site.chargers.map(({ options: charger }, index) =>
      createCharger16(charger, {
        clock,
        ids: createSeededIds(seed * 1_000 + index),
        log,
        spawn,
        checks,
        events: eventsOf(charger.identity),
        dialer: network.chargers,
      })
    );
  }

  function eventsOf(identity: string): Events<ChargerEvents> {
    const events = createEvents<ChargerEvents>((error) => errors.push(String(error)));
    events.on("stopped", ({ reason }) => stops.push(`${identity} ${reason}`));
    return events;
  }

  function createMeters(): ReadonlyMap<string, WorldMeter> {
    return new Map([...plan.meterIds].map(([circuitId, meterId], index) => {
      const polled = meterOptions.find(({ id }) => id === meterId);
      if (polled === undefined) throw new Error(`Cannot find meter ${meterId}`);
      let state: MeterState = newMeter(VOLTS, clock.monoMs(), 1_000_000 * (index + 1));
      const look = () => {
        state = stepMeter(state, flows().get(circuitId) ?? onEachLine(0), VOLTS, clock.monoMs());
        return state;
      };
      return [circuitId, createWorldMeter(polled, look, createSeededIds(seed * 100 + index))];
    }));
  }

  /** From the grid, at this moment. */
  function flows(): ReadonlyMap<string, PerLine> {
    const sums = new Map(plan.circuits.map(({ id }) => [id, onEachLine(0)]));
    const add = (circuitId: string, amps: PerLine) => {
      for (let id: string | null = circuitId; id !== null; id = parentOf(plan, id)) {
        sums.set(id, addLines(sums.get(id) ?? onEachLine(0), amps));
      }
    };
    for (const [circuitId, amps] of building) {
      add(circuitId, perLine((line) => amps[line] * (1 + 0.003 * (2 * flicker.random() - 1))));
    }
    chargers.forEach((charger, index) => {
      const circuitId = plan.site.chargers[index]?.circuitId;
      if (circuitId !== undefined) add(circuitId, charger.currents());
    });
    return sums;
  }

  async function start(): Promise<void> {
    const now = beginLife(machine.clock, store);
    life = now;
    let isSettled = false;
    const starting = createGateway({ ...options, circuits: circuitsOf(scene, options) }, {
      clock: now.clock,
      ids: createSeededIds(seed * 10 + ++runs),
      log,
      store: now.store,
      listeners: [{ listener: listenerOf(now), options: MEMORY_LISTENING }],
      dialer: network.upstream,
      meters: [...meters.values()].map((meter) => meter.source(now.clock, log, createSpawner(log))),
      releasedMs: Date.UTC(2025, 0, 1),
      memoryBytes: () => 0,
    }).finally(() => isSettled = true);
    starting.catch(() => {});
    while (!isSettled) await clock.advance(10);
    gateway = await starting;
  }

  function listenerOf(now: Life): MemoryNetwork["listener"] {
    return {
      start: (doorkeeper) =>
        network.listener.start({
          knock: doorkeeper.knock,
          enter(socket, admission, knock) {
            const heard = overhear(socket, (direction, text) => {
              if (direction === "out") noteWrite(admission.chargerId, text);
            });
            doorkeeper.enter(now.connection(heard), admission, knock);
          },
        }),
      stop: network.listener.stop,
    };
  }

  function noteWrite(identity: string, text: string): void {
    if (!text.includes('"SetChargingProfile"')) return;
    const [, , , payload] = JSON.parse(text);
    const { chargingProfilePurpose: purpose, chargingSchedule } = payload.csChargingProfiles;
    const [period] = chargingSchedule.chargingSchedulePeriod;
    const inAmps = chargingSchedule.chargingRateUnit === "A" ? 1 : VOLTS *
      (period.numberPhases ?? 3);
    writes.push({ atMs: clock.monoMs(), identity, purpose, limitAmps: period.limit / inAmps });
  }

  function chargerAt(n: number): Charger {
    const charger = chargers[n - 1];
    if (charger === undefined) throw new RangeError(`Cannot find charger ${n}`);
    return charger;
  }

  function present(n: number): void {
    spawn("driver", async () => {
      const outcome = await chargerAt(n).presentCard(1, `CARD-${n}`);
      if (outcome !== "started") errors.push(`${chargerId(n)}: the card was ${outcome}`);
    });
  }

  function running(): Gateway {
    if (gateway === null) throw new Error("The gateway is off");
    return gateway;
  }

  let seen: ReadonlyMap<string, PerLine> = flows();
  const watched = {
    plan,
    clock,
    site: { chargers, flows: () => seen },
    meter: {
      fault: () => [...meters.values()].map((each) => each.fault()).find(Boolean) ?? null,
    },
    gateway: () => gateway,
    isHanging: () => false,
    wallOffsetMs: () => offsetMs,
    isInTouch: (identity: string) => gateway?.web.views.charger(identity)?.connected ?? false,
    isDisturbed: (identity: string) => network.isCut(identity),
    chargerOf: (index: number) => chargerAt(index % chargers.length + 1),
  };
  const fuses = watchFuses(watched);
  const oracle = watchLoad({ ...watched, scene, writes }, rules);

  async function pass(seconds: number, each: () => void = () => {}): Promise<void> {
    const { everyS = 1 } = rules;
    for (let leftS = seconds; leftS > 0; leftS -= everyS) {
      await clock.advance(1_000 * Math.min(everyS, leftS));
      seen = flows();
      fuses.look();
      oracle.look();
      each();
    }
  }

  await start();
  for (const charger of chargers) charger.start();
  await pass(60);
  return {
    clock,
    network,
    gateway: running,
    charger: chargerAt,
    house: (circuitId, amps) => void building.set(circuitId, currentsOf(amps)),
    breakMeter(circuitId, fault) {
      const meter = meters.get(circuitId);
      if (meter === undefined) throw new RangeError(`Cannot find the meter of ${circuitId}`);
      meter.break(fault);
    },
    plug(n, model = EV_MODELS.threePhase11kW, needs = {}) {
      const charger = chargerAt(n);
      charger.plugIn(1, newEv(model, { soc: 0.2, ...needs }, clock.monoMs()));
      present(n);
    },
    present,
    unplug: (n) => void chargerAt(n).unplug(1),
    setClock(givenMs) {
      offsetMs = givenMs;
      machine.set(givenMs);
    },
    kill() {
      life?.end();
      life = null;
      gateway = null;
      // Nobody listens while it is off.
      spawn("door", network.listener.stop);
    },
    start,
    isOn: () => gateway !== null,
    pass,
    flow: (circuitId) => seen.get(circuitId) ?? onEachLine(0),
    offers: () => chargers.map((charger) => charger.look(1).offeredAmps),
    limits: () => plan.slots.map(({ slot }) => running().web.views.evse(slot)?.offeredAmps ?? null),
    alarms: () =>
      running().web.views.faults().filter(({ state }) => state === "raised")
        .map(({ text }) => text),
    stops: () => stops,
    writes,
    async end() {
      let isOver = false;
      const closing = (async () => {
        await gateway?.stop();
        await Promise.all(chargers.map((charger) => charger.stop()));
        isOver = true;
      })();
      for (let second = 0; second < 120 && !isOver; second++) await clock.advance(1_000);
      await closing;
      const found = [...fuses.findings.all(), ...oracle.findings.all()].map(findingLine);
      assertEquals([...found, ...errors], []);
    },
  };
}

/** Bounds that are in the scene's own words. */
function circuitsOf(scene: Scene, { circuits }: GatewayOptions): readonly Circuit[] {
  return circuits.map((circuit) => {
    const { unbalanceMaxAmps } = scene.circuits.find(({ id }) => id === circuit.id) ?? {};
    return unbalanceMaxAmps === undefined ? circuit : { ...circuit, unbalanceMaxAmps };
  });
}

function parentOf(plan: ScenePlan, circuitId: string): string | null {
  return plan.circuits.find(({ id }) => id === circuitId)?.parentId ?? null;
}

function currentsOf(amps: number | readonly [number, number, number]): PerLine {
  if (typeof amps === "number") return onEachLine(amps);
  const [L1, L2, L3] = amps;
  return { L1, L2, L3 };
}
