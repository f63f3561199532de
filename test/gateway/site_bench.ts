import { assertEquals } from "@std/assert";
import type { Authority } from "../../src/certificates/mod.ts";
import {
  type ChargerModel,
  CHARGERS_TIMING,
  type ChargersOptions,
  type Knock,
} from "../../src/chargers/mod.ts";
import { CSMS_TIMING } from "../../src/csms/mod.ts";
import { createGateway } from "../../src/gateway.ts";
import type { Gateway, GatewayOptions, GatewayPorts } from "../../src/gateway_options.ts";
import type { DiskPort } from "../../src/gateway_space.ts";
import { createSeededIds } from "../../src/lib/ids.ts";
import type { Clock } from "../../src/lib/clock.ts";
import type { LogFields } from "../../src/lib/log.ts";
import { createVirtualClock, type VirtualClock } from "../../src/lib/virtual_clock.ts";
import type { OutboxStore } from "../../src/outbox/mod.ts";
import type { Circuit, Contactor, MeterSource } from "../../src/site/mod.ts";
import type { ChargerDialer } from "../../src/simulator/mod.ts";
import type { Tariff } from "../../src/transactions/mod.ts";
import { createMemoryStore, type MemoryStore } from "../../src/store/memory.ts";
import {
  createMemoryHistory,
  createMemoryTelemetry,
  type TelemetryStore,
} from "../../src/telemetry/mod.ts";
import { type LogLine, placeOf } from "../support/books.ts";
import {
  createMemoryDialer,
  createMemoryListener,
  MEMORY_LISTENING,
  type MemoryDialer,
} from "../support/memory_edges.ts";
import type { FrameSocket, OcppVersion } from "../../src/ocpp/mod.ts";
import type { DeliveryAudit, Ear } from "../sim/checkers/delivery.ts";
import { strictly } from "../support/strict_frames.ts";
import { overhear } from "../sim/overhear.ts";
import { createSettableClock } from "../sim/power.ts";
import { beginLife, type Life } from "./life.ts";
import {
  playCharger,
  playCsms,
  type PlayedCharger,
  type PlayedCsms,
  type PlayedMeter,
  playMeter,
} from "./played.ts";

/**
 * A whole site on virtual time: the assembled gateway, and around it chargers, a CSMS, a meter and a
 * disk in the hands of a test. Everything outside of the gateway outlives its runs.
 */
export interface SiteBench {
  readonly clock: VirtualClock;
  readonly store: MemoryStore;
  readonly telemetry: TelemetryStore;
  readonly csms: PlayedCsms;
  readonly dialer: MemoryDialer;
  readonly meter: PlayedMeter;
  readonly logged: readonly LogLine[];
  /** The run of the gateway that goes on now. */
  gateway(): Gateway;
  /** False while the power is out, and while the gateway has not started yet. */
  isUp(): boolean;
  /** Starts the gateway (again) on the same disk. */
  start(): Promise<void>;
  /** The machine's clock is set: it is off by so much from now on. */
  setMachineClock(offsetMs: number): void;
  /** The power goes out. Chargers and CSMS see their connections break. */
  kill(): void;
  /** Stops it in order; no timer may be left, and every frame that it ever sent must be valid. */
  stop(): Promise<void>;
  /** Connects CP1, CP2 or CP3 and says nothing yet; throws where it is not let in. */
  connect(chargerId: string, knock?: Partial<Knock>): Promise<PlayedCharger>;
  /** Connects a charger, boots it and lets it be set up. */
  arrive(chargerId: string): Promise<PlayedCharger>;
  /** The way to the gateway for simulated chargers; refused while it does not run. */
  readonly network: ChargerDialer;
  /** The CSMS cannot be reached from now on. */
  loseCsms(): Promise<void>;
  /** It can be again; what is in line goes up. */
  restoreCsms(): Promise<void>;
}

/** What a test may want otherwise. */
export interface SiteFacts {
  /** 100 A unless said otherwise. */
  readonly gridAmps: number;
  /** The meter counts only where a test gives it readings. */
  readonly metered: boolean;
  /** Meters besides; one with the id "main" measures the grid. */
  readonly meters: (clock: Clock) => readonly MeterSource[];
  readonly hasCsms: boolean;
  /** What the CSMS is offered. */
  readonly protocols: readonly OcppVersion[];
  /** What it takes: 1.6 unless said otherwise. */
  readonly csmsVersion: OcppVersion;
  /** How long a frame takes to the CSMS, and one back. */
  readonly csmsLatencyMs: number;
  /** What time it is when the gateway starts. */
  readonly startWallMs: number;
  /** By how much its machine's clock is off then. */
  readonly machineOffsetMs: number;
  /** The CSMS cannot be reached from the start. */
  readonly isOffline: boolean;
  readonly unknownOffline: boolean;
  readonly unknownSessionsMax: number;
  readonly masterPassGroup: string;
  readonly freeVend: { readonly token: string };
  readonly tariff: Tariff;
  /** In front of chargers. */
  readonly contactors: readonly Contactor[];
  readonly demands: GatewayOptions["demands"];
  readonly balancing: Partial<GatewayOptions["balancing"]>;
  readonly chargers: Partial<ChargersOptions>;
  /** What the gateway writes on instead of the store in memory. */
  readonly disk: (bench: Pick<SiteBench, "clock" | "kill">) => OutboxStore;
  /** The partition that the disk is on. */
  readonly partition: DiskPort;
  /** Signs certificates of chargers; absent: nobody does. */
  readonly authority: Authority;
  /** Who is told of faults. */
  readonly alerts: GatewayOptions["alerts"];
  /** What is done about faults by itself. */
  readonly firstAid: GatewayOptions["firstAid"];
  readonly alertDelivery: GatewayPorts["alertDelivery"];
  /** How chargers get files from the gateway; absent: they get none. */
  readonly files: {
    readonly service: NonNullable<GatewayOptions["fileService"]>;
    readonly ports: NonNullable<GatewayPorts["files"]>;
  };
  /** What chargers are to be set to. */
  readonly desired: GatewayOptions["desired"];
  /** Listens in on all connections, at the gateway's end. */
  readonly audit: Pick<DeliveryAudit, "chargerEar" | "csmsEar">;
}

const NO_NETWORK = { kind: "failed", reason: "connection refused", httpStatus: null } as const;

const CHARGERS = ["CP1", "CP2", "CP3"];

/** Played chargers drop a limit when it is over, and are known to. */
const PLAYED_MODEL: ChargerModel = {
  id: "played",
  vendor: "Vendor",
  models: ["Model"],
  matches: [{ vendor: "Vendor", model: "Model" }],
  quirks: { expiry: "proven" },
  sources: { expiry: ["played.ts"] },
};

/** Builds the site and starts its gateway. */
export async function openSite(facts: Partial<SiteFacts> = {}): Promise<SiteBench> {
  const clock = createVirtualClock(facts.startWallMs);
  const machine = createSettableClock(clock);
  machine.set(facts.machineOffsetMs ?? 0);
  const store = createMemoryStore();
  const telemetry = createMemoryTelemetry();
  const history = createMemoryHistory();
  const csms = playCsms(clock);
  const meter = playMeter(clock);
  const logged: LogLine[] = [];
  const log = (level: string, event: string, fields: LogFields = {}) =>
    void logged.push({ ...fields, level, event });
  let life: Life | null = null;
  let gateway: Gateway | null = null;
  const disk = facts.disk?.({ clock, kill }) ?? store;
  let arriving = "";
  /** Frames of the gateway that its peers could not read. */
  const invalid: string[] = [];
  const listener = createMemoryListener(
    clock,
    (socket, version) => owned(socket, version, facts.audit?.chargerEar(arriving)),
  );
  const dialer = createMemoryDialer(
    clock,
    (pair) => csms.take(pair.far),
    (socket, version) => owned(socket, version, facts.audit?.csmsEar(version)),
    { latencyMs: facts.csmsLatencyMs ?? 0 },
  );
  const open = { kind: "open", protocol: facts.csmsVersion ?? "ocpp1.6" } as const;
  let runs = 0;

  /** The gateway's end of a connection: it goes with the gateway. */
  function owned(socket: FrameSocket, version: OcppVersion, ear?: Ear): FrameSocket {
    const valid = strictly(socket, version, (problem) => void invalid.push(problem));
    const heard = ear === undefined ? valid : overhear(valid, ear);
    return life?.connection(heard) ?? heard;
  }

  async function start(): Promise<void> {
    const own = beginLife(machine.clock, disk);
    life = own;
    let isSettled = false;
    const starting = createGateway(optionsOf(facts), {
      clock: own.clock,
      ids: createSeededIds(++runs),
      log,
      store: own.store,
      telemetry,
      history,
      listeners: [{ listener, options: MEMORY_LISTENING }],
      dialer,
      meters: [...facts.metered ? [meter] : [], ...facts.meters?.(own.clock) ?? []],
      contactors: facts.contactors ?? [],
      releasedMs: Date.UTC(2025, 0, 1),
      memoryBytes: () => 80_000_000,
      ...(facts.partition === undefined ? {} : { disk: facts.partition }),
      ...(facts.authority === undefined ? {} : { authority: facts.authority }),
      ...(facts.alertDelivery === undefined ? {} : { alertDelivery: facts.alertDelivery }),
      ...(facts.files === undefined ? {} : { files: facts.files.ports }),
    }).finally(() => isSettled = true);
    starting.catch(() => {});
    await clock.settle();
    // It writes as it starts, and the disk may want to be asked again.
    while (!isSettled && life === own) await clock.advance(100);
    if (life !== own) return;
    gateway = await starting;
    await clock.advance(1_000);
  }

  function kill(): void {
    life?.end();
    life = null;
    gateway = null;
  }

  function running(): Gateway {
    if (gateway === null) throw new Error("The gateway does not run");
    return gateway;
  }

  async function connect(chargerId: string, knock: Partial<Knock> = {}): Promise<PlayedCharger> {
    const authorization = `Basic ${btoa(`${chargerId}:secret`)}`;
    arriving = chargerId;
    const { pair } = listener.connect({ url: `/ocpp/${chargerId}`, authorization, ...knock });
    if (pair === null) throw new Error(`${chargerId} was not let in`);
    const charger = playCharger(pair, clock);
    await clock.advance(0);
    return charger;
  }

  dialer.policy = facts.isOffline ? NO_NETWORK : open;
  await start();
  return {
    setMachineClock: machine.set,
    clock,
    store,
    telemetry,
    csms,
    dialer,
    meter,
    logged,
    gateway: running,
    isUp: () => gateway !== null,
    start,
    kill,
    async stop() {
      let isStopped = false;
      const stopping = running().stop().then(() => isStopped = true);
      for (let second = 0; second < 60 && !isStopped; second++) await clock.advance(1_000);
      await stopping;
      assertEquals(clock.pending(), 0, "timers are left");
      assertEquals(invalid, [], "every frame is valid by the schema of its version");
    },
    connect,
    network: {
      dial({ identity }) {
        if (gateway === null) return Promise.resolve({ kind: "failed", reason: "refused" });
        const authorization = `Basic ${btoa(`${identity}:secret`)}`;
        arriving = identity;
        const { pair } = listener.connect({ url: `/ocpp/${identity}`, authorization });
        return Promise.resolve(
          pair === null
            ? { kind: "failed", reason: "not let in" }
            : { kind: "open", socket: pair.far },
        );
      },
    },
    async arrive(chargerId) {
      const charger = await connect(chargerId);
      await charger.boot();
      await clock.advance(CHARGERS_TIMING.settleMs);
      return charger;
    },
    async loseCsms() {
      dialer.policy = NO_NETWORK;
      csms.connections.at(-1)?.socket.terminate();
      await clock.advance(0);
    },
    async restoreCsms() {
      dialer.policy = open;
      const before = csms.connections.length;
      while (csms.connections.length === before) await clock.step();
      await clock.advance(2_000);
    },
  };
}

function optionsOf(facts: Partial<SiteFacts>): GatewayOptions {
  const places = CHARGERS.map((_, index) => placeOf(index + 1));
  const grid: Circuit = {
    id: "grid",
    parentId: null,
    limitAmps: facts.gridAmps ?? 100,
    continuousFactor: 1,
    meterId: facts.metered || facts.meters !== undefined ? "main" : null,
    otherLoad: { worstAmps: 0, substituteAmps: 0 },
  };
  return {
    siteName: "Pune Depot",
    timezone: "Asia/Kolkata",
    language: "en",
    nominalVoltageV: 230,
    meterIntervalS: 60,
    retryIntervalS: 10,
    adoptInto: "grid",
    circuits: [grid],
    places,
    authorization: {
      knownOffline: true,
      unknownOffline: facts.unknownOffline ?? false,
      ...(facts.unknownSessionsMax === undefined
        ? {}
        : { unknownSessionsMax: facts.unknownSessionsMax }),
      cacheLifetimeMs: 30 * 86_400_000,
      masterPassGroup: facts.masterPassGroup ?? "",
      freeVend: facts.freeVend ?? null,
    },
    balancing: { strategy: "fair", marginAmps: 2, ...facts.balancing },
    tariff: facts.tariff ?? null,
    ...(facts.demands === undefined ? {} : { demands: facts.demands }),
    ...(facts.desired === undefined ? {} : { desired: facts.desired }),
    ...(facts.alerts === undefined ? {} : { alerts: facts.alerts }),
    ...(facts.files === undefined ? {} : { fileService: facts.files.service }),
    ...(facts.firstAid === undefined ? {} : { firstAid: facts.firstAid }),
    chargers: {
      known: CHARGERS.map((id) => ({ id, password: "secret", addresses: [] })),
      models: [PLAYED_MODEL],
      adopt: "ask",
      places,
      versions: ["ocpp1.6"],
      nominalVoltageV: 230,
      dataTransferVendors: [],
      timing: CHARGERS_TIMING,
      ...facts.chargers,
    },
    csms: facts.hasCsms === false ? null : {
      url: "wss://csms.example.com/ocpp",
      identity: "PUNE-1",
      password: "secret",
      protocols: facts.protocols ?? ["ocpp1.6"],
      compression: true,
      replay: "spec",
      resetMeans: "gateway",
      mayChange: ["authorization", "metering", "heartbeat"],
      station: {
        vendorName: "Sangam",
        model: "Gateway",
        serialNumber: "SN-1",
        firmwareVersion: "1.0.0",
      },
      timing: {
        ...CSMS_TIMING,
        backOff: { waitMinimumMs: 5_000, randomRangeMs: 0, repeatTimes: 3 },
      },
    },
  };
}
