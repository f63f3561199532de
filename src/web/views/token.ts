export interface TokenView {
  readonly token: string;
  /** A kind of token of 2.1: "Central", "eMAID", "KeyCode". */
  readonly type: string;
  readonly status: string;
  readonly expires: string | null;
  readonly group: string | null;
  readonly origin: "csms" | "operator";
  /** What is usual for its driver: a class of priority, a time of day as "17:30", an energy. */
  readonly priority: number | null;
  readonly departure: string | null;
  readonly energyKwh: number | null;
}

/** What a token of the list was used for in the last twelve months, in sessions that ended. */
export interface TokenUsageView {
  readonly token: string;
  readonly sessions: number;
  readonly energyWh: number;
  /** When the newest of them began. */
  readonly lastUsedAt: string;
}

/** A decision about a token, for the record. */
export interface DecisionView {
  readonly at: string;
  readonly chargerId: string;
  /** Null for a card that was shown before it was known at which EVSE. */
  readonly slot: number | null;
  readonly token: string;
  readonly what: "authorize" | "start" | "stop" | "remote-start";
  readonly status: string;
  /** Who decided: the list, the cache, the cloud, a rule. */
  readonly source: string;
  readonly reason: string;
  readonly waitedMs: number;
}
