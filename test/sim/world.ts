import { assume } from "../../src/lib/assert.ts";
import { type ConfigPorts, readConfig, type SiteConfig } from "../../src/config.ts";
import { createGateway, type Gateway } from "../../src/gateway.ts";
import { createEvents } from "../../src/lib/events.ts";
import { createSeededIds, type Ids } from "../../src/lib/ids.ts";
import type { LogFields } from "../../src/lib/log.ts";
import { createSpawner } from "../../src/lib/spawn.ts";
import { createVirtualClock, type VirtualClock } from "../../src/lib/virtual_clock.ts";
import { loadMeterProfile } from "../../src/meters/meter_profile_io.ts";
import { loadValidator } from "../../src/ocpp/mod.ts";
import {
  createMemoryNetwork,
  createSite,
  type DemoPlan,
  demoSiteYaml,
  type MemoryNetwork,
  planDemo,
  type SimulatedSite,
  type SiteSimulationEvents,
} from "../../src/simulator/mod.ts";
import { createMemoryStore, type MemoryStore } from "../../src/store/memory.ts";
import { beginLife, type Life } from "../gateway/life.ts";
import { createSlowDisk } from "./slow_disk.ts";
import { createWorldMeter, type WorldMeter } from "./world_meter.ts";

/** A session as a charger counted it. */
export interface ChargerSession {
  readonly chargerId: string;
  readonly connectorId: number;
  readonly idTag: string;
  /** Null while it goes on. */
  energyWh: number | null;
}

/** The real gateway in the middle of a simulated site, on virtual time, from a seed. */
export interface World {
  readonly plan: DemoPlan;
  readonly clock: VirtualClock;
  readonly ids: Ids;
  readonly site: SimulatedSite;
  readonly network: MemoryNetwork;
  readonly meter: WorldMeter;
  readonly store: MemoryStore;
  /** Sessions at the chargers, in the order of their starts. */
  readonly sessions: readonly ChargerSession[];
  /** What happened, a line each, newest last: the story of a failing seed. */
  readonly story: readonly string[];
  /** Errors that the gateway logged. */
  readonly errors: readonly string[];
  /** Null while the power is out. */
  gateway(): Gateway | null;
  /** The power of the gateway goes out, at whatever it was doing. */
  killGateway(): void;
  startGateway(): Promise<void>;
  note(text: string): void;
  /** Ends everything; how many timers are left then. */
  close(): Promise<number>;
}

const STORY_MAX = 400;
const LISTENER = {
  host: "127.0.0.1",
  port: 9220,
  path: "/ocpp",
  securityProfile: 1,
  compression: false,
  tls: null,
} as const;

/** Builds the world and starts its gateway; nobody charges yet. */
export async function createWorld(seed: number): Promise<World> {
  const clock = createVirtualClock();
  const ids = createSeededIds(seed);
  const story: string[] = [];
  const errors: string[] = [];
  const sessions: ChargerSession[] = [];
  const note = (text: string) => {
    story.push(`${(clock.monoMs() / 1000).toFixed(1)} s ${text}`);
    if (story.length > STORY_MAX) story.shift();
  };
  const log = (level: string, event: string, fields: LogFields = {}) => {
    if (level === "error") errors.push(`${event} ${JSON.stringify(fields)}`);
  };
  const spawn = createSpawner(log);
  const plan = planDemo({ timeLapse: 20, startWallMs: clock.wallMs() }, ids);
  let life: Life | null = null;
  let gateway: Gateway | null = null;
  const { site, network } = await createSurroundings();
  const config = await configOf(plan);
  const store = createMemoryStore();
  const disk = createSlowDisk(store, clock, ids);
  const meter = createWorldMeter(clock, () => site.meter());

  async function createSurroundings() {
    const events = createEvents<SiteSimulationEvents>((error) => errors.push(String(error)));
    events.on("line", ({ source, text }) => note(`${source} ${text}`));
    events.on("session", (moment) => keepSession(sessions, moment));
    const check = await loadValidator("ocpp1.6");
    let built: MemoryNetwork | null = null;
    const dialer: MemoryNetwork["chargers"] = {
      dial: (request, signal) =>
        built?.chargers.dial(request, signal) ??
          Promise.resolve({ kind: "failed", reason: "no network" }),
    };
    const planned = { ...plan.site, outages: null };
    const whole = createSite(planned, { clock, ids, log, spawn, check, events, dialer });
    built = createMemoryNetwork(clock, {
      csms: whole.csms,
      csmsPassword: plan.csmsPassword,
      latencyMs: 15,
    });
    return { site: whole, network: built };
  }

  /** The disk needs time to pass until the gateway is there. */
  async function beginning(): Promise<void> {
    let isThere = false;
    const starting = startGateway().then(() => isThere = true);
    while (!isThere) await clock.advance(10);
    await starting;
  }

  async function startGateway(): Promise<void> {
    const now = beginLife(clock, disk);
    life = now;
    gateway = await createGateway(config, {
      clock: now.clock,
      ids: createSeededIds(Math.floor(ids.random() * 2 ** 31)),
      log,
      store: now.store,
      listeners: [{ listener: listenerIn(now, network), options: LISTENER }],
      dialer: {
        async dial(request, signal) {
          const outcome = await network.upstream.dial(request, signal);
          return outcome.kind === "open"
            ? { ...outcome, socket: now.connection(outcome.socket) }
            : outcome;
        },
      },
      meters: [meter.source],
      memoryBytes: () => 0,
    });
  }

  await beginning();
  site.powerUp();
  return {
    plan,
    clock,
    ids,
    site,
    network,
    meter,
    store,
    sessions,
    story,
    errors,
    gateway: () => gateway,
    killGateway() {
      note("the gateway loses its power");
      life?.end();
      disk.losePower();
      meter.powerDown();
      gateway = null;
    },
    async startGateway() {
      note("the gateway starts");
      await beginning();
    },
    note,
    async close() {
      note("everybody goes home");
      let isOver = false;
      const closing = (async () => {
        await gateway?.stop();
        await site.close();
        isOver = true;
      })();
      for (let second = 0; second < 120 && !isOver; second++) await clock.advance(1_000);
      await closing;
      return clock.pending();
    },
  };
}

function keepSession(
  sessions: ChargerSession[],
  moment: SiteSimulationEvents["session"],
): void {
  const { chargerId, connectorId } = moment;
  if (moment.kind === "started") {
    sessions.push({ chargerId, connectorId, idTag: moment.idTag, energyWh: null });
    return;
  }
  const open = sessions.findLast((each) =>
    each.chargerId === chargerId && each.connectorId === connectorId && each.energyWh === null
  );
  if (open !== undefined) open.energyWh = moment.energyWh;
}

function listenerIn(life: Life, network: MemoryNetwork): MemoryNetwork["listener"] {
  return {
    start: (doorkeeper) =>
      network.listener.start({
        knock: doorkeeper.knock,
        enter: (socket, admission, from) =>
          doorkeeper.enter(life.connection(socket), admission, from),
      }),
    stop: network.listener.stop,
  };
}

async function configOf(plan: DemoPlan): Promise<SiteConfig & { csms: CsmsWithStation }> {
  const profile = await loadMeterProfile("eastron-sdm630", ".");
  assume(profile.ok, "the profile of the simulated meter is not there");
  const places = {
    csmsUrl: "ws://csms.example.com/ocpp",
    meterHost: "192.168.7.30",
    meterPort: 502,
    meterUnit: 1,
    meterProfile: "eastron-sdm630",
    brokerUrl: "mqtt://192.168.7.31",
    solarTopic: "solar/power",
  };
  const gateway = { chargersPort: 9220, webPort: 8080, dataPath: "data" };
  const ports: ConfigPorts = {
    env: () => null,
    file: () => null,
    profile: () => profile.value,
  };
  const reading = readConfig(JSON.stringify(demoSiteYaml(plan, places, gateway)), ports);
  assume(reading.ok, JSON.stringify(reading));
  const { csms } = reading.config;
  assume(csms !== null, "the site has a CSMS");
  const station = {
    vendorName: "Sangam",
    model: "Gateway",
    serialNumber: "SIM",
    firmwareVersion: "1.0.0",
  };
  return { ...reading.config, csms: { ...csms, station } };
}

type CsmsWithStation = NonNullable<Parameters<typeof createGateway>[0]["csms"]>;
