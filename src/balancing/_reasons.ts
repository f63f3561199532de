import { LINES } from "../site/mod.ts";
import type { BalancerOptions } from "./facts.ts";
import type { Bottleneck, LimitReason } from "./limit_reason.ts";
import type { Decided } from "./_adjustments.ts";
import { nextTurns } from "./_next_turns.ts";
import { amountOf, type RowDraw } from "./_reach.ts";
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
      : whyLimited(standing, limitAmps, targets.get(standing) ?? 0);
    reasons.set(standing, withFirst(reason, standing));
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
    return shortOfRoom(standing, limitAmps);
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

function shortOfRoom(standing: Standing, limitAmps: number): LimitReason {
  const draw = narrowest(standing);
  if (draw?.row.of.kind === "surplus" && limitAmps > 0) {
    return { kind: "capped", source: "surplus", amps: limitAmps, untilWallMs: null };
  }
  const bottleneck = draw === undefined ? null : bottleneckOf(standing, limitAmps, draw);
  return limitAmps > 0
    ? { kind: "shared", bottleneck }
    : { kind: "waiting", bottleneck, minAmps: standing.place.minCurrentAmps, nextAtMs: null };
}

/** The bound that leaves an EVSE the fewest amperes more. */
function narrowest({ draws }: Standing): RowDraw | undefined {
  let [least, found]: [number, RowDraw | undefined] = [Infinity, undefined];
  for (const draw of draws) {
    const { row, re, im } = draw;
    if (row.of.kind === "unbalance" && re < 0) continue;
    const amps = row.left / Math.hypot(re, im);
    if (amps < least) [least, found] = [amps, draw];
  }
  return found;
}

function bottleneckOf(standing: Standing, limitAmps: number, draw: RowDraw): Bottleneck | null {
  const { row: { of, circuit, bound, usable, margin, known, reserved, tight, left } } = draw;
  const { memory, reservedAmps } = standing;
  const own = Math.max(
    amountOf(draw.reach, reservedAmps),
    limitAmps * draw.re + amountOf(draw.reach, memory.overdrawAmps),
  );
  const others = Math.max(0, reserved - own);
  if (circuit === null) {
    // Only the bound on all chargers together has no circuit.
    if (bound === null || of.kind !== "line") return null;
    const { source, amps, untilWallMs = null } = bound;
    const { line } = of;
    return { kind: "cap", source, line, limitAmps: amps, untilWallMs, othersAmps: others };
  }
  const circuitId = circuit.id;
  switch (of.kind) {
    case "line":
      return {
        kind: "line",
        circuitId,
        line: of.line,
        limitAmps: usable,
        marginAmps: margin,
        otherLoadAmps: known,
        othersAmps: others,
      };
    case "power":
      return {
        kind: "power",
        circuitId,
        unit: of.unit,
        limit: usable,
        otherLoad: known,
        others,
      };
    case "unbalance":
      return { kind: "unbalance", circuitId, line: of.high, against: of.low, limitAmps: usable };
    case "neutral":
      return { kind: "neutral", circuitId, limitAmps: usable, loadAmps: tight - left };
    case "surplus":
      return null;
  }
}

/** Where nobody's priority counts, or its own is nobody's doing, there is nothing to tell. */
function withFirst(
  reason: LimitReason,
  { memory, zone }: Standing,
): LimitReason {
  const first = memory.facts?.priorityBy;
  const isTold = first !== undefined && zone.strategy !== "fair" && reason.kind !== "idle";
  return isTold ? { ...reason, first } : reason;
}
