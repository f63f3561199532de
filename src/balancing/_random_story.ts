import fc from "fast-check";
import { ampsOn, type EvsePlace, type Line, type PerLine } from "../site/mod.ts";
import { type BalancerState, newBalancer, stepBalancer } from "./balancer.ts";
import {
  type BalancerEffect,
  type BalancerEvent,
  type BalancerOptions,
  type Cap,
  type EvseFacts,
  USUAL_TRAITS,
} from "./facts.ts";
import { chargingAt, emptyAt, type SiteDrawing } from "./_site_drawing.ts";

const SOCKETS = ["L1 L2 L3", "L2 L3 L1", "L1", "L2", "L3"];
const STRATEGIES = ["fair", "priority", "departure", "surplus"] as const;
const SLOTS = [1, 2, 3, 4, 5, 6];

/** Random sites: up to two rows on a grid connection, meters or none, up to six sockets. */
export function sites(failSafe: fc.Arbitrary<number>): fc.Arbitrary<SiteDrawing> {
  const circuit = fc.record({
    amps: fc.noBias(fc.integer({ min: 10, max: 80 })),
    worst: fc.noBias(fc.integer({ min: 0, max: 15 })),
    isMetered: fc.boolean(),
    bounds: fc.record({
      watts: fc.integer({ min: 5_000, max: 30_000 }),
      voltAmperes: fc.integer({ min: 5_000, max: 30_000 }),
      unbalance: fc.integer({ min: 4, max: 25 }),
      neutral: fc.integer({ min: 4, max: 25 }),
      strategy: fc.constantFrom(...STRATEGIES),
    }, { requiredKeys: [] }),
  });
  const socket = fc.record({
    on: fc.constantFrom("grid", "row a", "row b"),
    lines: fc.constantFrom(...SOCKETS),
    min: fc.constantFrom(6, 6, 8),
    max: fc.constantFrom(16, 32),
    failSafe,
    priority: fc.integer({ min: 0, max: 2 }),
  });
  return fc.record({
    // A balancer in a hurry: more happens in a short story.
    timing: fc.constant({
      raiseIntervalMs: 5_000,
      raiseHoldOffMs: 4_000,
      rotationOnMs: 40_000,
      rotationOffMs: 20_000,
    }),
    marginAmps: fc.integer({ min: 0, max: 3 }),
    strategy: fc.constantFrom(...STRATEGIES),
    startSeed: fc.option(fc.nat(), { nil: undefined }),
    circuits: fc.tuple(circuit, circuit, circuit).map((all) =>
      ["grid", "row a", "row b"].flatMap((id, index) => {
        const { amps, worst, isMetered, bounds } = all[index] ??
          { amps: 63, worst: 0, isMetered: false, bounds: {} };
        const feeder = id === "grid" ? {} : { from: "grid" };
        return [{
          id,
          ...feeder,
          ...bounds,
          amps,
          worst,
          ...(isMetered ? { meter: `meter of ${id}` } : {}),
        }];
      })
    ),
    evses: fc.array(socket, { minLength: 1, maxLength: SLOTS.length })
      .map((all) => all.map((each, index) => ({ ...each, slot: index + 1 }))),
  });
}

/** What can happen, and what a charger answers. */
export type Happening =
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "meter"; readonly circuit: number; readonly amps: PerLine }
  | { readonly kind: "facts"; readonly slot: number; readonly facts: Partial<EvseFacts> }
  | {
    readonly kind: "measured";
    readonly slot: number;
    readonly amps: PerLine;
    readonly late: number;
  }
  | { readonly kind: "site-caps"; readonly amps: number | null }
  /** Its charger is seen giving all that the socket carries, whatever it was told. */
  | { readonly kind: "disobeys"; readonly slot: number }
  /** Its charger starts anew, and is here again at once, with its session or without. */
  | { readonly kind: "reboot"; readonly slot: number; readonly keepsSession: boolean }
  | { readonly kind: "cut"; readonly slot: number; readonly outcome: "open" | "closed" | "failed" }
  | {
    readonly kind: "answer";
    readonly slot: number;
    readonly manner: "accept" | "refuse" | "lose";
  };

/** Which EVSE: counted over those that the site has. */
const slot = fc.nat(SLOTS.length - 1);
const currents = (max: number) =>
  fc.record({
    L1: fc.noBias(fc.integer({ min: -5, max })),
    L2: fc.noBias(fc.integer({ min: -5, max })),
    L3: fc.noBias(fc.integer({ min: -5, max })),
  });

/** Most facts stay as they are most of the time. */
const changes: fc.Arbitrary<Partial<EvseFacts>> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ transactionId: fc.constantFrom("a", "b", "c", null) }) },
  { weight: 2, arbitrary: fc.record({ connected: fc.boolean() }) },
  { weight: 2, arbitrary: fc.constant({ connected: true, transactionId: "d" }) },
  { weight: 1, arbitrary: fc.record({ plugged: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ suspendedByEv: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      evLines: fc.constantFrom<readonly Line[] | null>(null, ["L1"], ["L1", "L2", "L3"]),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      caps: fc.constantFrom<readonly Cap[]>(
        [],
        [{ source: "csms", amps: 9.5 }],
        [{ source: "plan", amps: 3 }],
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ expiryTrusted: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ forgetsProfiles: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ traits: { ...USUAL_TRAITS, isCutWired: true } }) },
);

/** Anything that can happen. */
export const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      ms: fc.constantFrom(100, 1_000, 3_000, 11_000, 31_000),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("meter" as const),
      circuit: fc.nat(2),
      amps: currents(25),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("facts" as const), slot, facts: changes }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("measured" as const),
      slot,
      amps: currents(14),
      late: fc.integer({ min: 0, max: 5_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("site-caps" as const),
      amps: fc.option(fc.noBias(fc.integer({ min: 0, max: 90 }))),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("disobeys" as const), slot }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("reboot" as const),
      slot,
      keepsSession: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("cut" as const),
      slot,
      outcome: fc.constantFrom(
        "open" as const,
        "open" as const,
        "closed" as const,
        "failed" as const,
      ),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant("answer" as const),
      slot,
      manner: fc.constantFrom(
        "accept" as const,
        "accept" as const,
        "accept" as const,
        "refuse" as const,
        "lose" as const,
      ),
    }),
  },
);

/** Limits that chargers have not answered yet, by slot. */
type Asked = Map<number, readonly { readonly limitAmps: number; readonly atMs: number }[]>;

/** One step of a run. */
export interface Step {
  readonly before: BalancerState;
  readonly after: BalancerState;
  readonly event: BalancerEvent;
  readonly effects: readonly BalancerEffect[];
  readonly nowMs: number;
}

/** Runs the balancer over happenings. `look` sees each step. All effects are returned. */
export function play(
  options: BalancerOptions,
  happenings: readonly Happening[],
  look: (step: Step) => void,
): readonly BalancerEffect[] {
  let state = newBalancer(options, 0);
  let nowMs = 0;
  const all: BalancerEffect[] = [];
  const asked: Asked = new Map();
  const facts = new Map<number, EvseFacts>();
  const tell = (event: BalancerEvent) => {
    const { state: after, effects } = stepBalancer(state, event, nowMs, options);
    look({ before: state, after, event, effects, nowMs });
    state = after;
    all.push(...effects);
    for (const effect of effects) {
      if (effect.kind !== "limit") continue;
      const { slot, limitAmps } = effect;
      asked.set(slot, [...asked.get(slot) ?? [], { limitAmps, atMs: nowMs }]);
    }
  };
  for (const { slot } of options.places) {
    tell({ kind: "evse", facts: emptyAt(slot) });
    facts.set(slot, chargingAt(slot));
    tell({ kind: "evse", facts: chargingAt(slot) });
  }
  for (const each of happenings) {
    const events = eventsOf(each, options, facts, asked, nowMs);
    if (each.kind === "wait") nowMs += each.ms;
    events.forEach(tell);
  }
  return all;
}

function eventsOf(
  happening: Happening,
  options: BalancerOptions,
  facts: Map<number, EvseFacts>,
  asked: Asked,
  nowMs: number,
): readonly BalancerEvent[] {
  switch (happening.kind) {
    case "wait":
      return [{ kind: "tick" }];
    case "meter": {
      const meterId = options.tree.circuits[happening.circuit]?.meterId;
      if (!meterId) return [];
      const sample = { meterId, atMonoMs: nowMs, atWallMs: nowMs, currentsAmps: happening.amps };
      return [{ kind: "meter", sample }];
    }
    case "facts": {
      const slot = slotOf(happening.slot, options);
      const before = facts.get(slot) ?? emptyAt(slot);
      const next = { ...before, ...happening.facts };
      // A charger does not take a limit of a transaction that has ended.
      if (before.transactionId !== next.transactionId) asked.set(slot, []);
      facts.set(slot, next);
      return [{ kind: "evse", facts: next }];
    }
    case "measured":
      return [{
        kind: "measured",
        slot: slotOf(happening.slot, options),
        currentsAmps: happening.amps,
        atMonoMs: nowMs - happening.late,
        intervalMs: 10_000,
      }];
    case "disobeys": {
      const place = placeOf(happening.slot, options);
      const currentsAmps = ampsOn(place.lines, place.maxCurrentAmps);
      const { slot } = place;
      return [{ kind: "measured", slot, currentsAmps, atMonoMs: nowMs, intervalMs: 10_000 }];
    }
    case "reboot": {
      const { slot } = placeOf(happening.slot, options);
      const before = facts.get(slot) ?? emptyAt(slot);
      const transactionId = happening.keepsSession ? before.transactionId : null;
      const next = { ...before, connected: true, transactionId, bootedAtMs: nowMs };
      asked.set(slot, []);
      facts.set(slot, next);
      return [{ kind: "evse", facts: { ...before, connected: false } }, {
        kind: "evse",
        facts: next,
      }];
    }
    case "cut":
      return [{
        kind: "cut",
        slot: placeOf(happening.slot, options).slot,
        outcome: happening.outcome,
      }];
    case "site-caps":
      return [{
        kind: "site-caps",
        caps: happening.amps === null ? [] : [{ source: "signal", amps: happening.amps }],
      }];
    case "answer": {
      // Whoever waits longer than that for an answer does not hear it.
      const waiting = [...asked].map(([slot, limits]) =>
        [slot, limits.filter(({ atMs }) => nowMs - atMs < 60_000)] as const
      ).filter(([, limits]) => limits.length > 0);
      const [slot, [first, ...rest]] = waiting[happening.slot % waiting.length] ?? [0, []];
      if (first === undefined) return [];
      asked.set(slot, rest);
      const { limitAmps } = first;
      if (happening.manner === "accept") return [{ kind: "limit-accepted", slot, limitAmps }];
      const answered = happening.manner === "refuse";
      return [{ kind: "limit-failed", slot, limitAmps, answered }];
    }
  }
}

function slotOf(index: number, options: BalancerOptions): number {
  return placeOf(index, options).slot;
}

function placeOf(index: number, { places }: BalancerOptions): EvsePlace {
  const place = places[index % places.length];
  if (place === undefined) throw new Error("Cannot find a place on the site");
  return place;
}
