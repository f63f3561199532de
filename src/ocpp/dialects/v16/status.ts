import { compact } from "../../../lib/json.ts";
import type { ChargingState, ConnectorProblem, ConnectorReport } from "../../inside.ts";
import type { Requests16 } from "../../messages/mod.ts";
import type { NoteGiver, NoteTaker, Translation } from "../codec.ts";
import { clipped, unsaidText } from "../translations.ts";
import { empty, exchange } from "./_exchange.ts";

type Status16 = Requests16["StatusNotification"];
type State16 = Status16["status"];
type ErrorCode16 = Status16["errorCode"];

const INFO_MAX = 50;
const VENDOR_ID_MAX = 255;
const VENDOR_ERROR_MAX = 50;

const infoText = unsaidText(INFO_MAX);
const vendorIdText = unsaidText(VENDOR_ID_MAX);
const vendorErrorText = unsaidText(VENDOR_ERROR_MAX);

/** What 1.6 says in one word and 2.1 in two. */
interface State {
  readonly connectorStatus: ConnectorReport["connectorStatus"];
  readonly chargingState?: ChargingState;
  readonly afterTransaction?: true;
}

const STATES: Readonly<Record<State16, State>> = {
  Available: { connectorStatus: "Available" },
  Preparing: { connectorStatus: "Occupied", chargingState: "EVConnected" },
  Charging: { connectorStatus: "Occupied", chargingState: "Charging" },
  SuspendedEV: { connectorStatus: "Occupied", chargingState: "SuspendedEV" },
  SuspendedEVSE: { connectorStatus: "Occupied", chargingState: "SuspendedEVSE" },
  Finishing: {
    connectorStatus: "Occupied",
    chargingState: "EVConnected",
    afterTransaction: true,
  },
  Reserved: { connectorStatus: "Reserved" },
  Unavailable: { connectorStatus: "Unavailable" },
  Faulted: { connectorStatus: "Faulted" },
};

/** An occupied connector's word, by what the EV does there. */
const OCCUPIED: Readonly<Record<ChargingState, State16>> = {
  Idle: "Preparing",
  EVConnected: "Preparing",
  Charging: "Charging",
  SuspendedEV: "SuspendedEV",
  SuspendedEVSE: "SuspendedEVSE",
};

const state: Translation<State16, State> = {
  read: (word) => STATES[word],
  write({ connectorStatus, chargingState = "Idle", afterTransaction }) {
    if (connectorStatus !== "Occupied") return connectorStatus;
    const word = OCCUPIED[chargingState];
    return word === "Preparing" && afterTransaction ? "Finishing" : word;
  },
};

const ERROR_CODES: Readonly<Record<ErrorCode16, true>> = {
  ConnectorLockFailure: true,
  EVCommunicationError: true,
  GroundFailure: true,
  HighTemperature: true,
  InternalError: true,
  LocalListConflict: true,
  NoError: true,
  OtherError: true,
  OverCurrentFailure: true,
  OverVoltage: true,
  PowerMeterFailure: true,
  PowerSwitchFailure: true,
  ReaderFailure: true,
  ResetFailure: true,
  UnderVoltage: true,
  WeakSignal: true,
};

function isErrorCode(text: string): text is ErrorCode16 {
  return Object.hasOwn(ERROR_CODES, text);
}

/** One word and an error code in 1.6; status, charging state and problem inside. */
export const statusNotification = exchange<"StatusNotification", "StatusNotification">(
  "StatusNotification",
  {
    read(wire, notes) {
      const { timestamp, connectorId } = wire;
      return compact({
        evseId: connectorId,
        // A 1.6 connector is an EVSE of its own; 0 is the charger itself on both sides.
        connectorId: connectorId === 0 ? 0 : 1,
        ...notes.read("state", state, wire.status),
        timestamp,
        problem: readProblem(wire, notes),
      });
    },
    write(inside, notes) {
      const { connectorStatus, chargingState, afterTransaction, timestamp } = inside;
      const words = compact({ connectorStatus, chargingState, afterTransaction });
      return compact({
        connectorId: inside.evseId,
        status: notes.write("state", state, words),
        timestamp,
        ...writeProblem(inside.problem, notes),
      });
    },
  },
  empty,
);

/** Without an error there is no problem, though many chargers fill in the vendor's fields anyway. */
function readProblem(wire: Status16, notes: NoteTaker): ConnectorProblem | undefined {
  const { errorCode, info, vendorId, vendorErrorCode } = wire;
  if (errorCode !== "NoError") return compact({ errorCode, info, vendorId, vendorErrorCode });
  notes.read("problem/info", infoText, info);
  notes.read("problem/vendorId", vendorIdText, vendorId);
  notes.read("problem/vendorErrorCode", vendorErrorText, vendorErrorCode);
  return undefined;
}

function writeProblem(problem: ConnectorProblem | undefined, notes: NoteGiver) {
  if (problem === undefined) {
    return {
      errorCode: "NoError" as const,
      info: notes.write("problem/info", infoText, undefined),
      vendorId: notes.write("problem/vendorId", vendorIdText, undefined),
      vendorErrorCode: notes.write("problem/vendorErrorCode", vendorErrorText, undefined),
    };
  }
  const { errorCode, info, vendorId, vendorErrorCode } = problem;
  return {
    errorCode: isErrorCode(errorCode) ? errorCode : "OtherError" as const,
    // 2.x names a component and a variable, which 1.6 has no code for.
    info: clipped(info ?? (isErrorCode(errorCode) ? undefined : errorCode), INFO_MAX),
    vendorId: clipped(vendorId, VENDOR_ID_MAX),
    vendorErrorCode: clipped(vendorErrorCode, VENDOR_ERROR_MAX),
  };
}
