import fc from "fast-check";
import { DELTA_DRAWS, type DrawnCapacities, type DrawnClaim } from "./_drawn.ts";

/** A site that a property test draws: what its lines bear, and who wants of them. */
export interface DrawnSite {
  readonly capacities: DrawnCapacities;
  readonly claims: readonly DrawnClaim[];
}

/** What a test draws of one claim beside its path: minimum, what it may take above it, the rest. */
export interface DrawnWish {
  readonly min: number;
  readonly more: number;
  readonly otherwise: NonNullable<DrawnClaim[3]>;
}

/** The kinds of site that the allocator knows. */
export interface DrawnSites {
  /** Rows on a grid connection, line by line, and a limit in watts. */
  readonly wye: fc.Arbitrary<DrawnSite>;
  /** Line to line. */
  readonly delta: fc.Arbitrary<DrawnSite>;
  /** Bounds that hold lines together: unbalance, and a thin neutral. */
  readonly contract: fc.Arbitrary<DrawnSite>;
  /** Any of them. */
  readonly any: fc.Arbitrary<DrawnSite>;
}

/** Sites with limits of 0–130 A (or W) and one to ten claims of the wish given. */
export function drawnSites(wish: fc.Arbitrary<DrawnWish>): DrawnSites {
  const claimsOn = (...paths: string[]) => claimsOf(wish, fc.constantFrom(...paths));
  const wye = fc.record({
    capacities: sized(["L1", "L2", "L3", "a1", "a2", "a3", "watts"], false),
    claims: claimsOn(
      "L1 L2 L3 watts:3",
      "L1 L2 L3 a1 a2 a3 watts:3",
      "L1 a1 watts",
      "L2 watts",
      "L1 L2 a1 a2 watts:2",
      "L3:2 watts",
    ),
  });
  const delta = fc.record({
    capacities: sized(["A", "B", "C", "PA", "PB", "PC"], true),
    claims: claimsOn(DELTA_DRAWS.AB, DELTA_DRAWS.BC, DELTA_DRAWS.CA),
  });
  const contract = fc.record({
    differences: sized(["1-2", "2-1", "2-3", "3-2", "L1"], false),
    neutral: sized(["N"], true),
    claims: claimsOn("1-2 2-1:-1 N@0 L1", "2-1 2-3 1-2:-1 3-2:-1 N@120", "3-2 2-3:-1 N@240", "L1"),
  }).map(({ differences, neutral, claims }) => ({
    capacities: { ...differences, ...neutral },
    claims,
  }));
  return { wye, delta, contract, any: fc.oneof(wye, delta, contract) };
}

function claimsOf(
  wish: fc.Arbitrary<DrawnWish>,
  path: fc.Arbitrary<string>,
): fc.Arbitrary<readonly DrawnClaim[]> {
  const claim = fc.tuple(wish, path).map((
    [{ min, more, otherwise }, path],
  ): DrawnClaim => [min, min + more, path, otherwise]);
  return fc.array(claim, { minLength: 1, maxLength: 10 });
}

function sized(names: readonly string[], isPhasor: boolean): fc.Arbitrary<DrawnCapacities> {
  const sizes = fc.tuple(...names.map(() => fc.integer({ min: 0, max: 1_300 })));
  return sizes.map((all) =>
    Object.fromEntries(
      names.map((name, index) => [name, { limit: (all[index] ?? 0) / 10, isPhasor }]),
    )
  );
}
