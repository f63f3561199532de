import type { EvseLimit } from "./facts.ts";
import type { LimitReason } from "./limit_reason.ts";
import { type ChargingLimitSource, LIMIT_SOURCES } from "./profile_report.ts";

/** What somebody else than the CSMS makes of its limit on a slot: 2.1 NotifyChargingLimit and its end. */
export type LimitNotice =
  | {
    readonly kind: "limited";
    readonly slot: number;
    readonly source: ChargingLimitSource;
    readonly amps: number;
    /** By the wall clock; null where its end is not known. */
    readonly untilWallMs: number | null;
  }
  | { readonly kind: "cleared"; readonly slot: number; readonly source: ChargingLimitSource };

/** A slot with a session, as far as limits go. */
export interface NoticedSlot {
  readonly limit: Pick<EvseLimit, "slot" | "limitAmps" | "reason">;
  /** What the profiles of the CSMS allow, in amperes per line; null where none counts. */
  readonly csmsAmps: number | null;
  readonly maxAmps: number;
}

/** What the CSMS was told, by slot. A value. */
export type ToldLimits = ReadonlyMap<number, ToldLimit>;

interface ToldLimit {
  readonly source: ChargingLimitSource;
  readonly amps: number;
  readonly atMs: number;
  /** False once it was cleared. */
  readonly stands: boolean;
}

interface OutsideLimit {
  readonly source: ChargingLimitSource;
  readonly amps: number;
  readonly untilWallMs: number | null;
  /** The site's own wiring, which changes with every load: told less often, and only to a CSMS that has
   * asked for something there. */
  readonly isWiring: boolean;
}

/** Shares of a full circuit move all the time: the CSMS hears of a slot no more often. */
const WIRING_MS = 60_000;

/**
 * What the CSMS has to be told (2.1 K11.FR.02, K12.FR.02, K13.FR.02): where what an EVSE gets differs
 * from what its profiles would give by more than `significancePercent`, from whom that comes, when it
 * changes by as much again, and when it is over.
 */
export function limitNotices(
  told: ToldLimits,
  slots: readonly NoticedSlot[],
  significancePercent: number,
  nowMs: number,
): { readonly told: ToldLimits; readonly notices: readonly LimitNotice[] } {
  const next = new Map(told);
  const notices: LimitNotice[] = [];
  const running = new Set(slots.map(({ limit }) => limit.slot));
  for (const [slot, { source, stands }] of told) {
    if (running.has(slot)) continue;
    if (stands) notices.push({ kind: "cleared", slot, source });
    next.delete(slot);
  }
  for (const each of slots) {
    const { slot } = each.limit;
    const before = told.get(slot);
    const outside = outsideLimit(each);
    const base = each.csmsAmps ?? (outside?.isWiring === false ? each.maxAmps : null);
    const stepAmps = (base ?? 0) * significancePercent / 100;
    const isLimited = outside !== null && base !== null && outside.amps < base - stepAmps;
    const isSoon = before !== undefined && nowMs - before.atMs < WIRING_MS;
    if (isSoon && (outside === null || outside.isWiring)) continue;
    const isOver = before?.stands === true && (!isLimited || outside.source !== before.source);
    if (isOver) {
      notices.push({ kind: "cleared", slot, source: before.source });
      next.set(slot, { ...before, atMs: nowMs, stands: false });
    }
    if (!isLimited) continue;
    const isKnown = before?.stands === true && !isOver &&
      Math.abs(before.amps - outside.amps) <= stepAmps;
    if (isKnown) continue;
    const { source, amps, untilWallMs } = outside;
    notices.push({ kind: "limited", slot, source, amps, untilWallMs });
    next.set(slot, { source, amps, atMs: nowMs, stands: true });
  }
  return { told: next, notices };
}

function outsideLimit({ limit }: NoticedSlot): OutsideLimit | null {
  const { reason, limitAmps } = limit;
  switch (reason.kind) {
    case "capped": {
      const source = LIMIT_SOURCES[reason.source];
      const { amps, untilWallMs } = reason;
      return source === null || source === "CSO"
        ? null
        : { source, amps, untilWallMs, isWiring: false };
    }
    case "shared":
    case "waiting":
      return limitAmps === null ? null : bottleneckLimit(reason, limitAmps);
    case "fail-safe":
      return { source: "EMS", amps: reason.failSafeAmps, untilWallMs: null, isWiring: true };
    case "idle":
    case "unlimited":
    case "rising":
    case "switching":
    case "satisfied":
    case "disobeys":
    case "unanswered":
    case "uncontrolled":
    case "waking":
    case "needs-driver":
    case "cut":
    case "away":
      return null;
  }
}

function bottleneckLimit(
  { bottleneck }: LimitReason & { readonly kind: "shared" | "waiting" },
  amps: number,
): OutsideLimit | null {
  if (bottleneck?.kind !== "cap" && bottleneck?.kind !== "power-cap") {
    return { source: "EMS", amps, untilWallMs: null, isWiring: true };
  }
  const source = LIMIT_SOURCES[bottleneck.source];
  return source === null || source === "CSO"
    ? null
    : { source, amps, untilWallMs: bottleneck.untilWallMs, isWiring: false };
}
