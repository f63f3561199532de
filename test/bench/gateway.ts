import { CHARGERS_TIMING } from "../../src/chargers/mod.ts";
import { createTcpListener } from "../../src/chargers/listener_io.ts";
import { createWebSocketDialer } from "../../src/csms/dial_io.ts";
import { createGateway } from "../../src/gateway.ts";
import { createSystemClock } from "../../src/lib/clock_io.ts";
import type { MeterSource } from "../../src/site/mod.ts";
import { createSystemIds } from "../../src/lib/ids_io.ts";
import { createMemoryStore } from "../../src/store/mod.ts";

/** A gateway without disk and CSMS, for timings of its charger edge. */
export interface BenchGateway {
  url(identity: string): string;
  readonly password: string;
  stop(): Promise<void>;
}

/** Starts it on a free port, with `chargers` chargers called CP1, CP2, …. */
export function startBenchGateway(chargers = 1): Promise<BenchGateway> {
  return start(chargers, []);
}

/** Starts it with these meters, each on a circuit of its own below the grid's. */
export function startMeteredGateway(meters: readonly MeterSource[]): Promise<BenchGateway> {
  return start(1, meters);
}

async function start(chargers: number, meters: readonly MeterSource[]): Promise<BenchGateway> {
  const password = "bench-password-1";
  const ids = Array.from({ length: chargers }, (_, index) => `CP${index + 1}`);
  const listener = {
    host: "127.0.0.1",
    port: 0,
    path: "/ocpp",
    securityProfile: 1,
    compression: false,
    tls: null,
  } as const;
  const places = ids.map((chargerId, index) => ({
    slot: index + 1,
    chargerId,
    evseId: 1,
    circuitId: "grid",
    lines: ["L1", "L2", "L3"] as const,
    minCurrentAmps: 6,
    maxCurrentAmps: 32,
    failSafeAmps: 0,
    priority: 5,
  }));
  const log = () => {};
  const gateway = await createGateway({
    siteName: "Bench",
    timezone: "UTC",
    language: "en",
    nominalVoltageV: 230,
    csms: null,
    meterIntervalS: 60,
    retryIntervalS: 60,
    chargers: {
      known: ids.map((id) => ({ id, password, addresses: [] })),
      adopt: "refuse",
      places,
      versions: ["ocpp1.6"],
      nominalVoltageV: 230,
      dataTransferVendors: [],
      timing: { ...CHARGERS_TIMING, settleMs: 3_600_000 },
    },
    adoptInto: "grid",
    circuits: [{
      id: "grid",
      parentId: null,
      limitAmps: 100,
      continuousFactor: 1,
      meterId: null,
      otherLoad: { worstAmps: 0, substituteAmps: 0 },
    }, ...meters.map(meteredCircuit)],
    places,
    authorization: {
      knownOffline: true,
      unknownOffline: true,
      cacheLifetimeMs: 1e9,
      masterPassGroup: "",
      freeVend: null,
    },
    balancing: { strategy: "fair", marginAmps: 2 },
    tariff: null,
  }, {
    clock: createSystemClock(),
    ids: createSystemIds(),
    log,
    store: createMemoryStore(),
    listeners: [{ listener: createTcpListener(listener, log), options: listener }],
    dialer: createWebSocketDialer(),
    meters,
    releasedMs: Date.UTC(2025, 0, 1),
    memoryBytes: () => Deno.memoryUsage().rss,
  });
  const [address] = gateway.addresses;
  return {
    url: (identity) => `${address?.url}/${identity}`,
    password,
    stop: () => gateway.stop(),
  };
}

function meteredCircuit({ id }: MeterSource) {
  return {
    id,
    parentId: "grid",
    limitAmps: 100,
    continuousFactor: 1,
    meterId: id,
    otherLoad: { worstAmps: 0, substituteAmps: 0 },
  };
}
