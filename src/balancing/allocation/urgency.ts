import type { Claim, ClaimNeed } from "./claim.ts";

/** A need of which everything is known. */
export interface KnownNeed {
  /** What the EV still takes, in ampere-hours on each of its lines. */
  readonly ampHours: number;
  /** How long it stays, in milliseconds; 0 where it should be gone already. */
  readonly leftMs: number;
}

/**
 * One who charges keeps its place until another has so much less time to spare, and so much more
 * where it has full current: else two with like needs would change places all the time.
 */
const KEEPS_PLACE_MS = 15 * 60_000;
const KEEPS_CURRENT_MS = 15 * 60_000;
/** Who should be gone by now counts as leaving within a minute. */
const LEAST_LEFT_MS = 60_000;
const HOUR_MS = 3_600_000;

/** The need of a claim; null where the energy or the departure is not known. */
export function knownNeed({ need }: { readonly need?: ClaimNeed }): KnownNeed | null {
  const { ampHours = null, leftMs = null } = need ?? {};
  return ampHours === null || leftMs === null ? null : { ampHours, leftMs };
}

/**
 * Who has least time to spare first, whoever charges with up to half an hour in hand; who has what
 * it wanted, or of whom nothing is known, last; then the lower id.
 */
export function compareUrgency(a: Claim, b: Claim): number {
  const [left, right] = [urgencyMs(a), urgencyMs(b)];
  return left === right ? a.id - b.id : left < right ? -1 : 1;
}

/**
 * How long it could still wait and be served in time at full current, in milliseconds. Negative: it
 * will leave with less than it wants.
 */
function urgencyMs(claim: Claim): number {
  const need = knownNeed(claim);
  if (need === null || need.ampHours <= 0 || claim.maxAmps <= 0) return Infinity;
  const neededMs = need.ampHours / claim.maxAmps * HOUR_MS;
  const { nowAmps = 0 } = claim;
  const keepsMs = nowAmps > 0 ? KEEPS_PLACE_MS + KEEPS_CURRENT_MS * nowAmps / claim.maxAmps : 0;
  return need.leftMs - neededMs - keepsMs;
}

/**
 * The current that several claims need together, from now on and steadily, so that each has its
 * energy when it leaves, in amperes. What an EV cannot take in its time is not counted, nor one of
 * which nothing is known.
 *
 * It is the largest of all averages "energy due by then over time until then", one for each
 * departure: the least constant current at which, served by departure, nobody is late.
 */
export function paceAmps(claims: readonly Claim[]): number {
  const dues = claims.flatMap((claim) => {
    const need = knownNeed(claim);
    if (need === null) return [];
    const leftHours = Math.max(need.leftMs, LEAST_LEFT_MS) / HOUR_MS;
    const ampHours = Math.max(0, Math.min(need.ampHours, leftHours * claim.maxAmps));
    return [{ leftHours, ampHours }];
  }).sort((a, b) => a.leftHours - b.leftHours);
  let dueAmpHours = 0;
  let pace = 0;
  for (const { leftHours, ampHours } of dues) {
    dueAmpHours += ampHours;
    pace = Math.max(pace, dueAmpHours / leftHours);
  }
  return pace;
}
