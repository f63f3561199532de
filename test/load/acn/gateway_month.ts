import { EV_MODELS, type EvModel } from "../../../src/simulator/mod.ts";
import { type LoadSite, openLoadSite } from "../load_site.ts";
import type { Scene, SceneCharger } from "../scene.ts";
import { ACN_VOLTS, askedWh, EV_MAX_AMPS, MIN_AMPS, partOf } from "./pure_month.ts";
import type { AcnSession } from "./sessions.ts";

/** How a month went through the gateway. */
export interface GatewayMonth {
  /** Of the energy asked for, 0 to 1. */
  readonly delivered: number;
  /** The most that flowed at any look, of the capacity. */
  readonly peak: number;
  readonly profiles: number;
  readonly simulatedS: number;
  readonly unused: UnusedCapacity;
}

/** Where capacity went that nobody drew while somebody wanted more, in points of the energy asked for. */
export interface UnusedCapacity {
  /** Offered to EVs that are full. */
  readonly full: number;
  /** Offered to EVs that begin to draw. */
  readonly starting: number;
  /** Offered to EVs that draw less than they may. */
  readonly underDrawn: number;
  /** Offered to nobody. */
  readonly free: number;
}

/** Puts together what was played in parts. */
export function together(
  parts: readonly { readonly askedWh: number; readonly month: GatewayMonth }[],
): GatewayMonth {
  const asked = parts.reduce((sum, part) => sum + part.askedWh, 0);
  const mean = (of: (month: GatewayMonth) => number) =>
    parts.reduce((sum, part) => sum + of(part.month) * part.askedWh, 0) / asked;
  const sum = (of: (month: GatewayMonth) => number) =>
    parts.reduce((total, { month }) => total + of(month), 0);
  return {
    delivered: mean(({ delivered }) => delivered),
    peak: Math.max(...parts.map(({ month }) => month.peak)),
    profiles: sum(({ profiles }) => profiles),
    simulatedS: sum(({ simulatedS }) => simulatedS),
    unused: {
      full: mean(({ unused }) => unused.full),
      starting: mean(({ unused }) => unused.starting),
      underDrawn: mean(({ unused }) => unused.underDrawn),
      free: mean(({ unused }) => unused.free),
    },
  };
}

/** What is played. */
export interface GatewayMonthOptions {
  /** What all EVs together may draw. */
  readonly capacityKw: number;
  /** How many times faster days pass and batteries fill. */
  readonly speed: number;
  /** EVs that are full stay until the data says that they leave; default: they leave at once. */
  readonly fullStay?: boolean;
}

/** The EVs of the data: one phase, 6.6 kW, as ideal as the allocator's. */
const ACN_EV: EvModel = {
  ...EV_MODELS.onePhase32,
  name: "acn",
  batteryWh: 100_000,
  maxAmps: EV_MAX_AMPS,
  reactionMs: 500,
  startMs: 500,
  rampUpMs: 500,
  underDrawAmps: 0,
  taperFromSoc: 0.99,
  taperEnd: 1,
  efficiency: 1,
};
/** How often one looks. */
const LOOK_S = 5;

/**
 * The sessions through the whole gateway and OCPP 1.6, at `speed` times their pace: days pass so much
 * faster and batteries fill so much faster, while messages, limits and pilots take the time they take.
 *
 * What costs is every simulated second of a decision about 54 EVSEs and every message, so chargers look at
 * themselves once in 15 s where nothing happens and measure once in 60 s; there is no meter, as the
 * network's limit is for the EVs alone. Each hand-over of current from one EV to another takes the gateway
 * some 10 to 30 s, of which a site that goes `speed` times too fast feels as many times more: see `README.md`
 * for what that costs.
 */
export async function gatewayDelivery(
  sessions: readonly AcnSession[],
  { capacityKw, speed, fullStay = false }: GatewayMonthOptions,
): Promise<GatewayMonth> {
  const stations = [...new Set(sessions.map(({ station }) => station))].toSorted();
  const site = await openLoadSite(sceneOf(capacityKw, stations.length), {
    writesPerHour: Infinity,
    pausesPerHour: Infinity,
    waitMaxS: Infinity,
    everyS: LOOK_S,
  });
  const startMs = site.clock.monoMs();
  const receivedWh = sessions.map(() => 0);
  const there = new Map<number, number>();
  const asked = askedWh(sessions);
  const unused = { full: 0, starting: 0, underDrawn: 0, free: 0 };
  let peakW = 0;

  function leave(n: number, index: number): void {
    receivedWh[index] = (site.charger(n).look(1).ev?.receivedWh ?? 0) * speed;
    site.unplug(n);
    there.delete(n);
  }

  function look(): void {
    peakW = Math.max(peakW, site.flow("grid").L1 * ACN_VOLTS);
    noteUnused();
    if (fullStay) return;
    for (const [n, index] of [...there]) {
      if (site.charger(n).look(1).ev?.mood === "full") leave(n, index);
    }
  }

  function noteUnused(): void {
    const all = stations.map((_, index) => site.charger(index + 1).look(1));
    const isWanted = all.some(({ ev, offeredAmps }) =>
      ev !== null && ev.mood !== "full" && offeredAmps < EV_MAX_AMPS - 1
    );
    if (!isWanted) return;
    const points = LOOK_S * speed * ACN_VOLTS / 3_600 / asked;
    let freeAmps = capacityKw * 1_000 / ACN_VOLTS;
    for (const { ev, offeredAmps } of all) {
      freeAmps -= offeredAmps;
      if (ev === null) continue;
      const why = ev.mood === "full" ? "full" : ev.mood === "charging" ? "underDrawn" : "starting";
      unused[why] += (offeredAmps - ev.drawnAmps) * points;
    }
    unused.free += freeAmps * points;
  }

  /** Of sessions that have begun: nothing changes any more. */
  function allAreFull(): boolean {
    return [...there.keys()].every((n) => site.charger(n).look(1).ev?.mood === "full");
  }

  let toCome = sessions.length;
  for (const { atMs, index, comes } of happenings(sessions)) {
    if (toCome === 0 && allAreFull()) break;
    const dueMs = startMs + atMs / speed;
    await site.pass((dueMs - site.clock.monoMs()) / 1_000, look);
    const n = stations.indexOf(sessions[index]?.station ?? "") + 1;
    if (comes) {
      toCome--;
      plugIn(site, n, sessions[index], speed);
      there.set(n, index);
    } else if (there.get(n) === index) leave(n, index);
  }
  for (const [n, index] of [...there]) leave(n, index);
  const simulatedS = (site.clock.monoMs() - startMs) / 1_000;
  const profiles = site.writes.length;
  await site.pass(60);
  await site.end();
  return {
    delivered: partOf(receivedWh, sessions),
    peak: peakW / (capacityKw * 1_000),
    profiles,
    simulatedS,
    unused,
  };
}

interface Happening {
  readonly atMs: number;
  readonly index: number;
  readonly comes: boolean;
}

/** Whoever leaves makes room for whoever comes at the same moment. */
function happenings(sessions: readonly AcnSession[]): readonly Happening[] {
  return sessions.flatMap(({ arrivesMs, leavesMs }, index) => [
    { atMs: arrivesMs, index, comes: true },
    { atMs: leavesMs, index, comes: false },
  ]).toSorted((a, b) => a.atMs - b.atMs || Number(a.comes) - Number(b.comes));
}

function plugIn(
  site: LoadSite,
  n: number,
  session: AcnSession | undefined,
  speed: number,
): void {
  if (session === undefined) return;
  site.plug(n, ACN_EV, { soc: 0, wantedWh: session.energyWh, timeLapse: speed });
}

function sceneOf(capacityKw: number, count: number): Scene {
  const charger: SceneCharger = {
    phases: "L1",
    failSafeAmps: 0,
    yaml: { minCurrent: MIN_AMPS },
    but: {
      volts: ACN_VOLTS,
      timing: { tickMs: 15_000, profileLatencyMs: 200 },
      configuration: {
        MeterValueSampleInterval: "60",
        HeartbeatInterval: "3600",
        WebSocketPingInterval: "0",
      },
    },
  };
  return {
    circuits: [{
      id: "grid",
      limitAmps: 10_000,
      device: "gG",
      hasMeter: false,
      yaml: { limitKw: capacityKw },
    }],
    chargers: Array.from({ length: count }, () => charger),
    yaml: {
      site: { name: "ACN", timezone: "America/Los_Angeles", voltage: ACN_VOLTS },
      balancing: { margin: 0 },
    },
  };
}
