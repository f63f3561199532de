import type { Requests16, Requests21, Responses16 } from "../../ocpp/messages/mod.ts";

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

/** How a connector was last told to be. */
export interface ConnectorRecord {
  /** In the words of the version in which it was told. */
  readonly status: string;
  readonly errorCode: string;
  readonly toldAtMs: number;
}

/** How a station has introduced itself. */
export interface StationRecord {
  readonly vendorName: string;
  readonly model: string;
  readonly serialNumber: string | null;
  readonly firmwareVersion: string | null;
}

/** What a CSMS knows of its station. */
export interface CsmsBooks {
  sessions(): readonly CsmsSession[];
  /** The last one that was given this number. */
  session(transactionId: number | string): CsmsSession | undefined;
  /** Sessions without end. */
  open(): readonly CsmsSession[];
  connector(connectorId: number): ConnectorRecord | undefined;
  /** All that it was told of a connector's status, in order, without repetitions. */
  statuses(connectorId: number): readonly string[];
  /** The last BootNotification; null before the first. */
  boot(): StationRecord | null;
  /** What in the messages cannot be right, such as an unknown transaction. */
  oddities(): readonly string[];
}

/** The side of the books that the CSMS writes. */
export interface BookKeeper extends CsmsBooks {
  /** Any message, before it is booked. */
  heard(action: string): void;
  booted(station: StationRecord, answer: Registration): void;
  told(request: Requests16["StatusNotification"], atMs: number): void;
  /** The same in 2.x. */
  toldStatus(evseId: number, status: string, atMs: number): void;
  /**
   * The transaction's number; the same again for a repeated message, whatever came in between. A new
   * transaction gets the number of another one where `sharesNumber` says so.
   */
  started(request: Requests16["StartTransaction"], sharesNumber?: boolean): number;
  measured(request: Requests16["MeterValues"]): void;
  stopped(request: Requests16["StopTransaction"]): void;
  /** All of these in 2.x. */
  happened(event: Requests21["TransactionEvent"]): void;
}

type Registration = Responses16["BootNotification"]["status"];

const FIRST_TRANSACTION_ID = 1_001;
const ODDITIES_MAX = 1_000;
/** Of one connector. */
const STATUSES_MAX = 10_000;

/** Opens empty books. */
export function createBooks(): BookKeeper {
  const sessions: CsmsSession[] = [];
  const byNumber = new Map<number | string, CsmsSession[]>();
  const byContent = new Map<string, CsmsSession>();
  const lastToldMs = new WeakMap<CsmsSession, number>();
  /** The newest meter values of each session, as they came. */
  const newest = new WeakMap<CsmsSession, string>();
  /** Numbers of sessions that were begun in 2.x. */
  const numbers = new WeakMap<CsmsSession, number>();
  /** The newest event of each transaction of 2.x. */
  const lastEvents = new Map<string, LastEvent>();
  const connectors = new Map<number, ConnectorRecord>();
  const statuses = new Map<number, string[]>();
  const oddities: string[] = [];
  let lastBoot: StationRecord | null = null;
  let registration: Registration = "Accepted";
  let nextNumber = FIRST_TRANSACTION_ID;

  function odd(what: string): void {
    if (oddities.length < ODDITIES_MAX) oddities.push(what);
  }

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

  function numberFor(connectorId: number, sharesNumber: boolean): number {
    const other = sessions.findLast((each) => each.connectorId !== connectorId) ?? sessions.at(-1);
    const shared = sharesNumber ? other?.transactionId : undefined;
    return typeof shared === "number" ? shared : nextNumber++;
  }

  function open(session: CsmsSession): void {
    const { connectorId, transactionId } = session;
    const before = sessions.find((each) => each.connectorId === connectorId && each.stop === null);
    if (before !== undefined) {
      odd(`connector ${connectorId}: start while transaction ${before.transactionId} runs`);
    }
    const sharing = [...byNumber.get(transactionId) ?? [], session];
    for (const each of sharing) each.isNumberShared = sharing.length > 1;
    byNumber.set(transactionId, sharing);
    sessions.push(session);
    noteTime(session, session.startedAt);
  }

  /** Of several with one number the one on that connector, as messages with a connector say. */
  function measuredSession(
    transactionId: number | string,
    connectorId: number,
  ): CsmsSession | undefined {
    const sharing = byNumber.get(transactionId) ?? [];
    return sharing.findLast((each) => each.connectorId === connectorId) ?? sharing.at(-1);
  }

  /** Of several with one number the open one whose register is nearest below. */
  function stoppedSession(transactionId: number, meterStop: number): CsmsSession | undefined {
    const sharing = byNumber.get(transactionId) ?? [];
    const [nearest] = sharing.filter(({ stop, registerWh }) =>
      stop === null && registerWh <= meterStop
    ).toSorted((left, right) => right.registerWh - left.registerWh);
    return nearest ?? sharing.find(({ stop }) => stop?.meterStopWh === meterStop) ?? sharing.at(-1);
  }

  function noteStatus(connectorId: number, record: ConnectorRecord): void {
    connectors.set(connectorId, record);
    const told = statuses.get(connectorId) ?? [];
    if (told.at(-1) !== record.status && told.length < STATUSES_MAX) told.push(record.status);
    statuses.set(connectorId, told);
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

  function happened(event: Event2x): void {
    const { transactionId } = event.transactionInfo;
    if (!isNews(event)) {
      const known = byNumber.get(transactionId)?.at(-1);
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
    const known = (byNumber.get(transactionId) ?? byNumber.get(Number(transactionId)))?.at(-1);
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
      const content = contentOf(start);
      const same = byContent.get(content);
      if (same !== undefined) {
        same.repeatedStarts++;
        byNumber.set(transactionId, [same]);
        return same;
      }
      const session = newSession(start, transactionId);
      byContent.set(content, session);
      open(session);
      return session;
    }
    // It was begun in 1.6 under a number of our own; its first event here says whose it is.
    const before = sessions.find((each) =>
      each.stop === null && typeof each.transactionId === "number" &&
      each.idTag.toLowerCase() === idToken?.idToken.toLowerCase() &&
      (evse === undefined || each.connectorId === connectorId)
    );
    if (before !== undefined) byNumber.set(transactionId, [before]);
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
    for (const each of meterValue) noteTime(session, each.timestamp);
    const registers = registersIn2x(event);
    if (eventType !== "Ended") {
      for (const registerWh of registers) noteRegister(session, registerWh);
      return;
    }
    end(session, {
      stoppedAt: timestamp,
      meterStopWh: registers.at(-1) ?? session.registerWh,
      reason: transactionInfo.stoppedReason ?? "Local",
      idTag: idToken?.idToken ?? null,
    });
  }

  return {
    sessions: () => sessions,
    session: (transactionId) => byNumber.get(transactionId)?.at(-1),
    open: () => sessions.filter(({ stop }) => stop === null),
    connector: (connectorId) => connectors.get(connectorId),
    statuses: (connectorId) => statuses.get(connectorId) ?? [],
    boot: () => lastBoot,
    oddities: () => oddities,
    heard(action) {
      // 1.6 §4.2: a station that is not accepted says nothing but that it has booted.
      if (registration !== "Accepted" && action !== "BootNotification") {
        odd(`${action} from a station whose registration is ${registration}`);
      }
    },
    booted(station, answer) {
      lastBoot = station;
      registration = answer;
    },
    told({ connectorId, status, errorCode }, toldAtMs) {
      noteStatus(connectorId, { status, errorCode, toldAtMs });
    },
    toldStatus(evseId, status, toldAtMs) {
      noteStatus(evseId, { status, errorCode: "NoError", toldAtMs });
    },
    happened,
    started(request, sharesNumber = false) {
      const { connectorId, idTag, timestamp, meterStart, reservationId = null } = request;
      const start = {
        connectorId,
        idTag,
        startedAt: timestamp,
        meterStartWh: meterStart,
        reservationId,
      };
      const content = contentOf(start);
      const known = byContent.get(content);
      if (known !== undefined) {
        known.repeatedStarts++;
        if (typeof known.transactionId === "number") return known.transactionId;
        // Told in 2.x before, and again in 1.6, where it needs a number.
        const number = numbers.get(known) ?? nextNumber++;
        numbers.set(known, number);
        byNumber.set(number, [known]);
        return number;
      }
      const number = numberFor(request.connectorId, sharesNumber);
      const session = newSession(start, number);
      byContent.set(content, session);
      open(session);
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
      for (const { timestamp } of meterValue) noteTime(session, timestamp);
      for (const registerWh of registersIn(meterValue)) noteRegister(session, registerWh);
    },
    stopped({ transactionId, timestamp, meterStop, reason = "Local", idTag = null }) {
      const session = stoppedSession(transactionId, meterStop);
      if (session === undefined) return odd(`stop of unknown transaction ${transactionId}`);
      const stop = { stoppedAt: timestamp, meterStopWh: meterStop, reason, idTag };
      end(session, stop);
    },
  };
}

/** What makes two starts the same one, in whatever order their fields come and in whatever version. */
function contentOf(
  { connectorId, idTag, startedAt, meterStartWh, reservationId }: SessionStart,
): string {
  return JSON.stringify([connectorId, idTag, startedAt, meterStartWh, reservationId]);
}

type SessionStart = Pick<
  CsmsSession,
  "connectorId" | "idTag" | "startedAt" | "meterStartWh" | "reservationId"
>;

function newSession(start: SessionStart, transactionId: number | string): CsmsSession {
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

type Event2x = Requests21["TransactionEvent"];

interface LastEvent {
  readonly seqNo: number;
  /** Without the flag that may change while it waits. */
  readonly text: string;
}

/** The energy registers in an event, in Wh. */
function registersIn2x({ meterValue = [] }: Event2x): readonly number[] {
  return meterValue.flatMap(({ sampledValue }) => sampledValue).flatMap((sample) => {
    const { measurand = "Energy.Active.Import.Register", unitOfMeasure = {}, value } = sample;
    if (measurand !== "Energy.Active.Import.Register" || sample.phase !== undefined) return [];
    const { unit = "Wh", multiplier = 0 } = unitOfMeasure;
    return [value * 10 ** multiplier * (unit === "kWh" ? 1_000 : 1)];
  });
}

type MeterValues = Requests16["MeterValues"]["meterValue"];

/** The energy registers in a message, in Wh. */
function registersIn(meterValue: MeterValues): readonly number[] {
  return meterValue.flatMap(({ sampledValue }) => sampledValue).flatMap((sample) => {
    const { measurand = "Energy.Active.Import.Register", unit = "Wh", value } = sample;
    const isRegister = measurand === "Energy.Active.Import.Register" && sample.phase === undefined;
    const number = Number(value);
    if (!isRegister || Number.isNaN(number)) return [];
    return [unit === "kWh" ? number * 1_000 : number];
  });
}

/** What a CSMS says about a token. */
export type TokenRecord = Responses16["Authorize"]["idTagInfo"];
