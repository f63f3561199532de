import {
  type BalancerEffect,
  type BalancerEvent,
  type BalancerOptions,
  type BalancerState,
  type EvseFacts,
  newBalancer,
  stepBalancer,
} from "../../../src/balancing/mod.ts";
import {
  addLines,
  ampsOn,
  type Circuit,
  circuitTree,
  type EvsePlace,
  LINES,
  onEachLine,
  type PerLine,
  type SharingStrategy,
} from "../../../src/site/mod.ts";
import { BALANCER_TIMING } from "../../../src/gateway_balancing.ts";

/**
 * A site on which everything happens at once: nearly all sockets are in use and there is not enough for
 * them, every circuit but the lowest has a meter that is read each second, buildings switch loads, EVs
 * come and go, a tenth of the chargers measures each second, and limits are obeyed.
 */
export interface BusySite {
  readonly options: BalancerOptions;
  /** The next event after which the balancer decides, those that are only noted included. */
  decide(): void;
  /** The same, timed: `time` is to call what it is handed once. */
  timed(time: (decision: () => void) => void): void;
  /** What is going on: sockets with current, and those that wait for some. */
  counts(): { readonly charging: number; readonly waiting: number };
}

/** Builds it: so many circuits below each circuit, level by level, the last number being sockets. */
export function busySite(
  levels: readonly number[],
  strategy: SharingStrategy = "fair",
  onEffect: (effect: BalancerEffect) => void = () => {},
): BusySite {
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
    const limitAmps = Math.ceil(sockets * (depth === 0 ? 9 : 14));
    // Beside the lowest circuits nothing is connected but chargers.
    const worstAmps = made?.meterId === null ? 0 : BUILDING_AT_MOST * limitAmps;
    const otherLoad = { worstAmps, substituteAmps: worstAmps };
    if (made) circuits[at] = { ...made, limitAmps, otherLoad };
    return sockets;
  };
  add("grid", null, 0);
  const options = {
    tree: circuitTree(circuits, places),
    places,
    marginAmps: 2,
    strategy,
    nominalVoltageV: 230,
    timing: BALANCER_TIMING,
  };
  return run(options, onEffect);
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
  const line = LINES[Math.floor(slot / 3) % 3] ?? "L1";
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

/** What buildings take of their circuits, in parts: always, and with what they switch on now and then. */
const BUILDING_AT_LEAST = 0.05;
const BUILDING_AT_MOST = 0.175;
/** Whoever is plugged in for so many seconds leaves, and another comes. */
const STAYS_S = 600;
/** One socket of so many is empty. */
const EMPTY_OF = 10;
/** What EVs can take at most. */
const EV_AMPS = [16, 32, 10, 32, 13, 20, 32] as const;

function run(options: BalancerOptions, onEffect: (effect: BalancerEffect) => void): BusySite {
  const { places, tree } = options;
  let nowMs = 0;
  let second = 0;
  let state: BalancerState = newBalancer(options, 0);
  const limits = new Map<number, number>();
  const sessions = new Map<number, number>();
  const below = new Map(tree.circuits.map(({ id }) => [id, tree.placesBelow(id)]));

  function tell(event: BalancerEvent): void {
    const step = stepBalancer(state, event, nowMs, options);
    state = step.state;
    for (const effect of step.effects) {
      onEffect(effect);
      if (effect.kind === "limit") obey(effect);
    }
  }

  function obey({ slot, limitAmps }: { readonly slot: number; readonly limitAmps: number }): void {
    limits.set(slot, limitAmps);
    answers.push({ kind: "limit-accepted", slot, limitAmps });
  }

  const answers: BalancerEvent[] = [];

  function drawn({ slot, lines }: EvsePlace): PerLine {
    if (!sessions.has(slot)) return onEachLine(0);
    const most = EV_AMPS[slot % EV_AMPS.length] ?? 32;
    return ampsOn(lines, Math.min(limits.get(slot) ?? 0, most));
  }

  /** A load that is on for 10 s of each minute. */
  function buildingAmps({ limitAmps }: Circuit, index: number): number {
    const isOn = (second + 17 * index) % 60 < 10;
    return limitAmps * (isOn ? BUILDING_AT_MOST : BUILDING_AT_LEAST);
  }

  function sample(of: Circuit, meterId: string, index: number): BalancerEvent {
    const currentsAmps = (below.get(of.id) ?? []).map(drawn)
      .reduce(addLines, onEachLine(buildingAmps(of, index)));
    return { kind: "meter", sample: { meterId, atMonoMs: nowMs, atWallMs: nowMs, currentsAmps } };
  }

  function facts(slot: number): EvseFacts {
    const session = sessions.get(slot);
    return {
      slot,
      connected: true,
      plugged: session !== undefined,
      transactionId: session === undefined ? null : `t${session}`,
      suspendedByEv: false,
      evLines: null,
      caps: [],
      expiryTrusted: true,
      forgetsProfiles: false,
      demand: {
        remainingWh: 5_000 + (slot * 7_919) % 40_000,
        departsAtMs: nowMs + 1_800_000 + (slot * 104_729) % 28_800_000,
      },
    };
  }

  /** All that happens in a second; meters last. */
  function* happenings(): Generator<BalancerEvent> {
    for (const { slot } of places) {
      const isOver = (second + slot * 13) % STAYS_S === 0;
      if (!isOver && second > 1) continue;
      if (slot % EMPTY_OF === second % EMPTY_OF) sessions.delete(slot);
      else sessions.set(slot, second * 10_000 + slot);
      limits.delete(slot);
      yield { kind: "evse", facts: facts(slot) };
    }
    for (const place of places) {
      const { slot } = place;
      if ((slot + second) % 10 !== 0) continue;
      const currentsAmps = drawn(place);
      yield { kind: "measured", slot, currentsAmps, atMonoMs: nowMs, intervalMs: 10_000 };
    }
    for (const [index, circuit] of tree.circuits.entries()) {
      if (circuit.meterId !== null) yield sample(circuit, circuit.meterId, index);
      while (answers.length > 0) yield* answers.splice(0);
    }
  }

  let coming = happenings();
  function next(): BalancerEvent {
    for (;;) {
      const { value, done } = coming.next();
      if (!done) return value;
      nowMs += 1_000;
      second++;
      coming = happenings();
    }
  }

  function timed(time: (decision: () => void) => void): void {
    let event = next();
    for (; event.kind === "measured" || event.kind === "limit-accepted"; event = next()) {
      tell(event);
    }
    time(() => tell(event));
  }

  return {
    options,
    decide: () => timed((decision) => decision()),
    timed,
    counts: () => ({
      charging: [...limits.values()].filter((amps) => amps > 0).length,
      waiting: [...limits.values()].filter((amps) => amps === 0).length,
    }),
  };
}
