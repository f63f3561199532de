import type { PerLine } from "../../site/mod.ts";
import type { ReasonView } from "../reason_view.ts";

/** What a circuit may well carry at a moment, as it was reckoned before it. */
export interface LoadPlanView {
  readonly at: string;
  readonly loadAmps: PerLine;
}

/** What would become of the site with a change, beside what becomes of it without. */
export interface LoadPreviewView {
  readonly at: string;
  /** Up to here it was reckoned: the next hours, or less where that would take too long. */
  readonly until: string;
  /** Those where a session runs. */
  readonly evses: readonly EvsePreviewView[];
  readonly circuits: readonly CircuitPreviewView[];
}

/** One EVSE, with and without the change. */
export interface EvsePreviewView {
  readonly slot: number;
  readonly chargerId: string;
  /** The limit that it has at this moment, in amperes per line; null before the first. */
  readonly nowAmps: number | null;
  readonly unchanged: EvseOutlookView;
  readonly changed: EvseOutlookView;
}

/** What an EVSE may well get. */
export interface EvseOutlookView {
  /** Its limit in a few minutes, once everything has settled, in amperes per line. */
  readonly soonAmps: number;
  /** Why it will have that. */
  readonly why: ReasonView;
  /** Its limit after each full hour; null where its driver has left by then. */
  readonly hourlyAmps: readonly (number | null)[];
  /** What its EV is given from now until `until`. */
  readonly energyWh: number;
}

/** One circuit, with and without the change. */
export interface CircuitPreviewView {
  readonly id: string;
  readonly limitAmps: number;
  /** What its fullest line carries at most once everything has settled, in amperes. */
  readonly unchangedAmps: number;
  readonly changedAmps: number;
}
