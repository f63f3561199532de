import type { BalancerTiming } from "./facts.ts";
import { at, classes, copyOf, fillByDeparture, fits, give, type Pool } from "./allocation/mod.ts";
import { compareUrgency } from "./allocation/urgency.ts";
import { isWorn } from "./_pauses.ts";
import type { Standing } from "./_standing.ts";
import type { Table } from "./_table.ts";

/**
 * Who, where departures count, leaves what there is to others who have less time to spare: a little
 * current for everybody would keep it from those who need it now. Nobody who charges stands back
 * before his turn is over or when he was paused too often, nor where nobody waits who needs it more.
 */
export function whoStandBack(
  table: Table,
  isServed: (standing: Standing) => boolean,
  { rotationOnMs }: Pick<BalancerTiming, "rotationOnMs">,
  nowMs: number,
): ReadonlySet<Standing> {
  const members = indicesOf(table, (standing) => standing.zone.strategy === "departure");
  if (members.length === 0) return NOBODY;
  const pool = copyOf(table.tight);
  const isHeld = (standing: Standing) => {
    const { chargingSinceMs, pauses } = standing.memory;
    const isInTurn = nowMs - (chargingSinceMs ?? nowMs) < rotationOnMs;
    return isServed(standing) && (isInTurn || isWorn(pauses, nowMs));
  };
  const first = indicesOf(
    table,
    (standing) => standing.zone.strategy !== "departure" || isHeld(standing),
  );
  for (const index of first) giveMinimum(pool, index);
  for (const who of classes(pool, members)) fillByDeparture(pool, who);
  return without(table, members, pool, isServed);
}

const NOBODY: ReadonlySet<Standing> = new Set();

function indicesOf(table: Table, isMeant: (standing: Standing) => boolean): number[] {
  const indices: number[] = [];
  table.standings.forEach((standing, index) => {
    if (isMeant(standing)) indices.push(index);
  });
  return indices;
}

function giveMinimum(pool: Pool, index: number): void {
  const { minAmps = Infinity } = pool.claims[index] ?? {};
  if (fits(pool, index, minAmps)) give(pool, index, minAmps);
}

/** Those who got nothing; of those who charge, only where somebody waits who needs it more. */
function without(
  table: Table,
  members: readonly number[],
  pool: Pool,
  isServed: (standing: Standing) => boolean,
): ReadonlySet<Standing> {
  const all = members.flatMap((index) => {
    const standing = table.standings[index];
    return standing === undefined ? [] : [{ standing, index, isServed: isServed(standing) }];
  });
  const waiting = all.filter((each) => !each.isServed);
  const back = all.filter(({ index, isServed }) =>
    at(pool.amps, index) === 0 &&
    (!isServed || waiting.some((other) => isMoreUrgent(pool, other.index, index)))
  );
  return new Set(back.map(({ standing }) => standing));
}

function isMoreUrgent(pool: Pool, a: number, b: number): boolean {
  const [left, right] = [pool.claims[a], pool.claims[b]];
  return left !== undefined && right !== undefined && compareUrgency(left, right) < 0;
}
