import { createGateway } from "../../../src/gateway.ts";
import type { Gateway } from "../../../src/gateway_options.ts";
import { createEvents } from "../../../src/lib/events.ts";
import { createSeededIds } from "../../../src/lib/ids.ts";
import { createSpawner } from "../../../src/lib/spawn.ts";
import { createVirtualClock, type VirtualClock } from "../../../src/lib/virtual_clock.ts";
import {
  createMemoryNetwork,
  createSite,
  loadChecks,
  type MemoryNetwork,
  type SimulatedSite,
  type SiteSimulationEvents,
} from "../../../src/simulator/mod.ts";
import { createMemoryStore } from "../../../src/store/memory.ts";
import { MEMORY_LISTENING } from "../../support/memory_edges.ts";
import { configOf } from "../world_config.ts";
import { createWorldMeter } from "../world_meter.ts";
import { planReplay, type VersionPair } from "./replay_plan.ts";

/** The site that is replayed, with the real gateway, on virtual time and without any chance. */
export interface ReplaySite {
  readonly clock: VirtualClock;
  readonly site: SimulatedSite;
  readonly network: MemoryNetwork;
  /** What was worse than a warning, anywhere. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

/** A message takes so long, one way: never as long as anything that is looked at. */
const LATENCY_MS = 1;

/** Opens it, and lets the chargers come. */
export async function openReplay(pair: VersionPair): Promise<ReplaySite> {
  const clock = createVirtualClock();
  const plan = planReplay(pair);
  const errors: string[] = [];
  const log = (level: string, event: string, fields: unknown) => {
    if (level === "error") errors.push(`${event} ${JSON.stringify(fields)}`);
  };
  const spawn = createSpawner(log);
  const events = createEvents<SiteSimulationEvents>((error) => errors.push(String(error)));
  const checks = await loadChecks();
  let network: MemoryNetwork | null = null;
  const dialer: MemoryNetwork["chargers"] = {
    dial: (request, signal) =>
      network?.chargers.dial(request, signal) ??
        Promise.resolve({ kind: "failed", reason: "no network" }),
  };
  const site = createSite(plan.site, {
    clock,
    ids: createSeededIds(1),
    log,
    spawn,
    checks,
    events,
    dialer,
  });
  network = createMemoryNetwork(clock, {
    csms: site.csms,
    csmsPassword: plan.csmsPassword,
    latencyMs: LATENCY_MS,
  });
  const config = await configOf(plan, null);
  const meter = createWorldMeter(config.meter, () => site.meter(), createSeededIds(2));
  const starting = createGateway(config.gateway, {
    clock,
    ids: createSeededIds(3),
    log,
    store: createMemoryStore(),
    listeners: [{ listener: network.listener, options: MEMORY_LISTENING }],
    dialer: network.upstream,
    meters: [meter.source(clock, log, spawn)],
    releasedMs: Date.UTC(2025, 0, 1),
    memoryBytes: () => 0,
  });
  let gateway: Gateway | null = null;
  spawn("gateway", async () => void (gateway = await starting));
  while (gateway === null) await clock.advance(10);
  const running: Gateway = gateway;
  site.powerUp();
  site.open();
  return {
    clock,
    site,
    network,
    errors,
    async close() {
      let isOver = false;
      const closing = (async () => {
        await running.stop();
        await site.close();
        isOver = true;
      })();
      for (let second = 0; second < 120 && !isOver; second++) await clock.advance(1_000);
      await closing;
    },
  };
}
