import type { Projection16 } from "../../src/outbox/mod.ts";

/** A session as the CSMS has understood it. */
export interface KnownSession {
  readonly number: number;
  readonly meterStartWh: number;
  readonly startedAt: string;
  readonly meterStopWh: number | null;
  readonly reason: string | null;
}

/** A CSMS that keeps books, as a value: each message gives the next one. */
export interface ToldCsms {
  readonly sessions: readonly KnownSession[];
  /** Ids of messages that it has answered; it takes none twice. */
  readonly answered: ReadonlySet<string>;
  /** It will not have this driver. */
  readonly isBlocked: boolean;
  /** What no sane station says. */
  readonly oddities: readonly string[];
}

/** One that was told nothing. */
export const UNTOLD: ToldCsms = {
  sessions: [],
  answered: new Set(),
  isBlocked: false,
  oddities: [],
};

/** The CSMS after a message of the gateway. */
export function told(csms: ToldCsms, messageId: string, said: Projection16): ToldCsms {
  if (csms.answered.has(messageId)) return odd(csms, `message ${messageId} came again`);
  const known = { ...csms, answered: new Set(csms.answered).add(messageId) };
  switch (said.action) {
    case "StartTransaction": {
      const running = known.sessions.find(({ meterStopWh }) => meterStopWh === null);
      const session: KnownSession = {
        number: 501 + known.sessions.length,
        meterStartWh: said.message.meterStartWh,
        startedAt: said.message.timestamp,
        meterStopWh: null,
        reason: null,
      };
      const next = { ...known, sessions: [...known.sessions, session] };
      return running === undefined ? next : odd(next, `start while ${running.number} runs`);
    }
    case "MeterValues": {
      const { transactionNumber } = said.message;
      const session = known.sessions.find(({ number }) => number === transactionNumber);
      return session?.meterStopWh === null
        ? known
        : odd(known, `readings of ${transactionNumber}, which does not run`);
    }
    case "StopTransaction":
      return ended(known, said.message);
  }
}

function ended(
  csms: ToldCsms,
  { transactionNumber, meterStopWh, stoppedReason }: (Projection16 & {
    action: "StopTransaction";
  })["message"],
): ToldCsms {
  const session = csms.sessions.find(({ number }) => number === transactionNumber);
  if (session === undefined) return odd(csms, `stop of ${transactionNumber}, which is unknown`);
  if (session.meterStopWh !== null) return odd(csms, `${transactionNumber} is stopped twice`);
  const stopped = { ...session, meterStopWh, reason: stoppedReason ?? "Local" };
  const sessions = csms.sessions.map((each) => each === session ? stopped : each);
  return { ...csms, sessions };
}

function odd(csms: ToldCsms, what: string): ToldCsms {
  return { ...csms, oddities: [...csms.oddities, what] };
}
