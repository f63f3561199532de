import { sameJson } from "../lib/json.ts";
import { type Line, LINES } from "../site/mod.ts";
import type { BalancerOptions, GroupCap } from "./facts.ts";
import type { Bottleneck, LimitReason } from "./limit_reason.ts";
import type { Row } from "./_board.ts";
import { noteNextTurns } from "./_next_turns.ts";
import { amountOf, type RowDraw } from "./_reach.ts";
import { rests } from "./_sleep.ts";
import type { Standing } from "./_standing.ts";
import { isPastWaking } from "./_wake.ts";

/** Notes why each EVSE has what it has. To be asked when what is decided is reserved. */
export function noteReasons(
  all: readonly Standing[],
  options: BalancerOptions,
  nowMs: number,
): void {
  noteGiven(all);
  for (const standing of all) {
    const { decidedAmps: limitAmps, targetAmps } = standing;
    const reason = limitAmps === null
      ? whyNotSteered(standing)
      : limitAmps === 0 && standing.ceiling.amps > 0 && rests(standing, nowMs)
      ? whyResting(standing)
      : whyLimited(standing, limitAmps, targetAmps);
    standing.reason = withDoubt(withFirst(withPhases(reason, standing), standing), standing);
  }
  noteNextTurns(all, options, nowMs);
  for (const standing of all) {
    const told = standing.memory.reason;
    if (standing.reason !== told && isSameReason(standing.reason, told)) standing.reason = told;
  }
}

/** Nothing in it is another: what is told already need not be remembered anew. */
function isSameReason(a: LimitReason, b: LimitReason): boolean {
  if (a.kind !== b.kind || a.first !== b.first || a.doubtedMeterId !== b.doubtedMeterId) {
    return false;
  }
  if (a.kind === "shared" && b.kind === "shared") return isSameBottleneck(a, b);
  if (a.kind === "waiting" && b.kind === "waiting") {
    return a.minAmps === b.minAmps && a.nextAtMs === b.nextAtMs && isSameBottleneck(a, b);
  }
  return sameJson(a, b);
}

/** The usual kind is compared often. */
function isSameBottleneck({ bottleneck: a }: Short, { bottleneck: b }: Short): boolean {
  if (a === b) return true;
  if (a?.kind !== "line" || b?.kind !== "line") return sameJson(a, b);
  return a.circuitId === b.circuitId && a.line === b.line && a.limitAmps === b.limitAmps &&
    a.marginAmps === b.marginAmps && a.otherLoadAmps === b.otherLoadAmps &&
    a.othersAmps === b.othersAmps;
}

function noteGiven(all: readonly Standing[]): void {
  for (const { decidedAmps, draws } of all) {
    if (decidedAmps === null) continue;
    for (const { row } of draws) row.given = 0;
  }
  for (const { decidedAmps, draws } of all) {
    if (decidedAmps === null) continue;
    for (const { row, re, im } of draws) {
      row.given += row.isPhasor || im !== 0 ? NaN : decidedAmps * re;
    }
  }
}

/** A raise of less is as likely to be taken back by a load that flutters. */
const RISE_AMPS = 2;

function whyNotSteered(standing: Standing): LimitReason {
  const { facts, ignoresLimits, trust, cut } = standing.memory;
  if (cut !== null && cut.state !== "failed") return { kind: "cut" };
  if (facts === null || facts.transactionId === null) return { kind: "idle" };
  const countedAmps = Math.max(...LINES.map((line) => standing.reservedAmps[line]));
  if (!facts.connected) return { kind: "away", countedAmps };
  if (facts.takesLimits === false) return { kind: "uncontrolled", countedAmps };
  const isDeaf = ignoresLimits || trust.state === "disobeying";
  return { kind: isDeaf ? "disobeys" : "unanswered", countedAmps };
}

/** It has nothing because others can make something of it. */
function whyResting({ memory }: Standing): LimitReason {
  return isPastWaking(memory.wake)
    ? { kind: "needs-driver" }
    : { kind: "satisfied", takesAmps: null };
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
  if (why.kind === "needs-driver" || why.kind === "waking") return { kind: why.kind };
  if (limitAmps < ceiling.amps) {
    if (limitAmps > 0 && targetAmps >= limitAmps + RISE_AMPS) {
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
    case "rest": {
      const reason = shortOfRoom(standing, 0);
      return reason.kind === "waiting" ? { ...reason, nextAtMs: why.untilMs } : reason;
    }
    case "switching":
      return { kind: "switching", phases: why.phases };
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
  const { memory: { reason: told }, place: { minCurrentAmps } } = standing;
  // When its turn comes is noted later, whatever was told of it.
  if (isPlain(told) && told.bottleneck === bottleneck) {
    if (limitAmps > 0 && told.kind === "shared") return told;
    if (limitAmps <= 0 && told.kind === "waiting" && told.minAmps === minCurrentAmps) return told;
  }
  return limitAmps > 0
    ? { kind: "shared", bottleneck }
    : { kind: "waiting", bottleneck, minAmps: minCurrentAmps, nextAtMs: null };
}

/** True for a want of room of which nothing else was told. */
function isPlain(reason: LimitReason): reason is Short {
  return (reason.kind === "shared" || reason.kind === "waiting") && reason.first === undefined &&
    reason.doubtedMeterId === undefined && reason.onPhases === undefined;
}

/** Lines that differ by less are equally full: the one that was told goes on being told. */
const EQUALLY_FULL_AMPS = 1;

/** The bound that leaves an EVSE the fewest amperes more. */
function narrowest({ draws, memory }: Standing): RowDraw | undefined {
  let least = Infinity;
  let found: RowDraw | undefined;
  const { reason } = memory;
  const told = reason.kind === "shared" || reason.kind === "waiting" ? reason.bottleneck : null;
  for (const draw of draws) {
    const { row, re, im } = draw;
    if (row.of.kind === "unbalance" && re < 0) continue;
    const isTold = told?.kind === "line" && row.of.kind === "line" &&
      row.circuit?.id === told.circuitId && row.of.line === told.line;
    const size = im === 0 ? Math.abs(re) : Math.hypot(re, im);
    const amps = row.left / size - (isTold ? EQUALLY_FULL_AMPS : 0);
    if (amps < least) {
      least = amps;
      found = draw;
    }
  }
  return found;
}

function bottleneckOf(
  standing: Standing,
  limitAmps: number,
  draw: RowDraw,
): Bottleneck | null {
  const { row } = draw;
  const { of, circuit, bound, usable, margin, fixed, reserved, tight, left } = row;
  const { memory, reservedAmps } = standing;
  const own = Math.max(
    amountOf(draw.reach, reservedAmps),
    limitAmps * Math.hypot(draw.re, draw.im) + amountOf(draw.reach, memory.overdrawAmps),
  );
  // For one who charges, what the others were given is what leaves it so much; for one who waits,
  // what they may still be drawing.
  const toOthers = row.given - limitAmps * draw.re + fixed;
  const others = Math.max(0, limitAmps > 0 && !Number.isNaN(toOthers) ? toOthers : reserved - own);
  // As it was reckoned with: on the safe side of what is measured.
  const otherLoad = Math.max(0, usable - margin - fixed - tight);
  if (circuit === null) return bound === null ? null : capBottleneck(of, bound, others);
  const circuitId = circuit.id;
  switch (of.kind) {
    case "line":
      if (isTold(memory.reason, row, of.line, otherLoad, others)) return memory.reason.bottleneck;
      return {
        kind: "line",
        circuitId,
        line: of.line,
        limitAmps: usable,
        marginAmps: margin,
        otherLoadAmps: otherLoad,
        othersAmps: others,
      };
    case "power":
      return {
        kind: "power",
        circuitId,
        unit: of.unit,
        limit: usable,
        otherLoad,
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

type Short = Extract<LimitReason, { readonly kind: "shared" | "waiting" }>;

/** Most of the time the same was told before, and need not be said anew. */
function isTold(
  reason: LimitReason,
  { circuit, usable, margin }: Row,
  line: Line,
  otherLoadAmps: number,
  othersAmps: number,
): reason is Short {
  if (reason.kind !== "shared" && reason.kind !== "waiting") return false;
  const { bottleneck: told } = reason;
  return told?.kind === "line" && told.circuitId === circuit?.id && told.line === line &&
    told.limitAmps === usable && told.marginAmps === margin &&
    told.otherLoadAmps === otherLoadAmps && told.othersAmps === othersAmps;
}

/** Only bounds on chargers together have no circuit. */
function capBottleneck(of: Row["of"], bound: GroupCap, others: number): Bottleneck | null {
  const { source, limit, untilWallMs = null, circuitId, by } = bound;
  const whose = { source, ...(by !== undefined && { by }) };
  if (of.kind === "power") {
    return { kind: "power-cap", ...whose, circuitId, limitW: limit, untilWallMs, othersW: others };
  }
  if (of.kind !== "line") return null;
  return {
    kind: "cap",
    ...whose,
    ...(circuitId !== null && { circuitId }),
    line: of.line,
    limitAmps: limit,
    untilWallMs,
    othersAmps: others,
  };
}

/** Who waits, or goes over just now, is on no phase. */
function withPhases(reason: LimitReason, { memory: { order } }: Standing) {
  if (order.unseenSinceMs !== null || order.goingTo !== null) return reason;
  if (reason.kind === "idle" || reason.kind === "waiting" || reason.kind === "switching") {
    return reason;
  }
  if (order.phases === 1) return { ...reason, onPhases: "one" } as const;
  const keeps = order.failed?.phases === 1 && order.failed.isSeen;
  return keeps ? { ...reason, onPhases: "three-all-the-same" } as const : reason;
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

/** Nobody has as much as there is while a meter on the way may not be believed. */
function withDoubt(reason: LimitReason, { boards }: Standing): LimitReason {
  if (reason.kind === "idle") return reason;
  for (const { isDoubted, circuit } of boards) {
    const meterId = circuit?.meterId ?? null;
    if (isDoubted && meterId !== null) return { ...reason, doubtedMeterId: meterId };
  }
  return reason;
}
