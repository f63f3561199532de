import type { InsideCall, OcppVersion } from "../ocpp/mod.ts";
import { byNumber, type TransactionState } from "../transactions/mod.ts";

/** What a command is said by. */
export interface IdCase {
  readonly state: TransactionState;
  readonly chargerId: string;
  readonly version: OcppVersion;
  /** A number for what has one in 2.x only: of reports, logs, firmware, orders to start. */
  readonly nextRequestId: () => number;
}

/** A socket of an EVSE of which nothing else is known; most have one. */
const FIRST_CONNECTOR = 1;

/**
 * A command with the ids by which its charger speaks. The rooms speak of a transaction by the number
 * that a 1.6 charger was given; a 2.x charger gave it an id of its own. And what 2.x demands, but 1.6
 * has no word for, is given here.
 */
export function withStationIds<Call extends InsideCall>(call: Call, now: IdCase): Call {
  const idOf = (number: string): string =>
    byNumber(now.state, now.chargerId, Number(number))?.stationTransactionId ?? number;
  switch (call.action) {
    case "RequestStopTransaction":
      return { ...call, message: { transactionId: idOf(call.message.transactionId) } } as Call;
    case "CostUpdated": {
      const transactionId = idOf(call.message.transactionId);
      return { ...call, message: { ...call.message, transactionId } } as Call;
    }
    case "SetChargingProfile": {
      const { chargingProfile, evseId } = call.message;
      const { transactionId } = chargingProfile;
      if (transactionId === undefined) return call;
      const profile = { ...chargingProfile, transactionId: idOf(transactionId) };
      return { ...call, message: { evseId, chargingProfile: profile } } as Call;
    }
    default:
      return now.version === "ocpp1.6" ? call : withDemanded(call, now);
  }
}

/** With what 2.x demands. */
function withDemanded<Call extends InsideCall>(call: Call, { nextRequestId }: IdCase): Call {
  switch (call.action) {
    case "GetBaseReport":
    case "GetLog":
    case "UpdateFirmware":
      if (call.message.requestId !== undefined) return call;
      return { ...call, message: { ...call.message, requestId: nextRequestId() } };
    case "RequestStartTransaction":
      if (call.message.remoteStartId !== undefined) return call;
      return { ...call, message: { ...call.message, remoteStartId: nextRequestId() } };
    case "UnlockConnector":
      // 1.6 connectors are EVSEs of their own, so that somebody may have named none.
      if (call.message.connectorId > 0) return call;
      return { ...call, message: { ...call.message, connectorId: FIRST_CONNECTOR } };
    case "TriggerMessage": {
      const { evse, requestedMessage } = call.message;
      const isWhole = requestedMessage !== "StatusNotification" || evse === undefined ||
        evse.connectorId !== undefined;
      if (isWhole) return call;
      // F06.FR.13.
      return {
        ...call,
        message: { ...call.message, evse: { ...evse, connectorId: FIRST_CONNECTOR } },
      };
    }
    default:
      return call;
  }
}
