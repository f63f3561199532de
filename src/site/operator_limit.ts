/** A cap on one EVSE that somebody set for some time. It survives a restart of the gateway. */
export interface OperatorLimit {
  readonly slot: number;
  /** Per line; 0 pauses. */
  readonly amps: number;
  readonly untilMs: number;
  readonly by: string;
}
