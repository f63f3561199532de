import { type Line, LINES } from "../site/mod.ts";
import type { Terminal } from "./quantity.ts";

/** How a meter is connected at the site. */
export interface Wiring {
  /**
   * The site's line at the meter's terminal 1, 2, 3, in that order. Fewer than three where the
   * installation has fewer: a single-phase meter on the second line is `["L2"]`.
   */
  readonly lines: readonly Line[];
  /** The meter counts the other way round: its current transformers are turned, or it counts export. */
  readonly inverted: boolean;
}

/** A three-phase meter, connected as its labels say. */
export const STRAIGHT_WIRING: Wiring = { lines: LINES, inverted: false };

/** The line of the site at a terminal; null where nothing is connected. */
export function lineAt(wiring: Wiring, terminal: Terminal): Line | null {
  return wiring.lines[terminal - 1] ?? null;
}

/** What is wrong with a wiring; null when it can be. */
export function wiringProblem(wiring: Wiring): string | null {
  const { lines } = wiring;
  if (lines.length < 1 || lines.length > 3) return `a meter has 1 to 3 lines, not ${lines.length}`;
  const twice = lines.find((line, index) => lines.indexOf(line) < index);
  return twice === undefined ? null : `${twice} is at two terminals`;
}
