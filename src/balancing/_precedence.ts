import { type EvsePlace, FIRST_CLASS } from "../site/mod.ts";
import type { EvseFacts } from "./facts.ts";
import { type ClaimNeed, compareLaxity } from "./allocation/mod.ts";
import type { Zone } from "./_zones.ts";

const HOUR_MS = 3_600_000;

/** How one EVSE stands to others of its zone. */
export interface Precedence {
  readonly zone: Zone;
  /** Higher goes first. Where all are to have the same, there is only "this one first". */
  readonly rank: number;
  /** What is known of its driver's wish. */
  readonly need: ClaimNeed;
  /**
   * How long it could wait at full current and still be served in time; negative: it is late already.
   * Infinity: for ever, or nobody knows.
   */
  readonly laxityMs: number;
}

/** Notes how an EVSE stands to others, which takes `wattsPerAmp` and at most `ceilingAmps`. */
export function setPrecedence(
  to: NewPrecedence,
  place: EvsePlace,
  facts: EvseFacts | null,
  wattsPerAmp: number,
  ceilingAmps: number,
  nowMs: number,
): void {
  const priority = facts?.priority ?? place.priority;
  to.rank = to.zone.strategy === "fair" ? Number(priority >= FIRST_CLASS) : priority;
  const remainingWh = facts?.demand?.remainingWh ?? null;
  const departsAtMs = facts?.demand?.departsAtMs ?? null;
  const leftMs = departsAtMs === null ? null : Math.max(0, departsAtMs - nowMs);
  const ampHours = remainingWh === null ? null : remainingWh / wattsPerAmp;
  // Nobody else asks for it.
  if (to.zone.strategy === "departure") {
    to.need.ampHours = ampHours;
    to.need.leftMs = leftMs;
  }
  const isKnown = leftMs !== null && ampHours !== null && ampHours > 0 && ceilingAmps > 0;
  to.laxityMs = isKnown ? leftMs - ampHours / ceilingAmps * HOUR_MS : Infinity;
}

/** A precedence that is being noted. */
type NewPrecedence = Writable<Omit<Precedence, "need">> & { readonly need: Writable<ClaimNeed> };

type Writable<T> = { -readonly [key in keyof T]: T[key] };

/** Who has less time to spare first, where departures count. */
export function compareUrgency(a: Precedence, b: Precedence): number {
  return a.zone.strategy === "departure" ? compareLaxity(a.laxityMs, b.laxityMs) : 0;
}
