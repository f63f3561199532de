import type { Line } from "./phases.ts";

/** Chargers have a handful of EVSEs; each number that is let through may be a slot for life. */
export const EVSE_ID_MAX = 64;

/**
 * An EVSE's place on the site: which socket of which charger, fed by which circuit, and what may
 * flow there. The slot is its number for life towards the CSMS (ruling 9).
 */
export interface EvsePlace {
  readonly slot: number;
  readonly chargerId: string;
  /** The charger's own number for it. A 1.6 connector is an EVSE of its own. */
  readonly evseId: number;
  readonly circuitId: string;
  /** The site's lines behind the socket's L1, L2, L3, in that order; one entry for a one-phase socket. */
  readonly lines: readonly Line[];
  /**
   * Between what its EV is connected; absent: each line and neutral. Line to line, as in North America,
   * has two lines: the current of one comes back through the other, and the two add up as phasors with
   * those of other EVs.
   */
  readonly connection?: "line-to-neutral" | "line-to-line";
  /** Below this an EV cannot charge (IEC 61851: 6 A), in amperes per line. */
  readonly minCurrentAmps: number;
  readonly maxCurrentAmps: number;
  /** What the charger falls back to without the gateway: 0, or at least the minimum (ruling 18). */
  readonly failSafeAmps: number;
  /** Higher goes first where the strategy is "priority". */
  readonly priority: number;
}
