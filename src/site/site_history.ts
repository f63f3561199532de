/**
 * What becomes of a connector, in the words of reports. `waiting`: an EV is there and would charge, the
 * site has no current for it. `occupied`: an EV is there and takes nothing by its own will.
 */
export const CONNECTOR_USES = [
  "free",
  "charging",
  "waiting",
  "occupied",
  "reserved",
  "unavailable",
  "faulted",
  "unreachable",
  "unknown",
] as const;

/** One of `CONNECTOR_USES`. */
export type ConnectorUse = typeof CONNECTOR_USES[number];

/** A fault came or went. */
export interface FaultChange {
  readonly atMs: number;
  readonly kind: string;
  readonly severity: "info" | "warning" | "alarm";
  readonly subject: string;
  readonly state: "raised" | "over";
}
