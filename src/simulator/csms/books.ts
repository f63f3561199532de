import type { Requests16, Requests21, Responses16 } from "../../ocpp/messages/mod.ts";
import { createEvents2x } from "./events2x.ts";
import { createMessages16, type Messages16 } from "./messages16.ts";
import type { CsmsSession } from "./session.ts";
import { createSessionShelf } from "./session_shelf.ts";

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
export interface BookKeeper extends CsmsBooks, Messages16 {
  /** Any message, before it is booked. */
  heard(action: string): void;
  booted(station: StationRecord, answer: Registration): void;
  told(request: Requests16["StatusNotification"], atMs: number): void;
  /** The same in 2.x. */
  toldStatus(evseId: number, status: string, atMs: number): void;
  /** What 2.x says of transactions. */
  happened(event: Requests21["TransactionEvent"]): void;
}

type Registration = Responses16["BootNotification"]["status"];

const ODDITIES_MAX = 1_000;
/** Of one connector. */
const STATUSES_MAX = 10_000;

/** Opens empty books. */
export function createBooks(): BookKeeper {
  const connectors = new Map<number, ConnectorRecord>();
  const statuses = new Map<number, string[]>();
  const oddities: string[] = [];
  let lastBoot: StationRecord | null = null;
  let registration: Registration = "Accepted";
  const shelf = createSessionShelf(odd);
  const { sessions } = shelf;

  function odd(what: string): void {
    if (oddities.length < ODDITIES_MAX) oddities.push(what);
  }

  function noteStatus(connectorId: number, record: ConnectorRecord): void {
    connectors.set(connectorId, record);
    const told = statuses.get(connectorId) ?? [];
    if (told.at(-1) !== record.status && told.length < STATUSES_MAX) told.push(record.status);
    statuses.set(connectorId, told);
  }

  return {
    sessions: () => sessions,
    session: (transactionId) => shelf.numbered(transactionId).at(-1),
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
    ...createMessages16(shelf, odd),
    happened: createEvents2x(shelf, odd),
  };
}

/** What a CSMS says about a token. */
export type TokenRecord = Responses16["Authorize"]["idTagInfo"];
