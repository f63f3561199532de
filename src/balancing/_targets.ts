import type { BalancerOptions } from "./facts.ts";
import type { Row } from "./_board.ts";
import type { Standing } from "./_standing.ts";
import { isServed, takeTurns } from "./_turns.ts";
import { type Claim, fillEvenly, roundDown, TINY_AMPS, weightOn } from "./_water_level.ts";

/** What each EVSE that follows should have in the end, in amperes. */
export type Targets = ReadonlyMap<Standing, number>;

/**
 * The fair shares of this moment: minimum currents first, then the rest to one common level, or
 * class by class where priorities count. They say where to go, not how fast.
 */
export function fairTargets(
  steerable: readonly Standing[],
  options: BalancerOptions,
  nowMs: number,
): Targets {
  const willing = steerable.filter(({ ceiling }) => ceiling.amps > 0);
  const chosen = takeTurns(willing, options, nowMs);
  const claims = new Map([...chosen].map((standing) => [standing, claimOf(standing)]));
  layOutClaims(claims);
  for (const sameRank of byRank([...claims], options)) {
    fillEvenly(sameRank);
    roundDown(sameRank);
  }
  return new Map(steerable.map((standing) => [standing, claims.get(standing)?.amps ?? 0]));
}

function claimOf(standing: Standing): Claim {
  const { place, ceiling, isSilent, rows } = standing;
  const minAmps = place.minCurrentAmps;
  return {
    minAmps,
    maxAmps: ceiling.amps,
    isSilent,
    slot: place.slot,
    capacities: rows,
    amps: minAmps,
    isRising: false,
  };
}

function layOutClaims(claims: ReadonlyMap<Standing, Claim>): void {
  const rows = new Set<Row>([...claims.keys()].flatMap((standing) => standing.rows));
  for (const row of rows) {
    row.leftAmps = row.tightAmps;
    row.rising = 0;
    row.claims = [];
  }
  for (const [standing, claim] of claims) {
    for (const row of standing.rows) {
      row.leftAmps -= weightOn(row, claim) * claim.minAmps;
      row.claims.push(claim);
    }
  }
}

/** All claims at once where the strategy is fair, else highest priority first. */
function byRank(
  claims: readonly (readonly [Standing, Claim])[],
  options: BalancerOptions,
): readonly (readonly Claim[])[] {
  if (options.strategy === "fair") return [claims.map(([, claim]) => claim)];
  const priorities = [...new Set(claims.map(([{ place }]) => place.priority))];
  return priorities.sort((a, b) => b - a).map((priority) =>
    claims.filter(([{ place }]) => place.priority === priority).map(([, claim]) => claim)
  );
}

/**
 * Marks the lines where somebody lacks a fair share that is not free, and by how much at least, 1
 * or 2 amperes. Others give up their surplus only there: without need, nobody's limit moves.
 */
export function markWanted(targets: Targets): void {
  const wished = new Map<Row, { amps: number; lackAmps: number }>();
  for (const [standing, targetAmps] of targets) {
    const { rows, keepAmps } = standing;
    const lackAmps = targetAmps - keepAmps;
    for (const row of rows) {
      const of = wished.get(row) ?? { amps: 0, lackAmps: 0 };
      of.amps += weightOn(row, standing) * Math.max(keepAmps, targetAmps);
      of.lackAmps = Math.max(of.lackAmps, isServed(standing) || lackAmps <= 0 ? lackAmps : 2);
      wished.set(row, of);
    }
  }
  for (const [row, { amps, lackAmps }] of wished) {
    const isScarce = amps > row.tightAmps + TINY_AMPS;
    row.wantedAmps = isScarce && lackAmps >= 1 ? Math.min(2, Math.floor(lackAmps)) : 0;
  }
}
