import type { EvsePlace, Line } from "../site/mod.ts";
import { isFresh } from "./_charger_reading.ts";
import type { EvseMemory } from "./_evse_memory.ts";

/** A charger is given so long to send its first reading before it counts as not measuring. */
const READING_GRACE_MS = 120_000;

/**
 * The lines on which what an EV draws looks like load of the building, for nothing proves that it is the
 * charger's: it measures nothing, tells the sum of its phases alone, or nobody knows how its socket is
 * wired. Such a current counts twice under a meter, where raises are weighed: as flowing, and as kept
 * for the EV. Were it shared out as if it counted once, others would be promised room that is never
 * proven, and would wait for it for ever.
 * `place` is as it counts, `toldPlace` as site.yaml has it, `lines` those that the EV can draw from.
 */
export function unprovenLines(
  place: EvsePlace,
  toldPlace: EvsePlace,
  lines: readonly Line[],
  memory: EvseMemory,
  nowMs: number,
): readonly Line[] {
  const { reading, chargingSinceMs } = memory;
  if (chargingSinceMs === null) return NONE;
  if (place !== toldPlace || isSilent(memory, chargingSinceMs, nowMs)) return lines;
  const bounds = reading?.bounds;
  if (bounds === undefined) return NONE;
  return isAnyOpen(lines, bounds)
    ? lines.filter((line) => isOpen(line, bounds))
    // Most EVs at most times: nothing to throw away for them.
    : NONE;
}

type Bounds = NonNullable<NonNullable<EvseMemory["reading"]>["bounds"]>;

function isAnyOpen(lines: readonly Line[], bounds: Bounds): boolean {
  for (const line of lines) if (isOpen(line, bounds)) return true;
  return false;
}

/** It may draw all of it there, or nothing. */
function isOpen(line: Line, { leastAmps, mostAmps }: Bounds): boolean {
  return leastAmps[line] === 0 && mostAmps[line] > 0;
}

const NONE: readonly Line[] = [];

/**
 * True for a charger that could have measured its EV by now, and has not for some time. One whose
 * readings are late, or come out of order, is stale every now and then: were it silent at once, shares
 * would go to and fro with it.
 */
function isSilent(
  { reading, connectedSinceMs }: EvseMemory,
  chargingSinceMs: number,
  nowMs: number,
): boolean {
  if (reading !== null && isFresh(reading, nowMs)) return false;
  const since = Math.max(chargingSinceMs, connectedSinceMs, reading?.atMs ?? -Infinity);
  return nowMs - since > READING_GRACE_MS;
}
