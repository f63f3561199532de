import {
  contentOf,
  type CsmsSession,
  newSession,
  type SessionStart,
  type SessionStop,
} from "./session.ts";

/** All sessions of a station, and what every version tells of them. */
export interface SessionShelf {
  readonly sessions: readonly CsmsSession[];
  /** All that go by that number or id, in the order of their starts. */
  numbered(transactionId: number | string): readonly CsmsSession[];
  /** From now on that number or id means this session and no other. */
  rename(session: CsmsSession, transactionId: number | string): void;
  /** The session that a start has begun before, in whatever version. */
  begunBy(start: SessionStart): CsmsSession | undefined;
  begin(start: SessionStart, transactionId: number | string): CsmsSession;
  end(session: CsmsSession, stop: SessionStop): void;
  noteRegister(session: CsmsSession, registerWh: number): void;
  noteTime(session: CsmsSession, timestamp: string): void;
}

/** Takes down what cannot be right. */
export type Complain = (what: string) => void;

/** Creates an empty shelf. */
export function createSessionShelf(odd: Complain): SessionShelf {
  const sessions: CsmsSession[] = [];
  const byNumber = new Map<number | string, readonly CsmsSession[]>();
  const byContent = new Map<string, CsmsSession>();
  const lastToldMs = new WeakMap<CsmsSession, number>();

  function noteRegister(session: CsmsSession, registerWh: number): void {
    if (registerWh < session.registerWh) {
      const { transactionId } = session;
      odd(
        `transaction ${transactionId}: register fell from ${session.registerWh} to ${registerWh}`,
      );
    }
    session.registerWh = Math.max(session.registerWh, registerWh);
  }

  function noteTime(session: CsmsSession, timestamp: string): void {
    const toldMs = Date.parse(timestamp);
    const fellMs = (lastToldMs.get(session) ?? toldMs) - toldMs;
    session.timeFellMs = Math.max(session.timeFellMs, fellMs);
    lastToldMs.set(session, toldMs);
  }

  function begin(start: SessionStart, transactionId: number | string): CsmsSession {
    const { connectorId } = start;
    const session = newSession(start, transactionId);
    const before = sessions.find((each) => each.connectorId === connectorId && each.stop === null);
    if (before !== undefined) {
      const others = `while transaction ${before.transactionId} runs`;
      odd(`connector ${connectorId}: start of ${transactionId} ${others}`);
    }
    const sharing = [...byNumber.get(transactionId) ?? [], session];
    for (const each of sharing) each.isNumberShared = sharing.length > 1;
    byNumber.set(transactionId, sharing);
    sessions.push(session);
    byContent.set(contentOf(start), session);
    noteTime(session, session.startedAt);
    return session;
  }

  function end(session: CsmsSession, stop: SessionStop): void {
    const { transactionId } = session;
    if (session.stop !== null) {
      session.repeatedStops++;
      const isSame = JSON.stringify(session.stop) === JSON.stringify(stop);
      if (!isSame) odd(`transaction ${transactionId}: stopped twice`);
    }
    noteTime(session, stop.stoppedAt);
    noteRegister(session, stop.meterStopWh);
    session.stop ??= stop;
  }

  return {
    sessions,
    numbered: (transactionId) => byNumber.get(transactionId) ?? [],
    rename(session, transactionId) {
      byNumber.set(transactionId, [session]);
    },
    begunBy: (start) => byContent.get(contentOf(start)),
    begin,
    end,
    noteRegister,
    noteTime,
  };
}
