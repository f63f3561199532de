/** A meter value as its charger wrote it: nothing of it may be rounded, put in order or left out. */
export interface LoggedReading {
  readonly at: string;
  readonly sampledValue: readonly Readonly<Record<string, unknown>>[];
}

/** The end of a session, as its charger wrote it. */
export interface LoggedStop {
  readonly at: string;
  readonly meterStopWh: number;
  /** Null where the charger names none, which means "Local" (1.6 §7.36). */
  readonly reason: string | null;
  readonly idTag: string | null;
  readonly transactionData: readonly LoggedReading[];
}

/** A session in the charger's own log. */
export interface LoggedSession {
  readonly slot: number;
  readonly idTag: string;
  readonly startedAt: string;
  readonly meterStartWh: number;
  readonly readings: LoggedReading[];
  /** When the newest of them was answered, and when the end was, by the clock of `performance`; 0 before. */
  readonly answeredAtMs: { reading: number; end: number };
  stop: LoggedStop | null;
  /** What the charger was told about its start; null before it was. */
  answer: { readonly number: number; readonly status: string } | null;
  /**
   * What the CSMS is to hear as the reason instead of the charger's own word: a charger that was told
   * to stop says "Remote", and only the gateway knows why it told it.
   */
  reasonUpstream: string | null;
  /** What was special about it, for a person who reads a difference. */
  readonly kind: string;
}

/** What a charger says of itself, in its own flash: the other side of every comparison. */
export interface ChargerLog {
  readonly sessions: LoggedSession[];
  /** How long its cards waited for their answers. */
  readonly authorizeMs: number[];
  /** Answers that it did not expect, in a sentence each. */
  readonly surprises: string[];
}

/** A log with nothing in it. */
export function emptyLog(): ChargerLog {
  return { sessions: [], authorizeMs: [], surprises: [] };
}
