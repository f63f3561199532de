import type { Assumption, Cap, EvseFacts, ForecastStart, GroupCap } from "./balancing/mod.ts";
import type { DemandDesk } from "./gateway_demands.ts";
import type { SiteCaps } from "./gateway_caps.ts";
import type { Clock } from "./lib/clock.ts";
import { type ChargingWish, FIRST_CLASS, type PriorityOrder } from "./site/mod.ts";
import { openOn, type TransactionBook } from "./transactions/mod.ts";
import type { LoadChange } from "./web/mod.ts";

/** What a change has to be known by to be thought through. */
export interface AssumptionPorts {
  readonly clock: Clock;
  readonly caps: Pick<SiteCaps, "ofGroups" | "on">;
  readonly demands: Pick<DemandDesk, "factsIf">;
  readonly transactions: Pick<TransactionBook, "state">;
}

/** What the balancer would be told, or why nothing would come of it. */
export type AssumedChange =
  | { readonly kind: "assumption"; readonly assumption: Assumption }
  | { readonly kind: "no-session" | "unknown" };

/** What the balancer would be told of a change if it were made; the same as the command would. */
export function assumptionOf(
  change: LoadChange,
  start: ForecastStart,
  ports: AssumptionPorts,
): AssumedChange {
  switch (change.kind) {
    case "strategy":
      return { kind: "assumption", assumption: { strategy: change.strategy } };
    case "circuit-limit": {
      const { circuitId } = change;
      if (circuitId !== null && start.options.tree.get(circuitId) === undefined) return UNKNOWN;
      return { kind: "assumption", assumption: { groupCaps: groupCaps(change, ports) } };
    }
    case "limit": {
      const untilWallMs = ports.clock.wallMs() + change.minutes * 60_000;
      const cap: Cap = { source: "operator", amps: change.amps, untilWallMs };
      const others = ports.caps.on(change.slot).filter(({ source }) => source !== "operator");
      return withFacts(change.slot, start, (facts) => ({ ...facts, caps: [...others, cap] }));
    }
    case "priority":
      return prioritised(change, start, ports);
    case "demand":
      return demanded(change, start, ports);
  }
}

const UNKNOWN: AssumedChange = { kind: "unknown" };
const NO_SESSION: AssumedChange = { kind: "no-session" };

function withFacts(
  slot: number,
  { state, options }: ForecastStart,
  change: (facts: EvseFacts) => EvseFacts,
): AssumedChange {
  const facts = state.evses[slot]?.facts ?? null;
  if (facts === null || !options.places.some((place) => place.slot === slot)) return UNKNOWN;
  return { kind: "assumption", assumption: { facts: [change(facts)] } };
}

/** One source has one word on a circuit: the new one replaces the old. */
function groupCaps(
  { circuitId, source, signal, limit, minutes, until }: LoadChange & { kind: "circuit-limit" },
  { clock, caps }: AssumptionPorts,
): readonly GroupCap[] {
  const others = caps.ofGroups().filter((cap) =>
    cap.circuitId !== circuitId || cap.source !== source || cap.by !== signal
  );
  if (limit === null) return others;
  const untilWallMs = minutes !== null
    ? clock.wallMs() + minutes * 60_000
    : until === null
    ? undefined
    : Date.parse(until);
  const { unit, amount } = limit;
  return [...others, {
    circuitId,
    source,
    unit,
    limit: amount,
    ...(untilWallMs === undefined ? {} : { untilWallMs }),
    ...(signal === undefined ? {} : { by: signal }),
  }];
}

function prioritised(
  { slot, class: wanted, minutes }: LoadChange & { kind: "priority" },
  start: ForecastStart,
  ports: AssumptionPorts,
): AssumedChange {
  const openId = openOn(ports.transactions.state(), slot)?.id ?? null;
  if (wanted !== null && minutes === null && openId === null) return NO_SESSION;
  const order: PriorityOrder | null = wanted === null ? null : {
    slot,
    class: wanted === "first" ? FIRST_CLASS : wanted,
    transactionId: minutes === null ? openId : null,
    untilMs: minutes === null ? null : ports.clock.wallMs() + minutes * 60_000,
    by: "",
  };
  return withFacts(slot, start, (facts) => reworded(facts, ports.demands.factsIf(slot, { order })));
}

function demanded(
  { slot, departure, energyKwh, urgent }: LoadChange & { kind: "demand" },
  start: ForecastStart,
  ports: AssumptionPorts,
): AssumedChange {
  const transactionId = openOn(ports.transactions.state(), slot)?.id ?? null;
  if (transactionId === null) return NO_SESSION;
  const says = departure !== null || energyKwh !== null || urgent;
  const wish: ChargingWish | null = !says ? null : {
    slot,
    transactionId,
    source: "operator",
    departsAtMs: departure === null ? null : Date.parse(departure),
    energyWh: energyKwh === null ? null : Math.round(energyKwh * 1_000),
    fromWh: 0,
    isUrgent: urgent,
    by: "",
  };
  return withFacts(slot, start, (facts) => reworded(facts, ports.demands.factsIf(slot, { wish })));
}

function reworded(facts: EvseFacts, wishes: ReturnType<DemandDesk["factsIf"]>): EvseFacts {
  const { priority: _class, priorityBy: _by, demand: _demand, ...rest } = facts;
  return { ...rest, ...wishes };
}
