import type { Requests21 } from "../../ocpp/messages/mod.ts";
import { registersIn2x } from "./registers.ts";
import type { CsmsSession } from "./session.ts";
import type { Complain, SessionShelf } from "./session_shelf.ts";

type Event2x = Requests21["TransactionEvent"];

interface LastEvent {
  readonly seqNo: number;
  /** Without the flag that may change while it waits. */
  readonly text: string;
}

/** Books the events of 2.x on the shelf. */
export function createEvents2x(shelf: SessionShelf, odd: Complain): (event: Event2x) => void {
  /** The newest event of each transaction. */
  const lastEvents = new Map<string, LastEvent>();

  function happened(event: Event2x): void {
    const { transactionId } = event.transactionInfo;
    if (!isNews(event)) {
      const known = shelf.numbered(transactionId).at(-1);
      if (known !== undefined && event.eventType === "Started") known.repeatedStarts++;
      if (known !== undefined && event.eventType === "Ended") known.repeatedStops++;
      return;
    }
    const session = sessionOf(event);
    if (session === null) return odd(`event of unknown transaction ${transactionId}`);
    note2x(session, event);
  }

  /** False for an event that has come before. Each must count one more (2.0.1 part 2, E 1.3.2). */
  function isNews(event: Event2x): boolean {
    const { seqNo, transactionInfo: { transactionId } } = event;
    const { offline: _offline, ...content } = event;
    const text = JSON.stringify(content);
    const last = lastEvents.get(transactionId);
    if (last !== undefined && last.seqNo === seqNo && last.text === text) return false;
    const isNext = seqNo === (last?.seqNo ?? -1) + 1;
    if (!isNext) odd(`transaction ${transactionId}: event ${seqNo} after ${last?.seqNo ?? "none"}`);
    lastEvents.set(transactionId, { seqNo: Math.max(seqNo, last?.seqNo ?? 0), text });
    return true;
  }

  function sessionOf(event: Event2x): CsmsSession | null {
    const { transactionInfo: { transactionId }, eventType, evse, idToken, timestamp } = event;
    // One that was begun in 1.6 may go on under the number that it was given there.
    const known = shelf.numbered(transactionId).at(-1) ??
      shelf.numbered(Number(transactionId)).at(-1);
    if (known !== undefined) return known;
    const connectorId = evse?.id ?? 0;
    const registers = registersIn2x(event);
    if (eventType === "Started") {
      const start = {
        connectorId,
        idTag: idToken?.idToken ?? "",
        startedAt: timestamp,
        meterStartWh: registers[0] ?? 0,
        reservationId: event.reservationId ?? null,
      };
      const same = shelf.begunBy(start);
      if (same !== undefined) {
        same.repeatedStarts++;
        shelf.rename(same, transactionId);
        return same;
      }
      return shelf.begin(start, transactionId);
    }
    // It was begun in 1.6 under a number of our own; its first event here says whose it is.
    const before = shelf.sessions.find((each) =>
      each.stop === null && typeof each.transactionId === "number" &&
      each.idTag.toLowerCase() === idToken?.idToken.toLowerCase() &&
      (evse === undefined || each.connectorId === connectorId)
    );
    if (before !== undefined) shelf.rename(before, transactionId);
    return before ?? null;
  }

  function note2x(session: CsmsSession, event: Event2x): void {
    const { eventType, timestamp, idToken, meterValue = [], transactionInfo } = event;
    if (session.stop !== null && eventType !== "Ended") {
      odd(`transaction ${session.transactionId}: event after its end`);
    }
    if (session.idTag === "" && idToken !== undefined) session.idTag = idToken.idToken;
    const { chargingState } = transactionInfo;
    if (chargingState !== undefined && session.chargingStates.at(-1) !== chargingState) {
      session.chargingStates.push(chargingState);
    }
    if (eventType === "Updated") session.meterValues += meterValue.length;
    for (const each of meterValue) shelf.noteTime(session, each.timestamp);
    const registers = registersIn2x(event);
    if (eventType !== "Ended") {
      for (const registerWh of registers) shelf.noteRegister(session, registerWh);
      return;
    }
    shelf.end(session, {
      stoppedAt: timestamp,
      meterStopWh: registers.at(-1) ?? session.registerWh,
      reason: transactionInfo.stoppedReason ?? "Local",
      idTag: idToken?.idToken ?? null,
    });
  }

  return happened;
}
