import type { Capacity, Claim, Draw } from "./claim.ts";

/** Capacities by name: a number adds amperes up, "phasor" bounds the length of their sum. */
export type DrawnCapacities = Readonly<Record<string, number | DrawnCapacity>>;

interface DrawnCapacity {
  readonly limit: number;
  readonly isPhasor?: boolean;
  readonly baseRe?: number;
  readonly baseIm?: number;
}

/** A claim as [minimum, maximum, what it draws, otherwise]. */
export type DrawnClaim = readonly [number, number, string, DrawnOtherwise?];

type DrawnOtherwise = Partial<Omit<Claim, "minAmps" | "maxAmps" | "draws">>;

/** What a claim draws: "grid rowA", "L1:2" for twice as much, "N@120" for a phasor at 120°. */
function drawsOf(text: string, names: readonly string[]): readonly Draw[] {
  return text.split(" ").filter((each) => each !== "").map((each) => {
    const [, name = "", weight = "1", angle = "0"] =
      /^([^:@]+)(?::([-\d.]+))?(?:@([-\d.]+))?$/.exec(each) ?? [];
    const capacity = names.indexOf(name);
    if (capacity < 0) throw new Error(`Cannot find capacity "${name}"`);
    const radians = Number(angle) * Math.PI / 180;
    const length = Number(weight);
    const im = angle === "0" ? 0 : length * Math.sin(radians);
    return { capacity, re: length * Math.cos(radians), im };
  });
}

/** Builds claims and capacities for tests. The first claim has the id 1. */
export function drawn(
  byName: DrawnCapacities,
  wanted: readonly DrawnClaim[],
): { readonly claims: readonly Claim[]; readonly capacities: readonly Capacity[] } {
  const names = Object.keys(byName);
  const capacities = Object.values(byName).map((each): Capacity => {
    const given = typeof each === "number" ? { limit: each } : each;
    return { baseRe: 0, baseIm: 0, isPhasor: false, ...given };
  });
  const known = new Map<string, readonly Draw[]>();
  const shared = (text: string) => {
    const draws = known.get(text) ?? drawsOf(text, names);
    known.set(text, draws);
    return draws;
  };
  const claims = wanted.map(([minAmps, maxAmps, text, otherwise], index): Claim => ({
    id: index + 1,
    minAmps,
    maxAmps,
    step: 0,
    priority: 0,
    laxityMs: Infinity,
    draws: shared(text),
    ...otherwise,
  }));
  return { claims, capacities };
}

/** The three secondary and three primary lines of a delta-wye transformer, loaded line to line. */
export function deltaSite(secondaryAmps: number, primaryAmps: number): DrawnCapacities {
  const phasor = (limit: number) => ({ limit, isPhasor: true });
  return {
    A: phasor(secondaryAmps),
    B: phasor(secondaryAmps),
    C: phasor(secondaryAmps),
    PA: phasor(primaryAmps),
    PB: phasor(primaryAmps),
    PC: phasor(primaryAmps),
  };
}

/** What a load between two lines of such a site draws, a quarter of it on the primary side. */
export const DELTA_DRAWS = {
  AB: "A@30 B@210 PA:0.25@30 PB:0.5@210 PC:0.25@30",
  BC: "B@-90 C@90 PB:0.25@-90 PC:0.5@90 PA:0.25@-90",
  CA: "C@150 A@-30 PC:0.25@150 PA:0.5@-30 PB:0.25@150",
} as const;
