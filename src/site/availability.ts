/**
 * Whether an EVSE may be used, as somebody ordered it. It outlives restarts of the charger and of the
 * gateway (1.6 §5.2), and holds even while the charger is away.
 */
export interface AvailabilityRecord {
  /** 0 is the whole site. */
  readonly slot: number;
  readonly operative: boolean;
  readonly orderedBy: "csms" | "operator";
  readonly orderedAtMs: number;
}

/** Orders by slot. */
export type Availability = ReadonlyMap<number, AvailabilityRecord>;

/** True when neither the site nor the slot was ordered out of service. */
export function isOperative(availability: Availability, slot: number): boolean {
  const site = availability.get(0)?.operative ?? true;
  return site && (availability.get(slot)?.operative ?? true);
}
