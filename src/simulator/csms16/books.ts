import type { Requests16, Responses16 } from "../../ocpp/messages/mod.ts";

/** A charging session as a CSMS books it. */
export interface CsmsSession {
  readonly transactionId: number;
  readonly connectorId: number;
  readonly idTag: string;
  /** As the message says. */
  readonly startedAt: string;
  readonly meterStartWh: number;
  readonly reservationId: number | null;
  /** The highest energy register that was told. */
  registerWh: number;
  meterValues: number;
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
  readonly status: Requests16["StatusNotification"]["status"];
  readonly errorCode: Requests16["StatusNotification"]["errorCode"];
  readonly toldAtMs: number;
}

/** What a CSMS knows of its station. */
export interface CsmsBooks {
  sessions(): readonly CsmsSession[];
  /** The last one that was given this number. */
  session(transactionId: number): CsmsSession | undefined;
  /** Sessions without end. */
  open(): readonly CsmsSession[];
  connector(connectorId: number): ConnectorRecord | undefined;
  /** The last BootNotification; null before the first. */
  boot(): Requests16["BootNotification"] | null;
  /** What in the messages cannot be right, such as an unknown transaction. */
  oddities(): readonly string[];
}

/** The side of the books that the CSMS writes. */
export interface BookKeeper extends CsmsBooks {
  /** Any message, before it is booked. */
  heard(action: string): void;
  booted(request: Requests16["BootNotification"], answer: Registration): void;
  told(request: Requests16["StatusNotification"], atMs: number): void;
  /**
   * The transaction's number; the same again for a repeated message, whatever came in between. A new
   * transaction gets the number of another one where `sharesNumber` says so.
   */
  started(request: Requests16["StartTransaction"], sharesNumber?: boolean): number;
  measured(request: Requests16["MeterValues"]): void;
  stopped(request: Requests16["StopTransaction"]): void;
}

type Registration = Responses16["BootNotification"]["status"];

const FIRST_TRANSACTION_ID = 1_001;
const ODDITIES_MAX = 1_000;

/** Opens empty books. */
export function createBooks(): BookKeeper {
  const sessions: CsmsSession[] = [];
  const byNumber = new Map<number, CsmsSession[]>();
  const byContent = new Map<string, CsmsSession>();
  const lastToldMs = new WeakMap<CsmsSession, number>();
  /** The newest meter values of each session, as they came. */
  const newest = new WeakMap<CsmsSession, string>();
  const connectors = new Map<number, ConnectorRecord>();
  const oddities: string[] = [];
  let lastBoot: Requests16["BootNotification"] | null = null;
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
    return sharesNumber && other !== undefined ? other.transactionId : nextNumber++;
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
  function measuredSession(transactionId: number, connectorId: number): CsmsSession | undefined {
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

  return {
    sessions: () => sessions,
    session: (transactionId) => byNumber.get(transactionId)?.at(-1),
    open: () => sessions.filter(({ stop }) => stop === null),
    connector: (connectorId) => connectors.get(connectorId),
    boot: () => lastBoot,
    oddities: () => oddities,
    heard(action) {
      // 1.6 §4.2: a station that is not accepted says nothing but that it has booted.
      if (registration !== "Accepted" && action !== "BootNotification") {
        odd(`${action} from a station whose registration is ${registration}`);
      }
    },
    booted(request, answer) {
      lastBoot = request;
      registration = answer;
    },
    told({ connectorId, status, errorCode }, toldAtMs) {
      connectors.set(connectorId, { status, errorCode, toldAtMs });
    },
    started(request, sharesNumber = false) {
      const content = contentOf(request);
      const known = byContent.get(content);
      if (known !== undefined) {
        known.repeatedStarts++;
        return known.transactionId;
      }
      const session = newSession(request, numberFor(request.connectorId, sharesNumber));
      byContent.set(content, session);
      open(session);
      return session.transactionId;
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
      if (session.stop !== null) {
        session.repeatedStops++;
        const isSame = JSON.stringify(session.stop) === JSON.stringify(stop);
        if (!isSame) odd(`transaction ${transactionId}: stopped twice`);
      }
      noteTime(session, timestamp);
      noteRegister(session, meterStop);
      session.stop ??= stop;
    },
  };
}

/** What makes two StartTransactions the same one, in whatever order their fields come. */
function contentOf(request: Requests16["StartTransaction"]): string {
  const { connectorId, idTag, timestamp, meterStart, reservationId = null } = request;
  return JSON.stringify([connectorId, idTag, timestamp, meterStart, reservationId]);
}

function newSession(
  request: Requests16["StartTransaction"],
  transactionId: number,
): CsmsSession {
  const { connectorId, idTag, timestamp, meterStart, reservationId = null } = request;
  return {
    transactionId,
    connectorId,
    idTag,
    startedAt: timestamp,
    meterStartWh: meterStart,
    reservationId,
    registerWh: meterStart,
    meterValues: 0,
    stop: null,
    repeatedStarts: 0,
    repeatedStops: 0,
    timeFellMs: 0,
    isNumberShared: false,
  };
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
