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
  booted(request: Requests16["BootNotification"]): void;
  told(request: Requests16["StatusNotification"], atMs: number): void;
  /** The transaction's number; the same again for a repeated message. */
  started(request: Requests16["StartTransaction"]): number;
  measured(request: Requests16["MeterValues"]): void;
  stopped(request: Requests16["StopTransaction"]): void;
}

const FIRST_TRANSACTION_ID = 1_001;
const ODDITIES_MAX = 1_000;

/** Opens empty books. */
export function createBooks(): BookKeeper {
  const sessions = new Map<number, CsmsSession>();
  const repeats = new Map<string, number>();
  /** The newest meter values of each transaction, as they came. */
  const newest = new Map<number, string>();
  const connectors = new Map<number, ConnectorRecord>();
  const oddities: string[] = [];
  let lastBoot: Requests16["BootNotification"] | null = null;

  function odd(what: string): void {
    if (oddities.length < ODDITIES_MAX) oddities.push(what);
  }

  function note(session: CsmsSession, registerWh: number): void {
    if (registerWh < session.registerWh) {
      const { transactionId } = session;
      odd(
        `transaction ${transactionId}: register fell from ${session.registerWh} to ${registerWh}`,
      );
    }
    session.registerWh = Math.max(session.registerWh, registerWh);
  }

  return {
    sessions: () => [...sessions.values()],
    session: (transactionId) => sessions.get(transactionId),
    open: () => [...sessions.values()].filter(({ stop }) => stop === null),
    connector: (connectorId) => connectors.get(connectorId),
    boot: () => lastBoot,
    oddities: () => oddities,
    booted(request) {
      lastBoot = request;
    },
    told({ connectorId, status, errorCode }, toldAtMs) {
      connectors.set(connectorId, { status, errorCode, toldAtMs });
    },
    started(request) {
      const key = JSON.stringify(request);
      const known = repeats.get(key);
      if (known !== undefined) return known;
      const transactionId = FIRST_TRANSACTION_ID + sessions.size;
      const { connectorId, idTag, timestamp, meterStart, reservationId = null } = request;
      const before = [...sessions.values()].find((each) =>
        each.connectorId === connectorId && each.stop === null
      );
      if (before !== undefined) {
        odd(`connector ${connectorId}: start while transaction ${before.transactionId} runs`);
      }
      repeats.set(key, transactionId);
      sessions.set(transactionId, {
        transactionId,
        connectorId,
        idTag,
        startedAt: timestamp,
        meterStartWh: meterStart,
        reservationId,
        registerWh: meterStart,
        meterValues: 0,
        stop: null,
      });
      return transactionId;
    },
    measured(request) {
      const { connectorId, transactionId, meterValue } = request;
      if (transactionId === undefined) return;
      // Said again since its answer was lost.
      const text = JSON.stringify(request);
      if (newest.get(transactionId) === text) return;
      newest.set(transactionId, text);
      const session = sessions.get(transactionId);
      if (session === undefined) {
        return odd(`meter values for unknown transaction ${transactionId}`);
      }
      if (session.stop !== null) odd(`transaction ${transactionId}: meter values after its end`);
      if (session.connectorId !== connectorId) {
        odd(`transaction ${transactionId}: meter values from connector ${connectorId}`);
      }
      session.meterValues += meterValue.length;
      for (const registerWh of registersIn(meterValue)) note(session, registerWh);
    },
    stopped({ transactionId, timestamp, meterStop, reason = "Local", idTag = null }) {
      const session = sessions.get(transactionId);
      if (session === undefined) return odd(`stop of unknown transaction ${transactionId}`);
      const stop = { stoppedAt: timestamp, meterStopWh: meterStop, reason, idTag };
      if (session.stop !== null && JSON.stringify(session.stop) !== JSON.stringify(stop)) {
        odd(`transaction ${transactionId}: stopped twice`);
      }
      note(session, meterStop);
      session.stop ??= stop;
    },
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
