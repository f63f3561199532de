import {
  type BalancerEvent,
  type BalancerOptions,
  type BalancerState,
  newBalancer,
  stepBalancer,
} from "../../../src/balancing/mod.ts";
import {
  type Circuit,
  circuitTree,
  type EvsePlace,
  LINES,
  onEachLine,
} from "../../../src/site/mod.ts";
import { BALANCER_TIMING } from "../../../src/gateway_balancing.ts";

/** A site where every socket is in use and every circuit but the last ones has a meter. */
export interface BusySite {
  readonly options: BalancerOptions;
  /** A second passes: the grid's meter is read, which is a decision. */
  second(): void;
  /** The same, but for the event that is a decision: it is handed over to be timed. */
  decide(event: (decision: () => void) => void): void;
}

/** Builds it: so many circuits below each circuit, level by level, the last number being sockets. */
export function busySite(levels: readonly number[]): BusySite {
  const circuits: Circuit[] = [];
  const places: EvsePlace[] = [];
  const add = (id: string, parentId: string | null, depth: number): number => {
    const [count = 0] = levels.slice(depth);
    const isLast = depth === levels.length - 1;
    const at = circuits.push(circuit(id, parentId, isLast && depth > 0)) - 1;
    let sockets = 0;
    for (let index = 0; index < count; index++) {
      if (!isLast) sockets += add(`${id}-${index + 1}`, id, depth + 1);
      else sockets += places.push(place(places.length + 1, id)) > 0 ? 1 : 0;
    }
    const made = circuits[at];
    if (made) circuits[at] = { ...made, limitAmps: Math.ceil(sockets * (depth === 0 ? 10 : 14)) };
    return sockets;
  };
  add("grid", null, 0);
  return run({
    tree: circuitTree(circuits, places),
    places,
    marginAmps: 2,
    strategy: "fair",
    nominalVoltageV: 230,
    timing: BALANCER_TIMING,
  });
}

function circuit(id: string, parentId: string | null, isLeaf: boolean): Circuit {
  return {
    id,
    parentId,
    limitAmps: 0,
    continuousFactor: 1,
    meterId: isLeaf ? null : `meter of ${id}`,
    otherLoad: { worstAmps: 0, substituteAmps: 0 },
  };
}

function place(slot: number, circuitId: string): EvsePlace {
  // Every third socket is of one phase.
  const line = LINES[slot % 3] ?? "L1";
  return {
    slot,
    chargerId: `CP${slot}`,
    evseId: 1,
    circuitId,
    lines: slot % 3 === 0 ? [line] : LINES,
    minCurrentAmps: 6,
    maxCurrentAmps: 32,
    failSafeAmps: 0,
    priority: 5,
  };
}

function run(options: BalancerOptions): BusySite {
  const { places } = options;
  let nowMs = 0;
  let second = 0;
  let state: BalancerState = newBalancer(options, 0);
  const limits = new Map<number, number>();
  const tell = (event: BalancerEvent) => {
    const step = stepBalancer(state, event, nowMs, options);
    state = step.state;
    for (const effect of step.effects) {
      if (effect.kind !== "limit") continue;
      const { slot, limitAmps } = effect;
      limits.set(slot, limitAmps);
      state =
        stepBalancer(state, { kind: "limit-accepted", slot, limitAmps }, nowMs, options).state;
    }
  };
  for (const { slot } of places) {
    tell({
      kind: "evse",
      facts: {
        slot,
        connected: true,
        plugged: true,
        transactionId: `t${slot}`,
        suspendedByEv: false,
        evLines: null,
        caps: [],
        expiryTrusted: true,
        forgetsProfiles: false,
      },
    });
  }
  const sample = (meterId: string, amps: number): BalancerEvent => ({
    kind: "meter",
    sample: { meterId, atMonoMs: nowMs, atWallMs: nowMs, currentsAmps: onEachLine(amps) },
  });
  function pass(timed: (decision: () => void) => void): void {
    nowMs += 1_000;
    second++;
    for (const { slot, lines } of places) {
      if ((slot + second) % 10 !== 0) continue;
      const amps = limits.get(slot) ?? 0;
      const currentsAmps = {
        L1: lines.includes("L1") ? amps : 0,
        L2: lines.includes("L2") ? amps : 0,
        L3: lines.includes("L3") ? amps : 0,
      };
      tell({ kind: "measured", slot, currentsAmps, atMonoMs: nowMs, intervalMs: 10_000 });
    }
    const drawn = [...limits.values()].reduce((sum, amps) => sum + amps, 0) * 0.75;
    timed(() => tell(sample("meter of grid", drawn + (second % 60 < 5 ? 30 : 0))));
  }
  const site: BusySite = {
    options,
    second: () => pass((decision) => decision()),
    decide: pass,
  };
  for (let warm = 0; warm < 120; warm++) site.second();
  return site;
}
