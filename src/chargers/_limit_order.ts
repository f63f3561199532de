import type { ModelQuirk } from "../site/mod.ts";
import type { Transaction } from "../transactions/mod.ts";
import { takesProfiles } from "./fail_safe.ts";
import type { Station } from "./station.ts";
import { saidLimit, sayableAmps, type UnitCase, type WantedLimit } from "./tactic.ts";

/** What became of a limit. */
export type LimitOutcome =
  | { readonly kind: "accepted" }
  | {
    readonly kind: "failed";
    readonly reason: string;
    /** True: the charger said no and keeps what it had. False: it may have taken it. */
    readonly answered: boolean;
  }
  /** A newer limit for the same EVSE took its place before it was sent. */
  | { readonly kind: "superseded" };

/** A limit, and whether it goes ahead of what else waits for the charger's turn. */
export type UrgentLimit = WantedLimit & { readonly urgent: boolean };

/** A limit on its way, with all that it depends on. */
export interface Order extends UnitCase {
  readonly station: Station;
  readonly slot: number;
  readonly open: Transaction;
  readonly limit: UrgentLimit;
}

/** What has so much of the wanted time left needs no renewal. */
const FRESH_PART = 0.75;

/**
 * True for what the charger has already: the same number to it, with nearly as much time left, and not
 * below its fail-safe current, to which an early end would be a raise. A limit that is said again in so
 * many words because it was not obeyed goes out.
 */
export function isNoNews(
  { station, slot, limit, open, place, ...units }: Order,
  nowMs: number,
): boolean {
  const last = station.life.takenLimits.get(slot);
  if (last === undefined || last.transactionNumber !== open.number) return false;
  const isReminder = limit.urgent && last.limit.limitAmps === limit.limitAmps;
  const said = saidLimit(limit.limitAmps, { place, ...units }, limit.numberPhases);
  return !isReminder && last.said === said && limit.numberPhases === last.limit.numberPhases &&
    limit.limitAmps >= place.failSafeAmps && last.limit.limitAmps >= place.failSafeAmps &&
    last.endsAtMs - nowMs >= limit.validForMs * FRESH_PART;
}

/** The least current that a charger which cannot be paused goes on with; null for a limit above it. */
export function floorOf({ limit, quirks, place }: Order): number | null {
  if (quirks.pause !== "minimum") return null;
  const floorAmps = Math.max(quirks.minAmps ?? 0, place.minCurrentAmps);
  return limit.limitAmps < floorAmps ? floorAmps : null;
}

/** What the model of a charger made of a limit that it took. */
export function shapedBy({ quirks, features, limit }: Order): readonly ModelQuirk[] {
  const { rateUnit, purposes, stackLevels, vendorLimit, minAmps = 0 } = quirks;
  const { limitAmps } = limit;
  if (!takesProfiles(features, quirks)) return vendorLimit === undefined ? [] : ["vendorLimit"];
  const isBelow = limitAmps > 0 && limitAmps < minAmps;
  const isRounded = !isBelow && sayableAmps(limitAmps, quirks) < limitAmps - 0.1;
  const shaped: readonly (ModelQuirk | false)[] = [
    purposes !== undefined && "purposes",
    stackLevels !== undefined && "stackLevels",
    rateUnit !== undefined && rateUnit !== features.rateUnit && "rateUnit",
    isBelow && "minAmps",
    isRounded && "stepAmps",
  ];
  return shaped.filter((each) => each !== false);
}

/** The charger certainly keeps what it had. */
export function notSent(reason: string): LimitOutcome {
  return { kind: "failed", reason, answered: true };
}
