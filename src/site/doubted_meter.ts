import type { Line } from "./phases.ts";

/** A circuit's meter that was seen to show less of what cars draw, and what was seen last. */
export interface DoubtedMeter {
  readonly meterId: string;
  /** The lines on which a car drew more. */
  readonly lines: readonly Line[];
  /** On which the meter showed less; absent: on the same. */
  readonly seen?: readonly Line[];
  /** It shows so many times what cars draw, and less than they do; absent: it shows less when they draw more. */
  readonly factor?: number;
  /** Since when, by the wall clock. */
  readonly sinceMs: number;
}
