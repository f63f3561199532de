import type { Ids } from "../../src/lib/ids.ts";
import type { Arrival, Weather, WireEnd } from "../../src/simulator/mod.ts";

/** What a wire does to texts while a storm lasts. */
export interface Storm {
  /** Parts of all texts, 0 to 1. */
  readonly lost: number;
  readonly doubled: number;
  readonly late: number;
  /** The longest that a late one takes. */
  readonly lateMs: number;
}

/** The weather over all wires of a site. */
export interface WorldWeather {
  readonly carry: Weather;
  /** From now on; null for fair weather. The gateway's own wire is `null`. */
  storm(dialler: string | null, storm: Storm | null, from?: WireEnd): void;
  fair(): void;
  isStormy(dialler: string | null): boolean;
  /** Whether any text has been overtaken by another on its way so far. */
  hasMixedUp(): boolean;
}

/** Fair weather, until a storm is called. */
export function createWeather(ids: Ids): WorldWeather {
  const storms = new Map<string, Storm>();
  let hasMixedUp = false;
  const key = (dialler: string | null, from: WireEnd) => `${from} ${dialler ?? "the gateway"}`;

  function arrivals(text: string, { lost, doubled, late, lateMs }: Storm): readonly Arrival[] {
    if (ids.random() < lost) return [];
    const delay = () => ids.random() < late ? Math.ceil(ids.random() * lateMs) : 0;
    hasMixedUp ||= late > 0;
    const first = { text, lateMs: delay() };
    return ids.random() < doubled ? [first, { text, lateMs: delay() }] : [first];
  }

  return {
    carry(dialler, text, from) {
      const storm = storms.get(key(dialler, from));
      return storm === undefined ? [{ text, lateMs: 0 }] : arrivals(text, storm);
    },
    storm(dialler, storm, from) {
      for (const end of from === undefined ? ["near", "far"] as const : [from]) {
        if (storm === null) storms.delete(key(dialler, end));
        else storms.set(key(dialler, end), storm);
      }
    },
    hasMixedUp: () => hasMixedUp,
    fair: () => storms.clear(),
    isStormy: (dialler) => storms.has(key(dialler, "near")) || storms.has(key(dialler, "far")),
  };
}
