import { createGateway } from "../../src/gateway.ts";
import type { Gateway } from "../../src/gateway_options.ts";
import { createEvents } from "../../src/lib/events.ts";
import { createSeededIds } from "../../src/lib/ids.ts";
import type { LogFields } from "../../src/lib/log.ts";
import { createSpawner } from "../../src/lib/spawn.ts";
import { createVirtualClock, type VirtualClock } from "../../src/lib/virtual_clock.ts";
import type { OutboxStore } from "../../src/outbox/mod.ts";
import {
  createMemoryNetwork,
  createSite,
  loadChecks,
  type MemoryNetwork,
  type SimulatedSite,
  type SimulatedSitePlan,
  type SiteSimulationEvents,
  type StationOrder,
  type VersionedCharger,
} from "../../src/simulator/mod.ts";
import type { Tariff } from "../../src/transactions/mod.ts";
import { MEMORY_LISTENING } from "../support/memory_edges.ts";
import { beginLife, type Life } from "../gateway/life.ts";
import { createDeliveryAudit, type DeliveryAudit } from "./checkers/delivery.ts";
import { chances } from "./chances.ts";
import { createDisk, type Disk } from "./disk.ts";
import { overhear } from "./overhear.ts";
import { createSettableClock, createStepCutter } from "./power.ts";
import type { Scenario } from "./scenario.ts";
import { createSessionBook, type SessionBook } from "./session_book.ts";
import { createStory, type Story } from "./story.ts";
import { strangersOf } from "./strangers.ts";
import { createWeather, type WorldWeather } from "./weather.ts";
import { createUnsureTimes, type UnsureTimes } from "./unsure_times.ts";
import { configOf } from "./world_config.ts";
import { planOf } from "./world_plan.ts";
import { createWorldMeter, type WorldMeter } from "./world_meter.ts";
import { openWorldStore } from "./world_store.ts";
import { tariffYaml } from "./world_tariff.ts";

/** The real gateway in the middle of a simulated site, on virtual time, from a seed. */
export interface World {
  readonly plan: SimulatedSitePlan;
  readonly clock: VirtualClock;
  readonly site: SimulatedSite;
  readonly network: MemoryNetwork;
  readonly weather: WorldWeather;
  readonly meter: WorldMeter;
  readonly disk: Disk;
  /** What is on the disk, whether the gateway runs or not. */
  readonly ledger: Pick<OutboxStore, "load" | "transactions">;
  /** What a session costs at this site; null where nothing is sold. */
  readonly tariff: Tariff | null;
  readonly audit: DeliveryAudit;
  /** Sessions at the chargers, in the order of their starts. */
  readonly sessions: SessionBook;
  readonly story: Story;
  /** Errors that the gateway logged. */
  readonly errors: readonly string[];
  /** Null while the power is out. */
  gateway(): Gateway | null;
  isHanging(): boolean;
  /** Whether the gateway sees this charger as connected and booted. */
  isInTouch(identity: string): boolean;
  /** Whether something is wrong with the way to it, whatever the gateway knows of that. */
  isDisturbed(identity: string): boolean;
  /** Charger `index`, counted around. */
  chargerOf(index: number): VersionedCharger;
  /** The power of the gateway goes out in so long, at whatever it is doing then. */
  killAfter(ms: number): void;
  /** The power goes out at the n-th thing from now on that the gateway does to the outside. */
  killAtStep(steps: number): void;
  startGateway(): Promise<void>;
  hang(forMs: number): void;
  /** The gateway's wall clock is so far ahead from now on. */
  setWallOffset(offsetMs: number): void;
  /** By how much the time that the gateway goes by is off. */
  wallOffsetMs(): number;
  /** Whether the gateway's wall clock was ever set wrong. */
  wasWallOff(): boolean;
  /** When nobody could know how late it was. */
  readonly unsureTimes: UnsureTimes;
  /** The CSMS orders something; how that ends is part of the story. */
  order(order: StationOrder): void;
  /** A charger says something that no charger should. */
  babble(index: number, much: number): void;
  /** Somebody else comes under a charger's name, with its password or a wrong one; undo: he leaves. */
  impersonate(index: number, knowsPassword: boolean): () => void;
  /** All links fall one after the other within so long; undo: they come back in another order. */
  clogLinks(withinS: number, much: number): () => void;
  /** Messages over all wires so far. */
  frames(): number;
  /** Ends everything; how many timers are left then. */
  close(): Promise<number>;
}

/** What a charger or a network had just begun to do may still come to its end. */
const LAST_ACTS_MS = 10_000;
/** Errors are told this often, no more. */
const ERRORS_MAX = 50;

/** Builds the world and starts its gateway; nobody charges yet. */
export async function createWorld(scenario: Scenario): Promise<World> {
  const clock = createVirtualClock();
  const chance = chances(scenario.seed);
  const story = createStory(clock);
  const errors: string[] = [];
  const sessions = createSessionBook();
  const log = (level: string, event: string, fields: LogFields = {}) => {
    if (level !== "error") return;
    story.tell(`gateway: ${event} ${JSON.stringify(fields)}`);
    if (errors.length < ERRORS_MAX) errors.push(`${event} ${JSON.stringify(fields)}`);
  };
  // What goes wrong with chargers and CSMS is part of the world.
  const siteLog = (level: string, event: string, fields: LogFields = {}) => {
    if (level === "error") story.tell(`simulated: ${event} ${JSON.stringify(fields)}`);
  };
  const spawn = createSpawner(log);
  const plan = planOf(scenario, clock, chance.plan);
  const weather = createWeather(chance.network);
  const { site, network } = await createSurroundings();
  const config = await configOf(plan, tariffYaml(chance.tariff));
  const audit = createDeliveryAudit(clock);
  const store = await openWorldStore(scenario.disk);
  const disk = createDisk(store.store, clock, chance.disk, {
    slowestMs: 40,
    committed: (batch) => audit.committed(batch),
  });
  const meter = createWorldMeter(config.meter, () => site.meter(), chance.meter);
  const wall = createSettableClock(clock);
  const cutter = createStepCutter(() => killGateway());
  const strangers = strangersOf({ clock, network, plan, site, spawn, story });
  let life: Life | null = null;
  let gateway: Gateway | null = null;
  let isHanging = false;
  let wasWallOff = false;
  let frames = 0;

  async function createSurroundings() {
    const events = createEvents<SiteSimulationEvents>((error) => errors.push(String(error)));
    events.on("line", ({ source, text }) => story.tell(`${source} ${text}`));
    events.on("session", (moment) => sessions.note(moment, truthOf(moment.chargerId)));
    const checks = await loadChecks();
    let built: MemoryNetwork | null = null;
    const dialer: MemoryNetwork["chargers"] = {
      dial: (request, signal) =>
        built?.chargers.dial(request, signal) ??
          Promise.resolve({ kind: "failed", reason: "no network" }),
    };
    const ports = { clock, ids: chance.site, log: siteLog, spawn, checks, events, dialer };
    const whole = createSite({ ...plan.site, outages: null }, ports);
    built = createMemoryNetwork(clock, {
      csms: whole.csms,
      csmsPassword: plan.csmsPassword,
      latencyMs: () => 5 + chance.network.random() * 30,
      weather: weather.carry,
    });
    return { site: whole, network: built };
  }

  function truthOf(chargerId: string) {
    const isSeen = gateway?.web.views.charger(chargerId)?.connected ?? false;
    const isDisturbed = network.isCut(chargerId) || weather.isStormy(chargerId) || isHanging;
    return { atMs: clock.wallMs(), isLive: isSeen && !isDisturbed };
  }

  async function startGateway(): Promise<void> {
    cutter.disarm();
    if (life !== null) return;
    story.tell("the gateway starts");
    const now = beginLife(wall.clock, cutter.disk(disk));
    life = now;
    await store.reopen();
    // It writes as it starts, and the disk may take its time: it is there when it is there.
    spawn("gateway", () => begin(now));
  }

  async function begin(now: Life): Promise<void> {
    const started = await createGateway(config.gateway, {
      clock: now.clock,
      ids: createSeededIds(Math.floor(chance.gateway.random() * 2 ** 31)),
      log,
      store: now.store,
      listeners: [{ listener: listenerOf(now), options: MEMORY_LISTENING }],
      dialer: dialerOf(now),
      meters: [meter.source(now.clock, log, createSpawner(log))],
      releasedMs: Date.UTC(2025, 0, 1),
      memoryBytes: () => 0,
    });
    gateway = started;
  }

  function listenerOf(now: Life): MemoryNetwork["listener"] {
    return {
      start: (doorkeeper) =>
        network.listener.start({
          knock: doorkeeper.knock,
          enter(socket, admission, knock) {
            const ear = audit.chargerEar(admission.chargerId);
            const heard = overhear(cutter.connection(socket), (direction, text) => {
              frames++;
              ear(direction, text);
            });
            doorkeeper.enter(now.connection(heard), admission, knock);
          },
        }),
      stop: network.listener.stop,
    };
  }

  function dialerOf(now: Life): MemoryNetwork["upstream"] {
    return {
      async dial(request, signal) {
        const outcome = await network.upstream.dial(request, signal);
        if (outcome.kind !== "open") return outcome;
        const ear = audit.csmsEar(outcome.protocol);
        const heard = overhear(cutter.connection(outcome.socket), (direction, text) => {
          frames++;
          ear(direction, text);
        });
        return { ...outcome, socket: now.connection(heard) };
      },
    };
  }

  function killGateway(): void {
    if (life === null) return;
    story.tell("the gateway loses its power");
    life.end();
    disk.losePower();
    life = null;
    gateway = null;
    isHanging = false;
  }

  function order(order: StationOrder): void {
    spawn("order", async () => {
      const end = await site.csms.order(order);
      const outcome = end.kind === "answered" ? JSON.stringify(end.payload) : end.reason;
      story.tell(`the CSMS ordered ${JSON.stringify(order)}: ${outcome}`);
    });
  }

  await startGateway();
  while (gateway === null) await clock.advance(10);
  site.powerUp();
  return {
    plan,
    clock,
    site,
    network,
    weather,
    meter,
    disk,
    ledger: store.store,
    tariff: config.gateway.tariff,
    audit,
    sessions,
    story,
    errors,
    gateway: () => gateway,
    isHanging: () => isHanging,
    isDisturbed: (identity) => network.isCut(identity) || weather.isStormy(identity),
    isInTouch: (identity) => gateway?.web.views.charger(identity)?.connected ?? false,
    chargerOf(index) {
      const charger = site.chargers[index % site.chargers.length];
      if (charger === undefined) throw new RangeError("Cannot find charger: the site has none");
      return charger;
    },
    killAfter: (ms) => void clock.after(ms, killGateway),
    killAtStep: (steps) => cutter.arm(steps),
    startGateway,
    hang(forMs) {
      if (gateway === null) return;
      isHanging = true;
      life?.hang(forMs);
      clock.after(forMs, () => isHanging = false);
    },
    setWallOffset(offsetMs) {
      wasWallOff ||= offsetMs !== 0;
      wall.set(offsetMs);
    },
    wallOffsetMs: () => (gateway?.web.clock ?? wall.clock).wallMs() - clock.wallMs(),
    wasWallOff: () => wasWallOff,
    unsureTimes: createUnsureTimes(),
    order,
    ...strangers,
    frames: () => frames,
    async close() {
      cutter.disarm();
      story.tell("everybody goes home");
      let isOver = false;
      const closing = (async () => {
        await gateway?.stop();
        await site.close();
        isOver = true;
      })();
      for (let second = 0; second < 120 && !isOver; second++) await clock.advance(1_000);
      await closing;
      await clock.advance(LAST_ACTS_MS);
      await store.remove();
      return clock.pending();
    },
  };
}
