import type { Clock } from "../../../src/lib/clock.ts";

/** Something that is wrong, and must not be. */
export interface Finding {
  /** The rule that was broken: an invariant ("I2"), a claim of safety, the books. */
  readonly rule: string;
  readonly text: string;
  readonly atS: number;
}

/** What a checker has found so far. */
export interface Findings {
  add(rule: string, text: string): void;
  all(): readonly Finding[];
}

/** More of one kind tell nothing new. */
const FINDINGS_MAX = 5;

/** Nothing yet. */
export function createFindings(clock: Pick<Clock, "monoMs">): Findings {
  const found: Finding[] = [];
  return {
    add(rule, text) {
      if (found.filter((each) => each.rule === rule).length >= FINDINGS_MAX) return;
      found.push({ rule, text, atS: Math.round(clock.monoMs() / 100) / 10 });
    },
    all: () => found,
  };
}

/** A finding as a line. */
export function findingLine({ rule, text, atS }: Finding): string {
  return `${rule}, ${atS} s: ${text}`;
}
