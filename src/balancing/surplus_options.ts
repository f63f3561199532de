/** How EVs are charged by the sun. */
export interface SurplusOptions {
  /** The sun must have sufficed for so long until one more EV may charge by it. */
  readonly enableAfterMs: number;
  /** It must have been too little for so long until one is paused; meanwhile the grid helps. */
  readonly disableAfterMs: number;
  /** Kept for the house, in watts: what flows to the grid at least while cars charge by the sun. */
  readonly reserveW: number;
  /** Who gets the minimum current from the grid where the sun does not suffice. */
  readonly minimumFromGrid:
    | "never"
    | "always"
    /** Whoever is known to leave, until then. */
    | "until-departure";
  /** A battery charges before EVs do, or they may have what it charges with. It never feeds them. */
  readonly battery: "first" | "last";
  /** Whether the supplier counts all lines together (most do) or each by itself. */
  readonly counts: "total" | "lines";
  /** EVs go over to one phase before they are paused, and to three when there is enough for that. */
  readonly switchPhases: boolean;
  /** The sun must have sufficed for three phases for so long until an EV goes over to them. */
  readonly threePhasesAfterMs: number;
}

/** The values of evcc, which many plants run with. */
export const SURPLUS_DEFAULTS: SurplusOptions = {
  enableAfterMs: 60_000,
  disableAfterMs: 180_000,
  reserveW: 0,
  minimumFromGrid: "never",
  battery: "first",
  counts: "total",
  switchPhases: true,
  threePhasesAfterMs: 300_000,
};
