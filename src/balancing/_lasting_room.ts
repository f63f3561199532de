import { fits, TINY_AMPS } from "./allocation/mod.ts";
import type { EvseMemory } from "./_evse_memory.ts";
import type { Standing } from "./_standing.ts";
import type { Table } from "./_table.ts";

/**
 * Room for the minimum current of an EV that waits, beside a meter. What another does not take of its limit
 * counts as load of the building in one second and as room in the next, until its charger measures again. Were
 * who waits let in on a moment's room, others would be lowered for it, all to be taken back seconds later;
 * and as much would come of nothing if a moment without room put it back.
 */
export interface LastingRoom {
  /** Since when there has been room, if just so; null: there is none. */
  readonly sinceMs: number | null;
  /** When there was some last. */
  readonly seenAtMs: number;
  /** It has lasted so long that others are asked to give theirs up. */
  readonly isLetIn: boolean;
  /** It has to last so long. */
  readonly patienceMs: number;
}

/** Of an EV that did not wait for room so far. */
export const NO_ROOM_YET: LastingRoom = {
  sinceMs: null,
  seenAtMs: -Infinity,
  isLetIn: false,
  patienceMs: 15_000,
};

/** So much more than it takes is room for good. */
const SPARE_AMPS = 2;
/** Who was let in waits so long for room that is gone: what readings of chargers whose clocks are wrong hide comes back by then. */
const COMES_BACK_MS = 120_000;
/** The next time it has to last twice as long, up to this. */
const LONGEST_PATIENCE_MS = 120_000;

/** True where nobody need be lowered for it, or there is room to spare, or where no meter is asked. */
export function isRoomSure({ tight }: Table, standing: Standing): boolean {
  const { seat, draws, place: { minCurrentAmps } } = standing;
  return !draws.some(({ row }) => row.isMetered) || isFree(standing) ||
    fits(tight, seat, minCurrentAmps + SPARE_AMPS);
}

function isFree({ draws, place: { minCurrentAmps } }: Standing): boolean {
  return draws.every(({ row, re }) =>
    row.isReserved && row.towards === null && row.free >= minCurrentAmps * re - TINY_AMPS
  );
}

/** True where room that is there now has been there for long enough. */
export function hasLasted({ room: { sinceMs, patienceMs } }: EvseMemory, nowMs: number): boolean {
  return sinceMs !== null && nowMs - sinceMs >= patienceMs;
}

/** True for one that others made room for which is not to be seen at the moment. */
export function isExpected({ room: { isLetIn, seenAtMs } }: EvseMemory, nowMs: number): boolean {
  return isLetIn && nowMs - seenAtMs < COMES_BACK_MS;
}

/** What is remembered when there was just room, or none. */
export function roomAfter(
  room: LastingRoom,
  { hasJustRoom, isChosen }: Pick<Standing, "hasJustRoom" | "isChosen">,
  nowMs: number,
): LastingRoom {
  const { sinceMs, isLetIn, patienceMs } = room;
  if (hasJustRoom) {
    return { sinceMs: sinceMs ?? nowMs, seenAtMs: nowMs, isLetIn: isChosen, patienceMs };
  }
  if (sinceMs === null || isChosen) return room;
  const nextMs = isLetIn ? Math.min(2 * patienceMs, LONGEST_PATIENCE_MS) : patienceMs;
  return { ...NO_ROOM_YET, patienceMs: nextMs };
}
