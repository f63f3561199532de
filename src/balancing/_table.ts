import type { SharingStrategy } from "../site/mod.ts";
import {
  at,
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

/**
 * Those who want current, and the bounds among which it is shared out. Working space: it is laid for one
 * decision after the other, with claims and capacities at the same places.
 */
export interface Table {
  standings: readonly Standing[];
  /** Working space: those who want current, and who may have a minimum. */
  readonly willing: Standing[];
  readonly candidates: Standing[];
  /** The same for EVs that sleep. A list that is emptied has to grow anew: each question has its own. */
  readonly resting: Standing[];
  /** What decides when the turn of each comes, by their seats; and these in order. */
  readonly turns: Turn[];
  readonly order: Turn[];
  readonly restingOrder: Turn[];
  /** Claims in the order of the standings, capacities in the order of the rows: on the safe side. */
  readonly tight: Pool;
  /** The same as far as nobody has to be cut. */
  readonly loose: Pool;
  readonly rows: readonly Row[];
  /** Somewhere the current of one takes away from that of another. */
  readonly isMixed: boolean;
  /** The claims of both pools. */
  readonly claims: readonly NewClaim[];
  readonly looseClaims: Claim[];
}

/** What of an EVSE decides when its turn comes. */
export interface Turn {
  standing: Standing;
  zone: Zone;
  isAsleep: number;
  isServed: number;
  isWorn: number;
  sinceMs: number;
}

/** A claim that is being noted. */
type NewClaim = { -readonly [key in keyof Claim]: Claim[key] };

/** A table at which nobody sits yet, for all EVSEs of a site. */
export function createTable(all: readonly Standing[], boards: readonly Board[]): Table {
  const rows = boards.flatMap(({ allRows }) => allRows);
  const isMixed = rows.some(({ of, isPhasor }) => of.kind === "unbalance" || isPhasor);
  const claims = all.map((standing): NewClaim => {
    const claim = { ...NO_CLAIM };
    note(claim, standing, isMixed);
    return claim;
  });
  const looseClaims: Claim[] = claims.slice();
  const capacities = rows.map(({ isPhasor }) => ({ limit: 0, baseRe: 0, baseIm: 0, isPhasor }));
  const tight = createPool(claims, capacities);
  const loose = createPool(looseClaims, capacities);
  const turns = all.map((standing): Turn => ({ standing, zone: standing.zone, ...FIRST_COME }));
  const lists = { standings: [], willing: [], candidates: [], resting: [] };
  const orders = { order: [], restingOrder: [] };
  return { ...lists, ...orders, turns, tight, loose, rows, isMixed, claims, looseClaims };
}

const FIRST_COME = { isAsleep: 0, isServed: 0, isWorn: 0, sinceMs: 0 };

const NO_CLAIM = {
  id: 0,
  minAmps: 0,
  maxAmps: 0,
  step: 1,
  priority: 0,
  laxityMs: Infinity,
  need: { ampHours: null, leftMs: null },
  nowAmps: 0,
  strand: "",
  draws: [],
};

/** Lays the table: nobody has anything yet. */
export function layTable(table: Table, willing: readonly Standing[]): void {
  const { claims, looseClaims, tight, loose, isMixed } = table;
  table.standings = willing;
  willing.forEach((standing, index) => {
    const claim = claims[index];
    if (claim === undefined) return;
    note(claim, standing, isMixed);
    const { draws, claimDraws } = standing;
    looseClaims[index] = draws === claimDraws ? claim : { ...claim, draws };
    standing.seat = index;
  });
  tight.amps.fill(0);
  loose.amps.fill(0);
  for (const row of table.rows) {
    tight.limits[row.index] = row.tight;
    tight.re[row.index] = row.baseRe;
    tight.im[row.index] = row.baseIm;
    // What the building makes of the unbalance and the neutral lowers EVs to their minimum and keeps
    // others from starting, but pauses none: for that their own currents have to be too much.
    loose.limits[row.index] = row.bearable;
    loose.re[row.index] = row.isReserved ? row.baseRe : 0;
    loose.im[row.index] = row.isReserved ? row.baseIm : 0;
  }
}

function note(claim: NewClaim, standing: Standing, isMixed: boolean): void {
  claim.id = standing.place.slot;
  claim.minAmps = standing.place.minCurrentAmps;
  claim.maxAmps = standing.ceiling.amps;
  claim.step = standing.step;
  claim.priority = standing.rank;
  claim.laxityMs = standing.laxityMs;
  claim.need = standing.need;
  claim.nowAmps = standing.keepAmps;
  claim.strand = strandOf(standing, isMixed);
  claim.draws = standing.claimDraws;
}

/**
 * Where lines are loaded each for itself, all EVs stand in one queue: who is held back on a full line
 * lets those on the others go on. Where what one line carries matters to another, each has its queue.
 */
function strandOf({ lines, place }: Standing, isMixed: boolean): string {
  return isMixed || place.connection === "line-to-line" ? lines.join(" ") : "";
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
export function shareOut({ tight: pool, standings }: Table): void {
  const zones = zonesOf(standings);
  const members = zones.map((zone) => seatsOf(standings, zone));
  if (zones.length <= 1) {
    zones.forEach((zone, nth) => shareZone(pool, members[nth] ?? [], zone));
    return;
  }
  const everybody = members.flat();
  fillEvenly(pool, everybody);
  zones.forEach((zone, nth) => {
    const own = members[nth] ?? [];
    for (const index of own) backToMinimum(pool, index);
    shareZone(pool, own, zone);
  });
  roundDown(pool, everybody);
}

/** The zones of those who are chosen, in the order of these. */
function zonesOf(standings: readonly Standing[]): readonly Zone[] {
  const zones: Zone[] = [];
  for (const { isChosen, zone } of standings) {
    if (isChosen && !zones.includes(zone)) zones.push(zone);
  }
  return zones;
}

function seatsOf(standings: readonly Standing[], zone: Zone): readonly number[] {
  const seats: number[] = [];
  for (const each of standings) if (each.isChosen && each.zone === zone) seats.push(each.seat);
  return seats;
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
