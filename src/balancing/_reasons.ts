import { LINES } from "../site/mod.ts";
import type { BalancerOptions } from "./facts.ts";
import type { Bottleneck, LimitReason } from "./limit_reason.ts";
import type { Decided } from "./_adjustments.ts";
import type { Row } from "./_board.ts";
import { nextTurns } from "./_next_turns.ts";
import type { Standing } from "./_standing.ts";
import type { Targets } from "./_targets.ts";

/** Why each EVSE has what it has. To be asked when what is decided is reserved. */
export function reasonsFor(
  all: readonly Standing[],
  targets: Targets,
  decided: Decided,
  options: BalancerOptions,
  nowMs: number,
): ReadonlyMap<Standing, LimitReason> {
  const reasons = new Map<Standing, LimitReason>();
  for (const standing of all) {
    const limitAmps = decided.get(standing);
    const reason = limitAmps === undefined
      ? whyNotSteered(standing)
      : whyLimited(standing, limitAmps, targets.get(standing) ?? 0, options);
    reasons.set(standing, withFirst(reason, standing, options));
  }
  for (const [standing, nextAtMs] of nextTurns(reasons, targets, options, nowMs)) {
    const reason = reasons.get(standing);
    if (reason?.kind === "waiting") reasons.set(standing, { ...reason, nextAtMs });
  }
  return reasons;
}

function whyNotSteered(standing: Standing): LimitReason {
  const { facts, ignoresLimits } = standing.memory;
  if (facts === null || facts.transactionId === null) return { kind: "idle" };
  const countedAmps = Math.max(...LINES.map((line) => standing.reservedAmps[line]));
  if (!facts.connected) return { kind: "away", countedAmps };
  return { kind: ignoresLimits ? "disobeys" : "unanswered", countedAmps };
}

function whyLimited(
  standing: Standing,
  limitAmps: number,
  targetAmps: number,
  { marginAmps }: BalancerOptions,
): LimitReason {
  const { ceiling, place } = standing;
  const { why } = ceiling;
  if (why.kind === "lost-meter") {
    return { kind: "fail-safe", circuitId: why.circuitId, failSafeAmps: ceiling.amps };
  }
  if (limitAmps < ceiling.amps) {
    if (limitAmps > 0 && targetAmps >= limitAmps + 1) {
      return { kind: "rising", towardsAmps: targetAmps };
    }
    return shortOfRoom(standing, limitAmps, marginAmps);
  }
  switch (why.kind) {
    case "cap": {
      const { source, amps, untilWallMs = null } = why.cap;
      return { kind: "capped", source, amps, untilWallMs };
    }
    case "ev": {
      const isAsleep = standing.memory.facts?.suspendedByEv ?? false;
      return { kind: "satisfied", takesAmps: isAsleep ? null : ceiling.amps };
    }
    case "hardware":
      return { kind: "unlimited", maxAmps: place.maxCurrentAmps };
  }
}

function shortOfRoom(standing: Standing, limitAmps: number, marginAmps: number): LimitReason {
  const fullest = standing.rows.toSorted((a, b) => a.leftAmps - b.leftAmps)[0];
  const bottleneck = fullest === undefined
    ? null
    : bottleneckOf(standing, limitAmps, fullest, marginAmps);
  return limitAmps > 0
    ? { kind: "shared", bottleneck }
    : { kind: "waiting", bottleneck, minAmps: standing.place.minCurrentAmps, nextAtMs: null };
}

function bottleneckOf(
  standing: Standing,
  limitAmps: number,
  row: Row,
  marginAmps: number,
): Bottleneck | null {
  const { circuit, bound, line, usableAmps, knownAmps } = row;
  const { memory, reservedAmps } = standing;
  const ownAmps = Math.max(reservedAmps[line], limitAmps + memory.overdrawAmps[line]);
  const othersAmps = Math.max(0, row.reservedAmps - ownAmps);
  if (circuit !== null) {
    return {
      kind: "line",
      circuitId: circuit.id,
      line,
      limitAmps: usableAmps,
      marginAmps,
      otherLoadAmps: knownAmps,
      othersAmps,
    };
  }
  // Only the bound on all chargers together has no circuit.
  if (bound === null) return null;
  const { source, amps, untilWallMs = null } = bound;
  return { kind: "cap", source, line, limitAmps: amps, untilWallMs, othersAmps };
}

/** Where nobody's priority counts, or its own is nobody's doing, there is nothing to tell. */
function withFirst(
  reason: LimitReason,
  { memory }: Standing,
  { strategy }: BalancerOptions,
): LimitReason {
  const first = memory.facts?.priorityBy;
  const isTold = first !== undefined && strategy !== "fair" && reason.kind !== "idle";
  return isTold ? { ...reason, first } : reason;
}
