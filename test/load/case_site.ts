import type { BalancerOptions, EvseFacts } from "../../src/balancing/mod.ts";
import { BALANCER_TIMING } from "../../src/gateway_balancing.ts";
import {
  type Circuit,
  circuitTree,
  type EvsePlace,
  isLine,
  type Line,
} from "../../src/site/mod.ts";
import type { AllocationCase, CaseDemand } from "./case_file.ts";

/** What the balancer is told of a case's tree. Timing is a real gateway's. */
export function optionsOf({ tree }: Pick<AllocationCase, "tree">): BalancerOptions {
  const circuits = Object.entries(tree.circuits).map(circuitOf);
  const places = Object.entries(tree.sockets).map(placeOf);
  return {
    tree: circuitTree(circuits, places),
    places,
    marginAmps: tree.margin,
    strategy: tree.strategy,
    nominalVoltageV: 230,
    timing: BALANCER_TIMING,
  };
}

type CaseTree = AllocationCase["tree"];

function circuitOf([id, given]: [string, CaseTree["circuits"][string]]): Circuit {
  const { kW, kVA, unbalance, neutral, strategy, transformer } = given;
  return {
    id,
    parentId: given.from ?? null,
    limitAmps: given.amps,
    continuousFactor: given.factor,
    meterId: given.metered ? id : null,
    otherLoad: { worstAmps: given.worst, substituteAmps: given.substitute ?? given.worst },
    ...(kW === undefined ? {} : { powerLimitW: kW * 1_000 }),
    ...(kVA === undefined ? {} : { apparentLimitVa: kVA * 1_000 }),
    ...(unbalance === undefined ? {} : { unbalanceMaxAmps: unbalance }),
    ...(neutral === undefined ? {} : { neutralLimitAmps: neutral }),
    ...(strategy === undefined ? {} : { strategy }),
    ...(transformer === undefined
      ? {}
      : { transformer: { kind: "delta-wye" as const, ratio: transformer } }),
  };
}

function placeOf([slot, given]: [string, CaseTree["sockets"][string]]): EvsePlace {
  return {
    slot: Number(slot),
    chargerId: `CP${slot}`,
    evseId: 1,
    circuitId: given.on,
    lines: linesOf(given.lines),
    ...(given.lineToLine ? { connection: "line-to-line" as const } : {}),
    minCurrentAmps: given.min,
    maxCurrentAmps: given.max,
    failSafeAmps: given.failSafe,
    priority: given.priority,
  };
}

/** What the gateway knows of an EVSE; null: nobody is there. */
export function factsOf(slot: number, demand: CaseDemand | null, nowMs: number): EvseFacts {
  const isThere = demand !== null && !demand.gone;
  const inSession = isThere && !demand.noSession;
  return {
    slot,
    connected: !(demand?.away ?? false),
    plugged: isThere,
    transactionId: inSession ? `transaction ${slot}` : null,
    suspendedByEv: isThere && demand.sleeps,
    evLines: isThere && !demand.linesUnknown && demand.lines !== undefined
      ? linesOf(demand.lines)
      : null,
    caps: demand?.cap === undefined ? [] : [{ source: demand.cap.by, amps: demand.cap.amps }],
    expiryTrusted: demand?.expires ?? true,
    forgetsProfiles: demand?.forgets ?? false,
    ...(demand === null ? {} : wishesOf(demand, nowMs)),
  };
}

function wishesOf(demand: CaseDemand, nowMs: number): Partial<EvseFacts> {
  const { kWh, leavesIn, urgent, priority, step, switchesPhases, cutWired } = demand;
  const hasWish = kWh !== undefined || leavesIn !== undefined || urgent;
  const hasTraits = step !== undefined || switchesPhases !== false || cutWired;
  return {
    ...(priority === undefined ? {} : { priority }),
    ...(!hasWish ? {} : {
      demand: {
        remainingWh: kWh === undefined ? null : kWh * 1_000,
        departsAtMs: leavesIn === undefined ? null : nowMs + leavesIn * 1_000,
        isUrgent: urgent,
      },
    }),
    ...(!hasTraits ? {} : {
      traits: {
        stepAmps: step ?? 1,
        switchesPhases: switchesPhases !== false,
        isCutWired: cutWired,
        raiseIntervalMs: BALANCER_TIMING.raiseIntervalMs,
        raiseMinAmps: 1,
      },
    }),
  };
}

export function linesOf(text: string): readonly Line[] {
  return text.split(" ").filter(isLine);
}
