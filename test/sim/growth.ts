import type { SizesByPlace } from "../support/watched_maps.ts";

/** Something that only grows. */
export interface Growth {
  /** File and line that made it large. */
  readonly place: string;
  /** Its size at each look. */
  readonly sizes: readonly number[];
}

/**
 * What may grow for longer than a run lasts, and how far: by file, since a bound is kept where the Map
 * is. What a file keeps beyond it is found.
 */
export const BOUNDS: Readonly<Record<string, number>> = {
  // Tokens that the CSMS has judged: the oldest make room (gateway_books.ts).
  "src/authorization/cache.ts": 10_000,
  // Decisions for a start that may follow.
  "src/chargers/recent_decisions.ts": 1_000,
  // Identities and addresses that failed at the door, the oldest forgotten first (door.ts).
  "src/chargers/throttle.ts": 1_000,
  // Who knocks and is not known: the oldest makes room.
  "src/chargers/waiting_room.ts": 64,
  // What is measured in minutes, where no disk keeps it: the oldest go (memory_telemetry.ts).
  "src/telemetry/memory_telemetry.ts": 2_000,
  // Ten of each charger, of three.
  "src/transactions/orphan_stop.ts": 30,
};

/** So much more is no growth: things come and go. */
const SLACK = 3;

/**
 * Finds what was larger all through the last quarter than ever in the second one. What fills up for a
 * day and then stays as it is must have been full by then.
 */
export function growthIn(
  looks: readonly SizesByPlace[],
  bounds: Readonly<Record<string, number>> = BOUNDS,
): readonly Growth[] {
  const places = [...new Set(looks.flatMap((look) => [...look.keys()]))].toSorted();
  const quarter = Math.floor(looks.length / 4);
  return places.flatMap((place) => {
    const sizes = looks.map((look) => look.get(place) ?? 0);
    const before = Math.max(...sizes.slice(quarter, 2 * quarter));
    const after = Math.min(...sizes.slice(-quarter));
    const bound = bounds[place.replace(/:\d+$/, "")] ?? 0;
    const isKept = Math.max(...sizes) <= bound;
    return after > before + SLACK && !isKept ? [{ place, sizes }] : [];
  });
}
