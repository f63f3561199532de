import type { Requests16 } from "../../ocpp/messages/mod.ts";
import { registersIn16 } from "./registers.ts";
import type { CsmsSession } from "./session.ts";
import type { Complain, SessionShelf } from "./session_shelf.ts";

const FIRST_TRANSACTION_ID = 1_001;

/** Books what 1.6 says of transactions. */
export interface Messages16 {
  /**
   * The transaction's number; the same again for a repeated message, whatever came in between. A new
   * transaction gets the number of another one where `sharesNumber` says so.
   */
  started(request: Requests16["StartTransaction"], sharesNumber?: boolean): number;
  measured(request: Requests16["MeterValues"]): void;
  stopped(request: Requests16["StopTransaction"]): void;
}

/** Books them on the shelf. */
export function createMessages16(shelf: SessionShelf, odd: Complain): Messages16 {
  /** The newest meter values of each session, as they came. */
  const newest = new WeakMap<CsmsSession, string>();
  /** Numbers of sessions that were begun in 2.x. */
  const numbers = new WeakMap<CsmsSession, number>();
  let nextNumber = FIRST_TRANSACTION_ID;

  function numberFor(connectorId: number, sharesNumber: boolean): number {
    const other = shelf.sessions.findLast((each) => each.connectorId !== connectorId) ??
      shelf.sessions.at(-1);
    const shared = sharesNumber ? other?.transactionId : undefined;
    return typeof shared === "number" ? shared : nextNumber++;
  }

  /** Of several with one number the one on that connector, as messages with a connector say. */
  function measuredSession(
    transactionId: number | string,
    connectorId: number,
  ): CsmsSession | undefined {
    const sharing = shelf.numbered(transactionId);
    return sharing.findLast((each) => each.connectorId === connectorId) ?? sharing.at(-1);
  }

  /** Of several with one number the open one whose register is nearest below. */
  function stoppedSession(transactionId: number, meterStop: number): CsmsSession | undefined {
    const sharing = shelf.numbered(transactionId);
    const [nearest] = sharing.filter(({ stop, registerWh }) =>
      stop === null && registerWh <= meterStop
    ).toSorted((left, right) => right.registerWh - left.registerWh);
    return nearest ?? sharing.find(({ stop }) => stop?.meterStopWh === meterStop) ?? sharing.at(-1);
  }

  return {
    started(request, sharesNumber = false) {
      const { connectorId, idTag, timestamp, meterStart, reservationId = null } = request;
      const start = {
        connectorId,
        idTag,
        startedAt: timestamp,
        meterStartWh: meterStart,
        reservationId,
      };
      const known = shelf.begunBy(start);
      if (known !== undefined) {
        known.repeatedStarts++;
        if (typeof known.transactionId === "number") return known.transactionId;
        // Told in 2.x before, and again in 1.6, where it needs a number.
        const number = numbers.get(known) ?? nextNumber++;
        numbers.set(known, number);
        shelf.rename(known, number);
        return number;
      }
      const number = numberFor(request.connectorId, sharesNumber);
      shelf.begin(start, number);
      return number;
    },
    measured(request) {
      const { connectorId, transactionId, meterValue } = request;
      if (transactionId === undefined) return;
      const session = measuredSession(transactionId, connectorId);
      if (session === undefined) {
        return odd(`meter values for unknown transaction ${transactionId}`);
      }
      // Said again since its answer was lost.
      const text = JSON.stringify(request);
      if (newest.get(session) === text) return;
      newest.set(session, text);
      if (session.stop !== null) odd(`transaction ${transactionId}: meter values after its end`);
      if (session.connectorId !== connectorId) {
        odd(`transaction ${transactionId}: meter values from connector ${connectorId}`);
      }
      session.meterValues += meterValue.length;
      for (const { timestamp } of meterValue) shelf.noteTime(session, timestamp);
      for (const registerWh of registersIn16(meterValue)) shelf.noteRegister(session, registerWh);
    },
    stopped({ transactionId, timestamp, meterStop, reason = "Local", idTag = null }) {
      const session = stoppedSession(transactionId, meterStop);
      if (session === undefined) return odd(`stop of unknown transaction ${transactionId}`);
      const stop = { stoppedAt: timestamp, meterStopWh: meterStop, reason, idTag };
      shelf.end(session, stop);
    },
  };
}
