import type { SharingStrategy } from "../site/mod.ts";
import {
  at,
  type Capacity,
  type Claim,
  claimAt,
  classes,
  createPool,
  fillByDeparture,
  fillEvenly,
  give,
  type Pool,
  roundDown,
  type Sharing,
} from "./allocation/mod.ts";
import type { Board, Row } from "./_board.ts";
import type { Standing } from "./_standing.ts";
import type { Zone } from "./_zones.ts";

/** Those who want current, and the bounds among which it is shared out. */
export interface Table {
  readonly standings: readonly Standing[];
  readonly indexOf: ReadonlyMap<Standing, number>;
  /** Claims in the order of the standings, capacities in the order of the rows: on the safe side. */
  readonly tight: Pool;
  /** The same as far as nobody has to be cut. */
  readonly loose: Pool;
  readonly rows: readonly Row[];
  /** Somewhere the current of one takes away from that of another. */
  readonly isMixed: boolean;
}

/** Lays the table: nobody has anything yet. */
export function layTable(willing: readonly Standing[], boards: Iterable<Board>): Table {
  const rows = [...boards].flatMap(({ allRows }) => allRows);
  const isMixed = rows.some(({ of, isPhasor }) => of.kind === "unbalance" || isPhasor);
  const claims = willing.map((standing): Claim => ({
    id: standing.place.slot,
    minAmps: standing.place.minCurrentAmps,
    maxAmps: standing.ceiling.amps,
    step: standing.step,
    priority: standing.rank,
    laxityMs: standing.laxityMs,
    need: standing.need,
    nowAmps: standing.keepAmps,
    strand: strandOf(standing, isMixed),
    draws: standing.claimDraws,
  }));
  const looseClaims = claims.map((claim, index) => {
    const draws = willing[index]?.draws;
    return draws === undefined || draws === claim.draws ? claim : { ...claim, draws };
  });
  const indexOf = new Map<Standing, number>();
  for (const standing of willing) indexOf.set(standing, indexOf.size);
  return {
    standings: willing,
    indexOf,
    tight: createPool(
      claims,
      rows.map((row) => capacityOf(row, row.tight, row.baseRe, row.baseIm)),
    ),
    loose: createPool(
      looseClaims,
      rows.map((row) => looseCapacity(row)),
    ),
    rows,
    isMixed,
  };
}

/**
 * Where lines are loaded each for itself, all EVs stand in one queue: who is held back on a full line
 * lets those on the others go on. Where what one line carries matters to another, each has its queue.
 */
function strandOf({ lines, place }: Standing, isMixed: boolean): string {
  return isMixed || place.connection === "line-to-line" ? lines.join(" ") : "";
}

function capacityOf(row: Row, limit: number, baseRe: number, baseIm: number): Capacity {
  return { limit, baseRe, baseIm, isPhasor: row.isPhasor };
}

/**
 * What the building makes of the unbalance and the neutral lowers EVs to their minimum and keeps others
 * from starting, but pauses none: for that their own currents have to be too much.
 */
function looseCapacity(row: Row): Capacity {
  return row.isReserved
    ? capacityOf(row, row.bearable, row.baseRe, row.baseIm)
    : capacityOf(row, row.bearable, 0, 0);
}

const SHARINGS: Readonly<Record<SharingStrategy, Sharing>> = {
  fair: fillEvenly,
  priority: fillEvenly,
  surplus: fillEvenly,
  departure: fillByDeparture,
};

/**
 * Shares out what is left beyond minimum currents among those who have theirs: zone by zone, in each
 * class by class. Where zones meet, all of them rise together first, so that each zone knows what is
 * its own; then each shares that by its own strategy.
 */
export function shareOut(table: Table, chosen: ReadonlySet<Standing>): void {
  const pool = table.tight;
  const zones = new Map<Zone, number[]>();
  table.standings.forEach((standing, index) => {
    if (!chosen.has(standing)) return;
    const members = zones.get(standing.zone);
    if (members) members.push(index);
    else zones.set(standing.zone, [index]);
  });
  if (zones.size <= 1) {
    for (const [zone, members] of zones) shareZone(pool, members, zone);
    return;
  }
  const everybody = [...zones.values()].flat();
  fillEvenly(pool, everybody);
  for (const [zone, members] of zones) {
    for (const index of members) backToMinimum(pool, index);
    shareZone(pool, members, zone);
  }
  roundDown(pool, everybody);
}

function shareZone(pool: Pool, members: readonly number[], zone: Zone): void {
  const sharing = SHARINGS[zone.strategy];
  for (const who of classes(pool, members)) {
    sharing(pool, who);
    roundDown(pool, who);
  }
}

function backToMinimum(pool: Pool, index: number): void {
  give(pool, index, claimAt(pool, index).minAmps - at(pool.amps, index));
}
