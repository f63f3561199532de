/** A charging session as a CSMS books it. */
export interface CsmsSession {
  /** The number that the CSMS gave, or in 2.x the id that the station gave. */
  readonly transactionId: number | string;
  /** The connector in 1.6, the EVSE in 2.x. */
  readonly connectorId: number;
  /** Empty as long as nobody is known. */
  idTag: string;
  /** As the message says. */
  readonly startedAt: string;
  readonly meterStartWh: number;
  readonly reservationId: number | null;
  /** The highest energy register that was told. */
  registerWh: number;
  meterValues: number;
  /** How charging went, in the words of 2.x; 1.6 tells it with the connector. */
  readonly chargingStates: string[];
  stop: SessionStop | null;
  /** How often its StartTransaction and its StopTransaction came again. */
  repeatedStarts: number;
  repeatedStops: number;
  /**
   * By how much its time went back at most from one message to the next, in milliseconds: a charger's
   * clock may be set in the middle of a transaction.
   */
  timeFellMs: number;
  /** Its number was given to another transaction too: what is told of it may be meant for that one. */
  isNumberShared: boolean;
}

/** The end of a session. */
export interface SessionStop {
  readonly stoppedAt: string;
  readonly meterStopWh: number;
  /** "Local" where the message says nothing (1.6 §4.10). */
  readonly reason: string;
  readonly idTag: string | null;
}

/** What the books say of a session's energy, in Wh. */
export function energyWh(session: CsmsSession): number {
  return (session.stop?.meterStopWh ?? session.registerWh) - session.meterStartWh;
}

/** What makes two starts the same one, in whatever order their fields come and in whatever version. */
export function contentOf(
  { connectorId, idTag, startedAt, meterStartWh, reservationId }: SessionStart,
): string {
  return JSON.stringify([connectorId, idTag, startedAt, meterStartWh, reservationId]);
}

/** What a start says. */
export type SessionStart = Pick<
  CsmsSession,
  "connectorId" | "idTag" | "startedAt" | "meterStartWh" | "reservationId"
>;

/** A session that has just begun. */
export function newSession(start: SessionStart, transactionId: number | string): CsmsSession {
  return {
    ...start,
    transactionId,
    registerWh: start.meterStartWh,
    meterValues: 0,
    chargingStates: [],
    stop: null,
    repeatedStarts: 0,
    repeatedStops: 0,
    timeFellMs: 0,
    isNumberShared: false,
  };
}
